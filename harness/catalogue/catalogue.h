/* SPDX-License-Identifier: MIT */
/* The list of all models: register tables, lints, and addresses in each machine. `bimetal devices`
 * and `bimetal explain` print it, docs/registers/ is generated from it, and tests compare it with
 * the sources and the machines. */
#ifndef HARNESS_CATALOGUE_CATALOGUE_H
#define HARNESS_CATALOGUE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/about.h"
#include "emu/bus.h"

struct model;
struct machine_kind;

enum { CATALOGUE_KINDS_WORDS = 2 };

struct catalogue_place {
	uint64_t base, size; /* size 0 ends the list */
	enum bus_space space;
	uint64_t kinds[CATALOGUE_KINDS_WORDS]; /* for catalogue_place_on() */
};

struct catalogue_model {
	const char *name;     /* the name in device_ops: the first part of its lints' ids */
	const char *title;    /* what it is, in words */
	bool foreign;         /* a user's: it came with a module */
	const char *machines; /* names, separated by spaces; NULL: not a device, only lints */
	const struct catalogue_place *place;
	const char *reached;             /* other ways to reach it, or what moves it; may be NULL */
	const char *document;            /* the document that its register table cites */
	const struct about_table *table; /* a row without registers ends it */
	const struct lint_desc *const *lints; /* NULL ends the list */
};

/* Add a model or a board of the user's to the list. What catalogue_at() and its kin returned before
 * is no longer valid. A second time does nothing. */
void catalogue_add_model(const struct model *model);
void catalogue_add_board(const struct machine_kind *kind);
/* Was any added? */
bool catalogue_has_foreign(void);

/* The models, sorted by name: those of the boards' parts and cards, and what else has lints. */
size_t catalogue_size(void);
const struct catalogue_model *catalogue_at(size_t i);

/* The model with this name; NULL: there is none. */
const struct catalogue_model *catalogue_model(const char *name);
/* The device of this name: the model's, one that messages and traces use ("com1"), or that of its
 * folder ("uart_16550"). NULL: there is none. */
const struct catalogue_model *catalogue_device(const char *name);
/* The name of a device that `text` may be a part or a slip of; NULL: none. */
const char *catalogue_device_near(const char *text);
/* Write the model's other names, "com1, com2". Returns the length of the text; 0: it has none. */
size_t catalogue_device_names(const struct catalogue_model *model, char *buf, size_t size);
/* Has the machine of this name a device there? */
bool catalogue_place_on(const struct catalogue_place *place, const char *machine);
/* Is this one of the model's machines? */
bool catalogue_model_in(const struct catalogue_model *model, const char *machine);

#endif
