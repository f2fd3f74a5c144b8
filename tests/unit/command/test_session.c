/* SPDX-License-Identifier: MIT */
#include "harness/command/session.h"
#include "tests/check.h"

static struct run_options options;
static struct run_outcome outcome;

static void start(void)
{
	options_init(&options);
	options.n_success = 1;
	outcome = (struct run_outcome){ 0 };
}

static int code(enum run_end end)
{
	outcome.end = end;
	return run_exit_code(&options, &outcome);
}

TestSuite(session, .init = start, .timeout = 60);

Test(session, every_end_has_the_documented_exit_code)
{
	outcome.guest_exit = 0x10;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 0);
	outcome.guest_exit = 0x11;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 1);
	check_eq(int, code(RUN_END_RESET), 1);
	check_eq(int, code(RUN_END_POWEROFF), 0);
	check_eq(int, code(RUN_END_TRIPLE_FAULT), 5);
	check_eq(int, code(RUN_END_BAD_FETCH), 5);
	check_eq(int, code(RUN_END_UNWRITTEN), 5);
	check_eq(int, code(RUN_END_INTERNAL), 7);
	check_eq(int, code(RUN_END_HALTED), 6);
	check_eq(int, code(RUN_END_TIME_LIMIT), 4);
	check_eq(int, code(RUN_END_WALL_LIMIT), 4);
	check_eq(int, code(RUN_END_SCRIPT), 0);
	check_eq(int, code(RUN_END_SCRIPT_FAILED), 1);
	check_eq(int, code(RUN_END_USER), 0);
}

Test(session, an_expectation_decides_over_the_guests_own_word)
{
	options.expect = "x";
	outcome.guest_exit = 0x10;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 1);
	check_eq(int, code(RUN_END_HALTED), 1);
	check_eq(int, code(RUN_END_POWEROFF), 1);
	check_eq(int, code(RUN_END_SCRIPT), 1);
	check_eq(int, code(RUN_END_TIME_LIMIT), 4);
	check_eq(int, code(RUN_END_TRIPLE_FAULT), 5);
	outcome.matched = true;
	outcome.guest_exit = 0x11;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 0);
	check_eq(int, code(RUN_END_EXPECT), 0);
	check_eq(int, code(RUN_END_POWEROFF), 0);
	check_eq(int, code(RUN_END_HALTED), 0);
	check_eq(int, code(RUN_END_SCRIPT_FAILED), 1);
}

Test(session, lint_errors_spoil_only_a_run_that_was_well)
{
	outcome.lint_errors = 1;
	check_eq(int, code(RUN_END_HALTED), 6);
	options.lint = LINT_MODE_ERROR;
	check_eq(int, code(RUN_END_HALTED), 3);
	outcome.guest_exit = 0x10;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 3);
	check_eq(int, code(RUN_END_POWEROFF), 3);
	outcome.guest_exit = 0x11;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 1);
	check_eq(int, code(RUN_END_TRIPLE_FAULT), 5);
}

Test(session, qemus_exit_code_passes_through)
{
	options.qemu_exit = true;
	outcome.guest_exit = 0x10;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 33);
	outcome.guest_exit = 0xff;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 0xff);
	check_eq(int, code(RUN_END_HALTED), 6);
}

Test(session, every_end_has_a_name_of_its_own)
{
	for (int a = RUN_END_NONE; a <= RUN_END_USER; a++)
		for (int b = RUN_END_NONE; b < a; b++)
			check_ne(str, run_end_name((enum run_end)a), run_end_name((enum run_end)b));
}
