/* SPDX-License-Identifier: MIT */
/* The driver of the VGA: modes, palette, fonts, drawing. */
#include "bimetal/twin.h"
#include "bimetal/vga_draw.h"

static struct vga vga;

static void start(enum vga_mode mode)
{
	twin_assert_eq(vga_init(&vga, twin_port(VGA_PORTS), twin_memory(VGA_MEMORY, 1)), VGA_OK);
	twin_assert_eq(vga_set_mode(&vga, mode), VGA_OK);
}

/* Read every register back, of every mode after another one. */
TWIN(vga, every_register_of_every_mode_reads_back)
{
	struct vga_difference d = { 0 };

	twin_assert_eq(vga_init(&vga, twin_port(VGA_PORTS), twin_memory(VGA_MEMORY, 1)), VGA_OK);
	for (unsigned i = 0; i < VGA_MODES; i++) {
		const enum vga_mode mode = (enum vga_mode)(i * 3 % VGA_MODES);
		twin_assert_eq(vga_set_registers(&vga, mode), VGA_OK);
		twin_expect_eq(vga_compare(&vga, mode, &d), VGA_OK);
		twin_expect_eq(d.got, d.want);
	}
	twin_assert_eq(vga_set_registers(&vga, VGA_MODE_80X25), VGA_OK);
}

TWIN(vga, a_palette_of_768_bytes_reads_back)
{
	static struct vga_rgb want[VGA_COLOURS], got[VGA_COLOURS];

	start(VGA_MODE_320X200X256);
	for (unsigned i = 0; i < VGA_COLOURS; i++)
		want[i] = (struct vga_rgb){ i & 63, (i * 7 + 1) & 63, (i * 13 + 2) & 63 };
	twin_assert_eq(vga_load_palette(&vga, 0, VGA_COLOURS, want), VGA_OK);
	twin_assert_eq(vga_read_palette(&vga, 0, VGA_COLOURS, got), VGA_OK);
	for (unsigned i = 0; i < VGA_COLOURS; i++) {
		twin_expect_eq(got[i].red, want[i].red);
		twin_expect_eq(got[i].green, want[i].green);
		twin_expect_eq(got[i].blue, want[i].blue);
	}
}

/* 40x25 and then a part of 80x25, without lifting the protection of CR00 to CR07. */
TWIN(vga, protected_registers_stay_stale_until_they_are_unlocked)
{
	uint8_t total = 0;

	twin_allow("vga.CR00.protected");
	start(VGA_MODE_40X25);
	twin_expect_eq(vga_write(&vga, VGA_CRTC, 0, 0x5f), VGA_OK);
	twin_expect_eq(vga_read(&vga, VGA_CRTC, 0, &total), VGA_OK);
	twin_expect_eq(total, 0x2d);
	twin_expect_eq(vga_unlock_crtc(&vga), VGA_OK);
	twin_expect_eq(vga_write(&vga, VGA_CRTC, 0, 0x5f), VGA_OK);
	twin_expect_eq(vga_read(&vga, VGA_CRTC, 0, &total), VGA_OK);
	twin_expect_eq(total, 0x5f);
	twin_assert_eq(vga_set_registers(&vga, VGA_MODE_80X25), VGA_OK);
}

TWIN(vga, reading_attributes_leaves_the_screen_on)
{
	enum { INDEX = 0x10, SHOWN = 0x20 };
	uint8_t value = 0;

	start(VGA_MODE_80X25);
	for (unsigned i = 0; i < VGA_ATTRIBUTE_REGISTERS; i++) {
		twin_expect_eq(vga_read(&vga, VGA_ATTRIBUTE, i, &value), VGA_OK);
		twin_expect_eq(value, vga_mode_registers(VGA_MODE_80X25)->attribute[i]);
		twin_expect_eq(io_read8(vga.ports, INDEX) & SHOWN, SHOWN);
	}
}

static void font_of(enum vga_mode mode, const struct font *font)
{
	uint8_t rows[FONT_MAX_HEIGHT];

	start(mode);
	for (unsigned glyph = 'A'; glyph <= 'E'; glyph++) {
		twin_expect_eq(vga_read_glyph(&vga, 0, (uint8_t)glyph, rows, font->height), VGA_OK);
		for (unsigned y = 0; y < font->height; y++)
			twin_expect_eq(rows[y], font_row(font, (uint8_t)glyph, y));
	}
	twin_expect_eq(vga_compare(&vga, mode, NULL), VGA_OK);
}

TWIN(vga, fonts_of_both_heights_are_loaded)
{
	font_of(VGA_MODE_40X50, font_8x8());
	font_of(VGA_MODE_80X25, font_8x16());
}

