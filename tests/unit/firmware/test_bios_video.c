/* SPDX-License-Identifier: MIT */
#include "bios_video_fixture.h"
#include "devices/vga/picture.h"
#include "devices/vga/planes.h"
#include "tests/quality/coverage/recorder.h"

TestSuite(bios_video, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

static char text[16384];

static const char *screen(void)
{
	vga_model_text(&vga, text, sizeof(text));
	return text;
}

static uint8_t attribute(unsigned row, unsigned column)
{
	return vga_model_plane(&vga, (row * 80 + column) * 2, 1);
}

static unsigned shown_cursor(void) { return (unsigned)(vga.s.cr[0x0e] << 8 | vga.s.cr[0x0f]); }

Test(bios_video, teletype_writes_and_moves_the_cursor)
{
	type("Hi\r\nyou\b!");
	check_eq(int, strncmp(screen(), "Hi\nyo!\n", 7), 0, "%s", text);
	check_eq(u16, peek16(0x450), 0x0103);
	check_eq(uint, shown_cursor(), 83);
	check_eq(u8, attribute(0, 0), 7, "the attribute stays");
	type("\a");
	check_eq(u16, peek16(0x450), 0x0103);
}

Test(bios_video, teletype_wraps_and_scrolls)
{
	for (unsigned i = 0; i < 24; i++) type("\n");
	type("\rlast");
	for (unsigned i = 0; i < 80; i++) type("x");
	check_eq(u16, peek16(0x450), 0x1804);
	check_eq(u8, character(23, 0), 'l');
	check_eq(u8, character(24, 3), 'x');
	check_eq(u8, character(24, 4), ' ');
	check_eq(u8, attribute(24, 4), 7);
}

Test(bios_video, a_line_that_wraps_at_the_bottom_scrolls_in_its_own_attribute)
{
	call10(0x0200, 0, 0, 0x184f);
	call10(0x0920, 0x002e, 1, 0);
	type("x");
	check_eq(u8, character(23, 79), 'x');
	check_eq(u8, attribute(24, 0), 0x2e);
	check_eq(u16, peek16(0x450), 0x1800);
}

Test(bios_video, teletype_ignores_the_page_in_bh)
{
	call10(0x0e41, 0x0500, 0, 0);
	check_eq(u8, character(0, 0), 'A');
}

Test(bios_video, the_cursor_is_set_and_read_back_by_page)
{
	call10(0x0200, 0x0000, 0, 0x0a14);
	check_eq(uint, shown_cursor(), 10 * 80 + 20);
	call10(0x0200, 0x0200, 0, 0x0304);
	check_eq(uint, shown_cursor(), 10 * 80 + 20, "another page");
	call10(0x0300, 0x0200, 0, 0);
	check_eq(u16, get(CPU_RDX), 0x0304);
	check_eq(u16, get(CPU_RCX), 0x0607);
	call10(0x0300, 0xff00, 0, 0);
	check_eq(u16, get(CPU_RDX), 0, "pages are counted modulo eight");
}

Test(bios_video, cursor_shapes_are_stretched_to_the_cell)
{
	call10(0x0100, 0, 0x0607, 0);
	check_eq(u64, vga.s.cr[0x0a], 0x0d);
	check_eq(u64, vga.s.cr[0x0b] & 0x1f, 0x0e);
	call10(0x0100, 0, 0x0007, 0);
	check_eq(u64, vga.s.cr[0x0a], 0);
	check_eq(u64, vga.s.cr[0x0b] & 0x1f, 15);
	call10(0x0100, 0, 0x2607, 0);
	check_eq(u64, vga.s.cr[0x0a] & 0x20, 0x20, "off");
	call10(0x0100, 0, 0x0d0e, 0);
	check_eq(u64, vga.s.cr[0x0a], 0x0d, "not one of 8 lines: as it is");
	bda_set_byte(&bios, 0x87, 0x61);
	call10(0x0100, 0, 0x0607, 0);
	check_eq(u64, vga.s.cr[0x0a], 0x06, "emulation is off");
}

Test(bios_video, pages_are_switched)
{
	call10(0x0200, 0x0100, 0, 0x0102);
	call10(0x0501, 0, 0, 0);
	check_eq(u8, peek8(0x462), 1);
	check_eq(u16, peek16(0x44e), 0x1000);
	check_eq(uint, (unsigned)(vga.s.cr[0x0c] << 8 | vga.s.cr[0x0d]), 0x800);
	check_eq(uint, shown_cursor(), 0x800 + 82);
	type("p");
	check_eq(u8, vga_model_plane(&vga, 0x1000 + 82 * 2, 0), 'p');
	call10(0x0f00, 0, 0, 0);
	check_eq(u8, high(CPU_RBX), 1);
}

Test(bios_video, characters_are_written_with_and_without_attributes)
{
	call10(0x0200, 0, 0, 0x0000);
	call10(0x0941, 0x001f, 3, 0);
	check_eq(u8, character(0, 2), 'A');
	check_eq(u8, attribute(0, 2), 0x1f);
	check_eq(u8, attribute(0, 3), 0x07);
	call10(0x0a42, 0x0099, 1, 0);
	check_eq(u8, character(0, 0), 'B');
	check_eq(u8, attribute(0, 0), 0x1f);
	call10(0x0800, 0, 0, 0);
	check_eq(u16, get(CPU_RAX), 0x1f42);
	check_eq(u16, peek16(0x450), 0, "the cursor stays");
}

Test(bios_video, a_window_scrolls_up_and_down)
{
	type("aaaa\r\nbbbb\r\ncccc");
	call10(0x0601, 0x4e00, 0x0001, 0x0202);
	check_eq(int, strncmp(screen(), "abba\nbccb\nc  c\n", 15), 0, "%s", text);
	check_eq(u8, attribute(2, 1), 0x4e);
	check_eq(u8, attribute(2, 0), 0x07);
	call10(0x0701, 0x0700, 0x0000, 0x0203);
	check_eq(int, strncmp(screen(), "\nabba\nbccb\n", 11), 0, "%s", text);
	call10(0x0600, 0x1700, 0x0000, 0x184f);
	check_eq(u8, character(1, 0), ' ');
	check_eq(u8, attribute(24, 79), 0x17);
}

Test(bios_video, a_window_beyond_the_screen_is_cut)
{
	type("a");
	call10(0x0601, 0x0700, 0x0000, 0xffff);
	check_eq(u8, character(0, 0), ' ');
	call10(0x06ff, 0x0700, 0x0a0a, 0x0505);
	call10(0x0601, 0x0700, 0x6060, 0xffff);
}

Test(bios_video, strings_are_written_four_ways)
{
	poke(BUFFER, "ab\r\nc", 5);
	begin(0x1301);
	set(CPU_RBX, 0x001e);
	set(CPU_RCX, 5);
	set(CPU_RDX, 0x0203);
	set(CPU_RBP, 0);
	service(0x10);
	check_eq(u8, character(2, 4), 'b');
	check_eq(u8, attribute(2, 4), 0x1e);
	check_eq(u8, character(3, 0), 'c');
	check_eq(u16, peek16(0x450), 0x0301);
	poke(BUFFER,
	     "x\x4f"
	     "y\x2f",
	     4);
	begin(0x1302);
	set(CPU_RBX, 0x0007);
	set(CPU_RCX, 2);
	set(CPU_RDX, 0x0a00);
	set(CPU_RBP, 0);
	service(0x10);
	check_eq(u8, character(10, 1), 'y');
	check_eq(u8, attribute(10, 1), 0x2f);
	check_eq(u16, peek16(0x450), 0x0301, "the cursor stays");
}

Test(bios_video, text_modes_are_set)
{
	type("gone");
	call10(0x0001, 0, 0, 0);
	check_eq(u8, peek8(0x449), 1);
	check_eq(u16, peek16(0x44a), 40);
	check_eq(u16, peek16(0x450), 0);
	check_eq(u64, vga.s.cr[1], 39);
	check_eq(u8, character(0, 0), ' ');
	call10(0x0f00, 0, 0, 0);
	check_eq(u16, get(CPU_RAX), 40 << 8 | 1);
	call10(0x0003, 0, 0, 0);
	check_eq(u64, vga.s.cr[1], 79);
	check_eq(u8, low(CPU_RAX), 0x30);
	check_eq(uint, not_modelled, 0);
}

Test(bios_video, the_monochrome_mode_moves_ports_and_window)
{
	call10(0x0007, 0, 0, 0);
	check_eq(u16, peek16(0x463), 0x3b4);
	check_eq(u16, peek16(0x410), 0x0836);
	type("m");
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0xb0000, 8), 'm');
	check_eq(uint, lints, 0);
	call10(0x1a00, 0, 0, 0);
	check_eq(u16, get(CPU_RBX), 7);
	call10(0x1200, 0x0010, 0, 0);
	check_eq(u8, high(CPU_RBX), 1);
	call10(0x0003, 0, 0, 0);
	check_eq(u16, peek16(0x463), 0x3d4);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0xb8000, 8), ' ');
}

