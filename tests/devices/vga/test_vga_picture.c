/* SPDX-License-Identifier: MIT */
/* IBM VGA: pictures of the graphics modes, and what moves a picture. Text modes: test_screen. */
#include "devices/vga/picture.h"
#include "tests/devices/vga/model_fixture.h"

enum { RGB = DISPLAY_BYTES_PER_PIXEL };

static uint8_t rgb[VGA_MODEL_PICTURE_MAX_WIDTH * VGA_MODEL_PICTURE_MAX_HEIGHT * RGB + 1];
static unsigned width, height;

/* Colour i of the DAC is (i, 0, 3fh - i / 4), so that colours are told apart. */
static void graphics_mode(unsigned number)
{
	mode(number);
	for (unsigned i = 0; i < 256; i++) {
		vga.s.palette[i][0] = i & 0x3f;
		vga.s.palette[i][1] = (uint8_t)(i >> 6);
		vga.s.palette[i][2] = 0x15;
	}
}

static void draw(void)
{
	vga_model_picture_size(&vga, &width, &height);
	memset(rgb, 0xee, sizeof(rgb));
	require(vga_model_picture(&vga, rgb, sizeof(rgb)));
	require_eq(u8, rgb[(size_t)width * height * RGB], 0xee, "no more than that");
}

/* The DAC's entry that a pixel has. */
static unsigned entry(unsigned x, unsigned y)
{
	const uint8_t *p = &rgb[((size_t)y * width + x) * RGB];

	require(x < width && y < height);
	require_eq(u8, p[2], 0x55, "%u,%u", x, y);
	return (unsigned)(p[0] >> 2 | (p[1] >> 2) << 6);
}

/* An attribute's entry: through the palette registers. */
static unsigned through_palette(unsigned attribute) { return (unsigned)vga.s.ar[attribute]; }

TestSuite(vga_picture, .init = power_on, .timeout = 60);

Test(vga_picture, a_planar_dot_has_a_bit_in_each_plane)
{
	graphics_mode(0x12);
	for (unsigned x = 0; x < 640; x++)
		for (unsigned p = 0; p < 4; p++) {
			unsigned at = 479 * 80 + x / 8, bit = 0x80u >> x % 8;
			unsigned old = vga_model_plane(&vga, at, p);
			if (x % 16 >> p & 1) vga_model_set_plane(&vga, at, p, (uint8_t)(old | bit));
		}
	draw();
	check(width == 640 && height == 480);
	for (unsigned x = 0; x < 640; x++)
		require_eq(uint, entry(x, 479), through_palette(x % 16), "%u", x);
	check_eq(uint, entry(639, 478), 0);
}

Test(vga_picture, a_dot_of_40_columns_is_two_pixels_wide_and_a_line_of_200_two_high)
{
	graphics_mode(0x0d);
	vga_model_set_plane(&vga, 40, 0, 0x81);
	draw();
	check(width == 640 && height == 400);
	for (unsigned y = 1; y <= 4; y++)
		for (unsigned x = 0; x < 640; x++)
			require_eq(uint, entry(x, y), y / 2 == 1 && (x < 2 || x / 2 == 7), "%u,%u",
				   x, y);
	graphics_mode(0x0e);
	vga_model_set_plane(&vga, 80, 0, 0x81);
	draw();
	check(width == 640 && entry(7, 3) == 1 && entry(8, 3) == 0 && entry(7, 4) == 0);
}

/* Two bits a dot; odd scan lines 2000h behind the even ones. */
Test(vga_picture, cga_with_4_colours)
{
	graphics_mode(0x04);
	bus_write(&bus, BUS_MEMORY, TEXT, 16, 0xe41b);
	bus_write(&bus, BUS_MEMORY, TEXT + 0x2000, 8, 0xc0);
	bus_write(&bus, BUS_MEMORY, TEXT + 80, 8, 0x80);
	draw();
	check(width == 640 && height == 400);
	for (unsigned i = 0; i < 8; i++)
		check_eq(uint, entry(i * 2, 0), through_palette(i < 4 ? i : 7 - i), "dot %u", i);
	check_eq(uint, entry(0, 1), through_palette(0), "the line twice");
	check_eq(uint, entry(7, 1), through_palette(3));
	check_eq(uint, entry(1, 2), through_palette(3), "line 1");
	check_eq(uint, entry(2, 2), through_palette(0));
	check_eq(uint, entry(0, 4), through_palette(2), "line 2");
}

