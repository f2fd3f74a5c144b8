/* SPDX-License-Identifier: MIT */
/* INT 10h in graphics modes: what a monitor shows after text and dots. */
#include "bios_video_fixture.h"
#include "devices/vga/font.h"
#include "devices/vga/picture.h"
#include "emu/array.h"

TestSuite(bios_graphics, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

static const struct {
	uint8_t mode;
	uint16_t width, height;
	uint8_t rows; /* of a character */
	uint16_t colours;
} modes[] = {
	{ 0x04, 320, 200, 8, 4 },   { 0x05, 320, 200, 8, 4 },  { 0x06, 640, 200, 8, 2 },
	{ 0x0d, 320, 200, 8, 16 },  { 0x0e, 640, 200, 8, 16 }, { 0x0f, 640, 350, 14, 2 },
	{ 0x10, 640, 350, 14, 16 }, { 0x11, 640, 480, 16, 2 }, { 0x12, 640, 480, 16, 16 },
	{ 0x13, 320, 200, 8, 256 },
};

static uint8_t rgb[720 * 480 * 3];
static unsigned width, height;

static void look(void)
{
	vga_model_picture_size(&vga, &width, &height);
	require_le(uint, width * height * 3, (unsigned)sizeof(rgb));
	require(vga_model_picture(&vga, rgb, sizeof(rgb)));
}

/* The colour that the monitor shows at a dot of the mode; every pixel of the dot must have it. */
static uint32_t shown(unsigned i, unsigned x, unsigned y)
{
	unsigned wide = width / modes[i].width, high = height / modes[i].height;
	uint32_t first = 0;

	for (unsigned n = 0; n < wide * high; n++) {
		const uint8_t *at =
			rgb + ((size_t)(y * high + n / wide) * width + x * wide + n % wide) * 3;
		uint32_t colour = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];

		if (n == 0) first = colour;
		require_eq(u32, colour, first, "mode %02x at %u,%u", modes[i].mode, x, y);
	}
	return first;
}

static uint32_t colour_of(unsigned i, unsigned value)
{
	if (modes[i].colours == 256) return vga_model_dac_colour(&vga, value);
	return vga_model_colour(&vga, value);
}

static uint8_t row_of(unsigned i, unsigned c, unsigned y)
{
	if (modes[i].rows == 8) return vga_model_font_8[c][y];
	if (modes[i].rows == 14) return vga_model_font[c][y + 1];
	return vga_model_font[c][y];
}

static void expect_glyph(unsigned i, unsigned row, unsigned column, unsigned c, unsigned colour)
{
	for (unsigned y = 0; y < modes[i].rows; y++)
		for (unsigned x = 0; x < 8; x++)
			require_eq(u32, shown(i, column * 8 + x, row * modes[i].rows + y),
				   colour_of(i, row_of(i, c, y) >> (7 - x) & 1 ? colour : 0),
				   "mode %02x, '%c' in row %u, column %u: dot %u,%u", modes[i].mode,
				   c, row, column, x, y);
}

Test(bios_graphics, text_is_shown_dot_by_dot_in_every_mode)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		unsigned last = modes[i].width / 8 - 1, bright = modes[i].colours > 4 ? 14 : 1;

		call10(modes[i].mode, 0, 0, 0);
		call10(0x0200, 0, 0, 0x0305);
		call10(0x0941, (uint16_t)bright, 2, 0);
		call10(0x0200, 0, 0, (uint16_t)(0x1800 | last));
		call10(0x0acd, 0x0001, 1, 0);
		call10(0x0200, 0, 0, 0x0000);
		for (const char *s = "g\xdb"; *s; s++)
			call10((uint16_t)(0x0e00 | (uint8_t)*s), 0x0001, 0, 0);
		look();
		expect_glyph(i, 3, 5, 'A', bright);
		expect_glyph(i, 3, 6, 'A', bright);
		expect_glyph(i, 3, 7, ' ', 0);
		expect_glyph(i, 24, last, 0xcd, 1);
		expect_glyph(i, 0, 0, 'g', 1);
		expect_glyph(i, 0, 1, 0xdb, 1);
		check_eq(u16, peek16(0x450), 2, "the cursor moved");
		check_eq(uint, not_modelled + lints + notes, 0, "mode %02x", modes[i].mode);
	}
}

