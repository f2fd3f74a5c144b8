/* SPDX-License-Identifier: MIT */
/* INT 10h AH=00h, 0Fh, 4Fh. */
#include "bios_video_fixture.h"
#include "emu/array.h"

TestSuite(bios_modes, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

/* RBIL table 00010 (INT 10h AH=00h) and MEMORY.LST; pages as the parameter tables have them. */
static const struct {
	uint8_t mode, columns, rows, height, al;
	uint16_t page, crtc, equipment;
	uint32_t window; /* address of the screen's memory */
} standard[] = {
	{ 0x00, 40, 25, 16, 0x30, 0x0800, 0x3d4, 0x10, 0xb8000 },
	{ 0x01, 40, 25, 16, 0x30, 0x0800, 0x3d4, 0x10, 0xb8000 },
	{ 0x02, 80, 25, 16, 0x30, 0x1000, 0x3d4, 0x20, 0xb8000 },
	{ 0x03, 80, 25, 16, 0x30, 0x1000, 0x3d4, 0x20, 0xb8000 },
	{ 0x04, 40, 25, 8, 0x30, 0x4000, 0x3d4, 0x20, 0xb8000 },
	{ 0x05, 40, 25, 8, 0x30, 0x4000, 0x3d4, 0x20, 0xb8000 },
	{ 0x06, 80, 25, 8, 0x3f, 0x4000, 0x3d4, 0x20, 0xb8000 },
	{ 0x07, 80, 25, 16, 0x30, 0x1000, 0x3b4, 0x30, 0xb0000 },
	{ 0x0d, 40, 25, 8, 0x20, 0x2000, 0x3d4, 0x20, 0xa0000 },
	{ 0x0e, 80, 25, 8, 0x20, 0x4000, 0x3d4, 0x20, 0xa0000 },
	{ 0x0f, 80, 25, 14, 0x20, 0x8000, 0x3b4, 0x30, 0xa0000 },
	{ 0x10, 80, 25, 14, 0x20, 0x8000, 0x3d4, 0x20, 0xa0000 },
	{ 0x11, 80, 30, 16, 0x20, 0xa000, 0x3d4, 0x20, 0xa0000 },
	{ 0x12, 80, 30, 16, 0x20, 0xa000, 0x3d4, 0x20, 0xa0000 },
	{ 0x13, 40, 25, 8, 0x20, 0x2000, 0x3d4, 0x20, 0xa0000 },
};

enum { N_STANDARD = ARRAY_SIZE(standard) };

Test(bios_modes, every_standard_mode_is_set_and_recorded_in_the_data_area)
{
	for (unsigned i = 0; i < N_STANDARD; i++) {
		unsigned mode = standard[i].mode;

		call10((uint16_t)mode, 0, 0, 0);
		check_eq(u8, low(CPU_RAX), standard[i].al, "mode %02x", mode);
		check_eq(u8, peek8(0x449), (uint8_t)mode);
		check_eq(u16, peek16(0x44a), standard[i].columns, "mode %02x", mode);
		check_eq(u16, peek16(0x44c), standard[i].page, "mode %02x", mode);
		check_eq(u16, peek16(0x463), standard[i].crtc, "mode %02x", mode);
		check_eq(u8, peek8(0x484), standard[i].rows - 1, "mode %02x", mode);
		check_eq(u16, peek16(0x485), standard[i].height, "mode %02x", mode);
		check_eq(u16, peek16(0x410) & 0x30, standard[i].equipment, "mode %02x", mode);
		call10(0x0f00, 0, 0, 0);
		check_eq(u16, get(CPU_RAX), (uint16_t)(standard[i].columns << 8 | mode));
		bus_write(&bus, BUS_MEMORY, standard[i].window, 8, 0x0f);
		check_eq(uint, lints + not_modelled + notes, 0, "mode %02x", mode);
	}
}

Test(bios_modes, a_graphics_mode_blanks_its_memory_or_keeps_it)
{
	for (unsigned i = 0; i < N_STANDARD; i++) {
		if (standard[i].height == 16 && standard[i].rows == 25) continue;
		mem_device_set(vga.memory, 0, 0x5a, VGA_MODEL_PLANES_SIZE);
		call10(0x80 | standard[i].mode, 0, 0, 0);
		check_eq(u8, vga_model_plane(&vga, 0, 0), 0x5a, "mode %02x", standard[i].mode);
		check_eq(u8, peek8(0x487) & 0x80, 0x80);
		call10(standard[i].mode, 0, 0, 0);
		check_eq(u8, vga_model_plane(&vga, 0, 0), 0, "mode %02x", standard[i].mode);
		check_eq(u8, vga_model_plane(&vga, 0x1f3f, 0), 0, "mode %02x", standard[i].mode);
		check_eq(u8, peek8(0x487) & 0x80, 0);
	}
}

Test(bios_modes, pages_of_graphics_begin_at_bytes_or_words)
{
	call10(0x000d, 0, 0, 0);
	call10(0x0501, 0, 0, 0);
	check_eq(u16, peek16(0x44e), 0x2000);
	check_eq(u64, vga.s.cr[0x0c], 0x20);
	call10(0x0004, 0, 0, 0);
	call10(0x0501, 0, 0, 0);
	check_eq(u64, vga.s.cr[0x0c], 0x20, "0x4000 bytes");
	check_eq(u64, vga.s.cr[0x0e], 0, "no cursor is moved");
}

Test(bios_modes, text_comes_back_with_its_font)
{
	call10(0x0013, 0, 0, 0);
	call10(0x0003, 0, 0, 0);
	check_ne(u8, vga_model_plane(&vga, 'A' * 32 + 5, 2), 0);
	check_eq(u8, character(0, 0), ' ');
	type("x");
	check_eq(u8, character(0, 0), 'x');
	check_eq(uint, not_modelled, 0);
}

Test(bios_modes, the_colours_are_loaded_as_asked)
{
	call10(0x1200, 0x0033, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x12);
	call10(0x0013, 0, 0, 0);
	check_eq(u8, vga.s.palette[4][0], 13, "30 %% of 2a");
	check_eq(u8, vga.s.palette[4][1], 13);
	call10(0x1201, 0x0033, 0, 0);
	call10(0x1201, 0x0031, 0, 0);
	call10(0x0013, 0, 0, 0);
	check_eq(u8, vga.s.palette[4][1], 13, "they stay");
	call10(0x1200, 0x0031, 0, 0);
	call10(0x0013, 0, 0, 0);
	check_eq(u8, vga.s.palette[4][0], 0x2a);
	check_eq(u8, vga.s.palette[4][1], 0);
}

Test(bios_modes, a_mode_that_does_not_exist_is_reported_once_not_for_each_dot)
{
	static const uint8_t none[] = { 0x08, 0x0a, 0x0b, 0x0c, 0x14, 0x6a, 0x7f };

	type("here");
	for (unsigned i = 0; i < sizeof(none); i++) {
		call10(none[i], 0, 0, 0);
		check_eq(u8, peek8(0x449), 3);
		check_eq(u8, character(0, 0), 'h');
		check_eq(str, last_lint, "bios.INT10.function");
		check_eq(uint, not_modelled, i + 1);
	}
	for (unsigned i = 0; i < 1000; i++) bus_write(&bus, BUS_MEMORY, 0xa0000 + i, 8, 15);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0xa0000, 8), 0xff, "nobody answers");
	check_eq(uint, lints, 0);
	call10(0x0003, 0, 0, 0);
	bus_write(&bus, BUS_MEMORY, 0xa0000, 8, 15);
	check_eq(uint, lints, 1, "that is the program's own mistake");
	check_eq(str, last_lint, "vga.GR06.window");
	call10(0x4f02, 0x0118, 0, 0);
	bus_write(&bus, BUS_MEMORY, 0xa0000, 8, 15);
	check_eq(uint, lints, 1);
	bus_write(&bus, BUS_PORT, 0x3ce, 16, 0x0c06);
	bus_write(&bus, BUS_MEMORY, 0xa0000, 8, 15);
	check_eq(uint, lints, 2, "it has opened a window by itself, and not this one");
}

