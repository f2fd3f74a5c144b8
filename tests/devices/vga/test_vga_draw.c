/* SPDX-License-Identifier: MIT */
/* Drawing with the driver of the VGA, against a map of the dots that should be there. */
#include "tests/devices/vga/driver_fixture.h"

#include "bimetal/raster.h"

enum { MAX_WIDTH = 640, MAX_HEIGHT = 480, PAGES = 3 };
static uint8_t want[PAGES][MAX_HEIGHT][MAX_WIDTH];
static uint8_t block[MAX_HEIGHT * MAX_WIDTH], got_block[MAX_HEIGHT * MAX_WIDTH];
static unsigned page;
static struct vga_size size;
static uint32_t seed;

static void begin(enum vga_mode mode)
{
	start_vga(mode);
	require_eq(int, vga_mode_size(mode, &size), VGA_OK);
	memset(want, 0, sizeof(want));
	page = 0;
	seed = 1;
}

static unsigned any(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* Every dot of all pages, in the model's memory. */
static void compare(const char *what)
{
	unsigned pages = 0, wrong = 0;
	require_eq(int, vga_pages(&vga, &pages), VGA_OK);
	for (unsigned p = 0; p < pages; p++)
		for (unsigned y = 0; y < size.height; y++)
			for (unsigned x = 0; x < size.width; x++)
				if (dot(p * ROW_BYTES * size.height, x, y) != want[p][y][x] &&
				    wrong++ == 0)
					check_fail("%s: page %u dot (%u, %u) is %u, not %u", what,
						   p, x, y, dot(p * ROW_BYTES * size.height, x, y),
						   want[p][y][x]);
	require_eq(uint, wrong, 0, "%s", what);
}

/* ---- the operations, and what they do to the map ---- */

static void plot(unsigned x, unsigned y, unsigned colour) { want[page][y][x] = (uint8_t)colour; }

static void fill(unsigned x, unsigned y, unsigned to_x, unsigned to_y, unsigned colour)
{
	for (unsigned v = y < to_y ? y : to_y; v <= (y < to_y ? to_y : y); v++)
		for (unsigned u = x < to_x ? x : to_x; u <= (x < to_x ? to_x : x); u++)
			plot(u, v, colour);
}

static void do_pixel(unsigned colour)
{
	const unsigned x = any(size.width), y = any(size.height);
	require_eq(int, vga_set_pixel(&vga, x, y, (uint8_t)colour), VGA_OK);
	plot(x, y, colour);
}

static void do_line(unsigned colour)
{
	const unsigned x = any(size.width), y = any(size.height), to_x = any(size.width),
		       to_y = any(size.height);
	struct raster_line line = raster_line((int)x, (int)y, (int)to_x, (int)to_y);
	require_eq(int, vga_draw_line(&vga, x, y, to_x, to_y, (uint8_t)colour), VGA_OK);
	while (raster_next(&line)) plot((unsigned)line.x, (unsigned)line.y, colour);
}

static void do_outline(unsigned colour)
{
	const unsigned x = any(size.width), y = any(size.height), to_x = any(size.width),
		       to_y = any(size.height);
	require_eq(int, vga_draw_rectangle(&vga, x, y, to_x, to_y, (uint8_t)colour), VGA_OK);
	fill(x, y, to_x, y, colour);
	fill(x, to_y, to_x, to_y, colour);
	fill(x, y, x, to_y, colour);
	fill(to_x, y, to_x, to_y, colour);
}

static void do_fill(unsigned colour)
{
	const unsigned x = any(size.width), y = any(size.height);
	/* Narrow ones too, within a byte. */
	const unsigned to_x = any(2) ? any(size.width) : x + any(size.width - x < 9 ? 1 : 9);
	const unsigned to_y = any(size.height);
	require_eq(int, vga_fill_rectangle(&vga, x, y, to_x, to_y, (uint8_t)colour), VGA_OK);
	fill(x, y, to_x, to_y, colour);
}

static void do_char(unsigned colour)
{
	const struct font *font = any(2) ? font_8x8() : font_8x16();
	const unsigned x = any(size.width - 7), y = any(size.height - font->height + 1u);
	const uint8_t character = (uint8_t)any(256);
	require_eq(int, vga_draw_char(&vga, x, y, font, character, (uint8_t)colour), VGA_OK);
	for (unsigned v = 0; v < font->height; v++)
		for (unsigned u = 0; u < 8; u++)
			if (font_dot(font, character, u, v)) plot(x + u, y + v, colour);
}

static void do_blit(unsigned colour)
{
	const unsigned x = any(size.width), y = any(size.height), width = any(size.width - x) + 1,
		       height = any(size.height - y) + 1, pitch = width + any(5);
	(void)colour;
	for (unsigned i = 0; i < pitch * height && i < sizeof(block); i++)
		block[i] = (uint8_t)any(size.colours);
	if (pitch * height > sizeof(block)) return;
	require_eq(int, vga_blit(&vga, x, y, width, height, block, pitch), VGA_OK);
	for (unsigned v = 0; v < height; v++)
		for (unsigned u = 0; u < width; u++) plot(x + u, y + v, block[v * pitch + u]);
}

static void do_scroll(unsigned colour)
{
	const unsigned rows = any(40);
	require_eq(int, vga_scroll(&vga, rows, (uint8_t)colour), VGA_OK);
	memmove(want[page][0], want[page][rows], (size.height - rows) * sizeof(want[page][0]));
	if (rows) fill(0, size.height - rows, size.width - 1u, size.height - 1u, colour);
}

static void do_grab(unsigned colour)
{
	const unsigned x = any(size.width), y = any(size.height), width = any(size.width - x) + 1,
		       height = any(size.height - y) + 1;
	uint8_t one = 0;
	(void)colour;
	require_eq(int, vga_grab(&vga, x, y, width, height, got_block, width), VGA_OK);
	for (unsigned v = 0; v < height; v++)
		require_eq(int, memcmp(&got_block[v * width], &want[page][y + v][x], width), 0);
	require_eq(int, vga_read_pixel(&vga, x, y, &one), VGA_OK);
	require_eq(uint, one, want[page][y][x]);
}

static void do_page(unsigned colour)
{
	unsigned pages = 0;
	require_eq(int, vga_pages(&vga, &pages), VGA_OK);
	page = colour % pages;
	require_eq(int, vga_select_page(&vga, page), VGA_OK);
}

static void draw_at_random(enum vga_mode mode)
{
	static void (*const what[])(unsigned) = { do_pixel, do_line, do_outline, do_fill, do_char,
						  do_blit,  do_grab, do_scroll,  do_page };
	enum { STEPS = 12, EACH = 30 };

	begin(mode);
	for (unsigned i = 0; i < STEPS; i++) {
		for (unsigned j = 0; j < EACH; j++)
			what[any(sizeof(what) / sizeof(what[0]))](any(size.colours));
		compare("after random operations");
		check_eq(int, vga_compare(&vga, mode, NULL), VGA_OK,
			 "the registers are the mode's");
	}
}

TestSuite(vga_draw, .fini = host_power_off);

Test(vga_draw, at_random_in_640x480x16) { draw_at_random(VGA_MODE_640X480X16); }
Test(vga_draw, at_random_in_320x200x256) { draw_at_random(VGA_MODE_320X200X256); }
Test(vga_draw, at_random_in_320x240x256) { draw_at_random(VGA_MODE_320X240X256); }

static const enum vga_mode graphics[] = { VGA_MODE_640X480X16, VGA_MODE_320X200X256,
					  VGA_MODE_320X240X256 };

Test(vga_draw, a_mode_begins_with_black_dots_whatever_was_in_memory)
{
	for (unsigned i = 0; i < 3; i++) {
		plug_vga();
		for (unsigned a = 0; a < 0x10000; a++) vga_model_set_word(&model, a, 0xa5a5a5a5);
		require_eq(int, find_vga(), VGA_OK);
		require_eq(int, vga_set_mode(&vga, graphics[i]), VGA_OK);
		require_eq(int, vga_mode_size(graphics[i], &size), VGA_OK);
		memset(want, 0, sizeof(want));
		compare("a new mode");
		if (i < 2) host_power_off();
	}
}

Test(vga_draw, the_corners_can_be_reached_and_nothing_beyond)
{
	for (unsigned i = 0; i < 3; i++) {
		uint8_t colour = 0;
		begin(graphics[i]);
		const unsigned right = size.width - 1u, bottom = size.height - 1u;
		require_eq(int, vga_draw_line(&vga, 0, bottom, right, 0, 5), VGA_OK);
		check_eq(uint, dot(0, 0, bottom), 5);
		check_eq(uint, dot(0, right, 0), 5);
		check_eq(int, vga_set_pixel(&vga, right, bottom, 1), VGA_OK);
		check_eq(int, vga_set_pixel(&vga, right + 1, bottom, 1), VGA_BOUNDS);
		check_eq(int, vga_set_pixel(&vga, right, bottom + 1, 1), VGA_BOUNDS);
		check_eq(int, vga_read_pixel(&vga, right + 1, 0, &colour), VGA_BOUNDS);
		check_eq(int, vga_read_pixel(&vga, 0, 0, NULL), VGA_NULL);
		check_eq(int, vga_draw_line(&vga, 0, 0, right + 1, 0, 1), VGA_BOUNDS);
		check_eq(int, vga_fill_rectangle(&vga, right + 1, 0, 0, 0, 1), VGA_BOUNDS);
		check_eq(int, vga_draw_rectangle(&vga, 0, bottom + 1, 0, 0, 1), VGA_BOUNDS);
		check_eq(int, vga_draw_char(&vga, right - 6, 0, font_8x8(), 'A', 1), VGA_BOUNDS);
		check_eq(int, vga_draw_char(&vga, 0, bottom - 6, font_8x8(), 'A', 1), VGA_BOUNDS);
		check_eq(int, vga_draw_char(&vga, 0, 0, NULL, 'A', 1), VGA_NULL);
		check_eq(int, vga_draw_text(&vga, right - 15, 0, font_8x8(), "ABC", 1), VGA_BOUNDS);
		check_eq(int, vga_draw_text(&vga, 0, 0, font_8x8(), NULL, 1), VGA_NULL);
		check_eq(int, vga_scroll(&vga, bottom + 2, 1), VGA_BOUNDS);
		check_eq(int, vga_blit(&vga, 1, 0, size.width, 1, block, 0), VGA_BOUNDS);
		check_eq(int, vga_blit(&vga, 0, 0, 0, 0, block, 0), VGA_OK);
		check_eq(int, vga_blit(&vga, 0, 0, 1, 1, NULL, 0), VGA_NULL);
		check_eq(int, vga_grab(&vga, 0, 1, 1, size.height, got_block, 0), VGA_BOUNDS);
		check_eq(int, vga_show_page(&vga, PAGES), VGA_BOUNDS);
		check_eq(int, vga_fill(&vga, 7), VGA_OK);
		fill(0, 0, right, bottom, 7);
		compare("a filled page");
		if (i < 2) host_power_off();
	}
}

Test(vga_draw, needs_a_colour_of_the_mode)
{
	begin(VGA_MODE_640X480X16);
	block[0] = 16;
	check_eq(int, vga_set_pixel(&vga, 0, 0, 16), VGA_BOUNDS);
	check_eq(int, vga_fill(&vga, 16), VGA_BOUNDS);
	check_eq(int, vga_draw_line(&vga, 0, 0, 1, 1, 255), VGA_BOUNDS);
	check_eq(int, vga_blit(&vga, 0, 0, 1, 1, block, 1), VGA_BOUNDS);
	compare("nothing was drawn");
}

Test(vga_draw, needs_a_graphics_mode)
{
	uint8_t colour = 0;
	unsigned n = 0;
	plug_vga();
	require_eq(int, find_vga(), VGA_OK);
	check_eq(int, vga_set_pixel(&vga, 0, 0, 1), VGA_BAD_MODE, "no mode was set");
	require_eq(int, vga_set_mode(&vga, VGA_MODE_80X50), VGA_OK);
	check_eq(int, vga_set_pixel(&vga, 0, 0, 1), VGA_BAD_MODE);
	check_eq(int, vga_read_pixel(&vga, 0, 0, &colour), VGA_BAD_MODE);
	check_eq(int, vga_draw_char(&vga, 0, 0, font_8x8(), 'A', 1), VGA_BAD_MODE);
	check_eq(int, vga_scroll(&vga, 1, 1), VGA_BAD_MODE);
	check_eq(int, vga_pages(&vga, &n), VGA_BAD_MODE);
	check_eq(int, vga_select_page(&vga, 0), VGA_BAD_MODE);
	check_eq(int, vga_fill(NULL, 1), VGA_NULL);
}

/* The glyph of an A, dot by dot, in each mode. */
Test(vga_draw, a_glyph_is_exact_at_every_place_in_a_byte)
{
	for (unsigned i = 0; i < 3; i++) {
		begin(graphics[i]);
		for (unsigned shift = 0; shift < 8; shift++) {
			const unsigned x = 16 * shift + shift, y = 3 + shift;
			require_eq(int, vga_fill_rectangle(&vga, x, y, x + 7, y + 15, 2), VGA_OK);
			require_eq(int, vga_draw_char(&vga, x, y, font_8x16(), 'A', 13), VGA_OK);
			fill(x, y, x + 7, y + 15, 2);
			for (unsigned v = 0; v < 16; v++)
				for (unsigned u = 0; u < 8; u++)
					if (font_8x16()->rows['A' * 16 + v] >> (7 - u) & 1)
						plot(x + u, y + v, 13);
		}
		compare("glyphs");
		if (i < 2) host_power_off();
	}
}

Test(vga_draw, mode_x_shows_one_page_while_another_is_drawn)
{
	unsigned pages = 0;
	begin(VGA_MODE_320X240X256);
	require_eq(int, vga_pages(&vga, &pages), VGA_OK);
	check_eq(uint, pages, 3);
	require_eq(int, vga_select_page(&vga, 2), VGA_OK);
	require_eq(int, vga_set_pixel(&vga, 319, 239, 9), VGA_OK);
	check_eq(uint, dot(2 * 19200, 319, 239), 9);
	check_eq(u64, model.s.cr[0x0c], 0);
	require_eq(int, vga_show_page(&vga, 2), VGA_OK);
	check_eq(u64, model.s.cr[0x0c] << 8 | model.s.cr[0x0d], 2 * 19200);
	check_eq(int, vga_select_page(&vga, 3), VGA_BOUNDS);
}

/* ---- lines ---- */

static unsigned distance(int a, int b) { return (unsigned)(a < b ? b - a : a - b); }

/* In every octant: both ends, as many dots as the longer side, each a step from the one before,
 * none further from the true line than half a dot. */
static void walk(int dx, int dy)
{
	struct raster_line line = raster_line(10, -20, 10 + dx, -20 + dy);
	const unsigned longer =
		distance(0, dx) > distance(0, dy) ? distance(0, dx) : distance(0, dy);
	int x = 10, y = -20;
	unsigned n = 0;

	for (; raster_next(&line); n++) {
		if (n == 0) check(line.x == 10 && line.y == -20);
		require(distance(line.x, x) <= 1 && distance(line.y, y) <= 1);
		x = line.x;
		y = line.y;
		/* The cross product is the distance times the length, at least the longer side. */
		check_le(uint, 2 * distance((x - 10) * dy, (y + 20) * dx), longer,
			 "(%d, %d): dot %u", dx, dy, n);
		require_le(uint, n, longer);
	}
	check_eq(uint, n, longer + 1);
	check(x == 10 + dx && y == -20 + dy);
	check(!raster_next(&line), "the end stays the end");
}

Test(raster, lines_go_in_all_octants_with_both_ends)
{
	for (int dx = -21; dx <= 21; dx++)
		for (int dy = -21; dy <= 21; dy++) walk(dx, dy);
	walk(640, 479);
	walk(-479, 640);
}