Test(bios_video, a_mode_with_bit_7_keeps_what_is_on_the_screen)
{
	type("kept");
	call10(0x0083, 0, 0, 0);
	check_eq(u8, character(0, 0), 'k');
	check_eq(u16, peek16(0x450), 0);
	call10(0x0f00, 0, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x83);
}

Test(bios_video, garbage_in_the_data_area_does_no_harm)
{
	uint64_t state = 4711;
	uint8_t garbage[0x40];

	random_used();
	for (unsigned round = 0; round < 200; round++) {
		for (unsigned i = 0; i < sizeof(garbage); i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			garbage[i] = (uint8_t)(state >> 56);
		}
		poke(0x449, garbage, 0x20);
		poke(0x484, garbage + 0x20, 7);
		for (unsigned ah = 0; ah < 0x20; ah++)
			call10((uint16_t)(ah << 8 | garbage[ah & 31]), (uint16_t)(state >> 8),
			       (uint16_t)(state >> 24 & 0x1fff), (uint16_t)(state >> 40));
	}
}

Test(bios_video, the_font_is_pointed_to_and_replaced)
{
	call10(0x1130, 0x0600, 0, 0);
	check_eq(u16, regs.seg[CPU_ES].selector, 0xf000);
	check_eq(u16, get(CPU_RBP), BIOS_ROM_FONT_16);
	check_eq(u16, get(CPU_RCX), 16);
	check_eq(u8, low(CPU_RDX), 24);
	call10(0x1130, 0x0100, 0, 0);
	check_eq(u16, get(CPU_RBP), BIOS_ROM_FONT_16, "by the vector 43h");
	poke(BUFFER, "\x11\x22", 2);
	begin(0x1100);
	set(CPU_RBX, 0x0200);
	set(CPU_RCX, 1);
	set(CPU_RDX, 'A');
	set(CPU_RBP, 0);
	service(0x10);
	check_eq(u8, vga_model_plane(&vga, 'A' * 32, 2), 0x11);
	check_eq(u8, vga_model_plane(&vga, 'A' * 32 + 1, 2), 0x22);
	check_eq(u8, vga_model_plane(&vga, 'A' * 32 + 2, 2), 0);
	call10(0x1104, 0, 0, 0);
	check_ne(u8, vga_model_plane(&vga, 'A' * 32 + 5, 2), 0);
	check_eq(uint, not_modelled, 0);
	call10(0x1130, 0x0800, 0x1234, 0);
	check_eq(u16, get(CPU_RCX), 0x1234, "there is no such font");
	check_eq(uint, not_modelled, 1);
}

Test(bios_video, it_says_what_adapter_it_is)
{
	call10(0x1200, 0x0010, 0xffff, 0);
	check_eq(u16, get(CPU_RBX), 0x0003);
	check_eq(u16, get(CPU_RCX), 0x0009);
	call10(0x1a00, 0, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x1a);
	check_eq(u16, get(CPU_RBX), 0x0008);
	call10(0x1202, 0x0030, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x12);
	check_eq(uint, not_modelled, 0);
	call10(0x1203, 0x0030, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x03, "200, 350 and 400 lines are what there is");
	check_eq(uint, not_modelled, 1);
	call10(0x1201, 0x0036, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x12);
	check(!vga_model_displays(&vga));
	call10(0x1200, 0x0036, 0, 0);
	check(vga_model_displays(&vga));
}

Test(bios_video, an_unknown_function_changes_nothing_and_is_reported)
{
	call10(0x4200, 1, 2, 3);
	check_eq(u16, get(CPU_RAX), 0x4200);
	check_eq(u16, get(CPU_RBX), 1);
	check_eq(str, last_lint, "bios.INT10.function");
}
