/* SPDX-License-Identifier: MIT */
/* INT 10h AH=11h in text modes, the scan lines of AH=12h BL=30h, and facts: AH=1Bh. */
#include "bios_video_fixture.h"
#include "devices/vga/font.h"
#include "devices/vga/picture.h"
#include "emu/array.h"

TestSuite(bios_fonts, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

static void expect_screen(unsigned rows, unsigned cell_rows, unsigned width, unsigned height)
{
	unsigned w, h;

	vga_model_picture_size(&vga, &w, &h);
	check_eq(uint, w, width);
	check_eq(uint, h, height);
	check_eq(u8, peek8(0x484), (uint8_t)(rows - 1));
	check_eq(u16, peek16(0x485), cell_rows);
}

static void expect_font(unsigned block_at, unsigned cell_rows)
{
	const uint8_t *glyph = cell_rows == 8    ? vga_model_font_8['A']
			       : cell_rows == 14 ? vga_model_font['A'] + 1
						 : vga_model_font['A'];

	for (unsigned row = 0; row < 32; row++)
		check_eq(u8, vga_model_plane(&vga, block_at + 'A' * 32 + row, 2),
			 row < cell_rows ? glyph[row] : 0, "row %u", row);
}

Test(bios_fonts, fonts_change_the_rows_of_text_modes)
{
	static const struct {
		uint16_t ax;
		uint8_t rows, cell_rows;
		uint16_t height, page;
	} fonts[] = { { 0x1112, 50, 8, 400, 0x2000 },
		      { 0x1111, 28, 14, 392, 0x1800 },
		      { 0x1114, 25, 16, 400, 0x1000 } };

	for (unsigned i = 0; i < ARRAY_SIZE(fonts); i++) {
		call10(0x0003, 0, 0, 0);
		call10(fonts[i].ax, 0, 0, 0);
		expect_screen(fonts[i].rows, fonts[i].cell_rows, 720, fonts[i].height);
		expect_font(0, fonts[i].cell_rows);
		check_eq(u16, peek16(0x44c), fonts[i].page);
		check_eq(u64, vga.s.cr[0x0a],
			 fonts[i].cell_rows == 8 ? 6 : fonts[i].cell_rows - 3u);
		call10(0x0200, 0, 0, (uint16_t)((fonts[i].rows - 1) << 8));
		type("end\r\n");
		check_eq(u8, character(fonts[i].rows - 2u, 0), 'e', "it scrolled once");
		check_eq(uint, not_modelled, 0);
	}
}

Test(bios_fonts, fonts_are_loaded_into_blocks_without_changing_the_rows)
{
	call10(0x1101, 1, 0, 0);
	expect_font(0x4000, 14);
	call10(0x1102, 4, 0, 0);
	expect_font(0x2000, 8);
	expect_screen(25, 16, 720, 400);
	call10(0x1103, 0x05, 0, 0);
	check_eq(u64, vga.s.sr[3], 5);
	call10(0x1113, 0, 0, 0);
	check_eq(uint, not_modelled, 1);
	check_eq(str, last_lint, "bios.INT10.function");
}

Test(bios_fonts, a_font_of_the_caller_may_have_any_height)
{
	poke(BUFFER, "\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa", 10);
	begin(0x1110);
	set(CPU_RBX, 0x0a00);
	set(CPU_RCX, 1);
	set(CPU_RDX, 'A');
	set(CPU_RBP, 0);
	service(0x10);
	expect_screen(40, 10, 720, 400);
	check_eq(u8, vga_model_plane(&vga, 'A' * 32 + 9, 2), 0xaa);
	for (unsigned height = 0; height < 256; height++) {
		call10(0x1110, (uint16_t)(height << 8), 0, 0);
		check_le(uint, peek16(0x485), 32u);
	}
}

Test(bios_fonts, text_modes_have_200_350_or_400_lines)
{
	static const struct {
		uint8_t al, mode;
		uint16_t width, height, cell_rows;
	} screens[] = { { 0, 3, 640, 400, 8 },  { 1, 3, 640, 350, 14 }, { 2, 3, 720, 400, 16 },
			{ 0, 1, 640, 400, 8 },  { 1, 1, 640, 350, 14 }, { 2, 1, 720, 400, 16 },
			{ 0, 7, 720, 350, 14 }, { 1, 7, 720, 350, 14 }, { 2, 7, 720, 400, 16 } };

	for (unsigned i = 0; i < ARRAY_SIZE(screens); i++) {
		call10((uint16_t)(0x1200 | screens[i].al), 0x0030, 0, 0);
		check_eq(u8, low(CPU_RAX), 0x12);
		call10(screens[i].mode, 0, 0, 0);
		expect_screen(25, screens[i].cell_rows, screens[i].width, screens[i].height);
		expect_font(0, screens[i].cell_rows);
	}
	call10(0x1201, 0x0030, 0, 0);
	call10(0x0003, 0, 0, 0);
	call10(0x1112, 0, 0, 0);
	expect_screen(43, 8, 640, 344);
}

Test(bios_fonts, pointers_to_all_fonts)
{
	static const struct {
		uint8_t bh;
		uint16_t offset;
	} fonts[] = { { 0, BIOS_ROM_FONT_8_UPPER }, { 1, BIOS_ROM_FONT_16 },
		      { 2, BIOS_ROM_FONT_14 },      { 3, BIOS_ROM_FONT_8 },
		      { 4, BIOS_ROM_FONT_8_UPPER }, { 5, BIOS_ROM_NO_GLYPHS },
		      { 6, BIOS_ROM_FONT_16 },      { 7, BIOS_ROM_NO_GLYPHS } };

	for (unsigned i = 0; i < ARRAY_SIZE(fonts); i++) {
		call10(0x1130, (uint16_t)(fonts[i].bh << 8), 0, 0);
		check_eq(u16, regs.seg[CPU_ES].selector, BIOS_ROM_SEGMENT);
		check_eq(u16, get(CPU_RBP), fonts[i].offset, "BH=%u", fonts[i].bh);
		check_eq(u16, get(CPU_RCX), 16);
	}
	check_eq(u8, peek8(BIOS_ROM_BASE + BIOS_ROM_NO_GLYPHS), 0);
	check_eq(u8, peek8(BIOS_ROM_BASE + BIOS_ROM_FONT_14 + 'A' * 14 + 4),
		 vga_model_font['A'][5]);
	check_eq(u8, peek8(BIOS_ROM_BASE + BIOS_ROM_FONT_8 + 'A' * 8 + 2),
		 vga_model_font_8['A'][2]);
	check_eq(u8, peek8(BIOS_ROM_BASE + BIOS_ROM_FONT_8_OLD + 'A' * 8 + 2),
		 vga_model_font_8['A'][2]);
}

Test(bios_fonts, facts_about_the_screen)
{
	uint32_t table;

	call10(0x0012, 0, 0, 0);
	begin(0x1b00);
	set(CPU_RBX, 0);
	set(CPU_RDI, 0);
	service(0x10);
	check_eq(u8, low(CPU_RAX), 0x1b);
	table = ((uint32_t)peek16(BUFFER + 2) << 4) + peek16(BUFFER);
	check_eq(u8, peek8(table), 0xff);
	check_eq(u8, peek8(table + 7), 7);
	check_eq(u8, peek8(BUFFER + 4), 0x12);
	check_eq(u16, peek16(BUFFER + 5), 80);
	check_eq(u16, peek16(BUFFER + 0x1e), 0x3d4);
	check_eq(u8, peek8(BUFFER + 0x22), 30);
	check_eq(u16, peek16(BUFFER + 0x23), 16);
	check_eq(u16, peek16(BUFFER + 0x27), 16);
	check_eq(u8, peek8(BUFFER + 0x29), 1);
	check_eq(u8, peek8(BUFFER + 0x2a), 3, "480 lines");
	check_eq(u8, peek8(BUFFER + 0x31), 3);
	check_eq(u8, peek8(BUFFER + 64), 0xcc, "64 bytes");
	call10(0x1b00, 1, 0, 0);
	check_eq(str, last_lint, "bios.INT10.function");
}

Test(bios_fonts, the_state_is_saved_and_restored)
{
	static struct vga_model_state before;
	uint64_t retrace;

	call10(0x0012, 0, 0, 0);
	call10(0x1010, 5, 0x1122, 0x3300);
	call10(0x0200, 0, 0, 0x0304);
	before = vga.s;
	retrace = vga.s.cr[0x10];
	call10(0x1c00, 0, 7, 0);
	check_eq(u8, low(CPU_RAX), 0x1c);
	check_le(uint, get(CPU_RBX), 20u);
	call10(0x1c01, 0, 7, 0);
	call10(0x0003, 0, 0, 0);
	check_ne(u64, vga.s.cr[0x10], retrace);
	call10(0x1c02, 0, 7, 0);
	check_eq(u8, low(CPU_RAX), 0x1c);
	check_eq(u8, peek8(0x449), 0x12);
	check_eq(u16, peek16(0x450), 0x0304);
	check_eq(int, memcmp(vga.s.cr, before.cr, sizeof(before.cr)), 0);
	check_eq(int, memcmp(vga.s.sr, before.sr, sizeof(before.sr)), 0);
	check_eq(int, memcmp(vga.s.gr, before.gr, sizeof(before.gr)), 0);
	check_eq(int, memcmp(vga.s.ar, before.ar, sizeof(before.ar)), 0);
	check_eq(int, memcmp(vga.s.palette, before.palette, sizeof(before.palette)), 0);
	check_eq(u64, vga.s.reg[VGA_MODEL_MISC], before.reg[VGA_MODEL_MISC]);
	call10(0x1c00, 0, 0, 0);
	call10(0x1c03, 0, 1, 0);
	check_eq(uint, not_modelled, 2);
}

Test(bios_fonts, any_bytes_can_be_restored)
{
	uint64_t state = 99;

	for (unsigned round = 0; round < 50; round++) {
		uint8_t bytes[0x600], out[16];

		for (unsigned i = 0; i < sizeof(bytes); i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			bytes[i] = (uint8_t)(state >> 56);
		}
		poke(BUFFER, bytes, sizeof(bytes));
		call10(0x1c02, 0, 7, 0);
		type("text");
		vga_model_text(&vga, (char *)out, sizeof(out));
	}
}

Test(bios_fonts, pages_of_colours)
{
	call10(0x1013, 0x0200, 0, 0);
	call10(0x1013, 0x0301, 0, 0);
	check_eq(u64, vga.s.ar[0x14], 0x0c, "four pages of 64");
	call10(0x101a, 0, 0, 0);
	check_eq(u16, get(CPU_RBX), 0x0300);
	call10(0x1013, 0x0100, 0, 0);
	call10(0x1013, 0x0901, 0, 0);
	check_eq(u64, vga.s.ar[0x14], 0x09, "sixteen pages of 16");
	call10(0x101a, 0, 0, 0);
	check_eq(u16, get(CPU_RBX), 0x0901);
	call10(0x1010, 5, 0x003f, 0x0000);
	call10(0x101b, 5, 1, 0);
	check_eq(u8, vga.s.palette[5][0], 7, "11 %% of 3f");
	check_eq(u8, vga.s.palette[5][2], 7);
	call10(0x101b, 0xffff, 0xffff, 0);
	check_eq(uint, not_modelled, 0);
}

Test(bios_fonts, the_adapter_is_switched_off_and_on)
{
	call10(0x1201, 0x0032, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x12);
	check(!vga_model_awake(&vga));
	call10(0x1200, 0x0032, 0, 0);
	check(vga_model_awake(&vga));
	call10(0x0200, 0, 0, 0x0506);
	call10(0x1202, 0x0035, 0, 0);
	check_eq(u8, low(CPU_RAX), 0x12);
	check(!vga_model_awake(&vga));
	bda_set_word(&bios, BDA_CURSOR_POSITION, 0);
	call10(0x1203, 0x0035, 0, 0);
	check(vga_model_awake(&vga));
	check_eq(u16, peek16(0x450), 0x0506);
	call10(0x1204, 0x0035, 0, 0);
	check_eq(uint, not_modelled, 1);
	call10(0x1200, 0x0020, 0, 0);
	check_eq(u16, get(CPU_RAX), 0x1200, "returns nothing");
	call10(0x0400, 0, 0, 0);
	check_eq(u8, high(CPU_RAX), 0, "no light pen");
	check_eq(uint, not_modelled, 1);
}
