/* SPDX-License-Identifier: MIT */
/* `bimetal run --verify`: repeat a run in the same process. Every run must be equal to the first.
 */
#ifndef HARNESS_COMMAND_VERIFY_H
#define HARNESS_COMMAND_VERIFY_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/command/options.h"
#include "harness/command/session.h"

enum verify_result {
	VERIFY_EQUAL,
	VERIFY_DIFFERS,
	VERIFY_FAILED,     /* a run could not start, or there is nothing to compare */
	VERIFY_INTERRUPTED /* by a signal */
};

/* Call this before the first run. It makes sure that each run gets the same inputs: disks with
 * `write` become snapshots, and `out` gets a message about it. Returns false if an input is not a
 * file, so that the next run could not read it again; the message names it. */
bool verify_prepare(struct run_options *options, FILE *out);
/* Call this after session_run() and session_report() of the first run. It does the runs of
 * options->verify, one after the other, on new machines, without outputs or messages. At the first
 * run that differs it stops, and writes to `out` which run it is, what differs, and since when. If
 * all are equal, `out` gets a line that says so, unless options->quiet. Closes `first` to free its
 * memory: do not call session_close() on it. */
enum verify_result verify(const struct run_options *options, struct session *first, FILE *out);

#endif
