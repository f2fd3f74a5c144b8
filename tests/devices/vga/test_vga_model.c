/* SPDX-License-Identifier: MIT */
/* IBM VGA: ports, indexed registers, memory and beam, accessed over a bus as by a guest. */
#include "tests/devices/vga/model_fixture.h"

static struct vga_model copy;

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
	require_eq(ptr, vga_model_init(&copy, "copy", &hub, &vclock, vga.memory->mem), NULL);
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
	set(SEQ, 0, 0x01);
	out(MISC, 0x6b);
	check_eq(str, lints.last, "vga.MISC.clock");
}

Test(vga_text, the_crtc_address_counts_words_bytes_or_doublewords)
{
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123, 0), 0x0246);
	check_eq(uint, vga_model_crtc_address(&vga, 0x8123, 0), 0x0247, "MA15 becomes A0");
	set(CRTC, 0x17, 0x83);
	check_eq(uint, vga_model_crtc_address(&vga, 0x2123, 0), 0x4247, "or MA13");
	set(CRTC, 0x17, 0xe3);
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123, 0), 0x0123);
	set(CRTC, 0x14, 0x40);
	check_eq(uint, vga_model_crtc_address(&vga, 0x3123, 0), 0xc48f);
}

Test(vga_text, scan_lines_may_be_address_bits)
{
	set(CRTC, 0x17, 0xe2);
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123, 2), 0x0123);
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123, 3), 0x2123);
	check_eq(uint, vga_model_crtc_address(&vga, 0x2123, 0), 0x0123, "instead of MA13");
	set(CRTC, 0x17, 0xe1);
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123, 1), 0x0123);
	check_eq(uint, vga_model_crtc_address(&vga, 0x0123, 2), 0x4123);
	check_eq(uint, vga_model_crtc_address(&vga, 0x4123, 1), 0x0123, "instead of MA14");
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
	require_eq(ptr, vga_model_init(&copy, "vga", NULL, &clock2, vga.memory->mem), NULL);
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
