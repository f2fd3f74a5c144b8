/* SPDX-License-Identifier: MIT */
/* IBM VGA: ports, indexed registers, memory and beam, accessed over a bus as by a guest. */
#include <string.h>

#include "devices/vga/font.h"
#include "devices/vga/model.h"
#include "devices/vga/modes.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/quality/coverage/recorder.h"

/* Ports, typed apart from the register table. */
enum {
	AC = 0x3c0,
	AC_READ = 0x3c1,
	MISC = 0x3c2,
	SEQ = 0x3c4,
	PEL = 0x3c6,
	DAC_R = 0x3c7,
	DAC_W = 0x3c8,
	DAC = 0x3c9,
	FCR_READ = 0x3ca,
	MISC_READ = 0x3cc,
	GC = 0x3ce,
	CRTC = 0x3d4,
	ST1 = 0x3da,
	MONO_CRTC = 0x3b4,
	MONO_ST1 = 0x3ba
};

enum { TEXT = 0xb8000, GRAPHICS = 0xa0000 };

static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct vga_model vga, copy;
static struct lint_log lints;

static void power_on(void)
{
	hub = (struct hub){ .clock = &vclock };
	clock_init(&vclock);
	lint_log_start(&lints, &hub);
	bus_init(&bus, &hub, &vclock);
	vga_model_init(&vga, "vga", &hub, &vclock);
	require_eq(ptr, vga_model_map(&vga, &bus), NULL);
}

static void text_mode(void)
{
	power_on();
	vga_model_set_text_mode(&vga);
}

static uint8_t in(uint16_t port) { return (uint8_t)bus_read(&bus, BUS_PORT, port, 8); }
static void out(uint16_t port, unsigned v) { bus_write(&bus, BUS_PORT, port, 8, v); }

static void set(uint16_t port, uint8_t index, uint8_t v)
{
	out(port, index);
	out(port + 1, v);
}

static uint8_t get(uint16_t port, uint8_t index)
{
	out(port, index);
	return in(port + 1);
}

static void set_ac(uint8_t index, uint8_t v)
{
	(void)in(ST1);
	out(AC, index);
	out(AC, v);
}

static uint8_t get_ac(uint8_t index)
{
	(void)in(ST1);
	out(AC, index);
	return in(AC_READ);
}

static void poke(uint64_t at, uint8_t v) { bus_write(&bus, BUS_MEMORY, at, 8, v); }
static uint8_t peek(uint64_t at) { return (uint8_t)bus_read(&bus, BUS_MEMORY, at, 8); }

/* Returns the four planes at an address, plane 0 in the low byte. */
static uint32_t planes(unsigned address)
{
	uint32_t v;
	memcpy(&v, vga.s.vram[address], 4);
	return v;
}

/* Sets up 640x480 with 16 colours: planar memory, sequential, at 0xa0000. */
static void planar(void)
{
	text_mode();
	set(SEQ, 2, 0x0f);
	set(SEQ, 4, 0x06);
	set(GC, 5, 0x00);
	set(GC, 6, 0x05);
	memset(vga.s.vram, 0, sizeof(vga.s.vram));
}

TestSuite(vga_model_reset, .init = power_on, .timeout = 60);
TestSuite(vga_text, .init = text_mode, .timeout = 60);
TestSuite(vga_planar, .init = planar, .timeout = 60);

Test(vga_model_reset, the_register_tables_are_sound)
{
	const struct reg_desc *where = NULL;
	check_eq(ptr, reg_table_fault(vga_model_ports, VGA_MODEL_N_PORTS, &where), NULL);
	check_eq(ptr, reg_table_fault(vga_model_sr, VGA_MODEL_N_SR, &where), NULL);
	check_eq(ptr, reg_table_fault(vga_model_gr, VGA_MODEL_N_GR, &where), NULL);
	check_eq(ptr, reg_table_fault(vga_model_ar, VGA_MODEL_N_AR_ROWS, &where), NULL);
	check_eq(ptr, reg_table_fault(vga_model_cr, VGA_MODEL_N_CR, &where), NULL);
	check_eq(sz, reg_table_slots(vga_model_ar, VGA_MODEL_N_AR_ROWS), VGA_MODEL_N_AR);
}

