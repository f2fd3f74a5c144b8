/* SPDX-License-Identifier: MIT */
/* What the pictures of a VGA show: colours, fonts, lines in all directions, a blit. */
#include "bimetal/vga_text.h"
#include "picture.h"

enum {
	COLOURS = 16,
	FIRST_OF_CUBE = 32,
	CUBE = 216,
	BALL = 33 /* side of the block */
};

/* ---- text modes ---- */

static bool label(struct vga_text *text, unsigned row, uint8_t attribute, const char *words)
{
	return vga_text_label(text, 2, row, attribute, words) == VGA_TEXT_OK;
}

/* The font, sixteen characters a row, each in a colour of its own. */
static bool characters(struct vga_text *text, unsigned top)
{
	for (unsigned i = 0; i < FONT_GLYPHS; i++) {
		const unsigned row = i / COLOURS, column = i % COLOURS;
		const enum vga_colour front = (enum vga_colour)(i % (COLOURS - 1) + 1);
		if (vga_text_put(text, 2 + column * 2, top + row, (uint8_t)i,
				 vga_text_attribute(front, VGA_BLACK)) != VGA_TEXT_OK)
			return false;
	}
	return true;
}

static bool bars(struct vga_text *text, unsigned row, unsigned columns)
{
	for (unsigned column = 0; column < columns; column++) {
		const enum vga_colour colour = (enum vga_colour)(column * COLOURS / columns);
		if (vga_text_put(text, column, row, 0xdb, vga_text_attribute(colour, VGA_BLACK)) !=
		    VGA_TEXT_OK)
			return false;
	}
	return true;
}

bool picture_paint_text(struct vga *vga)
{
	struct vga_text text;
	struct vga_size size;

	if (vga_mode_size(vga->mode, &size) != VGA_OK) return false;
	const struct io cells = io_memory(VGA_TEXT_MEMORY, 1), crtc = io_port(VGA_TEXT_CRTC);
	if (vga_text_init_size(&text, cells, crtc, size.width, size.height) != VGA_TEXT_OK ||
	    vga_text_clear(&text) != VGA_TEXT_OK)
		return false;
	if (!bars(&text, 0, size.width) || !bars(&text, size.height - 1u, size.width) ||
	    !label(&text, 2, vga_text_attribute(VGA_YELLOW, VGA_BLUE), " bimetal: text ") ||
	    !characters(&text, 4))
		return false;
	/* A cursor that fills the lower half of a cell, behind a word. */
	return label(&text, 21, vga_text_attribute(VGA_WHITE, VGA_BLACK), "cursor:") &&
	       vga_shape_cursor(vga, size.cell_height / 2u, size.cell_height - 1u) == VGA_OK &&
	       vga_place_cursor(vga, 21u * size.width + 10) == VGA_OK;
}

/* ---- graphics modes ---- */

/* Colour `i` of many: the cube's, or one of sixteen. */
static uint8_t colour_of(const struct vga_size *size, unsigned i)
{
	if (size->colours == COLOURS) return (uint8_t)(i % (COLOURS - 1) + 1);
	return (uint8_t)(FIRST_OF_CUBE + i * 7 % CUBE);
}

static bool palette(const struct vga *vga, const struct vga_size *size, unsigned top)
{
	const unsigned n = size->colours == COLOURS ? COLOURS : FIRST_OF_CUBE + CUBE;
	const unsigned columns = n == COLOURS ? COLOURS : 62, side = (size->width - 10) / columns;

	for (unsigned i = 0; i < n; i++) {
		const unsigned x = 5 + i % columns * side, y = top + i / columns * 6;
		if (vga_fill_rectangle(vga, x, y, x + side - 1, y + 5, (uint8_t)i) != VGA_OK)
			return false;
	}
	return true;
}

/* From the middle of a square to its border: all octants. */
static bool fan(const struct vga *vga, const struct vga_size *size, unsigned x, unsigned y,
		unsigned radius)
{
	for (unsigned i = 0; i <= 2 * radius; i += 6) {
		const uint8_t colour = colour_of(size, i);
		if (vga_draw_line(vga, x, y, x - radius + i, y - radius, colour) != VGA_OK ||
		    vga_draw_line(vga, x, y, x - radius + i, y + radius, colour) != VGA_OK ||
		    vga_draw_line(vga, x, y, x - radius, y - radius + i, colour) != VGA_OK ||
		    vga_draw_line(vga, x, y, x + radius, y - radius + i, colour) != VGA_OK)
			return false;
	}
	return true;
}

static bool frames(const struct vga *vga, const struct vga_size *size, unsigned x, unsigned y,
		   unsigned side)
{
	for (unsigned i = 0; i < side / 2; i += 4)
		if (vga_draw_rectangle(vga, x + i, y + i, x + side - i, y + side - i,
				       colour_of(size, i / 4)) != VGA_OK)
			return false;
	return true;
}

/* A ball, as a block from ordinary memory, at places that are no multiple of 8. */
static bool balls(const struct vga *vga, const struct vga_size *size, unsigned x, unsigned y)
{
	static uint8_t dots[BALL * BALL];
	const int middle = BALL / 2;

	for (int i = 0; i < BALL * BALL; i++) {
		const int dx = i % BALL - middle, dy = i / BALL - middle;
		const int distance = dx * dx + dy * dy;
		dots[i] = distance > middle * middle
				  ? 0
				  : colour_of(size, (unsigned)(distance * COLOURS / (BALL * BALL)));
	}
	for (unsigned i = 0; i < 3; i++)
		if (vga_blit(vga, x + i * (BALL + 2), y + i * 5, BALL, BALL, dots, BALL) != VGA_OK)
			return false;
	return true;
}

static bool words(const struct vga *vga, const struct vga_size *size, unsigned y)
{
	const char *text = size->width == 640    ? "bimetal: 640 x 480, 16 colours, planar"
			   : size->height == 200 ? "bimetal: 320 x 200, 256 colours"
						 : "bimetal: 320 x 240, 256, page 1";

	return vga_draw_text(vga, 9, y, font_8x16(), text, 15) == VGA_OK &&
	       vga_draw_text(vga, 9, y + 18, font_8x8(), "8x8: the quick brown fox, 0123456789",
			     14) == VGA_OK;
}

bool picture_paint_graphics(struct vga *vga)
{
	struct vga_size size;
	unsigned pages = 0;

	if (vga_mode_size(vga->mode, &size) != VGA_OK || vga_pages(vga, &pages) != VGA_OK)
		return false;
	const unsigned page = pages > 1, right = size.width - 1u, bottom = size.height - 1u;
	if (vga_select_page(vga, page) != VGA_OK || vga_fill(vga, 0) != VGA_OK ||
	    vga_draw_rectangle(vga, right, bottom, 0, 0, 15) != VGA_OK)
		return false;
	const unsigned scale = size.width / 320u;
	return words(vga, &size, 6) && palette(vga, &size, 36) &&
	       fan(vga, &size, 60 * scale, 125 * scale, 55 * scale) &&
	       frames(vga, &size, 125 * scale, 72 * scale, 91 * scale) &&
	       balls(vga, &size, 208 * scale, 75 * scale) &&
	       vga_fill_rectangle(vga, 310 * scale, 176 * scale, 228 * scale, 128 * scale, 9) ==
		       VGA_OK &&
	       vga_draw_text(vga, 238 * scale, 148 * scale, font_8x8(), "filled", 15) == VGA_OK &&
	       vga_show_page(vga, page) == VGA_OK;
}
