/* SPDX-License-Identifier: MIT */
/* INT 10h AH=4Fh with the adapter of --device vga. */
#include "bios_display_fixture.h"
#include "bios_video_fixture.h"
#include "devices/vga/font.h"

static void power_on(void)
{
	fixture_init();
	require_eq(ptr, bios_board_display(16), NULL);
}

TestSuite(bios_vbe, .init = power_on, .fini = fixture_fini, .timeout = 60);

enum { OK = 0x004f, LINEAR = 0x4000, KEEP = 0x8000 };

/* VBE function `al` with DI 0; ES is BUFFER_SEGMENT. */
static uint16_t vbe(unsigned al, unsigned bx, unsigned cx, unsigned dx)
{
	begin((uint16_t)(0x4f00 | al));
	set(CPU_RBX, bx);
	set(CPU_RCX, cx);
	set(CPU_RDX, dx);
	set(CPU_RDI, 0);
	service(0x10);
	return get(CPU_RAX);
}

static uint32_t far(uint64_t at) { return ((uint32_t)peek16(at + 2) << 4) + peek16(at); }

static uint8_t video(uint64_t offset)
{
	uint8_t byte = 0;

	mem_device_read(display.memory, offset, &byte, 1);
	return byte;
}

static struct bochs_display_model_mode now(void)
{
	struct bochs_display_model_mode mode = { 0 };

	require(bochs_display_model_mode(&display, &mode));
	return mode;
}

Test(bios_vbe, the_adapter_says_what_it_is)
{
	char name[8];

	poke(BUFFER, "VBE2", 4);
	check_eq(u16, vbe(0x00, 0, 0, 0), OK);
	check_eq(u32, peek32(BUFFER), 0x41534556, "VESA");
	check_eq(u16, peek16(BUFFER + 4), 0x0300);
	require(mem_read(&mem, far(BUFFER + 6), name, sizeof(name)));
	check_eq(str, name, "bimetal");
	check_eq(u32, peek32(BUFFER + 10), 1, "the DAC can have 8 bits");
	check_eq(u16, peek16(BUFFER + 18), 256, "16 MiB");
	require(mem_read(&mem, far(BUFFER + 22), name, sizeof(name)));
	check_eq(str, name, "bimetal");
	check_eq(u8, peek8(BUFFER + 512), 0xcc);
	poke(BUFFER, "none", 4);
	poke(BUFFER + 256, "old", 4);
	check_eq(u16, vbe(0x00, 0, 0, 0), OK);
	check_eq(u8, peek8(BUFFER + 256), 'o', "VBE 1 callers have 256 bytes");
	check_eq(uint, not_modelled + notes + lints, 0);
}

/* Every mode of the list is described, set, shown as described, and read back. */
static void try_mode(uint16_t number)
{
	unsigned bits, pitch, lines = 0;
	bool flat;

	require_eq(u16, vbe(0x01, 0, number, 0), OK, "%x", number);
	if (!(peek16(BUFFER) & 1)) {
		check_eq(u16, vbe(0x02, number, 0, 0), 0x014f, "%x", number);
		return;
	}
	bits = peek8(BUFFER + 25);
	pitch = peek16(BUFFER + 16);
	lines = peek16(BUFFER + 20);
	flat = peek16(BUFFER) & 0x80;
	check_eq(int, flat, bits != 4, "%x", number);
	check_eq(u32, peek32(BUFFER + 40), flat ? (uint32_t)FRAMEBUFFER : 0);
	check_eq(u16, peek16(BUFFER + 18), bits == 4 ? pitch * 8 : pitch / ((bits + 7) / 8));
	check_eq(u8, peek8(BUFFER + 27), bits == 4 ? 3 : bits == 8 ? 4 : 6);
	check_eq(u8, peek8(BUFFER + 31), bits <= 8 ? 0 : bits <= 16 ? 5 : 8, "red");
	check_eq(u8, peek8(BUFFER + 256), 0xcc, "256 bytes");
	require_eq(u16, vbe(0x02, number | (flat ? LINEAR : 0u), 0, 0), OK, "%x", number);
	check_eq(uint, now().pitch, pitch);
	check_eq(uint, now().height, lines);
	check_eq(uint, now().bpp, bits);
	check_eq(int, now().lfb, flat);
	check_eq(u16, vbe(0x03, 0, 0, 0), OK);
	check_eq(u16, get(CPU_RBX), number | (flat ? LINEAR : 0));
	check_eq(u16, peek16(0x44a), now().width / 8);
}

