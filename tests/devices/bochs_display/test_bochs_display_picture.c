/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "devices/vga/picture.h"
#include "devices/vga/planes.h"
#include "tests/devices/bochs_display/model_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(bochs_display_picture, .init = power_on, .fini = power_off, .timeout = 60);

static uint32_t pixel(unsigned x, unsigned y)
{
	struct display_end end = bochs_display_model_end(&display);
	unsigned width, height;

	end.ops->size(end.ctx, &width, &height);
	size_t size = (size_t)width * height * 3;
	uint8_t *rgb = malloc(size);
	require(rgb && end.ops->rgb(end.ctx, rgb, size));
	const uint8_t *p = rgb + ((size_t)y * width + x) * 3;
	uint32_t colour = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
	free(rgb);
	return colour;
}

Test(bochs_display_picture, pixels_of_every_depth_have_their_colours)
{
	mode(640, 480, 15, LFB);
	mem_wr(FRAMEBUFFER,
	       0x03e0fc00); /* red in the first, with the bit that means nothing; green */
	check_eq(u32, pixel(0, 0), 0xff0000);
	check_eq(u32, pixel(1, 0), 0x00ff00);
	mode(640, 480, 16, LFB);
	mem_wr(FRAMEBUFFER, 0x07e0f800);
	mem_wr(FRAMEBUFFER + 4, 0x0821001f);
	check_eq(u32, pixel(0, 0), 0xff0000);
	check_eq(u32, pixel(1, 0), 0x00ff00);
	check_eq(u32, pixel(2, 0), 0x0000ff);
	check_eq(u32, pixel(3, 0), 0x080408);
	mode(640, 480, 24, LFB);
	mem_wr(FRAMEBUFFER + 3, 0xff563412);
	check_eq(u32, pixel(1, 0), 0x563412);
	mode(640, 480, 32, LFB);
	mem_wr(FRAMEBUFFER + 640 * 4, 0xff123456);
	check_eq(u32, pixel(0, 1), 0x123456);
	mode(640, 480, 8, LFB);
	bus_write(&bus, BUS_MEMORY, FRAMEBUFFER + 639, 8, 0x42);
	vga.s.palette[0x42][1] = 0x3f;
	check_eq(u32, pixel(639, 0), 0x00ff00);
	vga.s.reg[VGA_MODEL_PEL_MASK] = 0x0f;
	vga.s.palette[0x02][2] = 0x3f;
	check_eq(u32, pixel(639, 0), 0x0000ff);
	expect_silence();
}

Test(bochs_display_picture, four_bits_are_the_planes)
{
	mode(800, 600, 4, 0);
	vga_model_set_word(&vga, 599 * 100 + 99, 0x01000001); /* the last pixel: planes 0 and 3 */
	for (unsigned i = 0; i < 16; i++) vga.s.ar[i] = i;
	vga.s.ar[0x12] = 0x0f;
	vga.s.palette[9][0] = 0x3f;
	check_eq(u32, pixel(799, 599), 0xff0000);
	set(BOCHS_DISPLAY_MODEL_VIRT_WIDTH, 808);
	set(BOCHS_DISPLAY_MODEL_X_OFFSET, 3);
	vga_model_set_word(&vga, 1, 0x08000008); /* bit 3 is the pixel at 12 */
	check_eq(u32, pixel(9, 0), 0xff0000);
}

Test(bochs_display_picture, offsets_move_the_screen_over_the_memory)
{
	mode(640, 480, 32, LFB);
	set(BOCHS_DISPLAY_MODEL_VIRT_WIDTH, 1024);
	set(BOCHS_DISPLAY_MODEL_X_OFFSET, 100);
	set(BOCHS_DISPLAY_MODEL_Y_OFFSET, 1000);
	mem_wr(FRAMEBUFFER + (1000 * 1024 + 100) * 4, 0xabcdef);
	check_eq(u32, pixel(0, 0), 0xabcdef);
	expect_silence();
}

Test(bochs_display_picture, big_endian_pixels_are_swapped)
{
	mode(640, 480, 32, LFB);
	mem_wr(FRAMEBUFFER, 0x33221100);
	bus_write(&bus, BUS_MEMORY, REGISTERS + 0x604, 32, 0xbebebebe);
	check_eq(u32, pixel(0, 0), 0x112233);
	mode(640, 480, 16, LFB);
	mem_wr(FRAMEBUFFER, 0x00f8);
	check_eq(u32, pixel(0, 0), 0xff0000);
}

Test(bochs_display_picture, a_blanked_screen_is_black_and_without_dispi_the_vga_shows)
{
	struct display_end end = bochs_display_model_end(&display);
	unsigned width, height, vga_width, vga_height;
	char text[4];

	mode(640, 480, 32, LFB);
	mem_wr(FRAMEBUFFER, 0xffffff);
	check_eq(u32, pixel(0, 0), 0xffffff);
	vga.s.attr_index = 0;
	check_eq(u32, pixel(0, 0), 0);
	expect_one("vga.ATTR_INDEX.dark");
	text[0] = 'x';
	check_eq(sz, end.ops->text(end.ctx, text, sizeof(text)), 0);
	check_eq(str, text, "");
	set(BOCHS_DISPLAY_MODEL_ENABLE, 0);
	end.ops->size(end.ctx, &width, &height);
	vga_model_picture_size(&vga, &vga_width, &vga_height);
	check(width == vga_width && height == vga_height);
}

/* ---- every pixel, by other arithmetic ---- */

enum { SHOWN_WIDTH = 64, SHOWN_HEIGHT = 24, ALL_WIDTH = 104, RIGHT = 13, DOWN = 5 };