Test(vga_picture, cga_with_2_colours)
{
	graphics_mode(0x06);
	bus_write(&bus, BUS_MEMORY, TEXT + 1, 8, 0x81);
	bus_write(&bus, BUS_MEMORY, TEXT + 0x2000 + 80, 8, 0x40);
	draw();
	check(width == 640 && height == 400);
	for (unsigned x = 0; x < 640; x++)
		require_eq(uint, entry(x, 1), x == 8 || x == 15 ? 0x17 : 0, "%u", x);
	check_eq(uint, entry(1, 6), 0x17, "line 3");
	check_eq(uint, entry(1, 4), 0);
}

Test(vga_picture, every_dot_of_mode_13h_is_a_byte_of_the_window)
{
	graphics_mode(0x13);
	for (unsigned i = 0; i < 64000; i++) poke(GRAPHICS + i, (uint8_t)(i * 3 ^ i >> 8));
	draw();
	check(width == 640 && height == 400);
	for (unsigned i = 0; i < 64000; i++)
		for (unsigned j = 0; j < 4; j++)
			require_eq(uint, entry(i % 320 * 2 + j % 2, i / 320 * 2 + j / 2),
				   (i * 3 ^ i >> 8) & 0xff, "%u", i);
}

/* Without chain-4 and doubleword addresses, four dots are at one plane address. */
Test(vga_picture, mode_x_has_a_plane_for_every_fourth_dot)
{
	graphics_mode(0x13);
	vga.s.sr[4] = 0x06;
	vga.s.cr[0x14] = 0x00;
	vga.s.cr[0x17] = 0xe3;
	vga.s.cr[0x12] = 0xdf;
	vga.s.cr[0x07] = 0x3e;
	for (unsigned i = 0; i < 320 * 240; i++) {
		set(SEQ, 2, (uint8_t)(1u << i % 4));
		poke(GRAPHICS + i / 4, (uint8_t)(i * 5 >> 2));
	}
	draw();
	check(width == 640 && height == 480);
	for (unsigned i = 0; i < 320 * 240; i++)
		require_eq(uint, entry(i % 320 * 2, i / 320 * 2), i * 5 >> 2 & 0xff, "%u", i);
}

Test(vga_picture, colour_planes_may_be_off_with_256_colours_too)
{
	graphics_mode(0x13);
	poke(GRAPHICS, 0xff);
	vga.s.ar[0x12] = 0x05;
	draw();
	check_eq(uint, entry(0, 0), 0x55);
	vga.s.ar[0x0f] = 0x00;
	draw();
	check_eq(uint, entry(0, 0), 0x55, "the palette registers do not matter");
	vga.s.reg[VGA_MODEL_PEL_MASK] = 0x0f;
	draw();
	check_eq(uint, entry(0, 0), 0x05);
}

Test(vga_picture, a_ninth_dot_of_graphics_is_empty)
{
	graphics_mode(0x12);
	vga_model_set_word(&vga, 0, 0x000000ff);
	vga_model_set_word(&vga, 1, 0x000000ff);
	vga.s.sr[1] = 0x00;
	vga.s.ar[0x13] = 8;
	draw();
	check_eq(uint, width, 720);
	for (unsigned x = 0; x < 18; x++) require_eq(uint, entry(x, 0), x % 9 < 8, "%u", x);
}

/* ---- what moves a picture ---- */

/* The first dot of each line, and of character 1. */
static void mark_lines(unsigned row_bytes)
{
	for (unsigned i = 0; i < 65536 / row_bytes; i++)
		for (unsigned j = 0; j < 3; j++)
			vga_model_set_word(&vga, i * row_bytes + j, j == 1 ? 0x80 : 0x8080);
}

