/* SPDX-License-Identifier: MIT */
/* 320x240x256: every fourth dot in a plane; four dots at an address, which the map mask selects
 * (unread: Abrash, Graphics Programming Black Book, Mode X). */
#include "draw_internal.h"

enum {
	WIDTH = 320,
	HEIGHT = 240,
	COLOURS = 256,
	DOTS = VGA_PLANES,
	ROW = WIDTH / DOTS,
	LEFTMOST = 0x80,
	GR05_256 = 0x40
};

static uint32_t at(const struct vga *vga, unsigned x, unsigned y)
{
	return vga->page_start + y * ROW + x / DOTS;
}

static void plot(const struct vga *vga, unsigned x, unsigned y, uint8_t colour)
{
	vga_map_mask(vga, 1u << x % DOTS);
	io_write8(vga->memory, at(vga, x, y), colour);
}

static void end(const struct vga *vga) { vga_map_mask(vga, VGA_ALL_PLANES); }

static void set(const struct vga *vga, unsigned x, unsigned y, uint8_t colour)
{
	plot(vga, x, y, colour);
	end(vga);
}

static uint8_t get(const struct vga *vga, unsigned x, unsigned y)
{
	vga_put_graphics(vga, VGA_GR04_READ_MAP, x % DOTS);
	const uint8_t colour = io_read8(vga->memory, at(vga, x, y));
	vga_put_graphics(vga, VGA_GR04_READ_MAP, 0);
	return colour;
}

static void begin(const struct vga *vga, uint8_t colour)
{
	(void)vga;
	(void)colour;
}

static void bits(const struct vga *vga, unsigned x, unsigned y, uint8_t row, uint8_t colour)
{
	for (; row; row = (uint8_t)(row << 1), x++)
		if (row & LEFTMOST) plot(vga, x, y, colour);
}

static void fill_columns(const struct vga *vga, const struct vga_area *area,
			 const struct vga_columns *columns, uint8_t colour)
{
	const unsigned from = (unsigned)VGA_ALL_PLANES << columns->from;
	const unsigned to = (unsigned)VGA_ALL_PLANES >> (DOTS - 1 - columns->to);

	vga_map_mask(vga, from & to);
	for (unsigned y = area->y; y <= area->to_y; y++)
		vga_fill_bytes(vga, at(vga, columns->first * DOTS, y), columns->n, colour);
}

static void fill(const struct vga *vga, const struct vga_area *area, uint8_t colour)
{
	struct vga_columns columns[VGA_MAX_COLUMNS];
	const unsigned n = vga_split(area->x, area->to_x, DOTS, columns);

	for (unsigned i = 0; i < n; i++) fill_columns(vga, area, &columns[i], colour);
	end(vga);
}

/* ---- blocks: plane by plane ---- */

/* The first dot of an area in a plane. */
static unsigned first_in(unsigned x, unsigned plane)
{
	return x + (plane + DOTS - x % DOTS) % DOTS;
}

static void blit(const struct vga *vga, const struct vga_area *area, const uint8_t *dots,
		 uint32_t pitch)
{
	for (unsigned plane = 0; plane < DOTS; plane++) {
		vga_map_mask(vga, 1u << plane);
		for (unsigned y = area->y; y <= area->to_y; y++)
			for (unsigned x = first_in(area->x, plane); x <= area->to_x; x += DOTS)
				io_write8(vga->memory, at(vga, x, y),
					  dots[(y - area->y) * pitch + x - area->x]);
	}
	end(vga);
}

static void grab(const struct vga *vga, const struct vga_area *area, uint8_t *dots, uint32_t pitch)
{
	for (unsigned plane = 0; plane < DOTS; plane++) {
		vga_put_graphics(vga, VGA_GR04_READ_MAP, plane);
		for (unsigned y = area->y; y <= area->to_y; y++)
			for (unsigned x = first_in(area->x, plane); x <= area->to_x; x += DOTS)
				dots[(y - area->y) * pitch + x - area->x] =
					io_read8(vga->memory, at(vga, x, y));
	}
	vga_put_graphics(vga, VGA_GR04_READ_MAP, 0);
}

/* Write mode 1: four dots by one read and one write. */
static void scroll(const struct vga *vga, unsigned rows)
{
	const uint32_t from = at(vga, 0, rows), to = at(vga, 0, 0);

	vga_put_graphics(vga, VGA_GR05_MODE, GR05_256 | VGA_GR05_WRITE_1);
	for (uint32_t i = 0; i < (HEIGHT - rows) * ROW; i++) {
		(void)io_read8(vga->memory, from + i);
		io_write8(vga->memory, to + i, 0);
	}
	vga_put_graphics(vga, VGA_GR05_MODE, GR05_256 | VGA_GR05_WRITE_0);
}

const struct vga_layout vga_unchained = {
	.width = WIDTH,
	.height = HEIGHT,
	.colours = COLOURS,
	.row_bytes = ROW,
	.set = set,
	.get = get,
	.begin = begin,
	.plot = plot,
	.bits = bits,
	.end = end,
	.fill = fill,
	.blit = blit,
	.grab = grab,
	.scroll = scroll,
};
