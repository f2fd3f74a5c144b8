/* SPDX-License-Identifier: MIT */
/* What there is to say about a lint that code, not a register table, reports: a model has one list
 * of these beside it. `bimetal explain` prints them. A test compares each lint that any test causes
 * with its row: id, severity and citation cannot come to differ. */
#ifndef EMU_LINT_DESC_H
#define EMU_LINT_DESC_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/observe.h"

enum { LINT_ID_SIZE = 96 }; /* of any id, with its end */

/* Does the pattern stand for the id? It is the id itself, or ends with '*' and begins as the id
 * does. */
bool lint_id_matches(const char *pattern, const char *id);

struct lint_desc {
	/* Registers it is about: names as in the model's tables, with a space between, each may be
	 * a glob pattern ("LVT_*") that stands for the names in those tables. NULL: the device. */
	const char *reg;
	const char *rule; /* NULL ends a list */
	enum lint_severity severity;
	const char *spec;     /* as the lint has it; NULL: that of the register's row */
	const char *clause;   /* what the rule says, in our words */
	const char *hardware; /* what a real device does when it is broken */
	const char *instead;  /* what to do */
};

/* Of the bus, of any device that masters it, and of one whose address range the guest moves. */
extern const struct lint_desc bus_lints[], dma_lints[], base_lints[];
/* Of the CPU. */
extern const struct lint_desc cpu_lints[];

#endif
