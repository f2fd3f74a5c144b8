/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/command/verify_plan.h"
#include "tests/check.h"

#include <string.h>

Test(verify_plan, a_number_of_runs_takes_the_kinds_in_turn, .timeout = 60)
{
	struct verify_plan plan = { 0 };

	require(verify_plan_parse("5", &plan));
	require(plan.n == 5);
	check(plan.kind[0] == VERIFY_PLAIN && plan.kind[1] == VERIFY_TRACED);
	check(plan.kind[2] == VERIFY_STEPPED && plan.kind[3] == VERIFY_PLAIN);
	check(plan.kind[4] == VERIFY_TRACED);
	check(verify_plan_parse("99", &plan) && plan.n == VERIFY_MAX_RUNS);
}

Test(verify_plan, a_list_names_the_kinds, .timeout = 60)
{
	struct verify_plan plan = { 0 };

	require(verify_plan_parse("stepped,plain,stepped", &plan));
	require(plan.n == 3);
	check(plan.kind[0] == VERIFY_STEPPED && plan.kind[1] == VERIFY_PLAIN);
	check(plan.kind[2] == VERIFY_STEPPED);
}

Test(verify_plan, anything_else_is_refused_and_changes_nothing, .timeout = 60)
{
	static const char *const wrong[] = {
		"",       "0",  "100",   "3x",      "plains",  "plain,",
		",plain", "-1", "Plain", "plain,,", "plain 3", "18446744073709551617"
	};
	struct verify_plan plan = { .n = 1, .kind = { VERIFY_STEPPED } };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		check(!verify_plan_parse(wrong[i], &plan), "'%s'", wrong[i]);
	check(plan.n == 1 && plan.kind[0] == VERIFY_STEPPED);
}

Test(verify_plan, a_list_may_not_be_longer_than_there_is_room, .timeout = 60)
{
	char list[(VERIFY_MAX_RUNS + 1) * sizeof("plain")] = "plain";
	struct verify_plan plan = { 0 };

	for (int i = 1; i < VERIFY_MAX_RUNS; i++) strcat(list, ",plain");
	check(verify_plan_parse(list, &plan) && plan.n == VERIFY_MAX_RUNS);
	strcat(list, ",plain");
	check(!verify_plan_parse(list, &plan));
}