Test(vga_model_reset, making_one_resets_it)
{
	static struct vga_model_state before;
	vga_model_init(&copy, "copy", &hub, &vclock);
	before = copy.s;
	vga_model_reset(&copy);
	check_eq(int, memcmp(&before, &copy.s, sizeof(before)), 0);
}

Test(vga_model_reset, power_on_is_monochrome_dark_and_without_memory)
{
	check_eq(u8, in(MISC_READ), 0x00);
	out(MONO_CRTC, 0x0e);
	check_eq(u8, in(MONO_CRTC), 0x0e);
	check_eq(uint, lints.n, 0);
	check(!vga_model_displays(&vga));
	check_eq(u8, peek(GRAPHICS), 0xff);
	check_eq(str, lints.last, "vga.GR06.window");
}

Test(vga_model_reset, misc_moves_the_crtc_and_the_other_ports_float)
{
	out(MISC, 0x21);
	set(CRTC, 0x0f, 0x5a);
	check_eq(u8, get(CRTC, 0x0f), 0x5a);
	check_eq(uint, lints.n, 0);
	check_eq(u8, in(MONO_CRTC), 0xff);
	check_eq(u8, in(MONO_ST1), 0xff);
	check_eq(str, lints.last, "vga.no-register");
	out(MISC, 0x20);
	check_eq(u8, get(MONO_CRTC, 0x0f), 0x5a, "the same register");
	check_eq(u8, in(CRTC), 0xff);
}

Test(vga_model_reset, feature_control_is_read_in_one_place_and_written_in_two)
{
	out(MONO_ST1, 0x0a);
	check_eq(u8, in(FCR_READ), 0x0a);
	out(MISC, 0x21);
	out(ST1, 0x01);
	check_eq(u8, in(FCR_READ), 0x01);
	check_eq(uint, lints.n, 0);
	out(ST1, 0x04);
	check_eq(str, lints.last, "vga.FCR.reserved");
}

Test(vga_model_reset, input_status_1_is_there_for_monochrome_too)
{
	set(MONO_CRTC, 0x0e, 0x12);
	check_eq(u8, in(MONO_ST1), 0, "a CRTC that stands shows nothing");
	out(AC, 0x11); /* an index again, as reading status 1 has reset the flip-flop */
	(void)in(MONO_ST1);
	out(AC, 0x12);
	check_eq(u8, in(AC), 0x12);
	check_eq(uint, lints.n, 0);
}

/* Mode 3 as the BIOS listings give it: misc, sequencer, CRTC, graphics, attribute. */
Test(vga_text, every_register_of_mode_3_reads_back)
{
	static const uint8_t sr[] = { 0x03, 0x00, 0x03, 0x00, 0x02 };
	static const uint8_t cr[] = { 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00,
				      0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e,
				      0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff };
	static const uint8_t gr[] = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff };
	static const uint8_t ar[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14,
				      0x07, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d,
				      0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08, 0x00 };

	check_eq(u8, in(MISC_READ), 0x67);
	for (unsigned i = 0; i < sizeof sr; i++)
		check_eq(u8, get(SEQ, (uint8_t)i), sr[i], "SR%02X", i);
	for (unsigned i = 0; i < sizeof cr; i++)
		check_eq(u8, get(CRTC, (uint8_t)i), cr[i], "CR%02X", i);
	for (unsigned i = 0; i < sizeof gr; i++)
		check_eq(u8, get(GC, (uint8_t)i), gr[i], "GR%02X", i);
	for (unsigned i = 0; i < sizeof ar; i++)
		check_eq(u8, get_ac((uint8_t)i), ar[i], "AR%02X", i);
	check_eq(uint, lints.n, 0);
}

Test(vga_text, registers_can_be_written_with_index_and_data_at_once)
{
	bus_write(&bus, BUS_PORT, CRTC, 16, 0x120f);
	check_eq(u8, get(CRTC, 0x0f), 0x12);
	bus_write(&bus, BUS_PORT, GC, 16, 0x0f07);
	check_eq(u64, bus_read(&bus, BUS_PORT, GC, 16), 0x0f07);
	check_eq(uint, lints.n, 0);
}

