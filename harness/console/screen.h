/* SPDX-License-Identifier: MIT */
/* What a VGA's screen shows: as text, as pixels, as a PNG file. Text modes; graphics modes are
 * refused. A pure function of the adapter's state: blinking things are shown in their visible
 * phase, so that two pictures of the same state are the same.
 *
 * Not drawn: the border (overscan), pixel and byte panning. */
#ifndef HARNESS_CONSOLE_SCREEN_H
#define HARNESS_CONSOLE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/vga/model.h"

enum {
	SCREEN_BYTES_PER_PIXEL = 3,
	/* The largest text, with its NUL: CR01 holds 256 columns, CR12 and CR07 1024 scan lines, a
	 * row of text has at least one, and a character of code page 437 takes 3 bytes. */
	SCREEN_TEXT_MAX = 1024 * (256 * 3 + 1) + 1
};

/* The text on the screen: rows joined by '\n', trailing blanks of a row cut off, code page 437
 * as UTF-8. Writes at most `size` bytes with the NUL, cutting between characters, and returns the
 * bytes that all of it takes without the NUL. A blanked screen and a graphics mode have no text. */
size_t screen_text(const struct vga_model *v, char *out, size_t size);
/* Pixels. A blanked screen is 720x400. */
void screen_size(const struct vga_model *v, unsigned *width, unsigned *height);
/* Rows from the top, 3 bytes (red, green, blue) a pixel, no padding. False, nothing written: a
 * graphics mode, or `size` is less than width * height * 3. A blanked screen is black. */
bool screen_rgb(const struct vga_model *v, uint8_t *rgb, size_t size);
/* Write a PNG. False: `err` says why, and names the file. */
bool screen_png(const struct vga_model *v, const char *path, char *err, size_t err_size);

#endif
