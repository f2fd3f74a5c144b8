/* SPDX-License-Identifier: MIT */
#include "bimetal/line_edit.h"

#include <string.h>

#include "tests/check.h"

enum { SIZE = 16, LINES = 3 };
static char text[SIZE], history[LINES * SIZE];
static struct line_edit line;

/* A terminal of one row: what a person sees of the echo. */
static char seen[64];
static size_t column, leftmost_error, newlines;

static void show(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\b') {
			if (column == 0)
				leftmost_error++;
			else
				column--;
		} else if (bytes[i] == '\n') {
			newlines++;
			column = 0;
			memset(seen, 0, sizeof(seen));
		} else {
			seen[column++] = bytes[i];
		}
	}
}

static void set_up(void)
{
	const struct line_memory memory = {
		.text = text, .size = SIZE, .history = history, .lines = LINES
	};
	require_eq(int, line_edit_init(&line, &memory, show, NULL), LINE_MORE);
}

TestSuite(line_edit, .init = set_up, .timeout = 60);

/* What is seen is the line, then only blanks, and the terminal's cursor is the line's. */
static void check_shown(const char *want)
{
	size_t n = strlen(want);

	check_eq(str, line.text, want);
	check(strncmp(seen, want, n) == 0, "seen '%s'", seen);
	for (size_t i = n; seen[i]; i++) check_eq(chr, seen[i], ' ');
	check_eq(sz, column, line.cursor);
	check_eq(sz, leftmost_error, 0);
}

static enum line_status type(const char *characters)
{
	enum line_status status = LINE_MORE;

	while (*characters) status = line_edit_byte(&line, (uint8_t)*characters++);
	return status;
}

static void enter(const char *characters)
{
	require_eq(int, type(characters), LINE_MORE);
	require_eq(int, type("\r"), LINE_ENTERED);
	require_eq(int, line_edit_begin(&line), LINE_MORE);
}

Test(line_edit, characters_are_inserted_at_the_cursor)
{
	type("helo");
	check_eq(int, line_edit_key(&line, LINE_LEFT), LINE_MORE);
	type("l");
	check_shown("hello");
	check_eq(sz, line.cursor, 4);
	type("\x01>");
	check_shown(">hello");
	type("\x05!");
	check_shown(">hello!");
}

Test(line_edit, characters_are_erased_on_both_sides)
{
	type("abcdef\b");
	check_shown("abcde");
	type("\x1b[D\x1b[D\x7f");
	check_shown("abde");
	type("\x1b[3~");
	check_shown("abe");
	type("\x0b");
	check_shown("ab");
	check_eq(int, type("\x1b[3~"), LINE_IGNORED, "nothing at the cursor");
	type("\x15");
	check_shown("");
	check_eq(int, type("\b"), LINE_IGNORED, "nothing before it");
}

Test(line_edit, a_word_is_erased_with_the_blanks_behind_it)
{
	type("one two  ");
	type("\x17");
	check_shown("one ");
	type("\x17");
	check_shown("");
}

Test(line_edit, a_full_line_takes_no_more)
{
	check_eq(int, type("123456789012345"), LINE_MORE);
	check_eq(int, type("6"), LINE_FULL);
	check_shown("123456789012345");
}

Test(line_edit, earlier_lines_are_recalled)
{
	enter("one");
	enter("two");
	enter("two");
	enter("");
	check_eq(int, type("\x1b[A"), LINE_MORE);
	check_shown("two");
	type("\x1b[A");
	check_shown("one");
	check_eq(int, type("\x1b[A"), LINE_IGNORED, "there is none before it");
	type("\x1b[B");
	check_shown("two");
	type("\x1b[B");
	check_shown("");
	check_eq(int, type("\x1b[B"), LINE_IGNORED);
}

Test(line_edit, the_oldest_line_is_forgotten)
{
	enter("one");
	enter("two");
	enter("three");
	enter("four");
	for (unsigned i = 0; i < 5; i++) type("\x1b[A");
	check_shown("two");
}

Test(line_edit, enter_is_cr_lf_or_both)
{
	check_eq(int, type("a\r"), LINE_ENTERED);
	check_eq(int, line_edit_begin(&line), LINE_MORE);
	check_eq(int, type("\n"), LINE_IGNORED, "the same Enter");
	check_eq(int, type("\n"), LINE_ENTERED);
	check_eq(sz, newlines, 2);
	/* What came in between ends that Enter. */
	check_eq(int, type("b\r"), LINE_ENTERED);
	check_eq(int, line_edit_begin(&line), LINE_MORE);
	type("\x1b[A");
	check_eq(int, type("\n"), LINE_ENTERED, "a key");
	check_eq(int, line_edit_begin(&line), LINE_MORE);
}

Test(line_edit, ctrl_c_abandons_the_line)
{
	type("abc\x1b[H");
	check_eq(int, type("\x03"), LINE_ABANDONED);
	check_eq(str, line.text, "");
	check_eq(int, type("x"), LINE_MORE);
	check_shown("x");
}

Test(line_edit, other_sequences_are_ignored_and_end)
{
	type("ab\x1b[5~\x1b[15~\x1b[Z\x1bO\x09\xc3");
	check_shown("ab");
	type("\x1b[1~c\x1b[4~d\x1b[Ce\x1b[F");
	check_shown("cabde");
}

/* Ctrl with a cursor key is ESC [ 1 ; 5 D: no part of it is text. */
Test(line_edit, sequences_with_more_parameters_are_ignored_whole)
{
	type("ab\x1b[1;5D\x1b[3;5~\x1b[?25h\x1b[1 q\x1b[;A");
	check_shown("ab");
	type("\x1b[Dc");
	check_shown("acb");
}

Test(line_edit, a_sequence_that_was_cut_hides_no_control_character)
{
	type("ab\x1b[1");
	check_eq(int, type("\r"), LINE_ENTERED);
	check_eq(int, line_edit_begin(&line), LINE_MORE);
	type("ab\x1b");
	check_eq(int, type("\x03"), LINE_ABANDONED);
}

Test(line_edit, without_echo_and_history_it_is_quiet)
{
	const struct line_memory memory = { .text = text, .size = SIZE };
	require_eq(int, line_edit_init(&line, &memory, NULL, NULL), LINE_MORE);
	enter("x");
	check_eq(int, type("\x1b[A"), LINE_IGNORED);
	check_eq(sz, column, 0);
}

Test(line_edit, bad_arguments_are_told)
{
	struct line_memory memory = { .text = text, .size = 1 };
	check_eq(int, line_edit_init(NULL, &memory, NULL, NULL), LINE_NULL);
	check_eq(int, line_edit_init(&line, NULL, NULL, NULL), LINE_NULL);
	check_eq(int, line_edit_init(&line, &memory, NULL, NULL), LINE_BAD_ARG);
	memory = (struct line_memory){ .size = SIZE };
	check_eq(int, line_edit_init(&line, &memory, NULL, NULL), LINE_NULL);
	memory = (struct line_memory){ .text = text, .size = SIZE, .lines = 1 };
	check_eq(int, line_edit_init(&line, &memory, NULL, NULL), LINE_NULL);
	check_eq(int, line_edit_begin(NULL), LINE_NULL);
	check_eq(int, line_edit_key(NULL, LINE_LEFT), LINE_NULL);
	check_eq(int, line_edit_character(NULL, 'a'), LINE_NULL);
	check_eq(int, line_edit_byte(NULL, 'a'), LINE_NULL);
}
