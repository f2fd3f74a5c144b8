/* SPDX-License-Identifier: MIT */
/* The text writer on a VGA. */
#include "bimetal/twin.h"
#include "bimetal/vga_text.h"

static struct vga_text vga;

static void start(void)
{
	twin_assert_eq(
		vga_text_init(&vga, twin_memory(VGA_TEXT_MEMORY, 1), twin_port(VGA_TEXT_CRTC)),
		VGA_TEXT_OK);
	twin_assert_eq(vga_text_clear(&vga), VGA_TEXT_OK);
}

static uint8_t character_at(unsigned column, unsigned row)
{
	uint8_t character = 0, attribute = 0;
	twin_expect_eq(vga_text_get(&vga, column, row, &character, &attribute), VGA_TEXT_OK);
	return character;
}

static uint8_t crtc(uint8_t index)
{
	const struct io port = twin_port(VGA_TEXT_CRTC);
	io_write8(port, 0, index);
	return io_read8(port, 1);
}

TWIN(vga_text, many_lines_leave_the_image_of_a_scrolled_screen)
{
	enum { LINES = 40, LAST = VGA_TEXT_ROWS - 1 };
	start();
	for (unsigned i = 0; i < LINES; i++) {
		const char line[] = { (char)('A' + i % 26), '\n', 0 };
		twin_assert_eq(vga_text_print(&vga, line), VGA_TEXT_OK);
	}
	for (unsigned y = 0; y < LAST; y++)
		twin_expect_eq(character_at(0, y), 'A' + (LINES - LAST + y) % 26);
	twin_expect_eq(character_at(0, LAST), ' ');
	twin_expect_eq(crtc(0x0e) << 8 | crtc(0x0f), LAST * VGA_TEXT_COLUMNS);
}

TWIN(vga_text, unprintable_bytes_are_squares)
{
	start();
	twin_assert_eq(vga_text_print(&vga, "a\x01\xffz"), VGA_TEXT_OK);
	twin_expect_eq(character_at(0, 0), 'a');
	twin_expect_eq(character_at(1, 0), VGA_TEXT_UNPRINTABLE);
	twin_expect_eq(character_at(2, 0), VGA_TEXT_UNPRINTABLE);
	twin_expect_eq(character_at(3, 0), 'z');
}

TWIN(vga_text, the_cursor_is_hidden_and_shown)
{
	start();
	twin_assert_eq(vga_text_show_cursor(&vga, false), VGA_TEXT_OK);
	twin_expect_eq(crtc(0x0a) & 0x20, 0x20);
	twin_assert_eq(vga_text_show_cursor(&vga, true), VGA_TEXT_OK);
	twin_expect_eq(crtc(0x0a) & 0x20, 0);
}

TWIN(vga_text, is_absent_where_there_is_no_screen)
{
	enum { NOWHERE = 0x3e0 };
	twin_allow("bus.unclaimed-write");
	twin_allow("bus.unclaimed-read");
	twin_expect_eq(vga_text_init(&vga, twin_memory(VGA_TEXT_MEMORY, 1), twin_port(NOWHERE)),
		       VGA_TEXT_ABSENT);
}