Test(bios_vbe, all_modes_of_the_list)
{
	unsigned n = 0, large = 0;
	uint64_t list;

	check_eq(u16, vbe(0x00, 0, 0, 0), OK);
	for (list = far(BUFFER + 14); peek16(list) != 0xffff && n < 200; list += 2, n++) {
		uint16_t number = peek16(list);

		try_mode(number);
		if (now().width == 1920 && now().height == 1200) large++;
	}
	check_eq(uint, n, 108);
	check_eq(uint, large, 5, "8, 15, 16, 24 and 32 bits");
	check_eq(uint, lints, 0, "%s", last_lint);
	check_eq(uint, not_modelled, 2, "104h and 106h, for which the planes are too small");
	check_eq(str, last_lint, "bios.INT10.vbe-mode");
}

Test(bios_vbe, a_mode_clears_its_memory_or_keeps_it)
{
	const uint8_t mark = 0x5a;

	check_eq(u16, vbe(0x02, 0x101, 0, 0), OK);
	mem_device_write(display.memory, 640 * 480 - 1, &mark, 1);
	check_eq(u16, vbe(0x02, 0x101 | KEEP, 0, 0), OK);
	check_eq(u8, video(640 * 480 - 1), 0x5a);
	check_eq(u16, vbe(0x03, 0, 0, 0), OK);
	check_eq(u16, get(CPU_RBX), 0x101 | KEEP);
	check_eq(u16, vbe(0x02, 0x101, 0, 0), OK);
	check_eq(u8, video(640 * 480 - 1), 0);
}

Test(bios_vbe, modes_that_do_not_exist_leave_the_screen_unchanged)
{
	struct bochs_display_model_mode mode;

	type("here");
	check_eq(u16, vbe(0x02, 0x1ff, 0, 0), 0x014f);
	check_eq(u16, vbe(0x02, 0x102 | LINEAR, 0, 0), 0x024f, "planes are not linear");
	check_eq(u16, vbe(0x02, 0x083, 0, 0), 0x014f, "bit 7 is for AH=00h");
	check_eq(u16, vbe(0x01, 0, 0x1ff, 0), 0x014f);
	check_eq(u8, character(0, 0), 'h');
	check(!bochs_display_model_mode(&display, &mode));
	check_eq(uint, not_modelled, 4);
	/* Without the BAR there is nothing linear. */
	bios_board_configure(0x04, 1);
	check_eq(u16, vbe(0x01, 0, 0x101, 0), OK);
	check_eq(u16, peek16(BUFFER) & 0x81, 0x01);
	check_eq(u32, peek32(BUFFER + 40), 0);
	check_eq(u16, vbe(0x02, 0x101 | LINEAR, 0, 0), 0x024f);
}

Test(bios_vbe, modes_of_the_vga_end_those_of_the_display)
{
	struct bochs_display_model_mode mode;

	check_eq(u16, vbe(0x02, 0x118, 0, 0), OK);
	call10(0x0003, 0, 0, 0);
	check(!bochs_display_model_mode(&display, &mode));
	type("text");
	check_eq(u8, character(0, 0), 't');
	check_eq(u16, vbe(0x02, 0x118, 0, 0), OK);
	check_eq(u16, vbe(0x02, 0x0013, 0, 0), OK);
	check(!bochs_display_model_mode(&display, &mode));
	check_eq(u16, vbe(0x03, 0, 0, 0), OK);
	check_eq(u16, get(CPU_RBX), 0x13);
	check_eq(u16, vbe(0x05, 0, 0, 0), 0x034f);
	check_eq(u16, vbe(0x06, 1, 0, 0), 0x034f);
	check_eq(u16, vbe(0x07, 1, 0, 0), 0x034f);
}

Test(bios_vbe, banks_are_switched)
{
	check_eq(u16, vbe(0x02, 0x103, 0, 0), OK);
	check_eq(u16, vbe(0x05, 0x0000, 0, 3), OK);
	bus_write(&bus, BUS_MEMORY, 0xa0010, 8, 0x77);
	check_eq(u8, video(0x30010), 0x77);
	check_eq(u16, vbe(0x05, 0x0100, 0, 0), OK);
	check_eq(u16, get(CPU_RDX), 3);
	check_eq(u16, vbe(0x05, 0x0000, 0, 256), 0x014f, "there are 256");
	check_eq(u16, vbe(0x05, 0x0001, 0, 0), 0x014f, "there is no window B");
	check_eq(u16, vbe(0x05, 0x0200, 0, 0), 0x014f);
	check_eq(u16, vbe(0x02, 0x103 | LINEAR, 0, 0), OK);
	check_eq(u16, vbe(0x05, 0x0000, 0, 0), 0x034f, "not while it is linear");
	check_eq(uint, lints, 0);
}

