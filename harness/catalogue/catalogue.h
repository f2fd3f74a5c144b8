/* SPDX-License-Identifier: MIT */
/* Every model: its register tables, its lints, where machines have it. `bimetal devices` and
 * `bimetal explain` print it, docs/registers/ is made from it, and tests compare it with what the
 * sources and the machines really have. */
#ifndef HARNESS_CATALOGUE_CATALOGUE_H
#define HARNESS_CATALOGUE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/bus.h"
#include "emu/lint_desc.h"
#include "emu/regs.h"

/* One more than these would not compile; tests/unit/catalogue sees that each list ends. */
enum { CATALOGUE_MAX_TABLES = 5, CATALOGUE_MAX_LISTS = 3, CATALOGUE_MAX_PLACES = 10 };

/* How an access finds a register of a table. */
enum catalogue_kind {
	CATALOGUE_BY_OFFSET, /* at an address: all rules of emu/regs.h hold */
	CATALOGUE_INNER      /* by an index or a command: only direction and reserved bits */
};

struct catalogue_table {
	const struct reg_desc *regs; /* NULL ends the list */
	unsigned n;
	enum catalogue_kind kind;
	const char *title;       /* NULL: the only one */
	const char *const *bank; /* name of each window but 0, which is every window; or NULL */
};

struct catalogue_place {
	uint64_t base, size; /* size 0 ends the list */
	enum bus_space space;
};

struct catalogue_model {
	const char *name;     /* as device_ops has it: first part of its lints' ids */
	const char *title;    /* what it is, in words */
	const char *machines; /* names with a space between; NULL: no device, it has lints alone */
	struct catalogue_place place[CATALOGUE_MAX_PLACES + 1];
	const char *reached;  /* where else, or how it moves; may be NULL */
	const char *document; /* what its clauses are taken from */
	struct catalogue_table table[CATALOGUE_MAX_TABLES + 1];
	const struct lint_desc *lints[CATALOGUE_MAX_LISTS + 1]; /* NULL ends the list */
};

/* By name. */
extern const struct catalogue_model catalogue[];
extern const size_t catalogue_size;

/* NULL: there is no such model. */
const struct catalogue_model *catalogue_model(const char *name);
/* Is this one of the model's machines? */
bool catalogue_model_in(const struct catalogue_model *model, const char *machine);

#endif
