/* SPDX-License-Identifier: MIT */
/* What is printed and written when a run has ended. */
#include "harness/command/report.h"
#include "tests/unit/command/session_fixture.h"

static char said[1 << 14]; /* what report() wrote to standard error */

/* Reports on the session that ran; false: something could not be written. */
static bool report(void)
{
	FILE *messages = tmpfile();
	int saved = dup(STDERR_FILENO);

	require(messages && saved >= 0);
	fflush(stderr);
	dup2(fileno(messages), STDERR_FILENO);
	bool ok = report_write(session, "1.2.3");
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(messages);
	said[fread(said, 1, sizeof(said) - 1, messages)] = '\0';
	fclose(messages);
	return ok;
}

static void says(const char *what) { check(strstr(said, what), "'%s' is not in:\n%s", what, said); }

TestSuite(report, .init = start_files, .fini = remove_files, .timeout = 60);

Test(report, the_summary_says_how_the_run_ended)
{
	RUN(GUEST_PASS);
	check(report());
	says("bimetal: the guest exited with 0x10, at ");
	says(" instructions, ");
}

Test(report, quiet_is_without_a_summary)
{
	options.quiet = true;
	RUN(GUEST_PASS);
	check(report());
	check_eq(str, said, "");
}

/* cli; hlt */
Test(report, a_halted_guest_is_shown)
{
	RUN("\xfa\xf4");
	check(report());
	says("bimetal: halted for good: ");
	says("backtrace:");
}

/* The code jumps to 0xe0000000, where there is no memory. */
Test(report, a_crash_is_shown_even_if_quiet)
{
	options.quiet = true;
	RUN("\xe9\xfb\xff\xef\xdf");
	check_eq(int, session->outcome.end, RUN_END_BAD_FETCH);
	check(report());
	says("jump to an address without memory");
}

Test(report, an_end_that_was_expected_needs_no_crash_report)
{
	options.expect = "A";
	RUN(GUEST_SAY_A "\xfa\xf4");
	check(session->outcome.matched);
	check(report());
	check(!strstr(said, "backtrace:"), "%s", said);
}

Test(report, an_expectation_that_nothing_met_is_named)
{
	options.expect = "B";
	RUN(GUEST_SAY_A GUEST_PASS);
	check(report());
	says("no line matched --expect 'B'");
}

Test(report, statistics_are_written)
{
	options.stats = written;
	RUN(GUEST_PASS);
	check(report());
	const char *json = text_of(written);
	check(strstr(json, "1.2.3"), "%s", json);
	check(strstr(json, "debug-exit"), "%s", json);
	check(strstr(json, session->digest), "%s", json);
}

/* mov byte [0b8000h], 'Z' */
Test(report, the_screens_text_is_written)
{
	options.screen_text = written;
	RUN("\xc6\x05\x00\x80\x0b\x00\x5a" GUEST_PASS);
	check(report());
	check(strncmp(text_of(written), "Z\n", 2) == 0, "%s", text_of(written));
}

Test(report, what_cannot_be_written_is_named)
{
	options.stats = "/dev/full";
	RUN(GUEST_PASS);
	check(!report());
	check(strstr(session->error, "/dev/full: cannot write the statistics"), "%s",
	      session->error);
	options.stats = NULL;
	options.screen_text = "/dev/full";
	RUN(GUEST_PASS);
	check(!report());
	check(strstr(session->error, "/dev/full: cannot write the screen"), "%s", session->error);
	options.screen_text = NULL;
	options.debugcon = "/dev/full";
	RUN(GUEST_SAY_A GUEST_PASS);
	check(!report());
	check(strstr(session->error, "could not be written"), "%s", session->error);
}