static unsigned first_lit(unsigned y)
{
	for (unsigned x = 0; x < width; x++)
		if (entry(x, y)) return x * 4 + entry(x, y);
	return 0;
}

Test(vga_picture, pixel_panning_moves_the_picture_left)
{
	graphics_mode(0x12);
	mark_lines(80);
	for (unsigned pan = 0; pan < 8; pan++) {
		set_ac(0x33, (uint8_t)pan);
		draw();
		check_eq(uint, first_lit(9), pan ? (8 - pan) * 4 + 1 : 3, "%u", pan);
	}
	vga_model_set_word(&vga, 80, 0x80); /* the character behind the line */
	set_ac(0x33, 3);
	draw();
	check_eq(uint, entry(637, 0), 1);
	set_ac(0x33, 8);
	draw();
	check_eq(uint, first_lit(0), 3, "8 is none");
}

Test(vga_picture, with_9_dots_8_is_no_panning_and_0_is_one_dot)
{
	mode(3);
	vga.s.cr[0x0a] = 0x20;
	bus_write(&bus, BUS_MEMORY, TEXT + 2, 16, 0x0fdb);
	draw();
	uint8_t *line = rgb;
	check(line[8 * RGB] == 0x00 && line[9 * RGB] == 0xff && line[18 * RGB] == 0x00);
	for (unsigned pan = 0; pan < 8; pan++) {
		vga.s.ar[0x13] = pan;
		draw();
		check(line[(8 - pan) * RGB] == 0xff && line[(17 - pan) * RGB] == 0x00, "%u", pan);
	}
}

Test(vga_picture, with_256_colours_panning_counts_two)
{
	graphics_mode(0x13);
	for (unsigned i = 0; i < 8; i++) poke(GRAPHICS + i, (uint8_t)(i + 1));
	for (unsigned pan = 0; pan < 8; pan++) {
		vga.s.ar[0x13] = pan;
		draw();
		check(entry(0, 0) == pan / 2 + 1 && entry(1, 0) == pan / 2 + 1, "%u", pan);
		check_eq(uint, entry(2, 0), pan / 2 + 2);
	}
}

Test(vga_picture, byte_panning_and_preset_row_scan_move_by_more)
{
	graphics_mode(0x12);
	mark_lines(80);
	vga.s.cr[0x08] = 0x20;
	draw();
	check_eq(uint, first_lit(0), 1, "one character");
	vga.s.cr[0x08] = 0x60;
	draw();
	check_eq(uint, first_lit(0), 77 * 8 * 4 + 3, "three: only the next line's, at the end");
	graphics_mode(0x13);
	poke(GRAPHICS + 320, 5);
	draw();
	check(entry(0, 1) == 0 && entry(0, 2) == 5);
	vga.s.cr[0x08] = 0x01;
	draw();
	check(entry(0, 0) == 0 && entry(0, 1) == 5, "one scan line");
}

/* Below line compare memory begins at 0. Panning goes on there, unless AR10 bit 5 ends it. */
Test(vga_picture, line_compare_splits_the_screen_and_may_end_panning)
{
	graphics_mode(0x12);
	mark_lines(80);
	for (unsigned i = 0; i < 80; i++) vga_model_set_word(&vga, i, i ? 0 : 0x808080);
	vga.s.cr[0x0c] = 0x10;
	vga.s.cr[0x07] = 0x2e;
	vga.s.cr[0x09] = 0x00;
	vga.s.cr[0x18] = 99;
	vga.s.ar[0x13] = 3;
	vga.s.cr[0x08] = 0x00;
	draw();
	check_eq(uint, first_lit(100), 637 * 4 + 3, "panned out of sight");
	vga.s.ar[0x10] |= VGA_MODEL_AR10_PAN_RESET;
	draw();
	check_eq(uint, entry(0, 100), 7);
	check_eq(uint, entry(0, 99), 0);
	vga.s.cr[0x08] = 0x20;
	draw();
	check_eq(uint, entry(0, 100), 7, "byte panning ends too");
}

