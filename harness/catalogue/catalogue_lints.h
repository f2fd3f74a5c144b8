/* SPDX-License-Identifier: MIT */
/* Every lint that the code can report, by id: those that follow from register tables, and those
 * that models' lists describe. */
#ifndef HARNESS_CATALOGUE_CATALOGUE_LINTS_H
#define HARNESS_CATALOGUE_CATALOGUE_LINTS_H

#include "harness/catalogue/catalogue.h"

enum { CATALOGUE_MAX_NEAR = 3 };

struct catalogue_lint {
	char id[LINT_ID_SIZE];
	const struct catalogue_model *model;
	const struct catalogue_table *table; /* of `reg`; NULL: none */
	const struct reg_desc *reg;          /* NULL: of no row */
	const struct lint_desc *desc;        /* NULL: it follows from the table */
	const char *rule, *spec;
	enum lint_severity severity;
};

/* Call `visit` with each lint of the model (NULL: of all), an id several times when several rows
 * have it; stop when it returns false. Returns whether it never did. */
bool catalogue_visit(const struct catalogue_model *model,
		     bool (*visit)(void *ctx, const struct catalogue_lint *lint), void *ctx);
/* The first lint with this id. False: there is none. */
bool catalogue_find(const char *id, struct catalogue_lint *lint);
/* Every id once, sorted; to be freed. NULL: out of memory. */
struct catalogue_lint *catalogue_list(size_t *n);
/* NULL: the catalogue has this lint, with this citation and severity; else what differs. */
const char *catalogue_fault(const struct lint *l);
/* Does the pattern (lint_id_matches()) stand for any? */
bool catalogue_matches(const char *pattern);
/* The ids most like this text, best first; returns how many, none if all are far. */
unsigned catalogue_near(const char *text, struct catalogue_lint near[CATALOGUE_MAX_NEAR]);

#endif