Test(bios_vbe, lines_have_a_length)
{
	check_eq(u16, vbe(0x02, 0x111 | LINEAR, 0, 0), OK);
	check_eq(u16, vbe(0x06, 1, 0, 0), OK);
	check_eq(u16, get(CPU_RBX), 1280);
	check_eq(u16, get(CPU_RCX), 640);
	check_eq(u16, get(CPU_RDX), 13107, "lines in 16 MiB");
	check_eq(u16, vbe(0x06, 0, 1000, 0), OK);
	check_eq(u16, get(CPU_RBX), 2000);
	check_eq(u16, vbe(0x06, 2, 2047, 0), OK);
	check_eq(u16, get(CPU_RCX), 1024);
	check_eq(u16, vbe(0x06, 0, 10, 0), OK);
	check_eq(u16, get(CPU_RCX), 640, "no shorter than the picture");
	check_eq(u16, vbe(0x06, 3, 0, 0), OK);
	check_eq(u16, get(CPU_RCX), 17472, "480 of them fill the memory");
	check_eq(u16, vbe(0x06, 0, 17473, 0), 0x024f);
	check_eq(u16, vbe(0x06, 4, 0, 0), 0x014f);
	check_eq(u16, vbe(0x02, 0x102, 0, 0), OK);
	check_eq(u16, vbe(0x06, 0, 801, 0), OK);
	check_eq(u16, get(CPU_RBX), 101, "whole bytes of planes");
	check_eq(u16, get(CPU_RCX), 808);
	check_eq(uint, lints, 0, "%s", last_lint);
}

Test(bios_vbe, the_picture_begins_anywhere_in_the_memory)
{
	check_eq(u16, vbe(0x02, 0x101 | LINEAR, 0, 0), OK);
	check_eq(u16, vbe(0x06, 0, 1024, 0), OK);
	check_eq(u16, vbe(0x07, 0x00, 100, 480), OK);
	check_eq(uint, (unsigned)now().start, 480 * 1024 + 100);
	check_eq(u16, vbe(0x07, 0x01, 0, 0), OK);
	check_eq(u16, get(CPU_RCX), 100);
	check_eq(u16, get(CPU_RDX), 480);
	check_eq(u16, vbe(0x07, 0x00, 385, 0), 0x014f);
	check_eq(u16, vbe(0x07, 0x00, 0, 16384 - 479), 0x014f);
	check_eq(u16, vbe(0x07, 0x00, 384, 16384 - 480), OK);
	check_eq(u16, vbe(0x07, 0x33, 0, 0), 0x014f);
	check_eq(uint, lints, 0, "%s", last_lint);
}

Test(bios_vbe, a_change_waits_for_the_retrace)
{
	unsigned calls = 1;

	check_eq(u16, vbe(0x02, 0x101 | LINEAR, 0, 0), OK);
	begin(0x4f07);
	set(CPU_RBX, 0x80);
	set(CPU_RCX, 0);
	set(CPU_RDX, 7);
	service(0x10);
	while (call.outcome == BIOS_POLL) {
		check_eq(uint, now().y_offset, 0);
		require_le(uint, calls++, 4);
		check_le(u64, call.cost_ns, 17000000);
		clock_run_until(&vclock, clock_now(&vclock) + call.cost_ns);
		service(0x10 | BIOS_SERVICE_AGAIN);
	}
	check_ge(uint, calls, 2);
	check_eq(u16, get(CPU_RAX), OK);
	check_eq(uint, now().y_offset, 7);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x3da, 8) & 8, 8);
}

