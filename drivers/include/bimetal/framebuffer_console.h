/* SPDX-License-Identifier: MIT */
/* Text on a linear framebuffer: cells of a font, a writer that wraps at the last column and moves
 * everything up when the last row is full. The same rules as bimetal/vga_text.h.
 *
 * Freestanding: no libc, no heap. All state is in the structs. Only one CPU at a time may use the
 * handle. */
#ifndef BIMETAL_FRAMEBUFFER_CONSOLE_H
#define BIMETAL_FRAMEBUFFER_CONSOLE_H

/* For example:
 *
 *	static enum framebuffer_status greet(struct framebuffer_console *console,
 *					     const struct framebuffer *fb)
 *	{
 *		enum framebuffer_status status =
 *			framebuffer_console_init(console, fb, font_8x16());
 *
 *		if (status != FRAMEBUFFER_OK) return status;
 *		return framebuffer_console_print(console, "hello\n");
 *	}
 */

#include <stdbool.h>
#include <stddef.h>

#include "bimetal/framebuffer.h"

/* Callers may read everything; `foreground` and `background`, values of a dot, they may set. */
struct framebuffer_console {
	const struct framebuffer *fb;
	const struct font *font;
	uint32_t columns, rows;
	uint32_t column, row; /* where the next character goes */
	bool full;            /* the last column was written: the next character begins a row */
	uint32_t foreground, background;
};

/* Write in cells of `font` from the top left on. What is on the screen stays. The colours become
 * light grey on black; with a palette, entries 7 and 0. `fb` and `font` must stay. BOUNDS: the
 * screen has no whole cell. BAD_FORMAT: the font has no height, or one above FONT_MAX_HEIGHT. */
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_console_init(struct framebuffer_console *console, const struct framebuffer *fb,
			 const struct font *font);
/* Write `n` bytes. "\n" begins a row, "\r" goes back to its first column. "\b" goes back by one
 * column, from the first to the last of the row before, and erases nothing. All other bytes are
 * glyphs of the font; bytes below 20h and from 7Fh on are shown as FEh, a square. */
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_console_write(struct framebuffer_console *console, const char *text, size_t n);
/* The same up to a NUL. */
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_console_print(struct framebuffer_console *console, const char *text);
/* Fill the whole screen, the margins too, and go to the top left. */
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_console_clear(struct framebuffer_console *console);
/* Go to a cell. */
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_console_move(struct framebuffer_console *console, uint32_t column, uint32_t row);

#endif
