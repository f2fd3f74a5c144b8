/* SPDX-License-Identifier: MIT */
/* The catalogue as JSON, for scripts. */
#ifndef HARNESS_CATALOGUE_CATALOGUE_JSON_H
#define HARNESS_CATALOGUE_CATALOGUE_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/catalogue/catalogue_lints.h"

/* Each call writes one object or one array, and a newline. False: out of memory, or `out` cannot be
 * written. */
bool catalogue_json_lint(FILE *out, const struct catalogue_lint *lint);
bool catalogue_json_lints(FILE *out, const struct catalogue_lint *lints, size_t n);
/* Without registers. */
bool catalogue_json_models(FILE *out);
/* With registers, fields and the ids of its lints. */
bool catalogue_json_model(FILE *out, const struct catalogue_model *m);

#endif