Test(bios_vbe, the_palette_has_6_or_8_bits)
{
	static const uint8_t colours[] = { 0x10, 0x20, 0xff, 0, 0x81, 0x82, 0x83, 0 };

	check_eq(u16, vbe(0x02, 0x101, 0, 0), OK);
	check_eq(u16, vbe(0x08, 1, 0, 0), OK);
	check_eq(u8, high(CPU_RBX), 6);
	poke(BUFFER, colours, sizeof(colours));
	check_eq(u16, vbe(0x09, 0, 2, 16), OK);
	check_eq(u8, vga.s.palette[16][0], 0x3f, "red");
	check_eq(u8, vga.s.palette[16][2], 0x10, "blue");
	check_eq(u16, vbe(0x08, 0x0800, 0, 0), OK);
	check_eq(u8, high(CPU_RBX), 8);
	check(now().dac_8bit);
	check_eq(u16, vbe(0x09, 0, 2, 16), OK);
	check_eq(u8, vga.s.palette[16][0], 0xff);
	poke(BUFFER, "\0\0\0\0\0\0\0\0", 8);
	check_eq(u16, vbe(0x09, 1, 2, 16), OK);
	check_eq(u32, peek32(BUFFER), 0x00ff2010);
	check_eq(u32, peek32(BUFFER + 4), 0x00838281);
	check_eq(u16, vbe(0x09, 0, 2, 255), 0x014f);
	check_eq(u16, vbe(0x09, 2, 1, 0), 0x024f);
	check_eq(u16, vbe(0x09, 4, 1, 0), 0x014f);
	check_eq(u16, vbe(0x08, 0x0500, 0, 0), 0x014f);
	check_eq(u16, vbe(0x08, 0x0700, 0, 0), OK);
	check_eq(u8, high(CPU_RBX), 6, "the next that there is");
	check_eq(u16, vbe(0x08, 0x0800, 0, 0), OK);
	check_eq(u16, vbe(0x02, 0x101, 0, 0), OK);
	check_eq(u16, vbe(0x08, 1, 0, 0), OK);
	check_eq(u8, high(CPU_RBX), 6, "a mode set gives 6");
	check_eq(u8, vga.s.palette[15][0], 0x3f, "and the usual colours");
	check_eq(u16, vbe(0x02, 0x111, 0, 0), OK);
	check_eq(u16, vbe(0x08, 1, 0, 0), 0x034f);
	check_eq(u16, vbe(0x09, 0, 1, 0), 0x034f);
	check_eq(uint, lints, 0);
}

Test(bios_vbe, the_state_is_saved_and_restored)
{
	check_eq(u16, vbe(0x02, 0x111 | LINEAR, 0, 0), OK);
	check_eq(u16, vbe(0x06, 0, 1000, 0), OK);
	check_eq(u16, vbe(0x07, 0, 5, 6), OK);
	check_eq(u16, vbe(0x04, 0, 15, 0), OK);
	check_le(uint, get(CPU_RBX), 20u);
	check_eq(u16, vbe(0x04, 0, 15, 1), OK);
	call10(0x0003, 0, 0, 0);
	check_eq(u16, vbe(0x04, 0, 15, 2), OK);
	check_eq(uint, now().virt_width, 1000);
	check_eq(uint, now().x_offset, 5);
	check_eq(uint, now().y_offset, 6);
	check_eq(u16, vbe(0x03, 0, 0, 0), OK);
	check_eq(u16, get(CPU_RBX), 0x111 | LINEAR);
	check_eq(u16, vbe(0x04, 0, 15, 3), 0x014f);
	check_eq(uint, lints, 0, "%s", last_lint);
}

Test(bios_vbe, characters_are_drawn_in_every_depth)
{
	static const struct {
		uint16_t number, bytes;
		uint32_t white;
	} modes[] = { { 0x101, 1, 0x0f },
		      { 0x110, 2, 0x7fff },
		      { 0x111, 2, 0xffff },
		      { 0x112, 3, 0xffffff },
		      { 0x142, 4, 0xffffff } };

	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		check_eq(u16, vbe(0x02, modes[i].number, 0, 0), OK);
		call10(0x0200, 0, 0, 0x0102);
		call10(0x0941, 0x000f, 1, 0);
		for (unsigned n = 0; n < 8 * 16; n++) {
			unsigned x = n % 8, y = n / 8;
			uint64_t at = ((uint64_t)(16 + y) * 640 + 16 + x) * modes[i].bytes;
			uint32_t dot = 0;

			mem_device_read(display.memory, at, &dot, modes[i].bytes);
			check_eq(u32, dot,
				 vga_model_font['A'][y] >> (7 - x) & 1 ? modes[i].white : 0,
				 "mode %x, dot %u,%u", modes[i].number, x, y);
		}
		call10(0x0800, 0, 0, 0);
		check_eq(u16, get(CPU_RAX), 'A');
	}
	check_eq(uint, not_modelled, 0);
}

