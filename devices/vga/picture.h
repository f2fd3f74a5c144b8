/* SPDX-License-Identifier: MIT */
/* What a monitor at the VGA shows, as text or as pixels, in every mode that its registers describe.
 * The result depends on the state of the adapter alone: blinking text, blinking dots and the cursor
 * are shown in their visible phase, so two pictures of the same state are equal.
 *
 * A pixel is a dot of the clock that MISC selects: where the sequencer halves that clock (40
 * columns), a dot is two pixels wide, and a pixel of a 256-colour mode has two or four. So all
 * modes of 80 columns, and those of 40, have 640 or 720 pixels in a line.
 *
 * Not drawn: the border around the displayed part (overscan, AR11). */
#ifndef DEVICES_VGA_PICTURE_H
#define DEVICES_VGA_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/vga/model.h"
#include "emu/ends.h"

enum {
	/* The largest picture: CR01 holds 256 characters of 9 dots of 2 pixels, and there are 1024
	 * scan lines, which CR17.SLDIV doubles. */
	VGA_MODEL_PICTURE_MAX_WIDTH = 256 * 9 * 2,
	VGA_MODEL_PICTURE_MAX_HEIGHT = 1024 * 2
};

/* The text on the screen (struct display_end_ops), code page 437 converted to UTF-8; at most 1024
 * rows. A blanked screen and a graphics mode have no text. */
size_t vga_model_text(const struct vga_model *v, char *out, size_t size);
/* Size of the screen in pixels. A blanked screen has 720x400. */
void vga_model_picture_size(const struct vga_model *v, unsigned *width, unsigned *height);
/* Draw the screen. A blanked screen is black. Returns false, and writes nothing, if `size` is less
 * than width * height * DISPLAY_BYTES_PER_PIXEL. */
bool vga_model_picture(const struct vga_model *v, uint8_t *rgb, size_t size);
/* These as the display of a machine. */
struct display_end vga_model_end(const struct vga_model *v);

#endif
