/* SPDX-License-Identifier: MIT */
/* The character generators of the VGA, code page 437: 8x16 of its text modes, 8x14 of those of an
 * EGA, 8x8 of those of a CGA. The rows of 8x14 are those of 8x16 but for the first and the last,
 * which are empty in all letters. */
#ifndef DEVICES_VGA_FONT_H
#define DEVICES_VGA_FONT_H

#include <stdint.h>

enum {
	VGA_MODEL_FONT_GLYPHS = 256,
	VGA_MODEL_FONT_ROWS = 16,
	VGA_MODEL_FONT_14_ROWS = 14,
	VGA_MODEL_FONT_14_FIRST = 1, /* the row of 8x16 with which 8x14 begins */
	VGA_MODEL_FONT_8_ROWS = 8
};

/* One byte a row, the leftmost dot in bit 7. */
extern const uint8_t vga_model_font[VGA_MODEL_FONT_GLYPHS][VGA_MODEL_FONT_ROWS];
extern const uint8_t vga_model_font_8[VGA_MODEL_FONT_GLYPHS][VGA_MODEL_FONT_8_ROWS];

#endif
