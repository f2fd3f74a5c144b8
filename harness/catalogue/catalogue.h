/* SPDX-License-Identifier: MIT */
/* The list of all models: register tables, lints, and addresses in each machine. `bimetal devices`
 * and `bimetal explain` print it, docs/registers/ is generated from it, and tests compare it with
 * the sources and the machines. */
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
	const char *title;       /* NULL: the model has only this table */
	const char *const *bank; /* names of banks 1, 2, ...; bank 0 means all of them; or NULL */
};

struct catalogue_place {
	uint64_t base, size; /* size 0 ends the list */
	enum bus_space space;
};

struct catalogue_model {
	const char *name;     /* the name in device_ops: the first part of its lints' ids */
	const char *title;    /* what it is, in words */
	const char *machines; /* names, separated by spaces; NULL: not a device, only lints */
	struct catalogue_place place[CATALOGUE_MAX_PLACES + 1];
	const char *reached;  /* other ways to reach it, or what moves it; may be NULL */
	const char *document; /* the document that its register table cites */
	struct catalogue_table table[CATALOGUE_MAX_TABLES + 1];
	const struct lint_desc *lints[CATALOGUE_MAX_LISTS + 1]; /* NULL ends the list */
};

/* Sorted by name. */
extern const struct catalogue_model catalogue[];
extern const size_t catalogue_size;

/* The model with this name; NULL: there is none. */
const struct catalogue_model *catalogue_model(const char *name);
/* The device of this name: the model's, one that messages and traces use ("com1"), or that of its
 * folder ("uart_16550"). NULL: there is none. */
const struct catalogue_model *catalogue_device(const char *name);
/* The name that `name` may be a slip of; NULL: none. */
const char *catalogue_device_near(const char *name);
/* Write the model's other names, "com1, com2"; the length of the text, 0: it has none. */
size_t catalogue_device_names(const struct catalogue_model *model, char *buf, size_t size);
/* Is this one of the model's machines? */
bool catalogue_model_in(const struct catalogue_model *model, const char *machine);

#endif
