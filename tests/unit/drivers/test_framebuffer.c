/* SPDX-License-Identifier: MIT */
/* A linear framebuffer in every format, against a map of the dots that should be there. */
#include "bimetal/framebuffer.h"

#include <string.h>

#include "bimetal/framebuffer_console.h"
#include "bimetal/raster.h"
#include "tests/unit/drivers/host_fixture.h"

#define BASE UINT64_C(0xe0000000)
enum { WIDTH = 67, HEIGHT = 41, GAP = 12, SIZE = 4 * WIDTH * HEIGHT + 4 * GAP * HEIGHT + 64 };

static uint8_t bytes[SIZE];
static unsigned wrong_widths, right_width;
static struct device dev;
static struct framebuffer fb;
static uint32_t want[HEIGHT][WIDTH], dot_bits;
static uint32_t seed;

static uint64_t memory_read(struct device *d, uint64_t offset, unsigned width)
{
	uint64_t value = 0;
	(void)d;
	if (width != right_width) wrong_widths++;
	memcpy(&value, &bytes[offset], width / 8);
	return value;
}

static void memory_write(struct device *d, uint64_t offset, unsigned width, uint64_t value)
{
	(void)d;
	if (width != right_width) wrong_widths++;
	memcpy(&bytes[offset], &value, width / 8);
}

static const struct device_ops ops = { .name = "memory",
				       .mem_read = memory_read,
				       .mem_write = memory_write };

static void set_up(void)
{
	host_power_on();
	dev = (struct device){ .ops = &ops, .instance = "memory", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, BASE, SIZE, &dev, 0) == NULL);
	memset(want, 0, sizeof(want));
	seed = 7;
}

static void begin(unsigned bits)
{
	struct framebuffer_format format = framebuffer_format(WIDTH, HEIGHT, bits);
	memset(bytes, 0, sizeof(bytes));
	memset(want, 0, sizeof(want));
	right_width = bits == 24 ? 8 : bits == 15 ? 16 : bits;
	dot_bits = bits == 32 ? UINT32_MAX : (UINT32_C(1) << (bits == 15 ? 16 : bits)) - 1;
	format.pitch += GAP;
	require_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE, 1), &format), FRAMEBUFFER_OK);
}

static unsigned any(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* The dots as they lie in memory, little-endian; the gaps between rows stay untouched. */
static void compare(const char *what)
{
	const uint32_t size = fb.dot_bytes, pitch = fb.format.pitch;
	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < WIDTH; x++) {
			uint32_t got = 0;
			memcpy(&got, &bytes[y * pitch + x * size], size);
			require_eq(u32, got, want[y][x], "%s: dot (%u, %u)", what, x, y);
		}
		for (unsigned i = WIDTH * size; i < pitch; i++)
			require_eq(uint, bytes[y * pitch + i], 0, "the gap behind row %u", y);
	}
	check_eq(uint, wrong_widths, 0);
}

static void plot(unsigned x, unsigned y, uint32_t dot) { want[y][x] = dot & dot_bits; }

static void fill(unsigned x, unsigned y, unsigned to_x, unsigned to_y, uint32_t dot)
{
	for (unsigned v = y < to_y ? y : to_y; v <= (y < to_y ? to_y : y); v++)
		for (unsigned u = x < to_x ? x : to_x; u <= (x < to_x ? to_x : x); u++)
			plot(u, v, dot);
}

static void do_figure(uint32_t dot)
{
	const unsigned x = any(WIDTH), y = any(HEIGHT), to_x = any(WIDTH), to_y = any(HEIGHT);
	struct raster_line line = raster_line((int)x, (int)y, (int)to_x, (int)to_y);

	switch (any(4)) {
	case 0:
		require_eq(int, framebuffer_set_pixel(&fb, x, y, dot), FRAMEBUFFER_OK);
		plot(x, y, dot);
		break;
	case 1:
		require_eq(int, framebuffer_draw_line(&fb, x, y, to_x, to_y, dot), FRAMEBUFFER_OK);
		while (raster_next(&line)) plot((unsigned)line.x, (unsigned)line.y, dot);
		break;
	case 2:
		require_eq(int, framebuffer_fill_rectangle(&fb, x, y, to_x, to_y, dot),
			   FRAMEBUFFER_OK);
		fill(x, y, to_x, to_y, dot);
		break;
	default:
		require_eq(int, framebuffer_draw_rectangle(&fb, x, y, to_x, to_y, dot),
			   FRAMEBUFFER_OK);
		fill(x, y, to_x, y, dot);
		fill(x, to_y, to_x, to_y, dot);
		fill(x, y, x, to_y, dot);
		fill(to_x, y, to_x, to_y, dot);
		break;
	}
}