Test(vga_text, reserved_bits_are_reported_by_the_indexed_registers_name)
{
	set(SEQ, 0x02, 0xf3);
	check_eq(str, lints.last, "vga.SR02.reserved");
	check_eq(u64, lints.bits, 0xf0);
	set(CRTC, 0x0a, 0xaa);
	check_eq(str, lints.last, "vga.CR0A.reserved");
	check_eq(u8, get(CRTC, 0x0a), 0xaa, "kept by the CRTC all the same");
	set(GC, 0x05, 0x90);
	check_eq(str, lints.last, "vga.GR05.reserved");
	check_eq(u8, get(GC, 0x05), 0x10);
	set_ac(0x10, 0x1c);
	check_eq(str, lints.last, "vga.AR10.reserved");
}

Test(vga_text, indices_without_a_register_float_and_are_reported)
{
	check_eq(u8, get(CRTC, 0x19), 0xff);
	check_eq(str, lints.last, "vga.CRTC_INDEX.index");
	set(SEQ, 0x07, 0);
	check_eq(str, lints.last, "vga.SEQ_INDEX.index");
	check_eq(u8, get(GC, 0xff), 0xff);
	check_eq(str, lints.last, "vga.GC_INDEX.index");
	check_eq(u8, get_ac(0x15), 0xff);
	set_ac(0x1f, 0);
	check_eq(str, lints.last, "vga.ATTR_INDEX.index");
	check_eq(uint, lints.n, 5);
}

Test(vga_text, cr11_protects_the_timing_but_for_line_compare)
{
	set(CRTC, 0x00, 0x2d);
	check_eq(u8, get(CRTC, 0x00), 0x5f);
	check_eq(str, lints.last, "vga.CR00.protected");
	lints.n = 0;
	set(CRTC, 0x07, 0x0f);
	check_eq(u8, get(CRTC, 0x07), 0x0f, "only bit 4 changes");
	check_eq(uint, lints.n, 0);
	set(CRTC, 0x07, 0x00);
	check_eq(str, lints.last, "vga.CR07.protected");
	check_eq(u8, get(CRTC, 0x07), 0x0f);
	set(CRTC, 0x08, 0x01);
	check_eq(u8, get(CRTC, 0x08), 0x01, "CR08 is open");
	set(CRTC, 0x11, 0x0e);
	set(CRTC, 0x00, 0x2d);
	check_eq(u8, get(CRTC, 0x00), 0x2d);
}

Test(vga_text, the_attribute_flip_flop_is_reset_by_input_status_1)
{
	(void)in(ST1);
	out(AC, 0x31);
	out(AC, 0x05);
	out(AC, 0x32);
	check_eq(u8, in(AC), 0x32, "an index again");
	out(AC, 0x07);
	check_eq(u8, get_ac(0x31), 0x05);
	check_eq(u8, get_ac(0x32), 0x07);
	(void)in(ST1);
	out(AC, 0x20);
	(void)in(ST1);
	out(AC, 0x33);
	check_eq(u8, in(AC), 0x33, "not data of index 0");
}

Test(vga_text, the_palette_is_locked_while_the_screen_uses_it)
{
	set_ac(0x20 | 3, 0x15);
	check_eq(u8, get_ac(0x23), 0x03);
	check_eq(str, lints.last, "vga.AR00.locked");
	set_ac(3, 0x15);
	check_eq(u8, get_ac(3), 0x15);
	check(!vga_model_displays(&vga), "and dark meanwhile");
	out(AC, 0x20); /* still data: writes AR03 */
	(void)in(ST1);
	out(AC, 0x20);
	check(vga_model_displays(&vga));
}

