/* SPDX-License-Identifier: MIT */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/vga/font.h"
#include "devices/vga/modes.h"
#include "devices/vga/picture.h"
#include "devices/vga/planes.h"
#include "harness/console/screen.h"
#include "tests/check.h"
#include "tests/devices/vga/model_memory.h"

enum { WIDTH = 720, HEIGHT = 400, COLUMNS = 80 };

static struct clock vclock;
static struct vga_model vga;
static struct display_end display;
static uint8_t rgb[WIDTH * HEIGHT * 3];
static char text[16384];

static void text_mode(void)
{
	clock_init(&vclock);
	vga_model_init_alone(&vga, "vga", NULL, &vclock);
	vga_model_set_text_mode(&vga);
	display = vga_model_end(&vga);
}

static void put(unsigned row, unsigned column, const char *s, uint8_t attribute)
{
	for (unsigned at = (row * COLUMNS + column) * 2; *s; s++, at += 2) {
		vga_model_set_plane(&vga, at, 0, (uint8_t)*s);
		vga_model_set_plane(&vga, at, 1, attribute);
	}
}

static uint32_t pixel(unsigned x, unsigned y)
{
	const uint8_t *p = &rgb[(y * WIDTH + x) * 3];
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static void draw(void) { require(vga_model_picture(&vga, rgb, sizeof rgb)); }

TestSuite(screen, .init = text_mode, .timeout = 60);

Test(screen, the_text_has_rows_without_trailing_blanks)
{
	put(0, 0, "first  ", 7);
	put(2, 3, "third", 7);
	put(24, 79, "z", 7);
	size_t n = vga_model_text(&vga, text, sizeof text);
	check_eq(sz, n, strlen(text));
	check_eq(int, strncmp(text, "first\n\n   third\n\n", 17), 0);
	check_eq(str, text + n - 2, " z");
	unsigned lines = 0;
	for (size_t i = 0; i < n; i++) lines += text[i] == '\n';
	check_eq(uint, lines, 24);
}

/* The registers hold the largest numbers of columns and rows; each character takes three bytes. */
Test(screen, the_largest_text_has_room)
{
	vga.s.cr[0x01] = 0xff;
	vga.s.cr[0x12] = 0xff;
	vga.s.cr[0x07] |= 0x42;  /* bits 9 and 8 of the last line, whose bits 7 to 0 are in CR12 */
	vga.s.cr[0x07] &= ~0x10; /* bit 8 of the line compare */
	vga.s.cr[0x09] &= 0x40;
	vga.s.cr[0x13] = 1;
	for (unsigned at = 0; at < VGA_MODEL_PLANE_SIZE; at++)
		vga_model_set_plane(&vga, at, 0, 0x01);
	check_eq(sz, vga_model_text(&vga, NULL, 0), DISPLAY_TEXT_MAX - 2);
}

Test(screen, code_page_437_becomes_utf_8)
{
	put(0, 0, "\x01\x80\xc9\xfb\xf6", 7);
	put(0, 6, "\xff.", 7);
	vga_model_text(&vga, text, sizeof text);
	text[strcspn(text, "\n")] = '\0';
	check_eq(str, text, "\u263a\u00c7\u2554\u221a\u00f7  .");
}

Test(screen, text_that_does_not_fit_is_cut_between_characters)
{
	put(0, 0, "a\x80z", 7);
	size_t all = vga_model_text(&vga, NULL, 0);
	check_eq(sz, all, 4 + 24);
	check_eq(sz, vga_model_text(&vga, text, 3), all);
	check_eq(str, text, "a");
	vga_model_text(&vga, text, 4);
	check_eq(str, text, "a\u00c7");
	vga_model_text(&vga, text, 1);
	check_eq(str, text, "");
	vga_model_text(&vga, text, all + 1);
	check_eq(sz, strlen(text), all);
}

Test(screen, the_start_address_scrolls)
{
	put(1, 0, "second", 7);
	vga.s.cr[0x0d] = COLUMNS;
	vga_model_text(&vga, text, sizeof text);
	check_eq(int, strncmp(text, "second\n", 7), 0);
}

Test(screen, line_compare_starts_again_at_address_0)
{
	put(0, 0, "top of memory", 7);
	put(30, 0, "scrolled", 7);
	vga.s.cr[0x0c] = 30 * COLUMNS >> 8;
	vga.s.cr[0x0d] = 30 * COLUMNS & 0xff;
	vga.s.cr[0x18] = 16 * 2 - 1; /* after two rows */
	vga.s.cr[0x07] &= (uint8_t)~0x10;
	vga.s.cr[0x09] &= (uint8_t)~0x40;
	vga_model_text(&vga, text, sizeof text);
	check_eq(int, strncmp(text, "scrolled\n\ntop of memory\n", 24), 0);
}

Test(screen, a_glyph_is_drawn_dot_by_dot)
{
	vga.s.cr[0x0a] = 0x20;
	put(3, 5, "A", 0x1e);
	draw();
	for (unsigned y = 0; y < 16; y++) {
		for (unsigned x = 0; x < 9; x++) {
			bool ink = x < 8 && vga_model_font['A'][y] >> (7 - x) & 1;
			require_eq(u32, pixel(5 * 9 + x, 3 * 16 + y), ink ? 0xffff55 : 0x0000aa);
		}
	}
	check_eq(u32, pixel(5 * 9 - 1, 3 * 16), 0);
}

Test(screen, line_graphics_go_on_in_the_ninth_dot)
{
	put(1, 0, "\xc4\xc4\xb0\xdf\xe0", 0x07);
	draw();
	for (unsigned x = 0; x < 18; x++) require_eq(u32, pixel(x, 16 + 7), 0xaaaaaa, "x %u", x);
	check_eq(u32, pixel(35, 16), 0xaaaaaa, "DF has it");
	check_eq(u32, pixel(26, 16 + 1), 0, "B0 has not");
	vga.s.ar[0x10] &= ~(uint64_t)0x04;
	draw();
	check_eq(u32, pixel(8, 16 + 7), 0, "AR10 bit 2 off");
}

Test(screen, eight_dot_characters_make_640_columns)
{
	unsigned w, h;
	vga.s.sr[1] = 1;
	vga_model_picture_size(&vga, &w, &h);
	check_eq(uint, w, 640);
	check_eq(uint, h, 400);
	put(0, 79, "\xdb", 0x0f);
	draw();
	check_eq(int, memcmp(&rgb[639 * 3], "\xff\xff\xff", 3), 0);
}

Test(screen, blinking_takes_the_bright_backgrounds_away)
{
	put(2, 0, " ", 0xf0);
	draw();
	check_eq(u32, pixel(0, 32), 0xaaaaaa);
	vga.s.ar[0x10] &= ~(uint64_t)0x08;
	draw();
	check_eq(u32, pixel(0, 32), 0xffffff);
}

Test(screen, the_cursor_has_the_place_and_shape_that_the_crtc_says)
{
	vga.s.cr[0x0f] = 81; /* row 1, column 1 */
	draw();
	check_eq(u32, pixel(9, 16 + 12), 0);
	check_eq(u32, pixel(9, 16 + 13), 0xaaaaaa);
	check_eq(u32, pixel(17, 16 + 14), 0xaaaaaa);
	check_eq(u32, pixel(18, 16 + 14), 0);
	check_eq(u32, pixel(9, 16 + 15), 0);
	vga.s.cr[0x0a] |= 0x20;
	draw();
	check_eq(u32, pixel(9, 16 + 13), 0);
	vga.s.cr[0x0a] = 15;
	vga.s.cr[0x0b] = 3;
	draw();
	for (unsigned y = 16; y < 32; y++) require_eq(u32, pixel(9, y), 0, "start after end");
}

Test(screen, two_fonts_are_told_apart_by_attribute_bit_3)
{
	vga.s.cr[0x0a] = 0x20;
	vga.s.sr[3] = 0x04; /* A: the second font, at 0x4000; B: the first */
	for (unsigned i = 0; i < 0x2000; i++) vga_model_set_word(&vga, 0x4000 + i, 0);
	vga_model_set_plane(&vga, 0x4000 + 'X' * 32, 2, 0x80);
	put(0, 0, "X", 0x0f);
	put(0, 1, "X", 0x07);
	draw();
	check_eq(u32, pixel(0, 0), 0xffffff);
	check_eq(u32, pixel(0, 5), 0);
	check_eq(u32, pixel(9, 0), 0);
}

Test(screen, blue_on_black_is_underlined_in_every_mode)
{
	vga.s.cr[0x0a] = 0x20;
	put(0, 1, " ", 0x01);
	put(0, 2, " ", 0x09);
	put(0, 3, " ", 0x21);
	put(0, 4, " ", 0x03);
	draw();
	for (unsigned y = 0; y < 16; y++)
		require_eq(u32, pixel(9, y), 0, "the BIOS puts it below the characters");
	vga.s.cr[0x14] = 13;
	for (unsigned me = 0; me <= 0x02; me += 0x02) {
		vga.s.ar[0x10] = (vga.s.ar[0x10] & ~UINT64_C(0x02)) | me;
		draw();
		check_eq(u32, pixel(9, 13), 0x0000aa);
		check_eq(u32, pixel(9, 12), 0);
		check_eq(u32, pixel(18, 13), 0x5555ff, "intensity does not matter");
		check_eq(u32, pixel(27, 13), 0x00aa00, "not on green");
		check_eq(u32, pixel(36, 13), 0, "nor in another colour");
	}
}

Test(screen, a_dark_screen_is_black_and_has_no_text)
{
	unsigned w, h;
	put(0, 0, "secret", 0x70);
	vga.s.sr[1] = 0x20;
	vga_model_picture_size(&vga, &w, &h);
	check_eq(uint, w, WIDTH);
	check_eq(uint, h, HEIGHT);
	memset(rgb, 0xff, sizeof rgb);
	draw();
	for (unsigned i = 0; i < sizeof rgb; i++) require_eq(u8, rgb[i], 0);
	check_eq(sz, vga_model_text(&vga, text, sizeof text), 0);
	check_eq(str, text, "");
}

Test(screen, a_short_buffer_is_refused_and_a_graphics_mode_has_no_text)
{
	check(!vga_model_picture(&vga, rgb, sizeof rgb - 1));
	vga.s.ar[0x10] |= 1;
	check(vga_model_picture(&vga, rgb, sizeof rgb));
	check_eq(sz, vga_model_text(&vga, text, sizeof text), 0);
}

Test(screen, the_png_holds_the_same_pixels)
{
	char path[] = "/tmp/screen-XXXXXX", err[128] = "";
	int fd = mkstemp(path);
	png_image image = { .version = PNG_IMAGE_VERSION };
	static uint8_t back[sizeof rgb];

	require_ge(int, fd, 0);
	close(fd);
	put(0, 0, "bimetal", 0x2f);
	require(screen_png(&display, path, err, sizeof err), "%s", err);
	draw();
	require_ne(int, png_image_begin_read_from_file(&image, path), 0);
	check_eq(u32, image.width, WIDTH);
	check_eq(u32, image.height, HEIGHT);
	image.format = PNG_FORMAT_RGB;
	require_ne(int, png_image_finish_read(&image, NULL, back, 0, NULL), 0);
	check_eq(int, memcmp(back, rgb, sizeof rgb), 0);
	unlink(path);
}

Test(screen, a_png_that_cannot_be_written_is_named)
{
	char err[128] = "";
	check(!screen_png(&display, "/nonexistent/screen.png", err, sizeof err));
	check_eq(int, strncmp(err, "/nonexistent/screen.png: ", 25), 0);
	check(!screen_png(&display, "/dev/full", err, sizeof err));
	check_eq(int, strncmp(err, "/dev/full: ", 11), 0);
}

Test(screen, any_register_contents_do_no_harm)
{
	uint32_t random = 1;
	static uint8_t big[VGA_MODEL_PICTURE_MAX_WIDTH * VGA_MODEL_PICTURE_MAX_HEIGHT * 3];

	for (unsigned i = 0; i < 20; i++) {
		uint8_t *raw[] = { (uint8_t *)vga.s.cr, (uint8_t *)vga.s.sr, (uint8_t *)vga.s.gr,
				   (uint8_t *)vga.s.ar };
		const size_t size[] = { VGA_MODEL_N_CR, VGA_MODEL_N_SR, VGA_MODEL_N_GR,
					VGA_MODEL_N_AR };
		for (unsigned t = 0; t < 4; t++)
			for (size_t n = 0; n < size[t]; n++) {
				random = random * 1664525 + 1013904223;
				raw[t][n * 8] = (uint8_t)(random >> 24);
			}
		vga.s.sr[0] = 3;
		vga.s.sr[1] &= ~(uint64_t)0x20;
		vga.s.cr[0x17] |= 0x80;
		require(vga_model_picture(&vga, big, sizeof big));
		(void)vga_model_text(&vga, text, sizeof text);
	}
}
