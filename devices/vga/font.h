/* SPDX-License-Identifier: MIT */
/* The 8x16 character generator of the VGA's text modes, code page 437. */
#ifndef DEVICES_VGA_FONT_H
#define DEVICES_VGA_FONT_H

#include <stdint.h>

enum { VGA_MODEL_FONT_GLYPHS = 256, VGA_MODEL_FONT_ROWS = 16 };

/* One byte a row, the leftmost dot in bit 7. */
extern const uint8_t vga_model_font[VGA_MODEL_FONT_GLYPHS][VGA_MODEL_FONT_ROWS];

#endif