static void do_char(uint32_t dot)
{
	const unsigned x = any(WIDTH - 7), y = any(HEIGHT - 15), c = any(256);
	require_eq(int, framebuffer_draw_char(&fb, x, y, font_8x16(), (uint8_t)c, dot, ~dot),
		   FRAMEBUFFER_OK);
	for (unsigned v = 0; v < 16; v++)
		for (unsigned u = 0; u < 8; u++)
			plot(x + u, y + v, font_dot(font_8x16(), (uint8_t)c, u, v) ? dot : ~dot);
}

static void do_blit(uint32_t dot)
{
	static uint32_t dots[WIDTH * HEIGHT];
	const unsigned x = any(WIDTH), y = any(HEIGHT), width = any(WIDTH - x) + 1,
		       height = any(HEIGHT - y) + 1;
	for (unsigned i = 0; i < width * height; i++) dots[i] = dot + i * 77;
	require_eq(int, framebuffer_blit(&fb, x, y, width, height, dots, width), FRAMEBUFFER_OK);
	for (unsigned v = 0; v < height; v++)
		for (unsigned u = 0; u < width; u++) plot(x + u, y + v, dots[v * width + u]);
}

static void do_move(uint32_t dot)
{
	static uint32_t copy[HEIGHT][WIDTH];
	const unsigned x = any(WIDTH), y = any(HEIGHT), to_x = any(WIDTH), to_y = any(HEIGHT),
		       width = any(WIDTH - (x > to_x ? x : to_x)) + 1,
		       height = any(HEIGHT - (y > to_y ? y : to_y)) + 1;
	(void)dot;
	memcpy(copy, want, sizeof(copy));
	require_eq(int, framebuffer_move(&fb, to_x, to_y, x, y, width, height), FRAMEBUFFER_OK);
	for (unsigned v = 0; v < height; v++)
		for (unsigned u = 0; u < width; u++) want[to_y + v][to_x + u] = copy[y + v][x + u];
}

static void do_scroll(uint32_t dot)
{
	const unsigned rows = any(5);
	require_eq(int, framebuffer_scroll(&fb, rows, dot), FRAMEBUFFER_OK);
	memmove(want[0], want[rows], (HEIGHT - rows) * sizeof(want[0]));
	if (rows) fill(0, HEIGHT - rows, WIDTH - 1, HEIGHT - 1, dot);
}

TestSuite(framebuffer, .init = set_up, .fini = host_power_off, .timeout = 60);

static const unsigned formats[] = { 8, 15, 16, 24, 32 };

Test(framebuffer, at_random_in_every_format)
{
	static void (*const what[])(uint32_t) = { do_figure, do_figure, do_char,
						  do_blit,   do_move,   do_scroll };
	for (unsigned i = 0; i < 5; i++) {
		begin(formats[i]);
		for (unsigned step = 0; step < 400; step++) {
			uint32_t got = 0;
			const unsigned x = any(WIDTH), y = any(HEIGHT);
			what[any(6)](any(1u << 24) * 257u);
			require_eq(int, framebuffer_read_pixel(&fb, x, y, &got), FRAMEBUFFER_OK);
			check_eq(u32, got, want[y][x]);
		}
		compare("after random operations");
		require_eq(int, framebuffer_fill(&fb, 0x12345678), FRAMEBUFFER_OK);
		fill(0, 0, WIDTH - 1, HEIGHT - 1, 0x12345678);
		compare("a filled screen");
	}
}

Test(framebuffer, colours_are_packed_by_their_masks)
{
	static const uint32_t orange[] = { 0, 0x7e00, 0xfc00, 0xff8000, 0xff8000 };
	for (unsigned i = 0; i < 5; i++) {
		begin(formats[i]);
		check_eq(u32, framebuffer_colour(&fb, 255, 128, 0), orange[i], "%u bits",
			 formats[i]);
	}
	struct framebuffer_format format = framebuffer_format(WIDTH, HEIGHT, 8);
	format.red = (struct framebuffer_mask){ 0, 3 };
	format.green = (struct framebuffer_mask){ 3, 3 };
	format.blue = (struct framebuffer_mask){ 6, 2 };
	require_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE, 1), &format), FRAMEBUFFER_OK);
	check_eq(u32, framebuffer_colour(&fb, 255, 0, 192), 0xc7);
	check_eq(u32, framebuffer_colour(NULL, 255, 0, 192), 0);
}

