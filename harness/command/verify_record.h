/* SPDX-License-Identifier: MIT */
/* The results of a run that ended, to compare other runs with. */
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
	char *detail; /* why the CPU stopped, or what the script says; owned */
	uint32_t guest_exit;
	int exit_code;
	struct output_sum serial, debug;
	char *lints; /* a line for each lint, without the pc, which differs when stepped; owned */
};

/* Call this after session_run(); the session may be closed afterwards. Returns false if out of
 * memory; verify_record_free() must be called in any case. */
bool verify_record_take(struct verify_record *r, const struct session *s);
void verify_record_free(struct verify_record *r);
/* Write a line to `out` for each difference: the value of `first`, then that of `other`. If `out`
 * is NULL, nothing is written. Returns true if they differ. */
bool verify_record_difference(const struct verify_record *first, const struct verify_record *other,
			      FILE *out);

#endif
