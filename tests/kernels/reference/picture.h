/* SPDX-License-Identifier: MIT */
/* The command 'picture': a picture in each mode that the drivers set. */
#ifndef REFERENCE_PICTURE_H
#define REFERENCE_PICTURE_H

#include <stdbool.h>

#include "bimetal/framebuffer.h"
#include "bimetal/vga_draw.h"

/* Obey 'picture MODE': a VGA's mode by its name, WIDTHxHEIGHTxBITS of the Bochs display, or 'text',
 * which goes back to the shell. */
void picture_command(const char *mode);

/* Paint in a mode that is set. False: a driver refused. */
bool picture_paint_text(struct vga *vga);
bool picture_paint_graphics(struct vga *vga);
bool picture_paint_framebuffer(const struct framebuffer *fb);

/* The Bochs display. The message says what was painted or why not. */
bool picture_display(unsigned width, unsigned height, unsigned bits, const char **why);
bool picture_display_off(void);

#endif
