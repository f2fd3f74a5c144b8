/* SPDX-License-Identifier: MIT */
/* IBM VGA: the rules of its registers, what a guest learns when it breaks them, and the registers
 * that few know. */
#include "devices/vga/picture.h"
#include "devices/vga/window.h"
#include "tests/devices/vga/model_fixture.h"

enum { VSE = 0x3c3, ST0 = 0x3c2 };

Test(vga_text, the_dot_clock_changes_under_the_synchronous_reset)
{
	set(SEQ, 1, 0x01);
	check_eq(str, lints.last, "vga.SR01.no-reset");
	check_eq(u64, lints.bits, 0x01);
	out(MISC, 0x63);
	check_eq(str, lints.last, "vga.MISC.no-reset");
	check_eq(uint, lints.n, 2);
	set(SEQ, 0, 0x01);
	set(SEQ, 1, 0x08);
	out(MISC, 0x67);
	set(SEQ, 0, 0x03);
	check_eq(uint, lints.n, 2, "in reset all is well");
	set(SEQ, 1, 0x28); /* screen off */
	out(MISC, 0xe7);   /* polarity */
	check_eq(uint, lints.n, 2, "not the clock");
}

Test(vga_model_reset, after_power_on_the_clock_is_free)
{
	out(MISC, 0x67);
	set(SEQ, 1, 0x01);
	check_eq(uint, lints.n, 0);
}

Test(vga_text, the_asynchronous_reset_loses_data)
{
	set(SEQ, 0, 0x01);
	set(SEQ, 0, 0x00);
	set(SEQ, 0, 0x03);
	check_eq(uint, lints.n, 0, "the synchronous one came first");
	set(SEQ, 0, 0x02);
	check_eq(str, lints.last, "vga.SR00.asynchronous");
	check(!vga_model_displays(&vga));
}

/* The historical bug: reading an attribute register leaves index bit 5 clear. */
Test(vga_text, a_screen_blanked_to_read_a_register_and_left_so_is_reported)
{
	(void)get_ac(0x10);
	check_eq(uint, lints.n, 0);
	poke(TEXT, 'a');
	check_eq(str, lints.last, "vga.ATTR_INDEX.blank");
	poke(TEXT, 'b');
	check_eq(uint, lints.n, 1, "once");
	(void)in(ST1);
	out(AC, 0x20);
	poke(TEXT, 'c');
	check_eq(uint, lints.n, 1);
	(void)get_ac(0x30);
	poke(TEXT, 'd');
	check_eq(uint, lints.n, 1, "bit 5 was kept");
	(void)get_ac(0x10);
	poke(TEXT, 'e');
	check_eq(uint, lints.n, 2, "and again");
}

Test(vga_text, a_screen_may_be_blank_while_a_mode_is_set)
{
	set_ac(0x01, 0x02);
	(void)get_ac(0x10);
	poke(TEXT, 'a');
	(void)in(ST1);
	out(AC, 0x20);
	(void)in(ST1);
	out(AC, 0x00); /* blank without a reason: to draw unseen */
	poke(TEXT, 'b');
	check_eq(uint, lints.n, 0);
}

Test(vga_text, a_screen_that_is_blank_for_a_second_was_forgotten)
{
	set_ac(0x01, 0x02);
	clock_run_until(&vclock, 999999999);
	poke(TEXT, 'a');
	check_eq(uint, lints.n, 0);
	clock_run_until(&vclock, 1000000000);
	(void)peek(TEXT);
	check_eq(uint, lints.n, 0, "nobody draws");
	set(SEQ, 1, 0x20);
	poke(TEXT, 'a');
	check_eq(uint, lints.n, 0, "dark for another reason");
	set(SEQ, 1, 0x00);
	poke(TEXT, 'a');
	check_eq(str, lints.last, "vga.ATTR_INDEX.blank");
}

Test(vga_text, a_picture_of_a_screen_left_blank_says_why_it_is_black)
{
	static uint8_t rgb[720 * 400 * DISPLAY_BYTES_PER_PIXEL];
	const struct display_end end = vga_model_end(&vga);

	check(end.ops->rgb(end.ctx, rgb, sizeof(rgb)));
	check_eq(uint, lints.n, 0);
	(void)get_ac(0x10);
	check(end.ops->rgb(end.ctx, rgb, sizeof(rgb)));
	check_eq(str, lints.last, "vga.ATTR_INDEX.dark");
	set(SEQ, 1, 0x20);
	check(end.ops->rgb(end.ctx, rgb, sizeof(rgb)));
	check_eq(uint, lints.n, 1, "dark for another reason");
}

/* 40x25 to 80x25 and back without lifting the protection: CR00 to CR07 stay as they were. */
Test(vga_text, a_mode_set_without_unlocking_leaves_the_timing)
{
	const struct vga_model_mode *narrow = vga_model_mode(0x01);
	uint8_t before[8];

	for (uint8_t i = 0; i < 8; i++) before[i] = get(CRTC, i);
	for (unsigned i = 0; i < VGA_MODEL_N_CR; i++) set(CRTC, (uint8_t)i, narrow->cr[i]);
	for (uint8_t i = 0; i < 8; i++) check_eq(u8, get(CRTC, i), before[i], "CR%02X", i);
	check_eq(str, lints.last, "vga.CR05.protected");
	check_eq(u8, get(CRTC, 0x13), narrow->cr[0x13], "the others changed");
	set(CRTC, 0x11, narrow->cr[0x11] & 0x7f);
	for (uint8_t i = 0; i < 8; i++) set(CRTC, i, narrow->cr[i]);
	for (uint8_t i = 0; i < 8; i++) check_eq(u8, get(CRTC, i), narrow->cr[i], "CR%02X", i);
}

