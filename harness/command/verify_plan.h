/* SPDX-License-Identifier: MIT */
/* Which runs `bimetal run --verify` compares with the first. */
#ifndef HARNESS_COMMAND_VERIFY_PLAN_H
#define HARNESS_COMMAND_VERIFY_PLAN_H

#include <stdbool.h>
#include <stddef.h>

enum { VERIFY_MAX_RUNS = 99 };

enum verify_kind {
	VERIFY_PLAIN,  /* neither traced nor stepped */
	VERIFY_TRACED, /* traced; the text of the trace is dropped */
	VERIFY_STEPPED /* one instruction at a time */
};

struct verify_plan {
	size_t n; /* runs besides the first; 0: no comparison */
	enum verify_kind kind[VERIFY_MAX_RUNS];
};

/* Parse the argument of --verify: a number of runs, 1 to VERIFY_MAX_RUNS, which are plain, traced
 * and stepped in turn, or a list of kinds such as "plain,stepped". False: it is neither, and *plan
 * is unchanged. */
bool verify_plan_parse(const char *text, struct verify_plan *plan);
/* "plain", "traced", "stepped". */
const char *verify_kind_name(enum verify_kind kind);

#endif
