/* SPDX-License-Identifier: MIT */
/* A run is opened, goes on, and ends. */
#include "tests/unit/command/session_fixture.h"

TestSuite(session, .init = start_files, .fini = remove_files, .timeout = 60);

Test(session, what_cannot_be_opened_is_named)
{
	options.boot.path = "/nowhere/image";
	check(!open_guest(GUEST_LOOP, 3));
	check(strstr(session->error, "/nowhere/image"), "%s", session->error);
	options.boot.path = image;
	options.script = "/nowhere/script";
	check(!open_guest(GUEST_LOOP, 3));
	check(strstr(session->error, "/nowhere/script"), "%s", session->error);
	options.script = NULL;
	options.trace = "/nowhere/trace";
	check(!open_guest(GUEST_LOOP, 3));
	check(strstr(session->error, "/nowhere/trace: cannot open the file for writing"), "%s",
	      session->error);
	options.trace = NULL;
	options.screenshot = "/nowhere/screen.png"; /* written at the end, checked now */
	check(!open_guest(GUEST_LOOP, 3));
	check(strstr(session->error, "/nowhere/screen.png: cannot open the file for writing"), "%s",
	      session->error);
	options.screenshot = NULL;
	options.expect = "(";
	check(!open_guest(GUEST_LOOP, 3));
	check(strstr(session->error, "--expect '('"), "%s", session->error);
	options.expect = NULL;
	options.machine = "mainframe";
	check(!open_guest(GUEST_LOOP, 3));
	check(strstr(session->error, "mainframe"), "%s", session->error);
}

Test(session, the_guests_exit_is_the_outcome)
{
	RUN(GUEST_PASS);
	check_eq(int, session->outcome.end, RUN_END_DEBUG_EXIT);
	check_eq(u32, session->outcome.guest_exit, 0x10);
	check_ge(u64, session->cpu.instructions, 2);
	check_gt(u64, session->virtual_ns, 0);
	check_eq(str, session->digest, "", "nobody asked for it");
}

Test(session, pauses_change_nothing)
{
	char plain[SESSION_DIGEST_SIZE];

	options.stats = "-";
	RUN(GUEST_LOOP);
	check_eq(int, session->outcome.end, RUN_END_TIME_LIMIT);
	strcpy(plain, session->digest);
	check_ne(str, plain, "");
	OPEN(GUEST_LOOP);
	for (uint64_t ns = 10000; ns < options.max_time_ns; ns += 10000) {
		check(session_advance(session, ns));
		check_ge(u64, clock_now(&session->machine.clock), ns);
	}
	session_run(session);
	check_eq(int, session->outcome.end, RUN_END_TIME_LIMIT);
	check_eq(str, session->digest, plain);
}

Test(session, a_run_that_ended_does_not_go_on)
{
	OPEN(GUEST_PASS);
	check(!session_advance(session, UINT64_MAX));
	uint64_t at = clock_now(&session->machine.clock);
	check(!session_advance(session, UINT64_MAX));
	check_eq(u64, clock_now(&session->machine.clock), at);
}

Test(session, what_the_guest_outputs_is_written)
{
	options.debugcon = written;
	RUN(GUEST_SAY_A GUEST_PASS);
	session_close_outputs(session);
	check_eq(str, text_of(written), "A");
	check_eq(u64, text_log_end(&session->debug), 1);
}

/* mov dx, 3f8h; mov al, 'S'; out dx, al: its last character is on the wire when the guest ends. */
Test(session, the_last_character_is_still_sent)
{
	options.serial = written;
	RUN("\x66\xba\xf8\x03\xb0\x53\xee" GUEST_PASS);
	session_close_outputs(session);
	check_eq(str, text_of(written), "S");
}

/* Reset by the keyboard controller: mov al, 0feh; out 64h, al. */
Test(session, after_a_reset_the_image_boots_again)
{
	options.debugcon = written;
	RUN(GUEST_SAY_A "\xb0\xfe\xe6\x64\xeb\xfe");
	check_eq(int, session->outcome.end, RUN_END_RESET);
	options.reboot_on_reset = true;
	options.max_time_ns = 250000000; /* a boot takes 100 ms */
	RUN(GUEST_SAY_A "\xb0\xfe\xe6\x64\xeb\xfe");
	session_close_outputs(session);
	check_eq(int, session->outcome.end, RUN_END_TIME_LIMIT);
	check_eq(str, text_of(written), "AAA");
}
