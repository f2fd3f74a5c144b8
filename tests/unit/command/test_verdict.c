/* SPDX-License-Identifier: MIT */
#include "harness/command/verdict.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

TestSuite(verdict, .init = start, .timeout = 60);

Test(verdict, every_end_has_the_documented_exit_code)
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

Test(verdict, an_expectation_overrides_the_guests_exit_code)
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

Test(verdict, lint_errors_fail_only_a_run_that_passed)
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

Test(verdict, qemus_exit_code_passes_through)
{
	options.qemu_exit = true;
	outcome.guest_exit = 0x10;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 33);
	outcome.guest_exit = 0xff;
	check_eq(int, code(RUN_END_DEBUG_EXIT), 0xff);
	check_eq(int, code(RUN_END_HALTED), 6);
}

Test(verdict, every_end_has_a_name_of_its_own)
{
	for (int a = RUN_END_NONE; a <= RUN_END_USER; a++)
		for (int b = RUN_END_NONE; b < a; b++)
			check_ne(str, run_end_name((enum run_end)a), run_end_name((enum run_end)b));
}

/* ---- of a session ---- */

static struct session s; /* it has no machine, only its state */

Test(verdict, what_the_guest_asked_for_overrides_the_stop)
{
	check_eq(int, verdict_of_stop(&s, CPU_STOP_TIME), RUN_END_NONE);
	check_eq(int, verdict_of_stop(&s, CPU_STOP_PREEMPTED), RUN_END_NONE);
	check_eq(int, verdict_of_stop(&s, CPU_STOP_HALTED), RUN_END_HALTED);
	check_eq(int, verdict_of_stop(&s, CPU_STOP_TRIPLE_FAULT), RUN_END_TRIPLE_FAULT);
	check_eq(int, verdict_of_stop(&s, CPU_STOP_BAD_FETCH), RUN_END_BAD_FETCH);
	check_eq(int, verdict_of_stop(&s, CPU_STOP_UNWRITTEN), RUN_END_UNWRITTEN);
	check_eq(int, verdict_of_stop(&s, CPU_STOP_INTERNAL), RUN_END_INTERNAL);
	s.machine.s.event = MACHINE_POWEROFF;
	check_eq(int, verdict_of_stop(&s, CPU_STOP_REQUESTED), RUN_END_POWEROFF);
	check_eq(int, verdict_of_stop(&s, CPU_STOP_HALTED), RUN_END_POWEROFF);
	s.machine.s.event = MACHINE_RESET;
	check_eq(int, verdict_of_stop(&s, CPU_STOP_TRIPLE_FAULT), RUN_END_RESET);
	s.machine.s.event = MACHINE_DEBUG_EXIT;
	check_eq(int, verdict_of_stop(&s, CPU_STOP_REQUESTED), RUN_END_DEBUG_EXIT);
}

static void say(const char *text)
{
	for (; *text; text++) text_log_add(&s.serial, (uint8_t)*text);
}

static void wait_for(const char *regex)
{
	char why[128];

	s.options = &options;
	text_log_init(&s.serial);
	text_log_init(&s.debug);
	s.has_expect = expect_init(&s.expect, regex, why, sizeof(why));
	require(s.has_expect, "%s", why);
}

Test(verdict, a_match_ends_the_run)
{
	wait_for("rea.y");
	say("read");
	check_eq(int, verdict_poll(&s), RUN_END_NONE);
	check(!s.outcome.matched);
	say("\nready");
	check_eq(int, verdict_poll(&s), RUN_END_EXPECT);
	check(s.outcome.matched);
	expect_free(&s.expect);
}

Test(verdict, output_just_before_the_end_counts)
{
	wait_for("bye");
	s.outcome.end = RUN_END_POWEROFF;
	say("good bye");
	verdict_settle(&s);
	check(s.outcome.matched);
	check_eq(int, s.outcome.end, RUN_END_POWEROFF);
	expect_free(&s.expect);
}

/* Ends the run while a script still waits. */
static void end_script(enum run_end end)
{
	char path[] = "/tmp/test_verdict.XXXXXX";
	int fd = mkstemp(path);
	static const char text[] = "wait serial /login/\n";

	require(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	s.options = &options;
	text_log_init(&s.serial);
	require(script_load(&s.script, path), "%s", s.script.error);
	unlink(path);
	s.has_script = true;
	s.outcome.end = end;
	verdict_settle(&s);
	script_free(&s.script);
}

Test(verdict, a_script_that_waits_in_vain_fails)
{
	end_script(RUN_END_POWEROFF);
	check_eq(int, s.outcome.end, RUN_END_SCRIPT_FAILED);
}

Test(verdict, a_crash_is_reported_rather_than_the_script_that_it_ended)
{
	end_script(RUN_END_TRIPLE_FAULT);
	check_eq(int, s.outcome.end, RUN_END_TRIPLE_FAULT);
	end_script(RUN_END_TIME_LIMIT);
	check_eq(int, s.outcome.end, RUN_END_TIME_LIMIT);
}
