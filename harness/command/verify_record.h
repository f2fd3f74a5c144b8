/* SPDX-License-Identifier: MIT */
/* What is kept of a run that ended, to compare others with. */
#ifndef HARNESS_COMMAND_VERIFY_RECORD_H
#define HARNESS_COMMAND_VERIFY_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/command/session.h"

struct verify_record {
	char digest[SESSION_DIGEST_SIZE];
	uint64_t instructions, virtual_ns;
	enum run_end end;
	char *detail; /* of the CPU or the script about the end; owned */
	uint32_t guest_exit;
	int exit_code;
	struct output_sum serial, debug;
	char *lints; /* a line for each, without the pc, which differs when stepped; owned */
};

/* After session_run(); the session may be closed then. False: out of memory; free it all the same.
 */
bool verify_record_take(struct verify_record *r, const struct session *s);
void verify_record_free(struct verify_record *r);
/* Write a line for each thing in which the runs differ, `first`'s value before `other`'s. With
 * `out` NULL it only looks. True: they differ. */
bool verify_record_difference(const struct verify_record *first, const struct verify_record *other,
			      FILE *out);

#endif
