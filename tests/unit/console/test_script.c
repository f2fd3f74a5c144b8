/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/console/script.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#define MS UINT64_C(1000000)

static struct script script;
static struct text_log serial, debugcon;
static const char *screen_text;
static char sent[256];
static size_t room;
static unsigned pressed;
static bool busy;

static const char *screen(void *ctx, size_t *len)
{
	(void)ctx;
	*len = screen_text ? strlen(screen_text) : 0;
	return screen_text;
}

static size_t send_bytes(void *ctx, const void *bytes, size_t len)
{
	(void)ctx;
	size_t n = len < room ? len : room;
	strncat(sent, bytes, n);
	room -= n;
	return n;
}

static bool press(void *ctx, const struct key_chord *chord)
{
	(void)ctx;
	pressed += (unsigned)chord->n;
	return true;
}

static bool idle(void *ctx)
{
	(void)ctx;
	return !busy;
}

static const struct script_host host = { .serial = &serial,
					 .debugcon = &debugcon,
					 .screen = screen,
					 .send = send_bytes,
					 .press = press,
					 .idle = idle };

static void start(void)
{
	text_log_init(&serial);
	text_log_init(&debugcon);
	screen_text = "";
	sent[0] = '\0';
	room = 1000;
	pressed = 0;
	busy = false;
}

static void finish(void) { script_free(&script); }

static bool parse(const char *source) { return script_parse(&script, "t", source, strlen(source)); }

static void say(const char *s)
{
	for (; *s; s++) text_log_add(&serial, (uint8_t)*s);
}

static enum script_result poll_at(uint64_t ms) { return script_poll(&script, &host, ms * MS); }

TestSuite(script, .init = start, .fini = finish, .timeout = 60);

Test(script, it_tells_whether_it_needs_a_keyboard)
{
	require(parse("type \"x\"\nquit\n"));
	check(script_presses_keys(&script));
	script_free(&script);
	require(parse("press enter\n"));
	check(script_presses_keys(&script));
	script_free(&script);
	require(parse("send \"x\"\nsleep 1ms\n"));
	check(!script_presses_keys(&script));
}

Test(script, a_dialogue_goes_step_by_step)
{
	require(parse("# log in\nwait serial /login: /\nsend \"root\\n\"\nwait serial /\\$ /\n"
		      "quit # done\n"));
	check_eq(int, (int)poll_at(0), SCRIPT_RUNNING);
	check_eq(str, sent, "");
	say("login: ");
	check_eq(int, (int)poll_at(10), SCRIPT_RUNNING);
	check_eq(str, sent, "root\n");
	say("# $ ");
	check_eq(int, (int)poll_at(20), SCRIPT_PASSED);
}

Test(script, waits_do_not_see_the_same_text_twice)
{
	require(parse("wait serial /ok/\nwait serial /ok/\n"));
	say("ok ");
	check_eq(int, (int)poll_at(0), SCRIPT_RUNNING);
	say("ok ");
	check_eq(int, (int)poll_at(1), SCRIPT_FINISHED);
}

Test(script, checks_look_at_everything_so_far)
{
	require(parse("wait serial /b/\ncheck serial /a/\ncheck screen /^x$/\n"));
	screen_text = "w\nx\n";
	say("a\nb\n");
	check_eq(int, (int)poll_at(0), SCRIPT_FINISHED);
}

Test(script, positions_in_serial_and_debug_console_are_separate)
{
	require(parse(
		"wait serial /a/\nwait debugcon /b/\nwait debugcon /b/\ncheck debugcon /bb/\n"));
	text_log_add(&debugcon, 'b');
	text_log_add(&debugcon, 'b');
	check_eq(int, script_poll(&script, &host, 0), SCRIPT_RUNNING);
	say("ab");
	check_eq(int, script_poll(&script, &host, 0), SCRIPT_FINISHED);
	finish();
	require(parse("check debugcon /a/\n"));
	check_eq(int, script_poll(&script, &host, 0), SCRIPT_FAILED);
	check_eq(str, script.error, "t:1: /a/ is not on the debug console");
	finish();
	check(!parse("wait parallel /a/\n"));
	check_eq(str, script.error,
		 "t:1: expected serial, debugcon or screen, such as: wait serial /login:/");
}

Test(script, a_failed_check_names_file_and_line)
{
	require(parse("\n\ncheck serial /a/\n"));
	check_eq(int, (int)poll_at(0), SCRIPT_FAILED);
	check_eq(str, script.error, "t:3: /a/ is not on the serial line");
}

Test(script, a_wait_gives_up_at_its_timeout)
{
	require(parse("wait screen /a/ timeout 100ms\n"));
	check_eq(int, (int)poll_at(50), SCRIPT_RUNNING);
	check_eq(int, (int)poll_at(149), SCRIPT_RUNNING);
	check_eq(int, (int)poll_at(150), SCRIPT_FAILED);
	check_eq(str, script.error, "t:1: timed out waiting for /a/ on the screen");
}

