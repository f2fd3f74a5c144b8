/* SPDX-License-Identifier: MIT */
/* Descriptions of lints that code reports, rather than a register table. Each model has a list of
 * them; `bimetal explain` prints them. A test compares each lint that any test causes with its row,
 * so id, severity and citation stay equal. */
#ifndef EMU_LINT_DESC_H
#define EMU_LINT_DESC_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/observe.h"

enum { LINT_ID_SIZE = 96 }; /* bytes of the longest id, NUL included */

/* Does the pattern match the id? It matches if it equals the id, or if it ends with '*' and the id
 * begins with the part before. */
bool lint_id_matches(const char *pattern, const char *id);

struct lint_desc {
	/* The registers concerned: names from the model's tables, separated by spaces. Each may be
	 * a glob pattern ("LVT_*") for names in these tables. NULL: the device as a whole. */
	const char *reg;
	const char *rule; /* NULL ends a list */
	enum lint_severity severity;
	const char *spec;     /* as in the lint; NULL: that of the register's row */
	const char *clause;   /* what the rule says, in our words */
	const char *hardware; /* what real hardware does if the rule is broken */
	const char *instead;  /* what the guest should do instead */
};

/* Lints of the bus, of any bus master, and of a device whose address range the guest moves. */
extern const struct lint_desc bus_lints[], dma_lints[], base_lints[];
/* Lints of the CPU. */
extern const struct lint_desc cpu_lints[];

#endif
