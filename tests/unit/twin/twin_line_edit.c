/* SPDX-License-Identifier: MIT */
/* The line editor as a kernel has it: compiled without a library. */
#include "bimetal/line_edit.h"
#include "bimetal/twin.h"

enum { SIZE = 12, LINES = 2 };

static char text[SIZE], history[LINES * SIZE];
static struct line_edit line;
static unsigned shown;

static void count(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	(void)bytes;
	shown += (unsigned)n;
}

static enum line_status type(const char *keys)
{
	enum line_status status = LINE_MORE;
	while (*keys) status = line_edit_byte(&line, (uint8_t)*keys++);
	return status;
}

static void expect_text(const char *want)
{
	unsigned n = 0;

	for (; want[n]; n++) twin_expect_eq(line.text[n], want[n]);
	twin_expect_eq(line.text[n], 0);
}

TWIN(line_edit, a_line_is_edited_entered_and_recalled)
{
	const struct line_memory memory = {
		.text = text, .size = SIZE, .history = history, .lines = LINES
	};
	twin_assert_eq(line_edit_init(&line, &memory, count, NULL), LINE_MORE);
	twin_expect_eq(type("helo\x1b[Dl"), LINE_MORE);
	expect_text("hello");
	twin_expect_eq(type("\r"), LINE_ENTERED);
	twin_expect_eq(line_edit_begin(&line), LINE_MORE);
	twin_expect_eq(type("x\x1b[A"), LINE_MORE);
	expect_text("hello");
	twin_expect_eq(type("\x01\x1b[3~H"), LINE_MORE);
	expect_text("Hello");
	twin_expect_eq(type("1234567"), LINE_FULL);
	twin_expect(shown > SIZE);
}