/* With 9 dots a character, an AR13 of 0 is a shift by one. */
Test(vga_picture, the_panning_that_line_compare_ends_is_that_of_0)
{
	mode(3);
	vga.s.cr[0x0a] = 0x20;
	bus_write(&bus, BUS_MEMORY, TEXT + 2, 16, 0x0fdb);
	vga.s.ar[0x10] |= VGA_MODEL_AR10_PAN_RESET;
	vga.s.cr[0x07] &= ~(uint64_t)VGA_MODEL_CR07_LC8;
	vga.s.cr[0x09] &= ~(uint64_t)VGA_MODEL_CR09_LC9;
	vga.s.cr[0x18] = 99;
	draw();
	const uint8_t *above = rgb, *below = &rgb[(size_t)100 * width * RGB];
	check(above[8 * RGB] == 0x00 && above[9 * RGB] == 0xff, "AR13 is 8: none");
	check(below[7 * RGB] == 0x00 && below[8 * RGB] == 0xff);
	check(below[16 * RGB] == 0xff && below[17 * RGB] == 0x00);
}

Test(vga_picture, the_cursors_skew_is_added_to_its_place)
{
	mode(3);
	vga.s.cr[0x0b] |= 0x40;
	draw();
	check_eq(u8, rgb[((size_t)13 * width + 0) * RGB], 0x00);
	check_eq(u8, rgb[((size_t)13 * width + 18) * RGB], 0xaa, "two characters on");
}

Test(vga_picture, the_memory_counter_may_count_slower)
{
	graphics_mode(0x12);
	for (unsigned i = 0; i < 80; i++) vga_model_set_word(&vga, i, 1u << i % 8);
	draw();
	check(entry(7, 0) == 1 && entry(14, 0) == 1 && entry(21, 0) == 1);
	vga.s.cr[0x17] |= VGA_MODEL_CR17_DIV2;
	draw();
	check(entry(7, 0) == 1 && entry(15, 0) == 1 && entry(22, 0) == 1 && entry(30, 0) == 1);
	vga.s.cr[0x14] |= VGA_MODEL_CR14_DIV4;
	draw();
	check(entry(31, 0) == 1 && entry(38, 0) == 1);
}

Test(vga_picture, the_vertical_counter_may_count_slower)
{
	graphics_mode(0x12);
	vga.s.cr[0x17] |= VGA_MODEL_CR17_SLDIV;
	mark_lines(80);
	vga.s.cr[0x07] = 0x2e;
	vga.s.cr[0x09] = 0x00;
	vga.s.cr[0x18] = 9;
	vga.s.cr[0x0d] = 1;
	draw();
	check_eq(uint, height, 960);
	check_eq(uint, entry(0, 19), 1);
	check_eq(uint, entry(0, 20), 3, "line compare counts every second line");
}

/* ---- bounds ---- */

Test(vga_picture, the_largest_picture_is_as_large_as_is_said)
{
	mode(0x12);
	vga.s.cr[0x01] = 0xff;
	vga.s.cr[0x12] = 0xff;
	vga.s.cr[0x07] |= 0x42;
	vga.s.cr[0x17] |= VGA_MODEL_CR17_SLDIV;
	vga.s.sr[1] = VGA_MODEL_SR01_HALF_CLOCK;
	draw();
	check_eq(uint, width, VGA_MODEL_PICTURE_MAX_WIDTH);
	check_eq(uint, height, VGA_MODEL_PICTURE_MAX_HEIGHT);
	check(!vga_model_picture(&vga, rgb, sizeof(rgb) - 2));
	vga.s.cr[0x01] = 0x00;
	vga.s.cr[0x12] = 0x00;
	vga.s.cr[0x07] = 0x00;
	vga.s.cr[0x17] = 0xe3;
	vga.s.sr[1] = VGA_MODEL_SR01_8_DOT;
	draw();
	check(width == 8 && height == 1, "and the smallest");
}