Test(bios_vbe, the_screen_describes_itself)
{
	unsigned sum = 0;

	check_eq(u16, vbe(0x15, 0, 0, 0), OK);
	check_eq(u8, low(CPU_RBX) & 2, 2);
	check_eq(u16, vbe(0x15, 1, 0, 0), OK);
	for (unsigned i = 0; i < 128; i++) sum += peek8(BUFFER + i);
	check_eq(uint, sum & 0xff, 0);
	check_eq(u32, peek32(BUFFER), 0xffffff00);
	check_eq(u16, vbe(0x15, 1, 0, 1), 0x014f);
	check_eq(u16, vbe(0x15, 2, 0, 0), 0x014f);
}

Test(bios_vbe, the_protected_mode_interface_is_in_the_rom)
{
	uint64_t table;

	check_eq(u16, vbe(0x0a, 0, 0, 0), OK);
	table = ((uint32_t)regs.seg[CPU_ES].selector << 4) + get(CPU_RDI);
	check_le(uint, get(CPU_RCX), 0x300u);
	for (unsigned i = 0; i < 3; i++) {
		uint16_t code = peek16(table + i * 2);

		check_lt(uint, code, get(CPU_RCX));
		check_eq(u8, peek8(table + code), 0xa9);
	}
	check_eq(u16, peek16(table + peek16(table + 6)), 0x1ce);
	check_eq(u8, peek8(table + get(CPU_RCX) - 1), 0xc3);
	check_eq(u16, vbe(0x0a, 1, 0, 0), 0x014f);
}

/* Buffers at the end of a segment, in the ROM, in a device's window, and above 1 MiB with the A20
 * gate open and closed. */
Test(bios_vbe, buffers_anywhere_do_no_harm)
{
	static const struct {
		uint16_t segment, offset;
	} places[] = { { 0xf000, 0xfff0 }, { 0xffff, 0xffff }, { 0xa000, 0 },
		       { 0xb800, 0x7ff8 }, { 0xffff, 0x0010 }, { 0x0000, 0x0000 },
		       { 0x9fff, 0xfff0 } };
	static const uint8_t functions[] = { 0x00, 0x01, 0x04, 0x09, 0x15 };

	for (unsigned i = 0; i < ARRAY_SIZE(places) * sizeof(functions) * 2; i++) {
		unsigned place = i / 2 / sizeof(functions);

		check_eq(u16, vbe(0x02, 0x103, 0, 0), OK);
		begin((uint16_t)(0x4f00 | functions[i / 2 % sizeof(functions)]));
		set_segment(CPU_ES, places[place].segment);
		set(CPU_RDI, places[place].offset);
		set(CPU_RBX, functions[i / 2 % sizeof(functions)] == 4 ? places[place].offset : 1);
		set(CPU_RCX, 0x103);
		set(CPU_RDX, i & 1 ? 1 : 2);
		call = (struct bios_call){ .regs = &regs, .a20 = i & 1 };
		bios_dispatch(&bios, 0x10, &call);
	}
	check_eq(u32, peek32(BIOS_ROM_BASE + 0xfff0) & 0xff, 0xea, "the ROM stays");
}

/* As large a screen and as long a string as there can be: it may not take longer than a person
 * waits. */
Test(bios_vbe, a_string_of_line_feeds_ends_soon, .timeout = 20)
{
	static uint8_t feeds[0xffff];

	memset(feeds, '\n', sizeof(feeds));
	memcpy(feeds + sizeof(feeds) - 4, "Q\r\nR", 4);
	poke(BUFFER, feeds, sizeof(feeds));
	check_eq(u16, vbe(0x02, 0x189 | LINEAR, 0, 0), OK);
	begin(0x1301);
	set(CPU_RBX, 0x000f);
	set(CPU_RCX, sizeof(feeds));
	set(CPU_RDX, 0);
	set(CPU_RBP, 0);
	service(0x10);
	check_eq(u16, peek16(0x450), 74 << 8 | 1);
	call10(0x0200, 0, 0, 74 << 8);
	call10(0x0800, 0, 0, 0);
	check_eq(u16, get(CPU_RAX), 'R');
	call10(0x0200, 0, 0, 73 << 8);
	call10(0x0800, 0, 0, 0);
	check_eq(u16, get(CPU_RAX), 'Q');
}