TWIN(vga, the_cursor_is_shaped_placed_and_hidden)
{
	unsigned cell = 0;
	bool shown = false;

	start(VGA_MODE_40X25);
	twin_expect_eq(vga_shape_cursor(&vga, 0, 15), VGA_OK);
	twin_expect_eq(vga_place_cursor(&vga, 999), VGA_OK);
	twin_expect_eq(vga_read_cursor(&vga, &cell, &shown), VGA_OK);
	twin_expect_eq(cell, 999);
	twin_expect(shown);
	twin_expect_eq(vga_show_cursor(&vga, false), VGA_OK);
	twin_expect_eq(vga_read_cursor(&vga, &cell, &shown), VGA_OK);
	twin_expect(!shown);
	twin_assert_eq(vga_set_registers(&vga, VGA_MODE_80X25), VGA_OK);
}

/* ---- drawing: the same figures in each mode, and what must be where ---- */

static uint8_t at(unsigned x, unsigned y)
{
	uint8_t colour = 0;

	twin_expect_eq(vga_read_pixel(&vga, x, y, &colour), VGA_OK);
	return colour;
}

static void draw_figures(void)
{
	twin_expect_eq(vga_fill_rectangle(&vga, 99, 59, 13, 11, 4), VGA_OK);
	twin_expect_eq(vga_draw_rectangle(&vga, 3, 3, 121, 101, 2), VGA_OK);
	twin_expect_eq(vga_draw_line(&vga, 0, 100, 60, 80, 3), VGA_OK);
	twin_expect_eq(vga_draw_line(&vga, 110, 100, 100, 5, 5), VGA_OK);
	twin_expect_eq(vga_draw_char(&vga, 141, 20, font_8x16(), 0xdb, 14), VGA_OK);
	twin_expect_eq(vga_set_pixel(&vga, 200, 90, 9), VGA_OK);
}

static void expect_figures(unsigned up)
{
	twin_expect_eq(at(13, 11 - up), 4);
	twin_expect_eq(at(99, 59 - up), 4);
	twin_expect_eq(at(100, 59 - up), 0);
	twin_expect_eq(at(12, 59 - up), 0);
	twin_expect_eq(at(3, 50 - up), 2);
	twin_expect_eq(at(121, 101 - up), 2);
	twin_expect_eq(at(0, 100 - up), 3);
	twin_expect_eq(at(60, 80 - up), 3);
	twin_expect_eq(at(110, 100 - up), 5);
	twin_expect_eq(at(141, 20 - up), 14);
	twin_expect_eq(at(148, 35 - up), 14);
	twin_expect_eq(at(149, 35 - up), 0);
	twin_expect_eq(at(140, 20 - up), 0);
	twin_expect_eq(at(200, 90 - up), 9);
}

static void draw_in(enum vga_mode mode)
{
	enum { SIDE = 21 };
	static uint8_t block[SIDE * SIDE], got[SIDE * SIDE];

	start(mode);
	draw_figures();
	expect_figures(0);
	for (unsigned i = 0; i < SIDE * SIDE; i++) block[i] = (uint8_t)(i * 5 % 16);
	twin_expect_eq(vga_blit(&vga, 157, 60, SIDE, SIDE, block, SIDE), VGA_OK);
	twin_expect_eq(vga_grab(&vga, 157, 60, SIDE, SIDE, got, SIDE), VGA_OK);
	for (unsigned i = 0; i < SIDE * SIDE; i++) twin_expect_eq(got[i], block[i]);
	twin_expect_eq(vga_scroll(&vga, 8, 6), VGA_OK);
	expect_figures(8);
	twin_expect_eq(vga_compare(&vga, mode, NULL), VGA_OK);
}

TWIN(vga, figures_in_640x480x16) { draw_in(VGA_MODE_640X480X16); }
TWIN(vga, figures_in_320x200x256) { draw_in(VGA_MODE_320X200X256); }
TWIN(vga, figures_in_320x240x256) { draw_in(VGA_MODE_320X240X256); }

TWIN(vga, mode_x_has_three_pages)
{
	unsigned n = 0;

	start(VGA_MODE_320X240X256);
	twin_expect_eq(vga_pages(&vga, &n), VGA_OK);
	twin_expect_eq(n, 3);
	for (unsigned page = 0; page < 3; page++) {
		twin_expect_eq(vga_select_page(&vga, page), VGA_OK);
		twin_expect_eq(vga_set_pixel(&vga, 17, 1, (uint8_t)(page + 7)), VGA_OK);
		twin_expect_eq(vga_show_page(&vga, page), VGA_OK);
	}
	for (unsigned page = 0; page < 3; page++) {
		twin_expect_eq(vga_select_page(&vga, page), VGA_OK);
		twin_expect_eq(at(17, 1), page + 7);
	}
}

TWIN(vga, is_absent_where_there_is_none)
{
	enum { NOWHERE = 0x2b0 };

	twin_allow("bus.unclaimed-write");
	twin_allow("bus.unclaimed-read");
	twin_expect_eq(vga_init(&vga, twin_port(NOWHERE), twin_memory(VGA_MEMORY, 1)), VGA_ABSENT);
}
