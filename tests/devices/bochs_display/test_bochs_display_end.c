/* SPDX-License-Identifier: MIT */
/* What boot loaders use of it. */
#include "tests/devices/bochs_display/model_fixture.h"

TestSuite(bochs_display_end, .init = power_on, .fini = power_off, .timeout = 60);

static struct graphics_mode got;

static bool set_graphics(unsigned width, unsigned height, unsigned bits)
{
	struct framebuffer_end end = bochs_display_model_framebuffer_end(&display);

	got = (struct graphics_mode){ 0 };
	return end.ops->set(end.ctx, width, height, bits, &got);
}

static void expect_colours(uint8_t red_size, uint8_t red_at, uint8_t green_size, uint8_t green_at,
			   uint8_t blue_size, uint8_t rest_size, uint8_t rest_at)
{
	check_eq(u8, got.red_size, red_size);
	check_eq(u8, got.red_at, red_at);
	check_eq(u8, got.green_size, green_size);
	check_eq(u8, got.green_at, green_at);
	check_eq(u8, got.blue_size, blue_size);
	check_eq(u8, got.blue_at, 0);
	check_eq(u8, got.rest_size, rest_size);
	check_eq(u8, got.rest_at, rest_at);
}

Test(bochs_display_end, a_mode_is_set_and_described)
{
	struct bochs_display_model_mode m;

	require(set_graphics(800, 600, 16));
	require(bochs_display_model_mode(&display, &m));
	check(m.lfb && m.width == 800 && m.height == 600 && m.bpp == 16);
	check_eq(u64, got.address, FRAMEBUFFER);
	check_eq(u64, got.size, UINT64_C(16) << 20);
	check(got.width == 800 && got.height == 600 && got.bits == 16);
	check_eq(u32, got.pitch, 1600);
	expect_colours(5, 11, 6, 5, 5, 0, 0);
	require(set_graphics(800, 600, 15));
	expect_colours(5, 10, 5, 5, 5, 1, 15);
	require(set_graphics(800, 600, 24));
	check_eq(u32, got.pitch, 2400);
	expect_colours(8, 16, 8, 8, 8, 0, 0);
	require(set_graphics(800, 600, 32));
	expect_colours(8, 16, 8, 8, 8, 8, 24);
	expect_silence();
}

Test(bochs_display_end, with_eight_bits_it_tells_the_palette)
{
	vga.s.palette[1][0] = 0x3f;
	vga.s.palette[2][1] = 0x3f;
	vga.s.palette[255][2] = 0x3f;
	require(set_graphics(640, 480, 8));
	expect_colours(0, 0, 0, 0, 0, 0, 0);
	check_eq(u8, got.palette[3], 0xff);
	check_eq(u8, got.palette[7], 0xff);
	check_eq(u8, got.palette[767], 0xff);
	check_eq(u8, got.palette[4], 0);
}

Test(bochs_display_end, what_it_does_not_have_changes_nothing)
{
	struct bochs_display_model_mode m;

	check(!set_graphics(640, 480, 4));
	check(!set_graphics(641, 480, 32));
	check(!set_graphics(4096, 4096, 32));
	check(!set_graphics(640, 480, 12));
	cfg_set(DEV, 0x04, 16, IO); /* nobody could see the memory */
	check(!set_graphics(640, 480, 32));
	check(!bochs_display_model_mode(&display, &m));
	expect_silence();
}

/* They are what monitors have. */
Test(bochs_display_end, the_usual_sizes_grow_and_have_usual_shapes)
{
	static const struct {
		unsigned x, y;
	} shapes[] = { { 4, 3 }, { 5, 4 }, { 5, 3 }, { 16, 9 }, { 16, 10 } };
	struct framebuffer_end end = bochs_display_model_framebuffer_end(&display);
	unsigned width, height, n = 0, pixels = 0;

	for (; end.ops->usual(n, &width, &height); n++) {
		bool usual = false;

		for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
			usual = usual || width * shapes[i].y == height * shapes[i].x;
		check(usual && width % 8 == 0, "%ux%u", width, height);
		check(width * height > pixels, "%ux%u", width, height);
		pixels = width * height;
	}
	check_eq(u32, n, bochs_display_model_n_resolutions);
	check_eq(u32, pixels, 3840 * 2160);
}
