/* SPDX-License-Identifier: MIT */
/* What keys, characters and the bytes of a terminal mean. */
#include "internal.h"

enum {
	CTRL_A = 0x01,
	CTRL_C = 0x03,
	CTRL_E = 0x05,
	BACKSPACE = 0x08,
	CTRL_K = 0x0b,
	CTRL_U = 0x15,
	CTRL_W = 0x17,
	ESCAPE = 0x1b,
	FIRST_PRINTABLE = 0x20,
	LAST_PRINTABLE = 0x7e,
	DELETE = 0x7f
};
/* How much of a control sequence came: ESC, then [, then digits, then what is not looked at:
 * further parameters, such as those of Ctrl and Shift (ECMA-48 5.4). */
enum { NO_ESCAPE, GOT_ESCAPE, GOT_BRACKET, GOT_MORE };
enum {
	FIRST_FINAL = 0x40,
	PARAMETER_HOME = 1,
	PARAMETER_DELETE = 3,
	PARAMETER_END = 4,
	PARAMETER_MAX = 99,
	TEN = 10
};

/* ---- keys ---- */

static size_t word_start(const struct line_edit *line)
{
	size_t at = line->cursor;

	while (at > 0 && line->text[at - 1] == ' ') at--;
	while (at > 0 && line->text[at - 1] != ' ') at--;
	return at;
}

static enum line_status move(struct line_edit *line, size_t to)
{
	if (to == line->cursor) return LINE_IGNORED;
	line_move_to(line, to);
	return LINE_MORE;
}

static enum line_status cut(struct line_edit *line, size_t from, size_t to)
{
	if (from == to) return LINE_IGNORED;
	line_remove(line, from, to);
	return LINE_MORE;
}

enum line_status line_edit_key(struct line_edit *line, enum line_key key)
{
	if (!line) return LINE_NULL;
	const size_t at = line->cursor, end = line->length;

	line->after_cr = false;
	switch (key) {
	case LINE_LEFT: return move(line, at ? at - 1 : at);
	case LINE_RIGHT: return move(line, at < end ? at + 1 : at);
	case LINE_HOME: return move(line, 0);
	case LINE_END: return move(line, end);
	case LINE_DELETE: return cut(line, at, at < end ? at + 1 : at);
	case LINE_ERASE: return cut(line, at ? at - 1 : at, at);
	case LINE_KILL: return cut(line, 0, end);
	case LINE_KILL_END: return cut(line, at, end);
	case LINE_KILL_WORD: return cut(line, word_start(line), at);
	case LINE_OLDER: return line_recall(line, true);
	case LINE_NEWER: return line_recall(line, false);
	}
	return LINE_IGNORED;
}

/* ---- characters ---- */

static enum line_status enter(struct line_edit *line)
{
	line_move_to(line, line->length);
	line_show(line, "\n", 1);
	return LINE_ENTERED;
}

static enum line_status abandon(struct line_edit *line)
{
	line_move_to(line, line->length);
	line_show(line, "^C\n", 3);
	line->text[0] = '\0';
	line->length = line->cursor = line->recalled = 0;
	return LINE_ABANDONED;
}

enum line_status line_edit_character(struct line_edit *line, uint32_t character)
{
	if (!line) return LINE_NULL;
	const bool after_cr = line->after_cr;

	line->after_cr = character == '\r';
	switch (character) {
	case '\n': return after_cr ? LINE_IGNORED : enter(line);
	case '\r': return enter(line);
	case BACKSPACE:
	case DELETE: return line_edit_key(line, LINE_ERASE);
	case CTRL_A: return line_edit_key(line, LINE_HOME);
	case CTRL_E: return line_edit_key(line, LINE_END);
	case CTRL_K: return line_edit_key(line, LINE_KILL_END);
	case CTRL_U: return line_edit_key(line, LINE_KILL);
	case CTRL_W: return line_edit_key(line, LINE_KILL_WORD);
	case CTRL_C: return abandon(line);
	default: break;
	}
	if (character < FIRST_PRINTABLE || character > LAST_PRINTABLE) return LINE_IGNORED;
	return line_insert(line, (char)character);
}

/* ---- a terminal's control sequences ---- */

static enum line_status numbered_key(struct line_edit *line)
{
	switch (line->number) {
	case PARAMETER_HOME: return line_edit_key(line, LINE_HOME);
	case PARAMETER_DELETE: return line_edit_key(line, LINE_DELETE);
	case PARAMETER_END: return line_edit_key(line, LINE_END);
	default: return LINE_IGNORED;
	}
}

static enum line_status final_byte(struct line_edit *line, uint8_t byte)
{
	switch (byte) {
	case 'A': return line_edit_key(line, LINE_OLDER);
	case 'B': return line_edit_key(line, LINE_NEWER);
	case 'C': return line_edit_key(line, LINE_RIGHT);
	case 'D': return line_edit_key(line, LINE_LEFT);
	case 'F': return line_edit_key(line, LINE_END);
	case 'H': return line_edit_key(line, LINE_HOME);
	case '~': return numbered_key(line);
	default: return LINE_IGNORED;
	}
}

static void add_digit(struct line_edit *line, uint8_t byte)
{
	unsigned number = line->number * (unsigned)TEN + (unsigned)(byte - '0');

	line->number = (uint8_t)(number > PARAMETER_MAX ? PARAMETER_MAX : number);
}

enum line_status line_edit_byte(struct line_edit *line, uint8_t byte)
{
	if (!line) return LINE_NULL;
	if (byte == ESCAPE) {
		line->escape = GOT_ESCAPE;
		return LINE_MORE;
	}
	if (line->escape == NO_ESCAPE) return line_edit_character(line, byte);
	if (line->escape == GOT_ESCAPE && byte == '[') {
		line->escape = GOT_BRACKET;
		line->number = 0;
		return LINE_MORE;
	}
	if (line->escape == GOT_BRACKET && byte >= '0' && byte <= '9') {
		add_digit(line, byte);
		return LINE_MORE;
	}
	const uint8_t was = line->escape;
	if (was != GOT_ESCAPE && byte >= FIRST_PRINTABLE && byte < FIRST_FINAL) {
		line->escape = GOT_MORE;
		return LINE_MORE;
	}
	line->escape = NO_ESCAPE;
	/* A sequence has no control characters: it was cut, and this one counts. */
	if (byte < FIRST_PRINTABLE) return line_edit_character(line, byte);
	if (was == GOT_ESCAPE) return LINE_IGNORED;
	return was == GOT_BRACKET ? final_byte(line, byte) : LINE_IGNORED;
}
