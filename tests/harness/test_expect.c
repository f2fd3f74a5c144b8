/* SPDX-License-Identifier: MIT */
#include "harness/expect.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
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
	cr_assert(expect_init(&e, pattern, why, sizeof(why)));
	bool found = expect_search(&e, &text, &cursor);
	expect_free(&e);
	return found;
}

TestSuite(expect, .init = start, .timeout = 60);

Test(expect, a_bad_expression_is_refused_with_a_reason)
{
	struct expect e;
	char why[64] = "";
	cr_expect(not(expect_init(&e, "a(b", why, sizeof(why))));
	cr_expect(ne(str, why, ""));
}

Test(expect, a_match_is_found_when_its_text_has_come)
{
	say("Linux version 6");
	cr_expect(not(find("BOOT-OK")));
	say(".1\r\nBOOT");
	cr_expect(not(find("BOOT-OK")));
	say("-OK");
	cr_expect(find("BOOT-OK"));
}

Test(expect, searches_go_on_behind_the_last_match)
{
	say("one two\nthree\n");
	cr_expect(find("two"));
	cr_expect(not(find("one")));
	say("four");
	cr_expect(find("four"));
	cr_expect(not(find("four")));
}

Test(expect, two_matches_in_one_line_are_both_found)
{
	say("$ $ ");
	cr_expect(find("\\$ "));
	cr_expect(find("\\$ "));
	cr_expect(not(find("\\$ ")));
}

Test(expect, a_caret_means_the_start_of_a_line)
{
	say("xab\nab");
	cr_expect(find("^ab"));
	cr_expect(eq(u64, cursor, 6));
	start();
	say("xab");
	cr_expect(find("x"));
	cr_expect(not(find("^ab")));
}

Test(expect, a_dollar_means_the_end_of_a_line_or_of_the_text)
{
	say("one $ two\r\nthree");
	cr_expect(find("two$"));
	cursor = 0;
	cr_expect(not(find("one$")));
	cr_expect(find("three$"));
	say("\n~ # ");
	cr_expect(find("# $"));
}

Test(expect, an_expression_with_newlines_spans_lines)
{
	say("x\n3\r\ns");
	cr_expect(not(find("3\\r\\nsh\\r\\n")));
	say("h\r\n");
	cr_expect(find("3\\r\\nsh\\r\\n"));
	start();
	say("a\nb\nc\nd\n");
	cr_expect(not(find("a\\nc")));
	start();
	say("a\nb\nc\nd\n");
	cr_expect(find("^b\\nc\\nd$"));
	cr_expect(eq(u64, cursor, 7));
}

Test(expect, waiting_for_lines_keeps_the_ones_that_may_begin_a_match)
{
	say("a\nb\nc\n");
	cr_expect(not(find("c\\nd")));
	cr_expect(eq(u64, cursor, 4));
}

Test(expect, a_dot_does_not_cross_lines)
{
	say("a\nb\n");
	cr_expect(not(find("a.*b")));
}

Test(expect, a_nul_byte_does_not_end_the_text)
{
	text_log_add(&text, 'a');
	text_log_add(&text, 0);
	text_log_add(&text, 'b');
	cr_expect(find("b"));
}

Test(expect, colours_and_cursor_movements_are_not_text)
{
	say("[\x1b[0;32m OK \x1b[0m]\n/ # \x1b[6n");
	cr_expect(find("^\\[ OK \\]$"));
	cr_expect(find("# $"));
	say("\x1b]0;title\x07\x1b(Bend\x1b[2\nnext");
	cr_expect(find("end$"));
	cr_expect(find("^next"));
}

Test(expect, old_text_is_dropped_and_positions_stay)
{
	for (size_t i = 0; i < TEXT_LOG_SIZE / 8; i++) say("1234567\n");
	cr_expect(not(find("last")));
	uint64_t end = text_log_end(&text);
	say("last\n");
	cr_expect(eq(u64, text_log_end(&text), end + 5));
	cr_expect(text.dropped > 0);
	cr_expect(find("last"));
	cursor = 0; /* fallen out of the window: the search starts at what is left */
	cr_expect(find("last"));
}

Test(expect, a_line_without_end_is_searched_in_pieces)
{
	for (size_t i = 0; i < 3 * TEXT_LOG_MAX_MATCH; i++) text_log_add(&text, 'x');
	cr_expect(not(find("end")));
	cr_expect(eq(u64, cursor, 2 * TEXT_LOG_MAX_MATCH));
	say("end");
	cr_expect(find("end"));
}

Test(expect, a_screen_is_complete_to_its_last_line)
{
	struct expect e;
	char why[64];
	static const char screen[] = "first\nlast";
	cr_assert(expect_init(&e, "^last$", why, sizeof(why)));
	cr_expect(expect_search_text(&e, screen, strlen(screen)));
	cr_expect(not(expect_search_text(&e, "first\nlaster", 12)));
	expect_free(&e);
}
