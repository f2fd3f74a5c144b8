/* SPDX-License-Identifier: MIT */
#include "harness/twin/host/cases.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct twin_case *first, **end = &first;

void twin_host_add(struct twin_case *test)
{
	*end = test;
	end = &test->next;
}

void case_name(const struct twin_case *test, char name[CASE_NAME])
{
	snprintf(name, CASE_NAME, "%s.%s", test->suite, test->name);
}

static bool is_wanted(const struct twin_case *test, const char *word)
{
	char name[CASE_NAME];

	case_name(test, name);
	return strcmp(word, test->suite) == 0 || fnmatch(word, name, 0) == 0;
}

bool cases_choose(struct cases *c, char *const *words, size_t n, const char **word)
{
	size_t all = 0;

	for (const struct twin_case *t = first; t; t = t->next) all++;
	*word = NULL;
	c->n = 0;
	c->test = calloc(all + 1, sizeof(const struct twin_case *));
	if (!c->test) return false;
	for (size_t i = 0; i < n; i++) {
		bool any = false;
		for (const struct twin_case *t = first; t && !any; t = t->next)
			any = is_wanted(t, words[i]);
		if (any) continue;
		*word = words[i];
		return false;
	}
	for (const struct twin_case *t = first; t; t = t->next) {
		bool wanted = n == 0;
		for (size_t i = 0; i < n && !wanted; i++) wanted = is_wanted(t, words[i]);
		if (wanted) c->test[c->n++] = t;
	}
	return true;
}
