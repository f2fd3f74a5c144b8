/* SPDX-License-Identifier: MIT */
/* The contents of a VGA's screen as text, as pixels or as a PNG file. Only text modes can be drawn.
 * The result depends on the state of the adapter alone: blinking text and the cursor are shown in
 * their visible phase, so two pictures of the same state are equal.
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

/* The text on the screen: rows joined by '\n', without blanks at their ends, code page 437
 * converted to UTF-8. Writes at most `size` bytes with the NUL, never part of a character, and
 * returns the number of bytes that the whole text needs without the NUL. A blanked screen and a
 * graphics mode have no text. */
size_t screen_text(const struct vga_model *v, char *out, size_t size);
/* Size of the screen in pixels. A blanked screen has 720x400. */
void screen_size(const struct vga_model *v, unsigned *width, unsigned *height);
/* Draw the screen: rows from the top, 3 bytes (red, green, blue) per pixel, no padding. A blanked
 * screen is black. Returns false, and writes nothing, in a graphics mode or if `size` is less than
 * width * height * 3. */
bool screen_rgb(const struct vga_model *v, uint8_t *rgb, size_t size);
/* Write the screen as a PNG file. False: `err` says why, and names the file. */
bool screen_png(const struct vga_model *v, const char *path, char *err, size_t err_size);

#endif
