/* SPDX-License-Identifier: MIT */
#include "harness/console/expect.h"
#include "tests/check.h"

#include <string.h>

static struct text_log text;
static uint64_t cursor;

static void start(void)
{
	text_log_init(&text);
	cursor = 0;
}

static void say(const char *s)
{
	for (; *s; s++) text_log_add(&text, (uint8_t)*s);
}

static bool find(const char *pattern)
{
	struct expect e;
	char why[64];
	require(expect_init(&e, pattern, why, sizeof(why)));
	bool found = expect_search(&e, &text, &cursor);
	expect_free(&e);
	return found;
}

TestSuite(expect, .init = start, .timeout = 60);

Test(expect, a_bad_expression_is_refused_with_a_reason)
{
	struct expect e;
	char why[64] = "";
	check(!expect_init(&e, "a(b", why, sizeof(why)));
	check_ne(str, why, "");
}

Test(expect, a_match_is_found_when_its_text_has_come)
{
	say("Linux version 6");
	check(!find("BOOT-OK"));
	say(".1\r\nBOOT");
	check(!find("BOOT-OK"));
	say("-OK");
	check(find("BOOT-OK"));
}

Test(expect, searches_go_on_behind_the_last_match)
{
	say("one two\nthree\n");
	check(find("two"));
	check(!find("one"));
	say("four");
	check(find("four"));
	check(!find("four"));
}

Test(expect, two_matches_in_one_line_are_both_found)
{
	say("$ $ ");
	check(find("\\$ "));
	check(find("\\$ "));
	check(!find("\\$ "));
}

Test(expect, a_caret_means_the_start_of_a_line)
{
	say("xab\nab");
	check(find("^ab"));
	check_eq(u64, cursor, 6);
	start();
	say("xab");
	check(find("x"));
	check(!find("^ab"));
}

Test(expect, a_dollar_means_the_end_of_a_line_or_of_the_text)
{
	say("one $ two\r\nthree");
	check(find("two$"));
	cursor = 0;
	check(!find("one$"));
	check(find("three$"));
	say("\n~ # ");
	check(find("# $"));
}

Test(expect, an_expression_with_newlines_spans_lines)
{
	say("x\n3\r\ns");
	check(!find("3\\r\\nsh\\r\\n"));
	say("h\r\n");
	check(find("3\\r\\nsh\\r\\n"));
	start();
	say("a\nb\nc\nd\n");
	check(!find("a\\nc"));
	start();
	say("a\nb\nc\nd\n");
	check(find("^b\\nc\\nd$"));
	check_eq(u64, cursor, 7);
}

Test(expect, waiting_for_lines_keeps_the_ones_that_may_begin_a_match)
{
	say("a\nb\nc\n");
	check(!find("c\\nd"));
	check_eq(u64, cursor, 4);
}

Test(expect, a_dot_does_not_cross_lines)
{
	say("a\nb\n");
	check(!find("a.*b"));
}

Test(expect, a_nul_byte_does_not_end_the_text)
{
	text_log_add(&text, 'a');
	text_log_add(&text, 0);
	text_log_add(&text, 'b');
	check(find("b"));
}

Test(expect, colours_and_cursor_movements_are_not_text)
{
	say("[\x1b[0;32m OK \x1b[0m]\n/ # \x1b[6n");
	check(find("^\\[ OK \\]$"));
	check(find("# $"));
	say("\x1b]0;title\x07\x1b(Bend\x1b[2\nnext");
	check(find("end$"));
	check(find("^next"));
}

Test(expect, old_text_is_dropped_and_positions_stay)
{
	for (size_t i = 0; i < TEXT_LOG_SIZE / 8; i++) say("1234567\n");
	check(!find("last"));
	uint64_t end = text_log_end(&text);
	say("last\n");
	check_eq(u64, text_log_end(&text), end + 5);
	check(text.dropped > 0);
	check(find("last"));
	cursor = 0; /* that text was dropped: the search starts at the oldest text that is left */
	check(find("last"));
}

Test(expect, a_line_without_end_is_searched_in_pieces)
{
	for (size_t i = 0; i < 3 * TEXT_LOG_MAX_MATCH; i++) text_log_add(&text, 'x');
	check(!find("end"));
	check_eq(u64, cursor, 2 * TEXT_LOG_MAX_MATCH);
	say("end");
	check(find("end"));
}

Test(expect, a_screen_is_complete_to_its_last_line)
{
	struct expect e;
	char why[64];
	static const char screen[] = "first\nlast";
	require(expect_init(&e, "^last$", why, sizeof(why)));
	check(expect_search_text(&e, screen, strlen(screen)));
	check(!expect_search_text(&e, "first\nlaster", 12));
	expect_free(&e);
}
