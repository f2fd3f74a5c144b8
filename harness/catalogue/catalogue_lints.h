/* SPDX-License-Identifier: MIT */
/* Every lint that the code can report, by id. Some follow from a row of a register table, such as a
 * write to a read-only register; the others are in the models' lists (devices/NAME/lints.c). */
#ifndef HARNESS_CATALOGUE_CATALOGUE_LINTS_H
#define HARNESS_CATALOGUE_CATALOGUE_LINTS_H

#include "harness/catalogue/catalogue.h"

enum { CATALOGUE_MAX_NEAR = 3 };

struct catalogue_lint {
	char id[LINT_ID_SIZE];
	const struct catalogue_model *model;
	const struct about_table *table; /* of `reg`; NULL: none */
	const struct reg_desc *reg;      /* NULL: of no row */
	const struct lint_desc *desc;    /* the object that reports of it have too */
	const char *spec;                /* citation; "": none */
	bool from_table;                 /* `desc` is of reg_lints[], not of a model's list */
};

/* Call `visit` for each lint of the model (NULL: of all models). If several rows have the same id,
 * it is called for each. Stops when `visit` returns false. Returns whether it always returned true.
 */
bool catalogue_visit(const struct catalogue_model *model,
		     bool (*visit)(void *ctx, const struct catalogue_lint *lint), void *ctx);
/* The first lint with this id. False: there is none. */
bool catalogue_find(const char *id, struct catalogue_lint *lint);
/* Every id once, sorted; the caller frees the list. NULL: out of memory. */
struct catalogue_lint *catalogue_list(size_t *n);
/* Compare a reported lint with the catalogue. NULL: it has this id, description and citation; else
 * a text that says what differs. */
const char *catalogue_fault(const struct lint *l);
/* Did a model of a user's report it? */
bool catalogue_is_foreign(const struct lint *l);
/* Whether the pattern (lint_id_matches()) matches any id. */
bool catalogue_matches(const char *pattern);
/* The ids that this text may be a slip of, the best first. Returns their number: 0 if none is. */
unsigned catalogue_near(const char *text, struct catalogue_lint near[CATALOGUE_MAX_NEAR]);
/* Write what to do about an id or pattern that is not known: "did you mean X?". */
void catalogue_lint_hint(const char *text, char *buf, size_t size);

#endif
