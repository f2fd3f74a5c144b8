/* SPDX-License-Identifier: MIT */
/* Drawing in a VGA's graphics modes, after vga_set_mode(). The same functions for each of them:
 *
 * - 640x480x16: planes. A dot is written by write mode 2, a line, a glyph or a rectangle by write
 *   mode 0 with set/reset; the bit mask selects dots of a byte, the latches keep the others.
 * - 320x200x256: a byte a dot.
 * - 320x240x256: the map mask selects the plane x & 3; one access fills four dots of a rectangle.
 *
 * The registers are afterwards those of the mode again. A place or a colour that the mode does not
 * have is BOUNDS, and nothing is drawn. Without a graphics mode everything here is BAD_MODE. */
#ifndef BIMETAL_VGA_DRAW_H
#define BIMETAL_VGA_DRAW_H

/* For example:
 *
 *	static enum vga_status frame(const struct vga *vga)
 *	{
 *		enum vga_status status = vga_fill(vga, 0);
 *
 *		if (status == VGA_OK) status = vga_draw_rectangle(vga, 0, 0, 319, 199, 15);
 *		return status == VGA_OK ? vga_draw_line(vga, 0, 0, 319, 199, 4) : status;
 *	}
 */

#include "bimetal/vga.h"

/* ---- dots ---- */

VGA_MUST_USE enum vga_status vga_set_pixel(const struct vga *vga, unsigned x, unsigned y,
					   uint8_t colour);
VGA_MUST_USE enum vga_status vga_read_pixel(const struct vga *vga, unsigned x, unsigned y,
					    uint8_t *colour);

/* ---- figures ---- */

/* A straight line; both ends belong to it. */
VGA_MUST_USE enum vga_status vga_draw_line(const struct vga *vga, unsigned x, unsigned y,
					   unsigned to_x, unsigned to_y, uint8_t colour);
/* The outline of a rectangle between two opposite corners, in any order; both belong to it. */
VGA_MUST_USE enum vga_status vga_draw_rectangle(const struct vga *vga, unsigned x, unsigned y,
						unsigned to_x, unsigned to_y, uint8_t colour);
/* The same, filled. */
VGA_MUST_USE enum vga_status vga_fill_rectangle(const struct vga *vga, unsigned x, unsigned y,
						unsigned to_x, unsigned to_y, uint8_t colour);
/* The whole page. */
VGA_MUST_USE enum vga_status vga_fill(const struct vga *vga, uint8_t colour);

/* ---- text ---- */

/* The dots of a glyph that are set; what is behind the others stays. */
VGA_MUST_USE enum vga_status vga_draw_char(const struct vga *vga, unsigned x, unsigned y,
					   const struct font *font, uint8_t character,
					   uint8_t colour);
/* Text in one row of glyphs. BOUNDS: it does not fit; what is before has been drawn. */
VGA_MUST_USE enum vga_status vga_draw_text(const struct vga *vga, unsigned x, unsigned y,
					   const struct font *font, const char *text,
					   uint8_t colour);

/* ---- blocks ---- */

/* A picture from ordinary memory: a byte a dot, rows `pitch` bytes apart. */
VGA_MUST_USE enum vga_status vga_blit(const struct vga *vga, unsigned x, unsigned y, unsigned width,
				      unsigned height, const uint8_t *dots, uint32_t pitch);
/* Read a picture back into ordinary memory. */
VGA_MUST_USE enum vga_status vga_grab(const struct vga *vga, unsigned x, unsigned y, unsigned width,
				      unsigned height, uint8_t *dots, uint32_t pitch);
/* Move the page up by `rows`, and fill what becomes free. Planar modes copy by the latches (write
 * mode 1). BOUNDS: more rows than the page has. */
VGA_MUST_USE enum vga_status vga_scroll(const struct vga *vga, unsigned rows, uint8_t colour);

/* ---- pages ---- */

/* How many whole pages the 64 KiB of each plane hold: 3 in mode X, else 1. */
VGA_MUST_USE enum vga_status vga_pages(const struct vga *vga, unsigned *n);
/* Draw on this page from now on. BOUNDS: no such page. */
VGA_MUST_USE enum vga_status vga_select_page(struct vga *vga, unsigned page);
/* Show this page from the next vertical retrace on (start address, CR0C and CR0D). */
VGA_MUST_USE enum vga_status vga_show_page(const struct vga *vga, unsigned page);

#endif