Test(vga_text, the_dac_takes_and_gives_768_bytes_in_a_row)
{
	out(DAC_W, 0);
	for (unsigned i = 0; i < 768; i++) out(DAC, i * 5 & 0x3f);
	check_eq(u8, in(DAC_R)&3, 0);
	out(DAC_R, 0);
	check_eq(u8, in(DAC_R)&3, 3);
	for (unsigned i = 0; i < 768; i++) require_eq(u8, in(DAC), i * 5 & 0x3f, "byte %u", i);
	check_eq(u8, in(DAC_W), 0, "the index wrapped");
	check_eq(uint, lints.n, 0);
	out(DAC_W, 9);
	out(DAC, 0xc1);
	check_eq(str, lints.last, "vga.DAC_DATA.reserved");
	check_eq(u8, vga.s.palette[9][0], 27 * 5 & 0x3f, "an entry changes as a whole");
}

Test(vga_text, the_standard_palette_has_brown_and_bright_white)
{
	check_eq(u32, vga_model_colour(&vga, 0), 0x000000);
	check_eq(u32, vga_model_colour(&vga, 1), 0x0000aa);
	check_eq(u32, vga_model_colour(&vga, 6), 0xaa5500);
	check_eq(u32, vga_model_colour(&vga, 7), 0xaaaaaa);
	check_eq(u32, vga_model_colour(&vga, 12), 0xff5555);
	check_eq(u32, vga_model_colour(&vga, 15), 0xffffff);
	out(PEL, 0x07);
	check_eq(u32, vga_model_colour(&vga, 15), 0xaaaaaa, "masked to entry 7");
	out(PEL, 0xff);
	set_ac(0x12, 0x01);
	check_eq(u32, vga_model_colour(&vga, 15), 0x0000aa, "planes that are off");
}

Test(vga_text, colour_select_supplies_the_high_bits)
{
	set_ac(0x14, 0x0d);
	vga.s.palette[0xc7][0] = 0x3f;
	check_eq(u32, vga_model_colour(&vga, 7) >> 16, 0xff, "bits 7-6 always");
	set_ac(0x10, 0x8c);
	vga.s.palette[0xd7][1] = 0x3f;
	check_eq(u32, vga_model_colour(&vga, 7) >> 8 & 0xff, 0xff, "bits 5-4 by AR10 bit 7");
}

Test(vga_text, a_cell_is_a_character_in_plane_0_and_an_attribute_in_plane_1)
{
	bus_write(&bus, BUS_MEMORY, TEXT + 6, 16, 0x1f41);
	check_eq(u8, vga.s.vram[6][0], 0x41);
	check_eq(u8, vga.s.vram[6][1], 0x1f);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, TEXT + 6, 16), 0x1f41);
	check_eq(u8, peek(TEXT + 7), 0x1f);
	bus_write(&bus, BUS_MEMORY, TEXT + 8, 64, 0x0744074307420741);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, TEXT + 8, 64), 0x0744074307420741);
	check_eq(u8, vga.s.vram[14][0], 0x44);
}

Test(vga_text, the_window_is_32_kib_at_b8000)
{
	check_eq(uint, lints.n, 0);
	poke(0xbffff, 1);
	check_eq(uint, lints.n, 0);
	check_eq(u8, peek(0xb7fff), 0xff);
	check_eq(str, lints.last, "vga.GR06.window");
	check_eq(u64, lints.bits, 0x17fff);
	out(MISC, 0x65);
	lints.n = 0;
	check_eq(u8, peek(TEXT), 0xff, "memory is off");
	check_eq(uint, lints.n, 1);
}

Test(vga_text, the_screen_is_blank_and_the_font_in_plane_2)
{
	for (unsigned i = 0; i < 4000; i += 2)
		require_eq(u64, bus_read(&bus, BUS_MEMORY, TEXT + i, 16), 0x0720);
	for (unsigned row = 0; row < 16; row++)
		require_eq(u8, vga.s.vram['A' * 32 + row][2], vga_model_font['A'][row]);
}

/* As font loaders do: sequential addressing, plane 2, window at A0000. */
Test(vga_text, a_font_is_loaded_through_the_window)
{
	set(SEQ, 2, 0x04);
	set(SEQ, 4, 0x06);
	set(GC, 4, 0x02);
	set(GC, 5, 0x00);
	set(GC, 6, 0x04);
	for (unsigned i = 0; i < 16; i++) poke(GRAPHICS + 0x41 * 32 + i, (uint8_t)(0x80 | i));
	for (unsigned i = 0; i < 16; i++) {
		require_eq(u8, vga.s.vram[0x41 * 32 + i][2], 0x80 | i);
		require_eq(u8, peek(GRAPHICS + 0x41 * 32 + i), 0x80 | i);
	}
	check_eq(u8, vga.s.vram[0x41 * 32][0], 0x20, "text is untouched");
	check_eq(uint, lints.n, 0);
}

