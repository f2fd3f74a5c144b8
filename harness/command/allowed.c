/* SPDX-License-Identifier: MIT */
#include "harness/command/allowed.h"

#include <stdio.h>

#include "harness/catalogue/catalogue_lints.h"

enum { HINT_SIZE = 320 };

bool allowed_are_known(const struct run_options *o)
{
	bool known = true;

	for (size_t i = 0; i < o->n_allow_lint; i++) {
		char hint[HINT_SIZE];
		const char *id = o->allow_lint[i];

		if (catalogue_matches(id)) continue;
		known = false;
		catalogue_lint_hint(id, hint, sizeof(hint));
		fprintf(stderr, "bimetal: --allow %s: unknown lint; %s\n", id, hint);
	}
	return known;
}
