/* SPDX-License-Identifier: MIT */
/* Linked into the tests of models and machines: `bimetal explain` must know each lint that they
 * cause, by the same description and with the same citation. KNOWN_LINTS_MADE_UP names the models
 * that exist only in a test, with a space before and after each name. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/catalogue_lints.h"

static bool is_made_up(const char *dev)
{
	char name[LINT_ID_SIZE];

	snprintf(name, sizeof(name), " %s ", dev);
	return strstr(KNOWN_LINTS_MADE_UP, name) != NULL;
}

/* Tests with garbage cause millions. The texts are static in the models, so their addresses tell
 * whether a lint was looked up before. */
static bool looked_up_before(const struct lint *l)
{
	static struct known {
		const char *dev, *reg, *spec;
		const struct lint_desc *desc;
	} seen[1024];
	uintptr_t hash = (uintptr_t)l->reg * 31 + (uintptr_t)l->desc;
	struct known *k = &seen[(hash ^ hash >> 10) % 1024];
	bool hit = k->dev == l->dev && k->reg == l->reg && k->desc == l->desc && k->spec == l->spec;

	*k = (struct known){ l->dev, l->reg, l->spec, l->desc };
	return hit;
}

static void check_lint(void *ctx, const struct lint *l)
{
	char id[LINT_ID_SIZE];
	const char *fault = looked_up_before(l) || is_made_up(l->dev) ? NULL : catalogue_fault(l);

	(void)ctx;
	if (!fault) return;
	fprintf(stderr, "lint %s [%s] %s\n", lint_id(l, id, sizeof(id)), l->spec, fault);
	abort();
}

__attribute__((constructor)) static void watch(void)
{
	static struct observer observer = { .lint = check_lint };

	hub_attach_everywhere(&observer);
}
