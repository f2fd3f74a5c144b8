/* SPDX-License-Identifier: MIT */
/* 8042 keyboard controller: bytes on the cables, and their translation. */
#include "tests/devices/ps2_controller/model_fixture.h"

Test(i8042, a_key_takes_a_frame_and_raises_irq_1)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(US(879));
	check(!has(OBF));
	check(!pc.irq[0]);
	pass(US(1));
	check_eq(u8, in(STATUS) & (OBF | MOBF), OBF);
	check(pc.irq[0]);
	check_eq(u8, in(DATA), 0x1e, "translated to set 1");
	check(!pc.irq[0]);
}

Test(i8042, translation_maps_each_code_to_another)
{
	bool seen[256] = { false };
	for (unsigned code = 0; code < 128; code++) {
		uint8_t to = ps2_controller_model_translate((uint8_t)code);
		check(!seen[to], "%#x, from %#x", to, code);
		seen[to] = true;
	}
	check(ps2_controller_model_translate(0) == 0xff &&
		      ps2_controller_model_translate(0x83) == 0x41,
	      "no key; F7");
}

Test(i8042, translation_turns_the_break_prefix_into_bit_7)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_UP, true);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_UP, false);
	check_eq(int, take(), 0xe0);
	check_eq(int, take(), 0x48);
	check_eq(int, take(), 0xe0);
	check_eq(int, take(), 0xc8);
	check_eq(int, take(), -1);
	check_eq(uint, pc.rises[0], 4);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_UP, true);
	check_eq(int, take(), 0xe0);
	check_eq(int, take(), 0x48, "of one key alone");
}

Test(i8042, the_self_test_forgets_half_a_break)
{
	pc.kbc.s.break_seen = true; /* F0 was read, but not the code after it */
	check_eq(int, ask(0xaa), 0x55);
	command(0xae);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	check_eq(int, take(), 0x1e, "not 9e");
}

Test(i8042, a_reset_ends_the_byte_on_the_cable)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	ps2_controller_model_reset(&pc.kbc);
	check_ge(u64, pc.clock.s.next_ns, 500000000, "but the key will repeat");
}

Test(i8042, without_translation_bytes_pass_as_they_are)
{
	set_ctr(0x25);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, false);
	check_eq(int, take(), 0x1c);
	check_eq(int, take(), 0xf0);
	check_eq(int, take(), 0x1c);
	data(0xf2);
	check_eq(int, take(), 0xfa);
	check_eq(int, take(), 0xab);
	check_eq(int, take(), 0x83);
}

Test(i8042, the_keyboard_id_is_translated_too)
{
	data(0xf2);
	check_eq(int, take(), 0xfa);
	check_eq(int, take(), 0xab);
	check_eq(int, take(), 0x41);
}

Test(i8042, interrupts_are_off_without_their_enable_bits)
{
	set_ctr(0x44);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(MS(5));
	check(has(OBF));
	check(!pc.irq[0]);
	set_ctr(0x45);
	check(pc.irq[0], "the byte still waits");
}

Test(i8042, a_disabled_keyboard_keeps_its_bytes)
{
	command(0xad);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	check_eq(int, take(), -1);
	command(0xae);
	check_eq(int, take(), 0x1e);
}

Test(i8042, sending_to_the_keyboard_enables_it)
{
	command(0xad);
	data(0xee);
	check_eq(int, take(), 0xee);
	check_eq(int, ask(0x20), 0x65);
}

Test(i8042, commands_wait_while_a_byte_is_on_a_cable)
{
	out(DATA, 0xee);
	pass(US(20));
	out(COMMAND, 0x20);
	pass(US(500));
	check(has(IBF));
	pass(US(500));
	check(!has(IBF));
}

Test(i8042, nothing_is_received_while_the_output_buffer_is_full)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, false);
	pass(MS(20));
	check(!clock_armed(&pc.clock, pc.kbc.line_timer), "the clock is held low");
	check_eq(u8, in(DATA), 0x1e);
	pass(2 * US(880) - 1); /* F0 and the code */
	check(!has(OBF));
	pass(1);
	check_eq(u8, in(DATA), 0x9e);
}

Test(i8042, an_answer_overwrites_an_unread_byte_and_that_is_reported)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(MS(5));
	command(0xab);
	pass(MS(1));
	check_eq(u8, in(DATA), 0x00);
	check_eq(str, lints.last, "i8042.OUTPUT.overrun");
}

Test(i8042, the_mouse_answers_on_its_own_line)
{
	set_ctr(0x47);
	command(0xd4);
	data(0xf4);
	check_eq(int, take(), 0x1fa);
	check_eq(uint, pc.rises[1], 1);
	check_eq(uint, pc.rises[0], 0);
	ps2_mouse_model_move(&pc.mouse, 2, 3, PS2_MOUSE_MODEL_RIGHT);
	check_eq(int, take(), 0x10a);
	check_eq(int, take(), 0x102);
	check_eq(int, take(), 0x103, "not translated");
	check(!pc.irq[1]);
}
