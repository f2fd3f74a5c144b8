/* SPDX-License-Identifier: MIT */
/* The line and what is shown of it. */
#include "internal.h"

enum { MIN_SIZE = 2 };

enum line_status line_edit_init(struct line_edit *line, const struct line_memory *memory,
				line_echo echo, void *ctx)
{
	if (!line || !memory || !memory->text) return LINE_NULL;
	if (memory->lines && !memory->history) return LINE_NULL;
	if (memory->size < MIN_SIZE) return LINE_BAD_ARG;
	*line = (struct line_edit){ .text = memory->text,
				    .size = memory->size,
				    .history = memory->history,
				    .lines = memory->lines,
				    .echo = echo,
				    .ctx = ctx };
	line->text[0] = '\0';
	return LINE_MORE;
}

/* ---- what is shown ---- */

void line_show(const struct line_edit *line, const char *bytes, size_t n)
{
	if (line->echo && n) line->echo(line->ctx, bytes, n);
}

static void show_again(const struct line_edit *line, char c, size_t n)
{
	for (size_t i = 0; i < n; i++) line_show(line, &c, 1);
}

/* The text from the cursor on, then `gone` blanks where characters were; back to the cursor. */
static void show_rest(const struct line_edit *line, size_t gone)
{
	const size_t rest = line->length - line->cursor;

	line_show(line, line->text + line->cursor, rest);
	show_again(line, ' ', gone);
	show_again(line, '\b', rest + gone);
}

/* ---- changes ---- */

void line_move_to(struct line_edit *line, size_t cursor)
{
	if (cursor < line->cursor) show_again(line, '\b', line->cursor - cursor);
	if (cursor > line->cursor)
		line_show(line, line->text + line->cursor, cursor - line->cursor);
	line->cursor = cursor;
}

/* Remove [from, to); the cursor goes to `from`. */
void line_remove(struct line_edit *line, size_t from, size_t to)
{
	line_move_to(line, from);
	for (size_t i = to; i <= line->length; i++) line->text[from + i - to] = line->text[i];
	line->length -= to - from;
	show_rest(line, to - from);
}

enum line_status line_insert(struct line_edit *line, char c)
{
	if (line->length + 1 >= line->size) return LINE_FULL;
	for (size_t i = line->length + 1; i > line->cursor; i--) line->text[i] = line->text[i - 1];
	line->text[line->cursor++] = c;
	line->length++;
	line_show(line, &c, 1);
	if (line->cursor < line->length) show_rest(line, 0);
	return LINE_MORE;
}