Test(bios_graphics, bit_7_of_the_colour_is_exclusive_or)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		call10(modes[i].mode, 0, 0, 0);
		call10(0x09db, 0x0001, 1, 0);
		call10(0x0941, 0x0081, 1, 0);
		look();
		if (modes[i].colours == 256) { /* there it is part of the colour */
			expect_glyph(i, 0, 0, 'A', 0x81);
			continue;
		}
		for (unsigned n = 0; n < modes[i].rows * 8u; n++)
			check_eq(u32, shown(i, n % 8, n / 8),
				 colour_of(i, row_of(i, 'A', n / 8) >> (7 - n % 8) & 1 ? 0 : 1),
				 "mode %02x, dot %u", modes[i].mode, n);
		call10(0x0941, 0x0081, 1, 0);
		look();
		expect_glyph(i, 0, 0, 0xdb, 1);
	}
}

Test(bios_graphics, characters_are_read_by_their_dots)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		static const uint8_t some[] = { 'A', 'z', '5', 0xcd, 0xf0 };

		call10(modes[i].mode, 0, 0, 0);
		for (unsigned n = 0; n < sizeof(some); n++) {
			call10((uint16_t)(0x0900 | some[n]), 0x0001, 1, 0);
			call10(0x0800, 0, 0, 0);
			check_eq(u16, get(CPU_RAX), some[n], "mode %02x", modes[i].mode);
		}
		call10(0x0c01, 0, 3, 3);
		call10(0x0c01, 0, 5, 1);
		call10(0x0c01, 0, 7, 0);
		call10(0x0c01, 0, 0, 7);
		call10(0x0800, 0, 0, 0);
		check_eq(u16, get(CPU_RAX), 0, "no character looks like that");
	}
}

Test(bios_graphics, dots_are_written_and_read)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		unsigned colour = modes[i].colours > 4 ? 13 : 1;
		unsigned x = modes[i].width - 1u, y = modes[i].height - 1u;

		call10(modes[i].mode, 0, 0, 0);
		call10((uint16_t)(0x0c00 | colour), 0, (uint16_t)x, (uint16_t)y);
		call10(0x0c01, 0, 9, 6);
		look();
		check_eq(u32, shown(i, x, y), colour_of(i, colour), "mode %02x", modes[i].mode);
		check_eq(u32, shown(i, 9, 6), colour_of(i, 1), "mode %02x", modes[i].mode);
		check_eq(u32, shown(i, 8, 6), colour_of(i, 0), "mode %02x", modes[i].mode);
		check_eq(u32, shown(i, 9, 7), colour_of(i, 0), "mode %02x", modes[i].mode);
		call10(0x0d00, 0, (uint16_t)x, (uint16_t)y);
		check_eq(u8, low(CPU_RAX), (uint8_t)colour, "mode %02x", modes[i].mode);
		call10(0x0c81, 0, 9, 6);
		call10(0x0d00, 0, 9, 6);
		check_eq(u8, low(CPU_RAX), modes[i].colours == 256 ? 0x81 : 0);
	}
}

Test(bios_graphics, a_dot_in_a_text_mode_is_reported)
{
	call10(0x0c01, 0, 9, 6);
	check_eq(uint, lints, 1);
	check_eq(str, last_lint, "bios.INT10.dots");
	call10(0x0d01, 0, 9, 6);
	check_eq(uint, lints, 2);
	check_eq(u8, character(0, 0), ' ');
}

Test(bios_graphics, windows_scroll_up_and_down)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		unsigned fill = modes[i].mode <= 6 ? 0xff : 1; /* of a CGA: a byte of memory */

		call10(modes[i].mode, 0, 0, 0);
		for (const char *text = "aa\r\nbb\r\ncc"; *text; text++)
			call10((uint16_t)(0x0e00 | (uint8_t)*text), 0x0001, 0, 0);
		call10(0x0601, (uint16_t)(fill << 8), 0x0001, 0x0202);
		look();
		expect_glyph(i, 0, 0, 'a', 1);
		expect_glyph(i, 0, 1, 'b', 1);
		expect_glyph(i, 1, 1, 'c', 1);
		expect_glyph(i, 2, 0, 'c', 1);
		expect_glyph(i, 2, 1, 0xdb, modes[i].mode <= 5 ? 3 : 1);
		call10(0x0600, 0, 0, 0x184f);
		call10(0x0200, 0, 0, 0);
		call10(0x0900 | 'q', 0x0001, 1, 0);
		call10(0x0701, 0, 0, 0x184f);
		look();
		expect_glyph(i, 0, 0, ' ', 0);
		expect_glyph(i, 1, 0, 'q', 1);
		expect_glyph(i, 2, 0, ' ', 0);
	}
}

