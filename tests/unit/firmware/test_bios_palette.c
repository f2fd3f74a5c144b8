/* SPDX-License-Identifier: MIT */
#include "bios_video_fixture.h"

TestSuite(bios_palette, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

Test(bios_palette, palette_registers_are_written_and_read)
{
	call10(0x1000, 0xff05, 0, 0);
	check_eq(u64, vga.s.ar[5], 0x3f, "six bits");
	call10(0x1007, 0x0005, 0, 0);
	check_eq(u8, high(CPU_RBX), 0x3f);
	call10(0x1000, 0x1220, 0, 0);
	check_eq(uint, not_modelled, 0);
	call10(0x1001, 0x2a00, 0, 0);
	call10(0x1008, 0, 0, 0);
	check_eq(u8, high(CPU_RBX), 0x2a);
}

Test(bios_palette, all_seventeen_registers_are_written_at_once)
{
	uint8_t all[17];

	for (unsigned i = 0; i < sizeof(all); i++) all[i] = (uint8_t)(i + 1);
	poke(BUFFER, all, sizeof(all));
	call10(0x1002, 0, 0, 0);
	check_eq(u64, vga.s.ar[15], 16);
	check_eq(u64, vga.s.ar[0x11], 17);
	call10(0x1009, 0, 0, 0x100);
	check_eq(u8, peek8(BUFFER + 0x100 + 16), 17);
	check_eq(u8, peek8(BUFFER + 0x100), 1);
}

Test(bios_palette, blinking_is_switched)
{
	call10(0x1003, 0, 0, 0);
	check_eq(u64, vga.s.ar[0x10] & VGA_MODEL_AR10_BLINK, 0);
	call10(0x1003, 1, 0, 0);
	check_eq(u64, vga.s.ar[0x10] & VGA_MODEL_AR10_BLINK, VGA_MODEL_AR10_BLINK);
}

Test(bios_palette, colours_have_six_bits)
{
	call10(0x1010, 100, 0x22ff, 0x1100);
	check_eq(u8, vga.s.palette[100][0], 0x11);
	check_eq(u8, vga.s.palette[100][1], 0x22);
	check_eq(u8, vga.s.palette[100][2], 0x3f);
	call10(0x1015, 100, 0, 0);
	check_eq(u16, get(CPU_RCX), 0x223f);
	check_eq(u8, high(CPU_RDX), 0x11);
}

Test(bios_palette, blocks_of_colours_end_with_the_table)
{
	static const uint8_t rgb[6] = { 1, 2, 3, 4, 5, 6 };

	poke(BUFFER, rgb, sizeof(rgb));
	call10(0x1012, 254, 2, 0);
	check_eq(u8, vga.s.palette[255][2], 6);
	call10(0x1017, 255, 0xffff, 0x40);
	check_eq(u8, peek8(BUFFER + 0x40), 4);
	check_eq(u8, peek8(BUFFER + 0x43), 0xcc);
	call10(0x1012, 0xfff0, 0xffff, 0);
}

Test(bios_palette, the_mask_is_written_and_read)
{
	call10(0x1018, 0x0f, 0, 0);
	check_eq(u64, vga.s.reg[VGA_MODEL_PEL_MASK], 0x0f);
	call10(0x1019, 0, 0, 0);
	check_eq(u8, low(CPU_RBX), 0x0f);
	call10(0x101c, 0, 0, 0);
	check_eq(uint, not_modelled, 1);
}

Test(bios_palette, a_cga_has_a_background_and_two_palettes)
{
	call10(0x0004, 0, 0, 0);
	check_eq(u64, vga.s.ar[1], 0x13);
	call10(0x0b00, 0x0100, 0, 0);
	check_eq(u64, vga.s.ar[1], 0x12, "green, bright");
	check_eq(u64, vga.s.ar[3], 0x16);
	check_eq(u8, peek8(0x466), 0x10);
	call10(0x0b00, 0x0009, 0, 0);
	check_eq(u64, vga.s.ar[0], 0x11, "a bright blue background");
	check_eq(u64, vga.s.ar[0x11], 0x11);
	check_eq(u64, vga.s.ar[1], 0x02, "and no more brightness");
	call10(0x0b00, 0x0101, 0, 0);
	check_eq(u64, vga.s.ar[3], 0x07);
	check_eq(u8, peek8(0x466), 0x29);
	call10(0x0003, 0, 0, 0);
	call10(0x0b00, 0x0004, 0, 0);
	check_eq(u64, vga.s.ar[0x11], 0x04, "of text the border alone");
	check_eq(u64, vga.s.ar[0], 0x00);
	check_eq(uint, not_modelled, 0);
	call10(0x0b00, 0x0200, 0, 0);
	check_eq(uint, not_modelled, 1);
}