Test(vga_text, the_dac_has_a_direction)
{
	out(DAC_R, 5);
	(void)in(DAC);
	check_eq(uint, lints.n, 0);
	out(DAC, 0x3f);
	check_eq(str, lints.last, "vga.DAC_DATA.direction");
	out(DAC_W, 5);
	out(DAC, 0x01);
	check_eq(uint, lints.n, 1);
	(void)in(DAC);
	check_eq(uint, lints.n, 2);
	out(DAC_W, 5);
	check_eq(u8, in(DAC_R)&3, 0);
}

Test(vga_text, asleep_it_answers_at_one_port_only)
{
	set(CRTC, 0x0f, 0x12);
	out(VSE, 0x00);
	check_eq(u8, in(VSE), 0x00);
	check_eq(uint, lints.n, 0);
	check_eq(u8, in(MISC_READ), 0xff);
	check_eq(str, lints.last, "vga.VSE.sleep");
	out(CRTC, 0x0f);
	out(CRTC + 1, 0x34);
	out(PEL, 0x00);
	check_eq(u8, peek(TEXT), 0xff);
	check_eq(str, lints.last, "vga.GR06.window");
	check_eq(uint, vga_model_window(&vga).size, 0);
	out(VSE, 0x01);
	check_eq(u8, get(CRTC, 0x0f), 0x12);
	check_eq(u8, in(PEL), 0xff);
	check_eq(u8, peek(TEXT), 0x20);
}

Test(vga_text, cr22_shows_a_latch_and_cr24_the_flip_flop)
{
	vga_model_set_word(&vga, 0, 0x44332211);
	(void)peek(TEXT);
	for (uint8_t p = 0; p < 4; p++) {
		set(GC, 4, p);
		check_eq(u8, get(CRTC, 0x22), 0x11 * (p + 1));
	}
	(void)in(ST1);
	check_eq(u8, get(CRTC, 0x24), 0x20);
	out(AC, 0x31);
	check_eq(u8, get(CRTC, 0x24), 0xb1, "data comes next");
	out(AC, 0x00);
	check_eq(u8, get(CRTC, 0x24), 0x31);
	check_eq(uint, lints.n, 0);
	set(CRTC, 0x24, 0x00);
	check_eq(str, lints.last, "vga.CRTC_INDEX.index");
}

/* A retrace makes the interrupt pending, until CR11 bit 4 clears it. 70 come in a second. */
Test(vga_text, st00_shows_the_vertical_interrupt)
{
	clock_run_until(&vclock, 100000000);
	check_eq(u8, in(ST0)&0x80, 0, "not enabled");
	set(CRTC, 0x11, 0x8e); /* enabled, held clear */
	clock_run_until(&vclock, 200000000);
	check_eq(u8, in(ST0)&0x80, 0);
	while (in(ST1)&8) clock_advance(&vclock, 1000);
	set(CRTC, 0x11, 0x9e);
	check_eq(u8, in(ST0)&0x80, 0, "from now on");
	while (!(in(ST1)&8)) {
		require_eq(u8, in(ST0)&0x80, 0);
		clock_advance(&vclock, 1000);
	}
	check_eq(u8, in(ST0)&0x80, 0x80);
	clock_advance(&vclock, 5000000);
	set(CRTC, 0x11, 0x9e);
	check_eq(u8, in(ST0)&0x80, 0x80, "it stays");
	set(CRTC, 0x11, 0x8e);
	check_eq(u8, in(ST0)&0x80, 0);
	set(CRTC, 0x11, 0x9e);
	check_eq(u8, in(ST0)&0x80, 0);
}

Test(vga_planar, chain_4_without_logic_is_plain_memory)
{
	static const struct {
		uint16_t port;
		uint8_t index, value, plain;
	} other[] = { { SEQ, 2, 0x07, 0x0f }, { SEQ, 4, 0x06, 0x0e }, { GC, 1, 0x01, 0x00 },
		      { GC, 3, 0x08, 0x00 },  { GC, 5, 0x01, 0x00 },  { GC, 6, 0x01, 0x05 },
		      { GC, 8, 0x7f, 0xff } };

	check(!vga_model_writes_plainly(&vga));
	set(SEQ, 4, 0x0e);
	check(vga_model_writes_plainly(&vga));
	for (unsigned i = 0; i < ARRAY_SIZE(other); i++) {
		set(other[i].port, other[i].index, other[i].value);
		check(!vga_model_writes_plainly(&vga), "%u", i);
		set(other[i].port, other[i].index, other[i].plain);
		check(vga_model_writes_plainly(&vga), "%u", i);
	}
	out(MISC, 0x65);
	check(!vga_model_writes_plainly(&vga));
	out(MISC, 0x67);
	out(VSE, 0);
	check(!vga_model_writes_plainly(&vga));
}