Test(vga_planar, write_mode_0_rotates_combines_and_masks)
{
	poke(GRAPHICS, 0x81);
	check_eq(u32, planes(0), 0x81818181);
	set(GC, 3, 0x01); /* rotate right by one */
	poke(GRAPHICS, 0x81);
	check_eq(u32, planes(0), 0xc0c0c0c0);
	set(GC, 3, 0x00);
	set(GC, 0, 0x05);
	set(GC, 1, 0x03); /* planes 0 and 1 from set/reset */
	poke(GRAPHICS, 0x18);
	check_eq(u32, planes(0), 0x181800ff);
	set(GC, 1, 0x00);
	set(GC, 8, 0x0f);
	(void)peek(GRAPHICS); /* loads the latches */
	poke(GRAPHICS, 0xaa);
	check_eq(u32, planes(0), 0x1a1a0afa);
}

Test(vga_planar, the_map_mask_chooses_planes)
{
	set(SEQ, 2, 0x05);
	poke(GRAPHICS + 9, 0xff);
	check_eq(u32, planes(9), 0x00ff00ff);
}

Test(vga_planar, functions_combine_with_the_latches)
{
	static const uint32_t want[] = { 0x3c3c3c3c, 0x0c0c0c0c, 0x3f3f3f3f, 0x33333333 };

	for (uint8_t f = 0; f < 4; f++) {
		memset(vga.s.vram[0], 0x0f, 4);
		set(GC, 3, (uint8_t)(f << 3));
		(void)peek(GRAPHICS);
		poke(GRAPHICS, 0x3c);
		check_eq(u32, planes(0), want[f], "function %u", f);
	}
}

Test(vga_planar, write_mode_1_copies_the_latches)
{
	const uint8_t pattern[] = { 0x11, 0x22, 0x33, 0x44 };
	memcpy(vga.s.vram[5], pattern, 4);
	set(GC, 5, 0x01);
	set(GC, 8, 0x00); /* the mask has no effect */
	(void)peek(GRAPHICS + 5);
	poke(GRAPHICS + 6, 0xff);
	check_eq(u32, planes(6), 0x44332211);
}

Test(vga_planar, write_mode_2_paints_a_colour)
{
	set(GC, 5, 0x02);
	set(GC, 8, 0x10);
	(void)peek(GRAPHICS);
	poke(GRAPHICS, 0x0a);
	check_eq(u32, planes(0), 0x10001000);
}

Test(vga_planar, write_mode_3_masks_set_reset_with_the_data)
{
	set(GC, 5, 0x03);
	set(GC, 0, 0x06);
	set(GC, 8, 0xf0);
	memset(vga.s.vram[0], 0x55, 4);
	(void)peek(GRAPHICS);
	poke(GRAPHICS, 0x3c);
	check_eq(u32, planes(0), 0x45757545);
}

Test(vga_planar, read_mode_1_compares_colours)
{
	const uint8_t pattern[] = { 0xf0, 0xcc, 0xaa, 0x00 };
	memcpy(vga.s.vram[0], pattern, 4);
	set(GC, 5, 0x08);
	set(GC, 2, 0x05);
	set(GC, 7, 0x0f);
	check_eq(u8, peek(GRAPHICS), 0xf0 & 0x33 & 0xaa);
	set(GC, 7, 0x01);
	check_eq(u8, peek(GRAPHICS), 0xf0, "the other planes do not matter");
	set(GC, 7, 0x00);
	check_eq(u8, peek(GRAPHICS), 0xff);
}

Test(vga_planar, read_map_select_chooses_the_plane_read)
{
	const uint8_t pattern[] = { 0x11, 0x22, 0x33, 0x44 };
	memcpy(vga.s.vram[7], pattern, 4);
	for (uint8_t p = 0; p < 4; p++) {
		set(GC, 4, p);
		check_eq(u8, peek(GRAPHICS + 7), pattern[p]);
	}
}

