/* SPDX-License-Identifier: MIT */
/* 640x480x16: a bit of each dot in each plane; eight dots at an address (FreeVGA, Graphics
 * Registers: write modes 0, 1 and 2, set/reset, bit mask). Every read loads the latches, from which
 * the dots outside of the bit mask are written back. */
#include "draw_internal.h"

enum {
	WIDTH = 640,
	HEIGHT = 480,
	COLOURS = 16,
	DOTS = 8,
	ROW = WIDTH / DOTS,
	LEFTMOST = 0x80,
	ALL = VGA_ALL_DOTS
};

static uint32_t at(const struct vga *vga, unsigned byte, unsigned y)
{
	return vga->page_start + y * ROW + byte;
}

static uint8_t bit_of(unsigned x) { return (uint8_t)(LEFTMOST >> x % DOTS); }

static void mask(const struct vga *vga, uint8_t dots)
{
	vga_put_graphics(vga, VGA_GR08_BIT_MASK, dots);
}

/* Load the latches, then write. */
static void merge(const struct vga *vga, uint32_t where, uint8_t data)
{
	(void)io_read8(vga->memory, where);
	io_write8(vga->memory, where, data);
}

/* ---- one dot: write mode 2, where the byte written is the colour ---- */

static void set(const struct vga *vga, unsigned x, unsigned y, uint8_t colour)
{
	vga_put_graphics(vga, VGA_GR05_MODE, VGA_GR05_WRITE_2);
	mask(vga, bit_of(x));
	merge(vga, at(vga, x / DOTS, y), colour);
	mask(vga, ALL);
	vga_put_graphics(vga, VGA_GR05_MODE, VGA_GR05_WRITE_0);
}

static uint8_t get(const struct vga *vga, unsigned x, unsigned y)
{
	unsigned colour = 0;

	for (unsigned plane = 0; plane < VGA_PLANES; plane++) {
		vga_put_graphics(vga, VGA_GR04_READ_MAP, plane);
		if (io_read8(vga->memory, at(vga, x / DOTS, y)) & bit_of(x)) colour |= 1u << plane;
	}
	vga_put_graphics(vga, VGA_GR04_READ_MAP, 0);
	return (uint8_t)colour;
}

/* ---- many dots of one colour: write mode 0 with set/reset in all planes ---- */

static void begin(const struct vga *vga, uint8_t colour)
{
	vga_put_graphics(vga, VGA_GR00_SET_RESET, colour);
	vga_put_graphics(vga, VGA_GR01_ENABLE_SET_RESET, VGA_ALL_PLANES);
}

static void end(const struct vga *vga)
{
	vga_put_graphics(vga, VGA_GR00_SET_RESET, 0);
	vga_put_graphics(vga, VGA_GR01_ENABLE_SET_RESET, 0);
	mask(vga, ALL);
}

static void plot(const struct vga *vga, unsigned x, unsigned y, uint8_t colour)
{
	(void)colour;
	mask(vga, bit_of(x));
	merge(vga, at(vga, x / DOTS, y), 0);
}

static void bits(const struct vga *vga, unsigned x, unsigned y, uint8_t row, uint8_t colour)
{
	const unsigned shift = x % DOTS;
	const uint8_t left = (uint8_t)(row >> shift);
	const uint8_t right = (uint8_t)((unsigned)row << (DOTS - shift));

	(void)colour;
	if (left) {
		mask(vga, left);
		merge(vga, at(vga, x / DOTS, y), 0);
	}
	if (shift && right) {
		mask(vga, right);
		merge(vga, at(vga, x / DOTS + 1, y), 0);
	}
}

static uint8_t dots_of(const struct vga_columns *columns)
{
	return (uint8_t)((unsigned)ALL >> columns->from & (unsigned)ALL
								  << (DOTS - 1 - columns->to));
}

static void fill_columns(const struct vga *vga, const struct vga_area *area,
			 const struct vga_columns *columns)
{
	const uint8_t dots = dots_of(columns);

	mask(vga, dots);
	for (unsigned y = area->y; y <= area->to_y; y++)
		if (dots == ALL)
			vga_fill_bytes(vga, at(vga, columns->first, y), columns->n, 0);
		else
			merge(vga, at(vga, columns->first, y), 0);
}

