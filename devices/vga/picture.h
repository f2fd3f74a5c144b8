/* SPDX-License-Identifier: MIT */
/* What a monitor at the VGA shows, as text or as pixels. Only text modes can be drawn. The result
 * depends on the state of the adapter alone: blinking text and the cursor are shown in their
 * visible phase, so two pictures of the same state are equal.
 *
 * Not drawn: the border (overscan), pixel and byte panning. */
#ifndef DEVICES_VGA_PICTURE_H
#define DEVICES_VGA_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/vga/model.h"
#include "emu/ends.h"

/* The text on the screen (struct display_end_ops), code page 437 converted to UTF-8. A blanked
 * screen and a graphics mode have no text. */
size_t vga_model_text(const struct vga_model *v, char *out, size_t size);
/* Size of the screen in pixels. A blanked screen has 720x400. */
void vga_model_picture_size(const struct vga_model *v, unsigned *width, unsigned *height);
/* Draw the screen. A blanked screen is black. Returns false, and writes nothing, in a graphics mode
 * or if `size` is less than width * height * DISPLAY_BYTES_PER_PIXEL. */
bool vga_model_picture(const struct vga_model *v, uint8_t *rgb, size_t size);
/* These as the display of a machine. */
struct display_end vga_model_end(const struct vga_model *v);

#endif
