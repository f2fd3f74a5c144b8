/* SPDX-License-Identifier: MIT */
/* Lines that were entered: a ring of `lines` lines of `size` bytes. */
#include "internal.h"

static char *kept_line(const struct line_edit *line, size_t number)
{
	return line->history + number % line->lines * line->size;
}

static bool equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

void line_keep(struct line_edit *line)
{
	line->recalled = 0;
	if (line->lines == 0 || line->length == 0) return;
	if (line->entered > 0 && equal(kept_line(line, line->entered - 1), line->text)) return;
	char *to = kept_line(line, line->entered++);
	for (size_t i = 0; i <= line->length; i++) to[i] = line->text[i];
}

static void replace(struct line_edit *line, const char *text)
{
	line_remove(line, 0, line->length);
	while (*text) (void)line_insert(line, *text++);
}

enum line_status line_recall(struct line_edit *line, bool older)
{
	const size_t kept = line->entered < line->lines ? line->entered : line->lines;

	if (older ? line->recalled >= kept : line->recalled == 0) return LINE_IGNORED;
	if (older)
		line->recalled++;
	else
		line->recalled--;
	replace(line, line->recalled ? kept_line(line, line->entered - line->recalled) : "");
	return LINE_MORE;
}

enum line_status line_edit_begin(struct line_edit *line)
{
	if (!line) return LINE_NULL;
	line_keep(line);
	line->text[0] = '\0';
	line->length = line->cursor = 0;
	return LINE_MORE;
}