static void fill(const struct vga *vga, const struct vga_area *area, uint8_t colour)
{
	struct vga_columns columns[VGA_MAX_COLUMNS];
	const unsigned n = vga_split(area->x, area->to_x, DOTS, columns);

	begin(vga, colour);
	for (unsigned i = 0; i < n; i++) fill_columns(vga, area, &columns[i]);
	end(vga);
}

/* ---- blocks ---- */

/* One plane of the dots `from` to `to` of a byte; dots[0] is dot `from`. */
static uint8_t plane_of(const uint8_t *dots, unsigned plane, unsigned from, unsigned to)
{
	unsigned byte = 0;

	for (unsigned i = from; i <= to; i++)
		if (dots[i - from] >> plane & 1) byte |= (unsigned)LEFTMOST >> i;
	return (uint8_t)byte;
}

static void blit_columns(const struct vga *vga, const struct vga_area *area,
			 const struct vga_columns *columns, const uint8_t *dots, uint32_t pitch)
{
	const unsigned first = columns->first * DOTS + columns->from - area->x;

	mask(vga, dots_of(columns));
	for (unsigned plane = 0; plane < VGA_PLANES; plane++) {
		vga_map_mask(vga, 1u << plane);
		for (unsigned y = area->y; y <= area->to_y; y++)
			for (unsigned i = 0; i < columns->n; i++)
				merge(vga, at(vga, columns->first + i, y),
				      plane_of(&dots[(y - area->y) * pitch + first + i * DOTS],
					       plane, columns->from, columns->to));
	}
}

static void blit(const struct vga *vga, const struct vga_area *area, const uint8_t *dots,
		 uint32_t pitch)
{
	struct vga_columns columns[VGA_MAX_COLUMNS];
	const unsigned n = vga_split(area->x, area->to_x, DOTS, columns);

	for (unsigned i = 0; i < n; i++) blit_columns(vga, area, &columns[i], dots, pitch);
	vga_map_mask(vga, VGA_ALL_PLANES);
	mask(vga, ALL);
}

static void grab_byte(const struct vga *vga, const struct vga_area *area, unsigned byte, unsigned y,
		      unsigned plane, uint8_t *row)
{
	const uint8_t data = io_read8(vga->memory, at(vga, byte, y));

	for (unsigned i = 0; i < DOTS; i++) {
		const unsigned x = byte * DOTS + i;
		if (x >= area->x && x <= area->to_x && data & bit_of(x))
			row[x - area->x] |= (uint8_t)(1u << plane);
	}
}

static void grab(const struct vga *vga, const struct vga_area *area, uint8_t *dots, uint32_t pitch)
{
	for (unsigned y = area->y; y <= area->to_y; y++)
		for (unsigned x = area->x; x <= area->to_x; x++)
			dots[(y - area->y) * pitch + x - area->x] = 0;
	for (unsigned plane = 0; plane < VGA_PLANES; plane++) {
		vga_put_graphics(vga, VGA_GR04_READ_MAP, plane);
		for (unsigned y = area->y; y <= area->to_y; y++)
			for (unsigned byte = area->x / DOTS; byte <= area->to_x / DOTS; byte++)
				grab_byte(vga, area, byte, y, plane,
					  &dots[(size_t)(y - area->y) * pitch]);
	}
	vga_put_graphics(vga, VGA_GR04_READ_MAP, 0);
}

/* Write mode 1: a byte of all four planes by one read and one write. */
static void scroll(const struct vga *vga, unsigned rows)
{
	const uint32_t from = at(vga, 0, rows), to = at(vga, 0, 0);

	vga_put_graphics(vga, VGA_GR05_MODE, VGA_GR05_WRITE_1);
	for (uint32_t i = 0; i < (HEIGHT - rows) * ROW; i++) {
		(void)io_read8(vga->memory, from + i);
		io_write8(vga->memory, to + i, 0);
	}
	vga_put_graphics(vga, VGA_GR05_MODE, VGA_GR05_WRITE_0);
}

const struct vga_layout vga_planar = {
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
