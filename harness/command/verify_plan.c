/* SPDX-License-Identifier: MIT */
#include "harness/command/verify_plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	[VERIFY_PLAIN] = "plain",
	[VERIFY_TRACED] = "traced",
	[VERIFY_STEPPED] = "stepped",
};
enum { N_KINDS = sizeof(names) / sizeof(names[0]) };

const char *verify_kind_name(enum verify_kind kind) { return names[kind]; }

static bool parse_number(const char *text, struct verify_plan *plan)
{
	char *end = NULL;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || n < 1 || n > VERIFY_MAX_RUNS) return false;
	plan->n = n;
	for (size_t i = 0; i < n; i++) plan->kind[i] = (enum verify_kind)(i % N_KINDS);
	return true;
}

static bool add_kind(const char *word, size_t len, struct verify_plan *plan)
{
	if (plan->n == VERIFY_MAX_RUNS) return false;
	for (unsigned i = 0; i < N_KINDS; i++) {
		if (strlen(names[i]) != len || strncmp(word, names[i], len) != 0) continue;
		plan->kind[plan->n++] = (enum verify_kind)i;
		return true;
	}
	return false;
}

static bool parse_list(const char *text, struct verify_plan *plan)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		if (!add_kind(text, len, plan)) return false;
		if (!text[len]) return true;
		text += len + 1;
	}
}

bool verify_plan_parse(const char *text, struct verify_plan *plan)
{
	struct verify_plan parsed = { 0 };
	bool is_number = isdigit((unsigned char)text[0]);

	if (is_number ? !parse_number(text, &parsed) : !parse_list(text, &parsed)) return false;
	*plan = parsed;
	return true;
}