/* The first eight of the bits, written twice. */
static unsigned scaled(unsigned value, unsigned bits)
{
	return (value << bits | value) >> (2 * bits - 8);
}

static uint32_t expected(unsigned bpp, bool big, unsigned x, unsigned y)
{
	unsigned bytes = (bpp + 7) / 8;
	uint64_t at = (uint64_t)y * bochs_display_model_pitch(ALL_WIDTH, bpp);
	uint32_t pixel = 0, colour = 0;

	if (bpp == 4) {
		for (unsigned p = 0; p < 4; p++)
			colour |=
				(vga_model_plane(&vga, (unsigned)at + x / 8, p) >> (7 - x % 8) & 1u)
				<< p;
		return vga_model_colour(&vga, colour);
	}
	at += (uint64_t)x * bytes;
	for (unsigned i = 0; i < bytes; i++)
		pixel |=
			(uint32_t)mem_device_load(display.memory, at + (big ? bytes - 1 - i : i), 8)
			<< 8 * i;
	if (bpp == 8) return vga_model_dac_colour(&vga, pixel);
	const struct bochs_display_model_pixel *p = bochs_display_model_pixel(bpp);
	unsigned red = pixel >> p->red_at & ((1u << p->red_size) - 1);
	unsigned green = pixel >> p->green_at & ((1u << p->green_size) - 1);
	unsigned blue = pixel >> p->blue_at & ((1u << p->blue_size) - 1);
	return scaled(red, p->red_size) << 16 | scaled(green, p->green_size) << 8 |
	       scaled(blue, p->blue_size);
}

static void compare(unsigned bpp, bool big)
{
	static uint8_t rgb[SHOWN_WIDTH * SHOWN_HEIGHT * 3];
	struct display_end end = bochs_display_model_end(&display);

	mode(SHOWN_WIDTH, SHOWN_HEIGHT, bpp, LFB | BOCHS_DISPLAY_MODEL_NOCLEARMEM);
	set(BOCHS_DISPLAY_MODEL_VIRT_WIDTH, ALL_WIDTH);
	set(BOCHS_DISPLAY_MODEL_X_OFFSET, RIGHT);
	set(BOCHS_DISPLAY_MODEL_Y_OFFSET, DOWN);
	bus_write(&bus, BUS_MEMORY, REGISTERS + 0x604, 32, big ? 0xbebebebe : 0x1e1e1e1e);
	require(end.ops->rgb(end.ctx, rgb, sizeof(rgb)));
	for (unsigned y = 0, at = 0; y < SHOWN_HEIGHT; y++)
		for (unsigned x = 0; x < SHOWN_WIDTH; x++, at += 3) {
			uint32_t colour =
				(uint32_t)rgb[at] << 16 | (uint32_t)rgb[at + 1] << 8 | rgb[at + 2];
			require_eq(u32, colour, expected(bpp, big, x + RIGHT, y + DOWN),
				   "%u,%u with %u bits%s", x, y, bpp, big ? ", swapped" : "");
		}
}

Test(bochs_display_picture, every_pixel_of_every_depth_is_right)
{
	static const uint8_t depths[] = { 4, 8, 15, 16, 24, 32 };
	uint64_t seed = 1;

	for (uint64_t at = 0; at < VGA_MODEL_PLANES_SIZE; at += 8)
		mem_device_store(display.memory, at, 64, random_next(&seed));
	for (unsigned i = 0; i < VGA_MODEL_N_COLOURS; i++)
		for (unsigned p = 0; p < 3; p++) vga.s.palette[i][p] = random_next(&seed) & 0x3f;
	for (unsigned i = 0; i < 16; i++) vga.s.ar[i] = random_next(&seed) & 0x3f;
	vga.s.ar[0x12] = 0x0f;
	for (size_t i = 0; i < sizeof(depths); i++) {
		compare(depths[i], false);
		if (depths[i] > 8) compare(depths[i], true);
	}
	expect_silence();
}

/* Nothing that a program writes leads out of the memory. */
Test(bochs_display_picture, random_registers_give_bounded_pictures)
{
	static uint8_t rgb[BOCHS_DISPLAY_MODEL_MAX_XRES * BOCHS_DISPLAY_MODEL_MAX_YRES * 3];
	struct display_end end = bochs_display_model_end(&display);
	static const uint16_t depths[] = { 4, 8, 15, 16, 24, 32 };
	uint64_t seed = 16;

	for (unsigned i = 0; i < 20000; i++) {
		unsigned width, height;
		uint64_t r = random_next(&seed);

		set((enum bochs_display_model_index)(r % 11), (unsigned)(r >> 8) & 0xffff);
		if (i % 4 == 0) set(BOCHS_DISPLAY_MODEL_BPP, depths[r >> 24 & 3]);
		if (i % 4 == 1) set(BOCHS_DISPLAY_MODEL_XRES, r >> 24 & 0x3ff);
		if (i % 4 == 2) set(BOCHS_DISPLAY_MODEL_YRES, r >> 24 & 0x3ff);
		if (i % 16 == 3) set(BOCHS_DISPLAY_MODEL_ENABLE, r >> 24 & 0x43);
		if (i % 100) continue;
		end.ops->size(end.ctx, &width, &height);
		check(width <= BOCHS_DISPLAY_MODEL_MAX_XRES &&
		      height <= BOCHS_DISPLAY_MODEL_MAX_YRES);
		(void)end.ops->rgb(end.ctx, rgb, sizeof(rgb));
	}
}
