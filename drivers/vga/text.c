/* SPDX-License-Identifier: MIT */
/* What text modes have beside cells: fonts in plane 2, and the cursor. */
#include "internal.h"

enum {
	FONT_PLANE = 2,
	GLYPH_BYTES = 32,
	BLOCK_BYTES = 0x4000,
	HALF_BLOCK = 0x2000, /* blocks 4 to 7 lie between the others */
	BLOCKS_IN_A_ROW = 4,
	CURSOR_MAX = 0x1f,
	CELLS = 0x10000
};

/* ---- fonts ---- */

static uint32_t glyph_at(unsigned block, unsigned glyph)
{
	return block % BLOCKS_IN_A_ROW * BLOCK_BYTES + block / BLOCKS_IN_A_ROW * HALF_BLOCK +
	       glyph * GLYPH_BYTES;
}

static enum vga_status text_mode(const struct vga *vga)
{
	struct vga_size size;

	if (!vga->set || vga_mode_size(vga->mode, &size) != VGA_OK || size.graphics)
		return VGA_BAD_MODE;
	return VGA_OK;
}

enum vga_status vga_load_font(const struct vga *vga, unsigned block, const struct font *font,
			      unsigned first, unsigned n)
{
	struct vga_saved saved;

	if (!vga || !font || !font->rows) return VGA_NULL;
	if (text_mode(vga) != VGA_OK) return VGA_BAD_MODE;
	if (block >= VGA_FONT_BLOCKS || first > FONT_GLYPHS || n > FONT_GLYPHS - first)
		return VGA_BOUNDS;
	if (font->height == 0 || font->height > FONT_MAX_HEIGHT) return VGA_BOUNDS;
	vga_begin_planes(vga, &saved, 1u << FONT_PLANE, FONT_PLANE);
	for (unsigned glyph = first; glyph < first + n; glyph++)
		for (unsigned row = 0; row < GLYPH_BYTES; row++)
			io_write8(vga->memory, glyph_at(block, glyph) + row,
				  font_row(font, (uint8_t)glyph, row));
	vga_end_planes(vga, &saved);
	return VGA_OK;
}

enum vga_status vga_read_glyph(const struct vga *vga, unsigned block, uint8_t character,
			       uint8_t *rows, unsigned height)
{
	struct vga_saved saved;

	if (!vga || (!rows && height)) return VGA_NULL;
	if (text_mode(vga) != VGA_OK) return VGA_BAD_MODE;
	if (block >= VGA_FONT_BLOCKS || height > GLYPH_BYTES) return VGA_BOUNDS;
	vga_begin_planes(vga, &saved, 1u << FONT_PLANE, FONT_PLANE);
	for (unsigned row = 0; row < height; row++)
		rows[row] = io_read8(vga->memory, glyph_at(block, character) + row);
	vga_end_planes(vga, &saved);
	return VGA_OK;
}

/* ---- the cursor ---- */

enum vga_status vga_show_cursor(const struct vga *vga, bool shown)
{
	if (!vga) return VGA_NULL;
	const uint8_t start = vga_get(vga, VGA_CRTC, VGA_CR0A_CURSOR);
	const unsigned kept = start & ~(unsigned)VGA_CR0A_CURSOR_OFF;
	vga_put(vga, VGA_CRTC, VGA_CR0A_CURSOR,
		(uint8_t)(kept | (shown ? 0u : VGA_CR0A_CURSOR_OFF)));
	return VGA_OK;
}

enum vga_status vga_shape_cursor(const struct vga *vga, unsigned first, unsigned last)
{
	if (!vga) return VGA_NULL;
	if (first > last || last > CURSOR_MAX) return VGA_BOUNDS;
	const unsigned start = vga_get(vga, VGA_CRTC, VGA_CR0A_CURSOR);
	const unsigned end = vga_get(vga, VGA_CRTC, VGA_CR0B_CURSOR);
	vga_put(vga, VGA_CRTC, VGA_CR0A_CURSOR,
		(uint8_t)((start & ~(unsigned)VGA_CR0A_CURSOR_START) | first));
	vga_put(vga, VGA_CRTC, VGA_CR0B_CURSOR,
		(uint8_t)((end & ~(unsigned)VGA_CR0B_CURSOR_END) | last));
	return VGA_OK;
}

enum vga_status vga_place_cursor(const struct vga *vga, unsigned cell)
{
	if (!vga) return VGA_NULL;
	if (cell >= CELLS) return VGA_BOUNDS;
	vga_put(vga, VGA_CRTC, VGA_CR0E_CURSOR_HIGH, (uint8_t)(cell >> VGA_BYTE));
	vga_put(vga, VGA_CRTC, VGA_CR0F_CURSOR_LOW, (uint8_t)cell);
	return VGA_OK;
}

enum vga_status vga_read_cursor(const struct vga *vga, unsigned *cell, bool *shown)
{
	if (!vga || !cell || !shown) return VGA_NULL;
	*cell = (unsigned)vga_get(vga, VGA_CRTC, VGA_CR0E_CURSOR_HIGH) << VGA_BYTE |
		vga_get(vga, VGA_CRTC, VGA_CR0F_CURSOR_LOW);
	*shown = !(vga_get(vga, VGA_CRTC, VGA_CR0A_CURSOR) & VGA_CR0A_CURSOR_OFF);
	return VGA_OK;
}