Test(vga_planar, chain_4_spreads_bytes_over_the_planes)
{
	set(SEQ, 4, 0x0e);
	bus_write(&bus, BUS_MEMORY, GRAPHICS + 8, 32, 0x44332211);
	check_eq(u32, planes(8), 0x44332211);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, GRAPHICS + 8, 32), 0x44332211);
	set(SEQ, 2, 0x02);
	bus_write(&bus, BUS_MEMORY, GRAPHICS + 8, 32, 0);
	check_eq(u32, planes(8), 0x44330011, "the map mask holds");
}

Test(vga_planar, the_128_kib_window_reaches_the_end)
{
	set(GC, 6, 0x01);
	poke(0xbffff, 0x77);
	check_eq(u32, planes(0xffff), 0x77777777);
	check_eq(uint, lints.n, 0);
	set(GC, 6, 0x03); /* odd/even: A16 takes A0's place */
	set(SEQ, 4, 0x02);
	poke(0xb0005, 0x55);
	check_eq(u32, planes(5), 0x55005500);
	poke(0xa0005, 0x44);
	check_eq(u32, planes(4), 0x44004400);
	set(SEQ, 4, 0x06);
	set(GC, 6, 0x09);
	poke(0xb0001, 0x66);
	check_eq(u32, planes(1), 0x66666666);
}

/* 80x25 at 28.322 MHz: 100 characters of 9 dots, 449 lines, retrace in lines 412 and 413. */
Test(vga_text, the_beam_goes_round_70_times_a_second)
{
	uint64_t line_ns = 900ull * 1000000000 / 28322000; /* 31.78 us */
	unsigned frames = 0, lines = 0;
	uint8_t last = in(ST1);

	for (uint64_t t = 0; t < 1000000000; t += 10000) {
		clock_run_until(&vclock, t);
		uint8_t now = in(ST1);
		frames += now & 8 && !(last & 8);
		last = now;
	}
	check_eq(uint, frames, 70);
	clock_run_until(&vclock, 2000000000);
	while (!(in(ST1)&8)) clock_run_until(&vclock, clock_now(&vclock) + 1000);
	uint64_t start = clock_now(&vclock);
	while (in(ST1)&8) clock_run_until(&vclock, clock_now(&vclock) + 1000);
	check_le(u64, clock_now(&vclock) - start, 2 * line_ns + 2000);
	check_ge(u64, clock_now(&vclock) - start, 2 * line_ns - 2000);
	last = 1;
	while (!(in(ST1)&8)) { /* from one retrace to the next: 400 lines shown */
		clock_run_until(&vclock, clock_now(&vclock) + 1000);
		uint8_t now = in(ST1);
		lines += !(now & 1) && last & 1;
		last = now;
	}
	check_eq(uint, lines, 400);
}

Test(vga_text, sixty_four_colours_are_loaded)
{
	check_eq(u8, vga.s.palette[63][0], 0x3f);
	vga.s.palette[64][0] = 1;
	vga_model_set_text_mode(&vga);
	check_eq(u8, vga.s.palette[64][0], 1, "the others stay");
}

Test(vga_text, the_timing_of_mode_3_is_720_by_400)
{
	struct vga_model_timing t;

	vga_model_timing(&vga, &t);
	check_eq(u64, t.dot_hz, 28322000);
	check_eq(uint, t.char_dots, 9);
	check_eq(uint, t.h_total, 100);
	check_eq(uint, t.h_displayed, 80);
	check_eq(uint, t.v_total, 449);
	check_eq(uint, t.v_displayed, 400);
	check_eq(uint, t.v_retrace, 412);
	check_eq(uint, t.v_retrace_end, 414);
	check_eq(uint, vga_model_line_compare(&vga), 0x3ff);
	set(CRTC, 0x11, get(CRTC, 0x11) & 0x7f); /* CR0 to CR7 may be written */
	set(CRTC, 0x07, get(CRTC, 0x07) & (uint8_t)~0x02);
	vga_model_timing(&vga, &t);
	check(t.v_displayed == 144 && t.v_total == 449, "bit 8 of the one alone");
}

