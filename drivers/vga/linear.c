/* SPDX-License-Identifier: MIT */
/* 320x200x256: a byte a dot, one behind the other. */
#include "draw_internal.h"

enum { WIDTH = 320, HEIGHT = 200, COLOURS = 256, LEFTMOST = 0x80, WORD = 4 };

static uint32_t at(const struct vga *vga, unsigned x, unsigned y)
{
	return vga->page_start + y * WIDTH + x;
}

static void set(const struct vga *vga, unsigned x, unsigned y, uint8_t colour)
{
	io_write8(vga->memory, at(vga, x, y), colour);
}

static uint8_t get(const struct vga *vga, unsigned x, unsigned y)
{
	return io_read8(vga->memory, at(vga, x, y));
}

static void begin(const struct vga *vga, uint8_t colour)
{
	(void)vga;
	(void)colour;
}

static void end(const struct vga *vga) { (void)vga; }

static void bits(const struct vga *vga, unsigned x, unsigned y, uint8_t row, uint8_t colour)
{
	for (; row; row = (uint8_t)(row << 1), x++)
		if (row & LEFTMOST) set(vga, x, y, colour);
}

static void fill(const struct vga *vga, const struct vga_area *area, uint8_t colour)
{
	for (unsigned y = area->y; y <= area->to_y; y++)
		vga_fill_bytes(vga, at(vga, area->x, y), area->to_x - area->x + 1, colour);
}

static void blit(const struct vga *vga, const struct vga_area *area, const uint8_t *dots,
		 uint32_t pitch)
{
	for (unsigned y = area->y; y <= area->to_y; y++, dots += pitch)
		for (unsigned x = area->x; x <= area->to_x; x++) set(vga, x, y, dots[x - area->x]);
}

static void grab(const struct vga *vga, const struct vga_area *area, uint8_t *dots, uint32_t pitch)
{
	for (unsigned y = area->y; y <= area->to_y; y++, dots += pitch)
		for (unsigned x = area->x; x <= area->to_x; x++) dots[x - area->x] = get(vga, x, y);
}

static void scroll(const struct vga *vga, unsigned rows)
{
	const uint32_t from = at(vga, 0, rows), to = at(vga, 0, 0);

	for (uint32_t i = 0; i < (HEIGHT - rows) * WIDTH; i += WORD)
		io_write32(vga->memory, to + i, io_read32(vga->memory, from + i));
}

const struct vga_layout vga_linear = {
	.width = WIDTH,
	.height = HEIGHT,
	.colours = COLOURS,
	.row_bytes = WIDTH,
	.set = set,
	.get = get,
	.begin = begin,
	.plot = set,
	.bits = bits,
	.end = end,
	.fill = fill,
	.blit = blit,
	.grab = grab,
	.scroll = scroll,
};