Test(framebuffer, formats_that_cannot_be_are_refused)
{
	const struct framebuffer_format good = framebuffer_format(WIDTH, HEIGHT, 32);
	struct framebuffer_format bad[12];
	for (unsigned i = 0; i < 12; i++) bad[i] = good;
	bad[0].width = 0;
	bad[1].height = 0;
	bad[2].width = FRAMEBUFFER_MAX_SIDE + 1;
	bad[3].pitch = WIDTH * 4 - 4;
	bad[4].pitch += 2;
	bad[5].bits = 31;
	bad[6].red.at = 25;
	bad[7].green.bits = 9;
	bad[8].blue.at = 1;
	bad[9].blue.bits = 0;
	bad[10].red.bits = bad[10].green.bits = bad[10].blue.bits = 0;
	bad[11].pitch = UINT32_MAX - 3;
	for (unsigned i = 0; i < 12; i++)
		check_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE, 1), &bad[i]),
			 FRAMEBUFFER_BAD_FORMAT, "format %u", i);
	const struct framebuffer_format other = framebuffer_format(4, 4, 4);
	check_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE, 1), &other),
		 FRAMEBUFFER_BAD_FORMAT);
	check_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE, 4), &good), FRAMEBUFFER_BAD_BASE);
	check_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE + 2, 1), &good),
		 FRAMEBUFFER_BAD_BASE);
	check_eq(int, framebuffer_init(&fb, io_port(&cpu, 0), &good), FRAMEBUFFER_BAD_BASE);
	check_eq(int, framebuffer_init(NULL, io_memory(&cpu, BASE, 1), &good), FRAMEBUFFER_NULL);
	check_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE, 1), NULL), FRAMEBUFFER_NULL);
}

Test(framebuffer, nothing_is_drawn_beyond_the_screen)
{
	uint32_t dot = 0;
	begin(32);
	check_eq(int, framebuffer_set_pixel(&fb, WIDTH, 0, 1), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_set_pixel(&fb, 0, HEIGHT, 1), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_read_pixel(&fb, WIDTH, 0, &dot), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_read_pixel(&fb, 0, 0, NULL), FRAMEBUFFER_NULL);
	check_eq(int, framebuffer_draw_line(&fb, 0, 0, WIDTH, 0, 1), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_draw_rectangle(&fb, 0, HEIGHT, 0, 0, 1), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_fill_rectangle(&fb, UINT32_MAX, 0, 0, 0, 1), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_draw_char(&fb, WIDTH - 7, 0, font_8x8(), 'A', 1, 2),
		 FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_draw_char(&fb, 0, HEIGHT - 7, font_8x8(), 'A', 1, 2),
		 FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_draw_char(&fb, 0, 0, NULL, 'A', 1, 2), FRAMEBUFFER_NULL);
	check_eq(int, framebuffer_blit(&fb, 1, 0, WIDTH, 1, &dot, 0), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_blit(&fb, 0, 0, UINT32_MAX, 1, &dot, 0), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_blit(&fb, 0, 0, 1, 1, NULL, 0), FRAMEBUFFER_NULL);
	check_eq(int, framebuffer_move(&fb, 1, 0, 0, 0, WIDTH, 1), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_move(&fb, 0, 0, 0, 1, 1, HEIGHT), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_scroll(&fb, HEIGHT + 1, 1), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_fill(NULL, 1), FRAMEBUFFER_NULL);
	compare("nothing was drawn");
	check_eq(int, framebuffer_scroll(&fb, HEIGHT, 5), FRAMEBUFFER_OK);
	fill(0, 0, WIDTH - 1, HEIGHT - 1, 5);
	compare("all of it scrolled away");
}

