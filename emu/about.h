/* SPDX-License-Identifier: MIT */
/* What a device is, for people: title, document, register tables, lints. `bimetal devices` and
 * `bimetal explain` print it, and docs/registers/ is generated from it. */
#ifndef EMU_ABOUT_H
#define EMU_ABOUT_H

#include "emu/lint.h"
#include "emu/regs.h"

/* One more than these would not compile; tests/unit/catalogue sees that each list ends. */
enum { ABOUT_MAX_TABLES = 5, ABOUT_MAX_LISTS = 3 };

/* How an access finds a register of a table. */
enum about_kind {
	ABOUT_BY_OFFSET, /* at an address: all rules of emu/regs.h hold */
	ABOUT_INNER      /* by an index or a command: only direction and reserved bits */
};

struct about_table {
	const struct reg_desc *regs; /* NULL ends the list */
	unsigned n;
	enum about_kind kind;
	const char *title;       /* NULL: the device has only this table */
	const char *const *bank; /* names of banks 1, 2, ...; bank 0 means all of them; or NULL */
};

struct device_about {
	const char *title;    /* what it is, in words */
	const char *reached;  /* ways to reach it besides its places, or what moves it; or NULL */
	const char *document; /* the document that its register table cites */
	struct about_table table[ABOUT_MAX_TABLES + 1];
	const struct lint_desc *lints[ABOUT_MAX_LISTS + 1]; /* NULL ends the list */
};

/* For tables of registers. */
#define ABOUT_TABLE(regs, n, title)                   \
	{                                             \
		regs, n, ABOUT_BY_OFFSET, title, NULL \
	}
#define ABOUT_BANKED(regs, n, title, banks)            \
	{                                              \
		regs, n, ABOUT_BY_OFFSET, title, banks \
	}
#define ABOUT_INNER_TABLE(regs, n, title)         \
	{                                         \
		regs, n, ABOUT_INNER, title, NULL \
	}

#endif
