/* SPDX-License-Identifier: MIT */
/* Files of tests; tests/system/command/test.sh has what is wrong with them. */
#define _GNU_SOURCE
#include "harness/command/test_plan.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

static char folder[] = "/tmp/test_plan.XXXXXX";
static struct test_plan plan;

static void begin(void) { require(mkdtemp(folder)); }

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void clean(void)
{
	enum { FILES_AT_ONCE = 8 };

	test_plan_free(&plan);
	check_eq(int, nftw(folder, remove_entry, FILES_AT_ONCE, FTW_DEPTH | FTW_PHYS), 0);
}

TestSuite(test_plan, .init = begin, .fini = clean, .timeout = 60);

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	require(file, "%s", path);
	fputs(text, file);
	fclose(file);
}

static const char *words(const struct test_case *c)
{
	static char text[512];

	text[0] = '\0';
	for (int i = 1; i < c->argc; i++) {
		strcat(text, c->argv[i]);
		if (i + 1 < c->argc) strcat(text, " ");
	}
	check_eq(ptr, c->argv[c->argc], NULL);
	return text;
}

Test(test_plan, keys_become_options_in_the_order_of_help)
{
	write_file("a.test",
		   "{ \"append\": \"x y\", \"image\": \"k\", \"memory\": 64, \"step\": true, "
		   "\"wx\": false, \"disk\": [ \"d1\", \"d2,write\" ] }");
	require(test_plan_add(&plan, folder), "%s", plan.error);
	require_eq(sz, plan.n, 1);
	check_eq(str, words(&plan.cases[0]),
		 "--serial=none --lint=error --tlb=lint --memory=64 --step --append=x y --disk=d1 "
		 "--disk=d2,write -- k");
	check_eq(str, plan.cases[0].folder, folder);
}

Test(test_plan, a_case_wins_over_what_all_have)
{
	write_file("a.test",
		   "{ \"image\": \"k\", \"exit\": 6, \"lint\": \"off\", \"tlb\": \"off\", "
		   "\"cases\": [ "
		   "{ \"name\": \"own\", \"exit\": 1, \"machine\": \"isapc\" }, "
		   "{ \"serial\": [ \"a\", \"b\" ], \"screen\": \"c\", \"skip\": \"why\" } ] }");
	require(test_plan_add(&plan, folder), "%s", plan.error);
	require_eq(sz, plan.n, 2);
	check(strstr(plan.cases[0].name, "a:own"), "%s", plan.cases[0].name);
	check_eq(int, plan.cases[0].exit, 1);
	check_eq(str, words(&plan.cases[0]),
		 "--serial=none --machine=isapc --lint=off --tlb=off -- k");
	check(strstr(plan.cases[1].name, "a:2"), "%s", plan.cases[1].name);
	check_eq(int, plan.cases[1].exit, 6);
	require_eq(sz, plan.cases[1].serial.n, 2);
	check_eq(str, plan.cases[1].serial.text[1], "b");
	check_eq(str, plan.cases[1].screen.text[0], "c");
	check_eq(str, plan.cases[1].skip, "why");
}

Test(test_plan, folders_are_searched_but_hidden_ones)
{
	char path[128];
	const char *const below[] = { "b", ".git" };

	for (unsigned i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, below[i]);
		require_eq(int, mkdir(path, 0700), 0);
	}
	write_file("z.test", "{ \"image\": \"k\" }");
	write_file("b/a.test", "{ \"image\": \"k\" }");
	write_file(".git/c.test", "{ \"image\": \"k\" }");
	write_file("kernel", "\177ELF");
	require(test_plan_add(&plan, folder), "%s", plan.error);
	require_eq(sz, plan.n, 2);
	check(strstr(plan.cases[0].name, "/z"), "files come before folders");
	check(strstr(plan.cases[1].name, "/b/a"), "%s", plan.cases[1].name);
	check_eq(sz, plan.without, 1);
}

Test(test_plan, the_command_is_quoted_for_a_shell)
{
	char wanted[256], *command;

	write_file("a.test", "{ \"image\": \"it's\", \"append\": \"a b\" }");
	require(test_plan_add(&plan, folder), "%s", plan.error);
	command = test_case_command(&plan.cases[0]);
	snprintf(wanted, sizeof(wanted),
		 "cd %s && bimetal run --lint=error --tlb=lint '--append=a b' -- 'it'\\''s'",
		 folder);
	check_eq(str, command, wanted);
	free(command);
}
