/* SPDX-License-Identifier: MIT */
/* Fonts for text on a display: 256 glyphs of code page 437, eight dots wide. They are for
 * vga_load_font(), vga_draw_char(), framebuffer_draw_char(); drivers/font says where they come
 * from.
 *
 * Freestanding: no libc, no heap; the tables are constant. */
#ifndef BIMETAL_FONT_H
#define BIMETAL_FONT_H

/* For example:
 *
 *	static bool dot_of_a(unsigned x, unsigned y)
 *	{
 *		const struct font *font = font_8x16();
 *
 *		return font_dot(font, 'A', x, y);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

enum { FONT_GLYPHS = 256, FONT_WIDTH = 8, FONT_MAX_HEIGHT = 32 };

/* `rows`: `height` bytes for each glyph, the topmost row first; bit 7 is the leftmost dot. */
struct font {
	uint8_t height;
	const uint8_t *rows;
};

const struct font *font_8x8(void);
const struct font *font_8x16(void);

/* One row of a glyph; 0 below its last row. */
static inline uint8_t font_row(const struct font *font, uint8_t character, unsigned row)
{
	return row < font->height ? font->rows[(unsigned)character * font->height + row] : 0;
}

/* Whether a dot of a glyph is set; false outside of it. */
static inline bool font_dot(const struct font *font, uint8_t character, unsigned x, unsigned y)
{
	enum { LEFTMOST = FONT_WIDTH - 1 };

	return x < FONT_WIDTH && (font_row(font, character, y) >> (LEFTMOST - x) & 1);
}

#endif
