/* SPDX-License-Identifier: MIT */
/* Finds the places in source text that report lints, to compare them with the catalogue. It parses
 * only the C that this project uses. */
#ifndef TESTS_UNIT_CATALOGUE_LINT_SCAN_H
#define TESTS_UNIT_CATALOGUE_LINT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/observe.h"

enum { LINT_SCAN_TEXT = 192, LINT_SCAN_MODELS = 4 };

/* One rule at one place. A place may report several rules: if `rule` is a parameter of the
 * function, there is one for each caller. */
struct lint_site {
	unsigned line;
	bool any_reg, any_spec;   /* known only at run time */
	char reg[LINT_SCAN_TEXT]; /* "" with any_reg false: no register */
	char rule[LINT_SCAN_TEXT];
	char spec[LINT_SCAN_TEXT];
	enum lint_severity severity;
	/* Models that the file implements; if none, the lint may belong to any model. */
	char model[LINT_SCAN_MODELS][LINT_SCAN_TEXT];
	unsigned n_models;
};

/* Call `found` for each; if the rule of a place could not be found, it is empty. Returns the number
 * of places. */
unsigned lint_scan(const char *text, void (*found)(void *ctx, const struct lint_site *site),
		   void *ctx);
/* Returns NULL if the catalogue has it, else a message. */
const char *lint_site_fault(const struct lint_site *site);
/* Call `found` for the name of each model (of a struct device_ops) in the text. */
void lint_scan_models(const char *text, void (*found)(void *ctx, const char *name), void *ctx);

#endif