Test(framebuffer, a_rectangle_may_overlap_its_old_place_in_every_direction)
{
	static uint32_t copy[HEIGHT][WIDTH];
	for (int dy = -2; dy <= 2; dy++)
		for (int dx = -2; dx <= 2; dx++) {
			const unsigned x = 10, y = 10, width = 20, height = 9;
			const unsigned to_x = (unsigned)((int)x + dx),
				       to_y = (unsigned)((int)y + dy);
			begin(16);
			for (unsigned i = 0; i < WIDTH * HEIGHT; i++) {
				require_eq(int,
					   framebuffer_set_pixel(&fb, i % WIDTH, i / WIDTH, i + 1),
					   FRAMEBUFFER_OK);
				plot(i % WIDTH, i / WIDTH, i + 1);
			}
			memcpy(copy, want, sizeof(copy));
			require_eq(int, framebuffer_move(&fb, to_x, to_y, x, y, width, height),
				   FRAMEBUFFER_OK);
			for (unsigned v = 0; v < height; v++)
				for (unsigned u = 0; u < width; u++)
					want[to_y + v][to_x + u] = copy[y + v][x + u];
			compare("moved by a little");
		}
}

/* ---- the console ---- */

static struct framebuffer_console console;

enum { COLUMNS = WIDTH / 8, ROWS = HEIGHT / 8 };

static void start_console(unsigned bits)
{
	begin(bits);
	require_eq(int, framebuffer_console_init(&console, &fb, font_8x8()), FRAMEBUFFER_OK);
	require_eq(int, framebuffer_console_clear(&console), FRAMEBUFFER_OK);
}

static void cell(unsigned column, unsigned row, unsigned character)
{
	for (unsigned v = 0; v < 8; v++)
		for (unsigned u = 0; u < 8; u++)
			plot(column * 8 + u, row * 8 + v,
			     font_dot(font_8x8(), (uint8_t)character, u, v) ? console.foreground
									    : 0);
}

static void row_of(unsigned row, const char *text)
{
	for (unsigned i = 0; i < COLUMNS; i++) cell(i, row, *text ? (uint8_t)*text++ : ' ');
}

static void print(const char *text)
{
	require_eq(int, framebuffer_console_print(&console, text), FRAMEBUFFER_OK);
}

Test(framebuffer, the_console_wraps_and_scrolls)
{
	for (unsigned i = 0; i < 5; i++) {
		start_console(formats[i]);
		print("one\nABCDEFGHI\x01");
		row_of(0, "one");
		row_of(1, "ABCDEFGH");
		row_of(2, "I\xfe");
		compare("wrapped");
		print("\n4\n5\n6\n12345678\n");
		row_of(0, "4");
		row_of(1, "5");
		row_of(2, "6");
		row_of(3, "12345678");
		row_of(4, "");
		compare("scrolled");
		check_eq(u32, console.row, ROWS - 1);
		print("abc\b\bX\rY\b\bZ");
		row_of(3, "1234567Z");
		row_of(4, "YXc");
		compare("moved back");
	}
	check_eq(u32, framebuffer_colour(&fb, 0xaa, 0xaa, 0xaa), console.foreground);
}

Test(framebuffer, the_console_has_bounds)
{
	struct font none = { .height = 0, .rows = font_8x8()->rows };
	start_console(16);
	check_eq(u32, console.columns, COLUMNS);
	check_eq(u32, console.rows, ROWS);
	check_eq(int, framebuffer_console_move(&console, COLUMNS, 0), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_console_move(&console, 0, ROWS), FRAMEBUFFER_BOUNDS);
	check_eq(int, framebuffer_console_move(&console, 2, 3), FRAMEBUFFER_OK);
	print("x");
	cell(2, 3, 'x');
	compare("one character");
	check_eq(int, framebuffer_console_init(&console, &fb, &none), FRAMEBUFFER_BAD_FORMAT);
	check_eq(int, framebuffer_console_init(&console, NULL, font_8x8()), FRAMEBUFFER_NULL);
	check_eq(int, framebuffer_console_write(&console, NULL, 1), FRAMEBUFFER_NULL);
	check_eq(int, framebuffer_console_write(&console, NULL, 0), FRAMEBUFFER_OK);
	const struct framebuffer_format tiny = framebuffer_format(7, 16, 16);
	require_eq(int, framebuffer_init(&fb, io_memory(&cpu, BASE, 1), &tiny), FRAMEBUFFER_OK);
	check_eq(int, framebuffer_console_init(&console, &fb, font_8x8()), FRAMEBUFFER_BOUNDS);
}