Test(bios_graphics, the_last_line_scrolls)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		unsigned rows = modes[i].height / modes[i].rows;

		call10(modes[i].mode, 0, 0, 0);
		for (unsigned n = 1; n < rows; n++) type("\n");
		call10(0x0e00 | 'Q', 0x0001, 0, 0);
		type("\r\n");
		look();
		expect_glyph(i, rows - 2, 0, 'Q', 1);
		expect_glyph(i, rows - 1, 0, ' ', 0);
		check_eq(u16, peek16(0x450), (uint16_t)((rows - 1) << 8));
	}
}

Test(bios_graphics, pages_have_memory_of_their_own)
{
	call10(0x000d, 0, 0, 0);
	call10(0x0200, 0x0300, 0, 0);
	call10(0x0900 | 'P', 0x0302, 1, 0);
	look();
	expect_glyph(3, 0, 0, ' ', 0);
	call10(0x0503, 0, 0, 0);
	look();
	expect_glyph(3, 0, 0, 'P', 2);
	call10(0x0d00, 0x0300, 1, 1);
	check_eq(u8, low(CPU_RAX), row_of(3, 'P', 1) & 0x40 ? 2 : 0);
	call10(0x0c05, 0x0200, 7, 7);
	check_eq(u8, vga_model_plane(&vga, 2 * 0x2000 + 7 * 40, 0), 1);
	check_eq(u8, vga_model_plane(&vga, 2 * 0x2000 + 7 * 40, 2), 1);
}

Test(bios_graphics, glyphs_come_from_the_vectors)
{
	static const uint8_t stripes[] = { 0xaa, 0x55, 0xaa, 0x55, 0xaa, 0x55, 0xaa, 0x55 };

	/* Of a CGA mode, the upper half by 1Fh. */
	poke(BUFFER, stripes, sizeof(stripes));
	call10(0x0006, 0, 0, 0);
	begin(0x1120);
	set(CPU_RBP, 0);
	service(0x10);
	check_eq(u16, peek16(0x1f * 4 + 2), BUFFER_SEGMENT);
	call10(0x0980, 0x0001, 1, 0);
	check_eq(u8, vga_model_plane(&vga, 0, 0), 0xaa);
	check_eq(u8, vga_model_plane(&vga, 0x2000, 0), 0x55, "odd lines lie apart");
	/* A whole font of 2 lines, with 100 rows. */
	call10(0x0012, 0, 0, 0);
	begin(0x1121);
	set(CPU_RBP, 0);
	set(CPU_RBX, 0);
	set(CPU_RCX, 2);
	set(CPU_RDX, 100);
	service(0x10);
	check_eq(u16, peek16(0x485), 2);
	check_eq(u8, peek8(0x484), 99);
	call10(0x0901, 0x000f, 1, 0);
	check_eq(u8, vga_model_plane(&vga, 0, 0), 0xaa);
	check_eq(u8, vga_model_plane(&vga, 80, 3), 0x55);
	check_eq(u8, vga_model_plane(&vga, 160, 3), 0);
	check_eq(uint, not_modelled, 0);
}

Test(bios_graphics, the_fonts_of_the_rom_are_chosen)
{
	static const struct {
		uint16_t ax, offset;
		uint8_t height;
	} fonts[] = { { 0x1122, BIOS_ROM_FONT_14, 14 },
		      { 0x1123, BIOS_ROM_FONT_8, 8 },
		      { 0x1124, BIOS_ROM_FONT_16, 16 } };

	for (unsigned i = 0; i < ARRAY_SIZE(fonts); i++) {
		call10(0x0012, 0, 0, 0);
		call10(fonts[i].ax, 3, 0, 0);
		check_eq(u8, peek8(0x484), 42);
		check_eq(u16, peek16(0x485), fonts[i].height);
		check_eq(u16, peek16(0x43 * 4), fonts[i].offset);
		call10(0x1130, 0x0100, 0, 0);
		check_eq(u16, get(CPU_RBP), fonts[i].offset);
		check_eq(u16, get(CPU_RCX), fonts[i].height);
		check_eq(u8, low(CPU_RDX), 42);
	}
}

Test(bios_graphics, nothing_outside_the_memory_is_drawn)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		call10(modes[i].mode, 0, 0, 0);
		call10(0x0c01, 0xff00, 0xffff, 0xffff);
		call10(0x0d01, 0xff00, 0xffff, 0xffff);
		call10(0x0200, 0xff00, 0, 0xffff);
		call10(0x0941, 0xff01, 0xffff, 0);
		call10(0x0800, 0xff01, 0xffff, 0);
		call10(0x0601, 0xff00, 0, 0xffff);
		check_eq(uint, not_modelled + lints, 0);
	}
}
