/* SPDX-License-Identifier: MIT */
/* From video memory to dots: the character generator and the shift registers. */
#ifndef DEVICES_VGA_DOTS_H
#define DEVICES_VGA_DOTS_H

#include "devices/vga/scan.h"

enum { VGA_MODEL_MAX_CHAR_DOTS = 9, VGA_MODEL_DOTS_SLACK = 8 };

/* The dots of character `column` of a scan line, the leftmost first, as inputs 0..15 of the
 * attribute controller. VGA_MODEL_MAX_CHAR_DOTS are written; where a character has 8, ignore the
 * ninth. */
void vga_model_character_dots(const struct vga_model *v, const struct vga_model_scan *s,
			      unsigned column, bool graphics, uint8_t *dots);

#endif
