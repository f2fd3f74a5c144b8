/* SPDX-License-Identifier: MIT */
/* `bimetal run --verify`: a run is done again, in the same process, and every other run must be
 * equal to the first. */
#ifndef HARNESS_COMMAND_VERIFY_H
#define HARNESS_COMMAND_VERIFY_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/command/options.h"
#include "harness/command/session.h"

enum verify_result {
	VERIFY_EQUAL,
	VERIFY_DIFFERS,
	VERIFY_FAILED,     /* a run could not be made, or there is nothing to compare */
	VERIFY_INTERRUPTED /* by a signal */
};

/* Before the first run: let each run see the same inputs. Disks that the guest was to write to
 * become snapshots. What the user should know of it is written to `out`. False: an input is no
 * file, and could not be read again; `out` has its name. */
bool verify_prepare(struct run_options *options, FILE *out);
/* After session_run() of the first run and its reports. Does the runs that options->verify names,
 * one after the other, on fresh machines, without outputs or messages, until one differs: then
 * `out` is told which, in what, and where they part. When all are equal `out` gets a line that says
 * so, unless options->quiet. Closes `first` to make room: session_close() must not follow. */
enum verify_result verify(const struct run_options *options, struct session *first, FILE *out);

#endif