Test(script, a_long_text_is_sent_as_the_queue_drains)
{
	require(parse("send \"abcdef\"\nquit"));
	room = 4;
	busy = true;
	check_eq(int, (int)poll_at(0), SCRIPT_RUNNING);
	room = 4;
	check_eq(int, (int)poll_at(1), SCRIPT_RUNNING);
	check_eq(str, sent, "abcdef");
	busy = false;
	check_eq(int, (int)poll_at(2), SCRIPT_PASSED);
}

Test(script, escapes_are_those_of_c)
{
	require(parse("send \"\\x41\\t\\\\\\\"\\r\\n\"\n"));
	check_eq(int, (int)poll_at(0), SCRIPT_FINISHED);
	check_eq(str, sent, "A\t\\\"\r\n");
}

Test(script, a_slash_in_an_expression_is_escaped)
{
	require(parse("wait serial /a\\/b\\.c/\n"));
	say("a/b.c");
	check_eq(int, (int)poll_at(0), SCRIPT_FINISHED);
}

Test(script, keys_are_pressed_and_typed)
{
	require(parse("press ctrl+c\ntype \"Ab\"\npress enter\n"));
	check_eq(int, (int)poll_at(0), SCRIPT_FINISHED);
	check_eq(uint, pressed, 2 + 2 + 1 + 1);
}

Test(script, a_wait_with_a_timeout_has_a_deadline)
{
	require(parse("sleep 20ms\nwait screen /a/ timeout 100ms\nwait screen /b/\n"));
	check_eq(u64, script_deadline(&script), UINT64_MAX, "it has not begun");
	script_poll(&script, &host, 5 * MS);
	check_eq(u64, script_deadline(&script), UINT64_MAX, "sleeping is no failure");
	script_poll(&script, &host, 30 * MS);
	check_eq(u64, script_deadline(&script), 130 * MS);
	screen_text = "a";
	script_poll(&script, &host, 40 * MS);
	check_eq(u64, script_deadline(&script), UINT64_MAX, "no timeout was given");
}

Test(script, sleeping_takes_virtual_time)
{
	require(parse("sleep 20ms\nquit\n"));
	check_eq(int, (int)poll_at(100), SCRIPT_RUNNING);
	check_eq(int, (int)poll_at(119), SCRIPT_RUNNING);
	check_eq(int, (int)poll_at(120), SCRIPT_PASSED);
}

Test(script, an_empty_script_is_finished_at_once)
{
	require(parse(""));
	check_eq(int, (int)poll_at(0), SCRIPT_FINISHED);
}

Test(script, a_guest_that_ends_early_fails_the_script)
{
	require(parse("wait serial /a/\n"));
	check_eq(int, (int)script_end(&script, &host, 0, "halted"), SCRIPT_FAILED);
	check_eq(str, script.error,
		 "t:1: the run ended (halted) before /a/ came on the serial line");
}

Test(script, output_just_before_the_end_counts)
{
	require(parse("wait serial /bye/\n"));
	check_eq(int, (int)poll_at(0), SCRIPT_RUNNING);
	say("bye");
	check_eq(int, (int)script_end(&script, &host, 0, "halted"), SCRIPT_FINISHED);
}

Test(script, mistakes_are_refused_with_their_line)
{
	static const char *const bad[] = {
		"wait",
		"wait serial",
		"wait serial foo",
		"wait serial /foo",
		"wait serial /a(/",
		"wait memory /a/",
		"wait serial /a/ timeout",
		"wait serial /a/ timeout soon",
		"wait serial /a/ timeout 0",
		"wait serial /a/ b",
		"check serial /a/ timeout 1s",
		"send",
		"send foo",
		"send \"foo",
		"send \"\\q\"",
		"send \"\\x4\"",
		"send \"a\" \"b\"",
		"press",
		"press nokey",
		"type \"\\x80\"",
		"sleep",
		"quit now",
		"quitnow",
		"jump",
	};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char source[128];
		snprintf(source, sizeof(source), "\n%s\n", bad[i]);
		check(!parse(source), "accepted: %s", bad[i]);
		check(strncmp(script.error, "t:2: ", 5) == 0, "%s: %s", bad[i], script.error);
	}
}

Test(script, binary_and_endless_lines_are_refused)
{
	static char line[SCRIPT_MAX_LINE + 10];
	check(!script_parse(&script, "t", "quit\0x", 6));
	memset(line, '#', sizeof(line));
	check(!script_parse(&script, "t", line, sizeof(line)));
}

Test(script, too_many_commands_are_refused)
{
	static char many[5 * (SCRIPT_MAX_COMMANDS + 1) + 1];
	for (size_t i = 0; i <= SCRIPT_MAX_COMMANDS; i++) memcpy(many + 5 * i, "quit\n", 5);
	check(!script_parse(&script, "t", many, sizeof(many) - 1));
}

Test(script, a_missing_file_is_named)
{
	check(!script_load(&script, "/no/such/script"));
	check(strstr(script.error, "/no/such/script") != NULL);
}
