/* SPDX-License-Identifier: MIT */
/* A linear framebuffer: the window of mode 13h is one, of 8 bits; of the other formats, the same
 * 64 KiB as memory that is not looked at. */
#include "bimetal/framebuffer_console.h"
#include "bimetal/twin.h"
#include "bimetal/vga_draw.h"

enum { WIDTH = 64, HEIGHT = 40 };

static struct vga vga;
static struct framebuffer fb;

static void start(unsigned bits)
{
	const struct framebuffer_format format = framebuffer_format(WIDTH, HEIGHT, bits);

	twin_assert_eq(vga_init(&vga, twin_port(VGA_PORTS), twin_memory(VGA_MEMORY, 1)), VGA_OK);
	twin_assert_eq(vga_set_mode(&vga, VGA_MODE_320X200X256), VGA_OK);
	twin_assert_eq(framebuffer_init(&fb, twin_memory(VGA_MEMORY, 1), &format), FRAMEBUFFER_OK);
}

static uint32_t at(uint32_t x, uint32_t y)
{
	uint32_t dot = 0;

	twin_expect_eq(framebuffer_read_pixel(&fb, x, y, &dot), FRAMEBUFFER_OK);
	return dot;
}

static void draw(unsigned bits)
{
	const uint32_t mask = bits == 32 ? UINT32_MAX : (UINT32_C(1) << bits) - 1;
	const uint32_t a = 0x9a8c7b6d & mask, b = 0x12345678 & mask;

	start(bits);
	twin_expect_eq(framebuffer_fill(&fb, b), FRAMEBUFFER_OK);
	twin_expect_eq(framebuffer_fill_rectangle(&fb, 20, 20, 5, 7, a), FRAMEBUFFER_OK);
	twin_expect_eq(framebuffer_draw_line(&fb, 63, 0, 30, 39, a), FRAMEBUFFER_OK);
	twin_expect_eq(framebuffer_draw_char(&fb, 40, 20, font_8x16(), 0xdb, a, b), FRAMEBUFFER_OK);
	twin_expect_eq(at(5, 7), a);
	twin_expect_eq(at(20, 20), a);
	twin_expect_eq(at(21, 20), b);
	twin_expect_eq(at(63, 0), a);
	twin_expect_eq(at(30, 39), a);
	twin_expect_eq(at(47, 35), a);
	twin_expect_eq(framebuffer_move(&fb, 6, 8, 5, 7, 16, 14), FRAMEBUFFER_OK);
	twin_expect_eq(at(21, 21), a);
	twin_expect_eq(framebuffer_scroll(&fb, 4, 0), FRAMEBUFFER_OK);
	twin_expect_eq(at(21, 17), a);
	twin_expect_eq(at(63, 39), 0);
}

TWIN(framebuffer, dots_of_8_bits) { draw(8); }
TWIN(framebuffer, dots_of_16_bits) { draw(16); }
TWIN(framebuffer, dots_of_24_bits) { draw(24); }
TWIN(framebuffer, dots_of_32_bits) { draw(32); }

TWIN(framebuffer, the_console_scrolls)
{
	struct framebuffer_console console;

	start(16);
	twin_assert_eq(framebuffer_console_init(&console, &fb, font_8x8()), FRAMEBUFFER_OK);
	twin_assert_eq(framebuffer_console_clear(&console), FRAMEBUFFER_OK);
	twin_expect_eq(framebuffer_console_print(&console, "1\n2\n3\n4\n5\n\xdb"), FRAMEBUFFER_OK);
	twin_expect_eq(console.row, 4);
	for (unsigned y = 0; y < FONT_WIDTH; y++)
		for (unsigned x = 0; x < FONT_WIDTH; x++)
			twin_expect_eq(at(x, y),
				       font_dot(font_8x8(), '2', x, y) ? console.foreground : 0);
}