Test(bios_modes, vbe_answers_that_there_are_no_vbe_modes)
{
	uint32_t modes;

	begin(0x4f00);
	set(CPU_RDI, 0);
	service(0x10);
	check_eq(u16, get(CPU_RAX), 0x004f);
	check_eq(uint, notes, 1);
	check_eq(str, last_lint, "bios.INT10.vbe");
	check_eq(u32, peek32(BUFFER), 0x41534556, "VESA");
	check_eq(u16, peek16(BUFFER + 4), 0x0200);
	modes = ((uint32_t)peek16(BUFFER + 16) << 4) + peek16(BUFFER + 14);
	check_eq(u16, peek16(modes), 0xffff);
	check_eq(u16, peek16(BUFFER + 18), 4, "256 KiB");
	check_eq(u8, peek8(BUFFER + 256), 0xcc, "VBE 1 callers have 256 bytes");
	poke(BUFFER, "VBE2", 4);
	begin(0x4f00);
	set(CPU_RDI, 0);
	service(0x10);
	check_eq(u8, peek8(BUFFER + 511), 0);
	check_eq(u8, peek8(BUFFER + 512), 0xcc);
}

Test(bios_modes, other_vbe_calls_say_what_is_missing)
{
	call10(0x4f01, 0, 0x0101, 0);
	check_eq(u16, get(CPU_RAX), 0x014f);
	call10(0x4f02, 0x0101, 0, 0);
	check_eq(u16, get(CPU_RAX), 0x014f);
	check_eq(uint, not_modelled, 2);
	check_eq(str, last_lint, "bios.INT10.vbe-mode");
	call10(0x4f02, 0x4013, 0, 0);
	check_eq(u16, get(CPU_RAX), 0x014f, "no mode has a linear frame buffer");
	check_eq(uint, notes, 0);
	type("gone");
	call10(0x4f02, 0x0003, 0, 0);
	check_eq(u16, get(CPU_RAX), 0x004f);
	check_eq(u8, character(0, 0), ' ');
	type("kept");
	call10(0x4f02, 0x8003, 0, 0);
	check_eq(u8, character(0, 0), 'k');
	call10(0x4f03, 0, 0, 0);
	check_eq(u16, get(CPU_RBX), 0x8003, "bit 15: the memory was kept");
	call10(0x4f15, 0, 0, 0);
	check_ne(u8, low(CPU_RAX), 0x4f);
	call10(0x4f10, 0, 0, 0);
	check_ne(u8, low(CPU_RAX), 0x4f);
	check_eq(uint, notes, 2);
	check_eq(uint, lints, 0);
}
