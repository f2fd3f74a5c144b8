/* SPDX-License-Identifier: MIT */
/* Editing of one line of text, for a keyboard or a serial terminal: insert and erase anywhere,
 * move, recall earlier lines. What the line looks like is told to the caller as bytes that any
 * terminal and vga_text.h understand: printable characters and "\b", which goes back by one column.
 *
 * Freestanding: no libc, no heap. All memory is the caller's. No device is accessed. */
#ifndef BIMETAL_LINE_EDIT_H
#define BIMETAL_LINE_EDIT_H

/* For example:
 *
 *	static void type(struct line_edit *line, uint32_t character)
 *	{
 *		if (line_edit_character(line, character) != LINE_ENTERED) return;
 *		obey(line->text);
 *		(void)line_edit_begin(line);
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_MUST_USE __attribute__((warn_unused_result))

enum line_status {
	LINE_MORE,      /* the line goes on */
	LINE_ENTERED,   /* Enter: `text` is the line; line_edit_begin() begins the next */
	LINE_ABANDONED, /* Ctrl-C: the line is empty */
	LINE_FULL,      /* no room: the character was not taken */
	LINE_IGNORED,   /* means nothing here, or there is nothing to do */
	LINE_NULL,      /* a null pointer */
	LINE_BAD_ARG    /* memory for less than one character */
};

enum line_key {
	LINE_LEFT,
	LINE_RIGHT,
	LINE_HOME,
	LINE_END,
	LINE_DELETE,    /* the character at the cursor */
	LINE_ERASE,     /* Backspace: the one before it */
	LINE_KILL,      /* the whole line (Ctrl-U) */
	LINE_KILL_END,  /* from the cursor on (Ctrl-K) */
	LINE_KILL_WORD, /* the word before the cursor (Ctrl-W) */
	LINE_OLDER,     /* recall the line entered before (up) */
	LINE_NEWER
};

struct line_memory {
	char *text;    /* `size` bytes: the line and its NUL */
	size_t size;   /* at least 2 */
	char *history; /* `lines` times `size` bytes; may be NULL with no lines */
	size_t lines;
};

/* Called with what is to be shown. NULL in line_edit_init(): nothing is shown. */
typedef void (*line_echo)(void *ctx, const char *bytes, size_t n);

/* Initialised by line_edit_init(). Callers may read `text`, `length` and `cursor`. */
struct line_edit {
	char *text; /* NUL-terminated */
	size_t size, length, cursor;
	char *history;
	size_t lines, entered, recalled; /* lines kept; ever entered; how far back the recall is */
	line_echo echo;
	void *ctx;
	uint8_t escape; /* how much of a terminal's control sequence was received */
	uint8_t number; /* its parameter */
	bool after_cr;  /* a "\n" after "\r" is the same Enter */
};

LINE_MUST_USE enum line_status
line_edit_init(struct line_edit *line, const struct line_memory *memory, line_echo echo, void *ctx);
/* Begin an empty line. The line that was entered goes to the history, unless it is empty or the
 * same as the one before. */
LINE_MUST_USE enum line_status line_edit_begin(struct line_edit *line);

/* A key with a meaning of its own. */
LINE_MUST_USE enum line_status line_edit_key(struct line_edit *line, enum line_key key);
/* A character: 20h to 7Eh is inserted at the cursor; "\n" and "\r" are Enter, 08h and 7Fh
 * Backspace, 01h Home, 05h End, 15h, 0Bh and 17h kill the line, its end, a word, 03h abandons it.
 * All others are ignored. */
LINE_MUST_USE enum line_status line_edit_character(struct line_edit *line, uint32_t character);
/* A byte from a serial terminal: characters as above, and the control sequences of the cursor keys,
 * Home, End and Delete (ECMA-48 5.4: ESC [ A to D, H, F, 1~, 3~, 4~). */
LINE_MUST_USE enum line_status line_edit_byte(struct line_edit *line, uint8_t byte);

#endif