Test(vga_text, a_stopped_crtc_has_no_retraces)
{
	set(CRTC, 0x17, 0x23);
	for (unsigned i = 0; i < 2000; i++) {
		clock_run_until(&vclock, clock_now(&vclock) + 10000);
		require_eq(u8, in(ST1)&9, 0);
	}
	check(!vga_model_displays(&vga));
}

Test(vga_text, the_screen_can_be_turned_off_in_many_ways)
{
	set(SEQ, 1, 0x20);
	check(!vga_model_displays(&vga));
	set(SEQ, 1, 0x00);
	check(vga_model_displays(&vga));
	set(SEQ, 0, 0x01);
	check(!vga_model_displays(&vga));
	set(SEQ, 0, 0x03);
	(void)in(ST1);
	out(AC, 0x00);
	check(!vga_model_displays(&vga));
}

Test(vga_text, what_is_not_modelled_is_reported)
{
	set(CRTC, 0x11, 0x9e);
	check_eq(str, lints.last, "vga.CR11.interrupt");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
	out(MISC, 0x6b);
	check_eq(str, lints.last, "vga.MISC.clock");
	out(MISC, 0x47);
	check_eq(str, lints.last, "vga.MISC.page");
	out(0x3c3, 0x01);
	check_eq(str, lints.last, "vga.MISC.page", "awake it is");
	out(0x3c3, 0x00);
	check_eq(str, lints.last, "vga.VSE.sleep");
}

Test(vga_text, the_crtc_address_counts_words_bytes_or_doublewords)
{
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123), 0x0246);
	check_eq(uint, vga_model_crtc_address(&vga, 0x8123), 0x0247, "MA15 becomes A0");
	set(CRTC, 0x17, 0xe3);
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123), 0x0123);
	set(CRTC, 0x14, 0x40);
	check_eq(uint, vga_model_crtc_address(&vga, 0x3123), 0xc48f);
}

Test(vga_text, reset_turns_the_screen_off)
{
	vga_model_reset(&vga);
	check_eq(u8, in(MISC_READ), 0);
	check(!vga_model_displays(&vga));
	check_eq(u32, planes(0), 0xcccccccc, "never zero by accident");
}

Test(vga_text, any_accesses_do_no_harm)
{
	uint32_t random = 1;

	random_used();
	for (unsigned i = 0; i < 100000; i++) {
		random = random * 1664525 + 1013904223;
		uint16_t port = (uint16_t)(0x3b0 + (random >> 8 & 0x3f));
		uint64_t at = GRAPHICS + (random >> 11 & 0x1ffff);
		switch (random >> 29) {
		case 0:
		case 1:
		case 2: out(port, random >> 16); break;
		case 3: (void)in(port); break;
		case 4: bus_write(&bus, BUS_PORT, port, 16, random >> 13); break;
		case 5: bus_write(&bus, BUS_MEMORY, at, 32, random); break;
		default: (void)bus_read(&bus, BUS_MEMORY, at, 64); break;
		}
		clock_advance(&vclock, random >> 20);
	}
	vga_model_set_text_mode(&vga);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, TEXT, 16), 0x0720);
}

Test(vga_text, a_copied_state_runs_on_alike)
{
	static struct clock clock2;

	clock_init(&clock2);
	vga_model_init(&copy, "vga", NULL, &clock2);
	out(AC, 0x33); /* in the middle of an attribute write */
	set(GC, 5, 0x00);
	(void)peek(TEXT);
	out(DAC_W, 3);
	out(DAC, 0x11);
	copy.s = vga.s;
	for (uint64_t t = 0; t < 20000000; t += 7777) {
		clock_run_until(&vclock, t);
		clock_run_until(&clock2, t);
		require_eq(u64, device_read(&copy.dev, ST1 - 0x3b0, 8, NULL, NULL), in(ST1));
	}
	out(DAC, 0x12);
	device_write(&copy.dev, DAC - 0x3b0, 8, 0x12, NULL, NULL);
	check_eq(int, memcmp(&copy.s, &vga.s, sizeof(vga.s)), 0);
}
