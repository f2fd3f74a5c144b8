/* SPDX-License-Identifier: MIT */
/* What `bimetal explain` says about a lint. */
#ifndef HARNESS_CATALOGUE_EXPLAIN_H
#define HARNESS_CATALOGUE_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/catalogue/catalogue_lints.h"

enum { EXPLAIN_TEXT_SIZE = 512 };

/* Sentences: what the rule says, what a real device does when it is broken, what to do. */
struct explanation {
	char clause[EXPLAIN_TEXT_SIZE], hardware[EXPLAIN_TEXT_SIZE], instead[EXPLAIN_TEXT_SIZE];
};

void explain(const struct catalogue_lint *lint, struct explanation *text);
/* Was the cited clause read in the document itself? */
bool explain_was_read(const char *spec);
/* The citation without the mark of those that were not. */
const char *explain_document(const char *spec);
/* "the guest's fault", "not modelled". */
const char *explain_severity(enum lint_severity severity);
/* All of it for a terminal of 80 columns. */
void explain_print(FILE *out, const struct catalogue_lint *lint);

#endif
