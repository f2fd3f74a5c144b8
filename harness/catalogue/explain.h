/* SPDX-License-Identifier: MIT */
/* What `bimetal explain` says about a lint. */
#ifndef HARNESS_CATALOGUE_EXPLAIN_H
#define HARNESS_CATALOGUE_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/catalogue/catalogue_lints.h"

enum { EXPLAIN_TEXT_SIZE = 512 };

/* Sentences: the rule, what a real device does when a guest breaks it, what to do instead. */
struct explanation {
	char clause[EXPLAIN_TEXT_SIZE], hardware[EXPLAIN_TEXT_SIZE], instead[EXPLAIN_TEXT_SIZE];
};

void explain(const struct catalogue_lint *lint, struct explanation *text);
/* Whether the citation was compared with the document itself: it does not begin with `unread:`. */
bool explain_was_read(const char *spec);
/* The citation without `unread:`. */
const char *explain_document(const char *spec);
/* "the guest's fault", "not modelled". */
const char *explain_severity(enum lint_severity severity);
/* Print everything about a lint, for a terminal of 80 columns. */
void explain_print(FILE *out, const struct catalogue_lint *lint);

#endif
