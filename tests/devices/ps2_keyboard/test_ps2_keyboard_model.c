/* SPDX-License-Identifier: MIT */
/* PS/2 keyboard, alone at the end of its cable. */
#include <stdio.h>
#include <string.h>

#include "devices/ps2_controller/model.h"
#include "devices/ps2_keyboard/model.h"
#include "emu/array.h"
#include "tests/check.h"
#include "tests/devices/ps2_controller/cable.h"
#include "tests/quality/coverage/recorder.h"

static struct ps2_keyboard_model kb;
static unsigned readies;

static void on_ready(void *ctx)
{
	(void)ctx;
	readies++;
}

static void power_on(void)
{
	cable_power_on(&kb.port);
	ps2_keyboard_model_init(&kb, "keyboard", &hub, &vclock);
	kb.port.ready = on_ready;
	readies = 0;
}

static void ready(void)
{
	power_on();
	ps2_keyboard_model_bios_state(&kb);
}

static void down(uint16_t key) { (void)ps2_keyboard_model_key(&kb, key, true); }
static void up(uint16_t key) { (void)ps2_keyboard_model_key(&kb, key, false); }

static char *stroke(uint16_t key)
{
	down(key);
	up(key);
	return sent();
}

static char *press(uint16_t key)
{
	down(key);
	return sent();
}

static char *release(uint16_t key)
{
	up(key);
	return sent();
}

TestSuite(keyboard_reset, .init = power_on, .timeout = 60);
TestSuite(keyboard, .init = ready, .timeout = 60);

Test(keyboard_reset, the_register_table_is_sound)
{
	const struct reg_desc *where = NULL;
	check_eq(ptr, reg_table_fault(ps2_keyboard_regs, PS2_KEYBOARD_MODEL_N_REGS, &where), NULL);
}

Test(keyboard_reset, the_self_test_takes_half_a_second)
{
	pass(MS(500) - 1);
	check_eq(str, sent(), "");
	down(PS2_KEY_A);
	pass(1);
	check_eq(uint, readies, 1);
	check_eq(str, sent(), "aa", "the key pressed meanwhile is lost");
}

Test(keyboard_reset, it_ignores_commands_while_it_tests_itself)
{
	kb.port.receive(&kb, 0xee);
	pass(MS(600));
	check_eq(str, sent(), "aa");
}

Test(keyboard, the_bios_leaves_it_scanning_in_set_2)
{
	check_eq(str, sent(), "");
	check_eq(str, stroke(PS2_KEY_A), "1c f0 1c");
}

Test(keyboard, an_answer_takes_time)
{
	kb.port.receive(&kb, 0xee);
	check_eq(str, sent(), "");
	pass(MS(1));
	check_eq(str, sent(), "ee");
}

Test(keyboard, a_new_command_takes_the_place_of_an_answer)
{
	kb.port.receive(&kb, 0xee);
	pass(MS(1) / 4);
	kb.port.receive(&kb, 0xf2);
	pass(MS(1) / 4 + 1000);
	check_eq(str, sent(), "", "the time of the first is over, the second's is not");
	pass(MS(5));
	check_eq(str, sent(), "fa ab 83");
}

Test(keyboard, a_reset_takes_the_place_of_an_answer)
{
	kb.port.receive(&kb, 0xee);
	ps2_keyboard_model_bios_state(&kb);
	check(!clock_armed(&vclock, kb.answer_timer), "nor is it testing");
	kb.port.receive(&kb, 0xee);
	pass(MS(1) / 4);
	ps2_keyboard_model_reset(&kb);
	pass(MS(500) - 1);
	check_eq(str, sent(), "");
	pass(1);
	check_eq(str, sent(), "aa");
}

/* Shift changes the codes of the cursor keys alone. */
Test(keyboard, other_keys_send_one_code_whatever_is_held)
{
	static const uint8_t keys[] = {
		0x0e, 0x16, 0x1e, 0x26, 0x25, 0x2e, 0x36, 0x3d, 0x3e, 0x46, 0x45, 0x4e, 0x55, 0x66,
		0x0d, 0x15, 0x1d, 0x24, 0x2d, 0x2c, 0x35, 0x3c, 0x43, 0x44, 0x4d, 0x54, 0x5b, 0x5d,
		0x58, 0x1c, 0x1b, 0x23, 0x2b, 0x34, 0x33, 0x3b, 0x42, 0x4b, 0x4c, 0x52, 0x5a, 0x61,
		0x1a, 0x22, 0x21, 0x2a, 0x32, 0x31, 0x3a, 0x41, 0x49, 0x4a, 0x29, 0x77, 0x6c, 0x6b,
		0x69, 0x75, 0x73, 0x72, 0x70, 0x7c, 0x7d, 0x74, 0x7a, 0x71, 0x7b, 0x79, 0x76, 0x05,
		0x06, 0x04, 0x0c, 0x03, 0x0b, 0x83, 0x0a, 0x01, 0x09, 0x78, 0x07, 0x7e
	};
	press(PS2_KEY_LEFT_SHIFT);
	for (unsigned i = 0; i < sizeof(keys); i++) {
		char code[3];
		snprintf(code, sizeof(code), "%02x", keys[i]);
		check_eq(str, press(keys[i]), code);
		release(keys[i]);
	}
}

Test(keyboard, reset_acknowledges_then_tests)
{
	check_eq(str, command("ed 07"), "fa");
	check_eq(u8, ps2_keyboard_model_leds(&kb), 7);
	check_eq(str, command("ff"), "fa");
	pass(MS(490));
	check_eq(str, sent(), "");
	pass(MS(20));
	check_eq(str, sent(), "aa");
	check_eq(u8, ps2_keyboard_model_leds(&kb), 0);
}

Test(keyboard, a_reset_starts_only_once_its_answer_is_taken)
{
	kb.port.receive(&kb, 0xff);
	pass(MS(5000));
	check(kb.port.pending(&kb));
	check(!kb.s.testing);
	kb.port.receive(&kb, 0x00); /* no option byte, no command: the reset is off */
	pass(MS(600));
	check_eq(str, sent(), "fe");
	check(!kb.s.testing);
}

Test(keyboard, it_sends_its_id) { check_eq(str, command("f2"), "fa ab 83"); }

Test(keyboard, unknown_commands_are_refused_and_reported)
{
	check_eq(str, command("ef"), "fe");
	check_eq(str, lints.last, "ps2_keyboard.command");
}

Test(keyboard, reserved_led_bits_are_reported)
{
	command("ed ea");
	check_eq(str, lints.last, "ps2_keyboard.LEDS.reserved");
	check_eq(u8, ps2_keyboard_model_leds(&kb), 2);
}

Test(keyboard, a_command_in_place_of_an_option_byte_is_a_command)
{
	check_eq(str, command("ed f2"), "fa ab 83");
	check_eq(u8, ps2_keyboard_model_leds(&kb), 0);
}

Test(keyboard, a_byte_before_the_answer_is_taken_is_reported)
{
	kb.port.receive(&kb, 0xed);
	kb.port.receive(&kb, 0x00);
	check_eq(uint, lints.n, 1);
	check_eq(str, lints.last, "ps2_keyboard.unanswered");
	pass(MS(2));
	kb.port.receive(&kb, 0xf4);
	check_eq(uint, lints.n, 2, "given, but not taken");
	kb.port.receive(&kb, 0xff);
	check_eq(uint, lints.n, 2, "a reset is always in order");
	pass(MS(2));
	(void)sent();
	pass(MS(1000));
	(void)sent();
	check_eq(str, command("ed 07 f3 20 f4"), "fa");
	down(PS2_KEY_A);
	check_eq(str, command("f6"), "fa", "a scan code is no answer");
	check_eq(uint, lints.n, 2);
}

Test(keyboard, resend_repeats_the_last_byte)
{
	check_eq(str, press(PS2_KEY_A), "1c");
	check_eq(str, command("fe"), "1c");
	check_eq(str, command("fe"), "1c");
}

Test(keyboard, the_scan_code_set_can_be_asked_for_and_changed)
{
	check_eq(str, command("f0 00"), "fa 02");
	check_eq(str, command("f0 01"), "fa");
	check_eq(str, command("f0 00"), "fa 01");
	check_eq(str, command("f0 04"), "fe");
	check_eq(str, command("03"), "fa", "the option byte may be tried again");
	check_eq(str, command("f0 00"), "fa 03");
}

Test(keyboard, it_ignores_keys_while_disabled)
{
	command("f5");
	check_eq(str, stroke(PS2_KEY_A), "");
	command("f4");
	check_eq(str, stroke(PS2_KEY_A), "1c f0 1c");
	down(PS2_KEY_A);
	check_eq(str, command("f4"), "fa", "enabling clears the buffer");
}

Test(keyboard, defaults_go_on_scanning_with_set_2)
{
	command("f0 01");
	command("f6");
	check_eq(str, stroke(PS2_KEY_A), "1c f0 1c");
}

Test(keyboard, answers_go_before_scan_codes_and_hold_them_back)
{
	down(PS2_KEY_A);
	kb.port.receive(&kb, 0xee);
	check(!kb.port.pending(&kb));
	pass(MS(1));
	check_eq(str, sent(), "ee 1c");
}

Test(keyboard, extended_keys_have_an_e0_ahead)
{
	check_eq(str, stroke(PS2_KEY_RIGHT_CTRL), "e0 14 e0 f0 14");
	check_eq(str, stroke(PS2_KEY_UP), "e0 75 e0 f0 75");
	command("f0 01");
	check_eq(str, stroke(PS2_KEY_RIGHT_CTRL), "e0 1d e0 9d");
	check_eq(str, stroke(PS2_KEY_UP), "e0 48 e0 c8");
}

Test(keyboard, grey_keys_hide_shift_and_num_lock)
{
	press(PS2_KEY_LEFT_SHIFT);
	check_eq(str, press(PS2_KEY_UP), "e0 f0 12 e0 75");
	check_eq(str, release(PS2_KEY_UP), "e0 f0 75 e0 12");
	check_eq(str, press(PS2_KEY_KEYPAD_SLASH), "e0 f0 12 e0 4a");
	release(PS2_KEY_KEYPAD_SLASH);
	release(PS2_KEY_LEFT_SHIFT);
	command("ed 02");
	check_eq(str, press(PS2_KEY_UP), "e0 12 e0 75");
	check_eq(str, release(PS2_KEY_UP), "e0 f0 75 e0 f0 12");
	check_eq(str, stroke(PS2_KEY_KEYPAD_SLASH), "e0 4a e0 f0 4a");
	press(PS2_KEY_RIGHT_SHIFT);
	check_eq(str, stroke(PS2_KEY_UP), "e0 75 e0 f0 75", "they cancel out");
}

Test(keyboard, pause_sends_make_and_break_at_once)
{
	check_eq(str, press(PS2_KEY_PAUSE), "e1 14 77 e1 f0 14 f0 77");
	check_eq(str, release(PS2_KEY_PAUSE), "");
	press(PS2_KEY_LEFT_CTRL);
	check_eq(str, press(PS2_KEY_PAUSE), "e0 7e e0 f0 7e");
	release(PS2_KEY_PAUSE);
	release(PS2_KEY_LEFT_CTRL);
	command("f0 01");
	check_eq(str, press(PS2_KEY_PAUSE), "e1 1d 45 e1 9d c5");
}

Test(keyboard, print_screen_depends_on_what_is_held)
{
	check_eq(str, press(PS2_KEY_PRINT_SCREEN), "e0 12 e0 7c");
	check_eq(str, release(PS2_KEY_PRINT_SCREEN), "e0 f0 7c e0 f0 12");
	press(PS2_KEY_LEFT_SHIFT);
	check_eq(str, stroke(PS2_KEY_PRINT_SCREEN), "e0 7c e0 f0 7c");
	release(PS2_KEY_LEFT_SHIFT);
	press(PS2_KEY_LEFT_ALT);
	check_eq(str, stroke(PS2_KEY_PRINT_SCREEN), "84 f0 84");
}

/* In the order of the keyboard's rows, as the book about its hardware lists them. */
Test(keyboard, set_3_has_a_code_of_its_own_for_each_key)
{
	static const struct {
		uint16_t key;
		uint8_t code;
	} keys[] = {
		{ 0x0e, 0x0e },   { 0x16, 0x16 },   { 0x1e, 0x1e },   { 0x26, 0x26 },
		{ 0x25, 0x25 },   { 0x2e, 0x2e },   { 0x36, 0x36 },   { 0x3d, 0x3d },
		{ 0x3e, 0x3e },   { 0x46, 0x46 },   { 0x45, 0x45 },   { 0x4e, 0x4e },
		{ 0x55, 0x55 },   { 0x66, 0x66 },   { 0x0d, 0x0d },   { 0x15, 0x15 },
		{ 0x1d, 0x1d },   { 0x24, 0x24 },   { 0x2d, 0x2d },   { 0x2c, 0x2c },
		{ 0x35, 0x35 },   { 0x3c, 0x3c },   { 0x43, 0x43 },   { 0x44, 0x44 },
		{ 0x4d, 0x4d },   { 0x54, 0x54 },   { 0x5b, 0x5b },   { 0x5d, 0x5c },
		{ 0x58, 0x14 },   { 0x1c, 0x1c },   { 0x1b, 0x1b },   { 0x23, 0x23 },
		{ 0x2b, 0x2b },   { 0x34, 0x34 },   { 0x33, 0x33 },   { 0x3b, 0x3b },
		{ 0x42, 0x42 },   { 0x4b, 0x4b },   { 0x4c, 0x4c },   { 0x52, 0x52 },
		{ 0x5a, 0x5a },   { 0x12, 0x12 },   { 0x61, 0x13 },   { 0x1a, 0x1a },
		{ 0x22, 0x22 },   { 0x21, 0x21 },   { 0x2a, 0x2a },   { 0x32, 0x32 },
		{ 0x31, 0x31 },   { 0x3a, 0x3a },   { 0x41, 0x41 },   { 0x49, 0x49 },
		{ 0x4a, 0x4a },   { 0x59, 0x59 },   { 0x14, 0x11 },   { 0xe01f, 0x8b },
		{ 0x11, 0x19 },   { 0x29, 0x29 },   { 0xe011, 0x39 }, { 0xe027, 0x8c },
		{ 0xe02f, 0x8d }, { 0xe014, 0x58 }, { 0xe070, 0x67 }, { 0xe06c, 0x6e },
		{ 0xe07d, 0x6f }, { 0xe071, 0x64 }, { 0xe069, 0x65 }, { 0xe07a, 0x6d },
		{ 0xe075, 0x63 }, { 0xe06b, 0x61 }, { 0xe072, 0x60 }, { 0xe074, 0x6a },
		{ 0x77, 0x76 },   { 0xe04a, 0x77 }, { 0x7c, 0x7e },   { 0x7b, 0x84 },
		{ 0x6c, 0x6c },   { 0x75, 0x75 },   { 0x7d, 0x7d },   { 0x79, 0x7c },
		{ 0x6b, 0x6b },   { 0x73, 0x73 },   { 0x74, 0x74 },   { 0x69, 0x69 },
		{ 0x72, 0x72 },   { 0x7a, 0x7a },   { 0xe05a, 0x79 }, { 0x70, 0x70 },
		{ 0x71, 0x71 },   { 0x76, 0x08 },   { 0x05, 0x07 },   { 0x06, 0x0f },
		{ 0x04, 0x17 },   { 0x0c, 0x1f },   { 0x03, 0x27 },   { 0x0b, 0x2f },
		{ 0x83, 0x37 },   { 0x0a, 0x3f },   { 0x01, 0x47 },   { 0x09, 0x4f },
		{ 0x78, 0x56 },   { 0x07, 0x5e },   { 0xe07c, 0x57 }, { 0x7e, 0x5f },
		{ 0xe177, 0x62 },
	};
	command("f0 03");
	for (unsigned i = 0; i < ARRAY_SIZE(keys); i++) {
		char code[3];
		snprintf(code, sizeof(code), "%02x", keys[i].code);
		check_eq(str, press((enum ps2_key)keys[i].key), code, "%#x", keys[i].key);
		release((enum ps2_key)keys[i].key);
	}
}

Test(keyboard, set_3_sends_one_code_a_key_and_few_breaks)
{
	command("f0 03");
	check_eq(str, stroke(PS2_KEY_A), "1c f0 1c");
	check_eq(str, stroke(PS2_KEY_LEFT_CTRL), "11 f0 11");
	check_eq(str, stroke(PS2_KEY_RIGHT_CTRL), "58");
	check_eq(str, stroke(PS2_KEY_PAUSE), "62");
	check_eq(str, command("f8"), "fa");
	check_eq(str, stroke(PS2_KEY_PAUSE), "62 f0 62");
	check_eq(str, command("fd 62"), "fa");
	check_eq(str, stroke(PS2_KEY_PAUSE), "", "more keys may be listed");
	command("f4");
	check_eq(str, stroke(PS2_KEY_PAUSE), "62");
}

Test(keyboard, set_3_repeats_only_typematic_keys)
{
	command("f0 03");
	press(PS2_KEY_RIGHT_CTRL);
	pass(MS(3000));
	check_eq(str, sent(), "");
	command("f7");
	press(PS2_KEY_A);
	pass(MS(501));
	check_eq(str, sent(), "1c");
	check_eq(str, release(PS2_KEY_A), "", "F7: no break codes");
}

Test(keyboard, a_key_held_repeats_after_half_a_second_at_10_9_per_second)
{
	press(PS2_KEY_A);
	pass(MS(500) - 1);
	check_eq(str, sent(), "");
	pass(1);
	check_eq(str, sent(), "1c");
	unsigned n = 0;
	for (unsigned i = 0; i < 1000; i++) {
		pass(MS(1));
		n += sent()[0] != '\0';
	}
	check_eq(uint, n, 10); /* (8 + 3) * 2 / 240 s: 91.7 ms */
	check_eq(str, release(PS2_KEY_A), "f0 1c");
	pass(MS(2000));
	check_eq(str, sent(), "");
}

Test(keyboard, the_host_sets_delay_and_rate)
{
	command("f3 00"); /* 250 ms, 30 per second */
	press(PS2_KEY_A);
	pass(MS(250));
	check_eq(str, sent(), "1c");
	pass(MS(34));
	check_eq(str, sent(), "1c");
	command("f3 7f"); /* 1 s, 2 per second */
	release(PS2_KEY_A);
	press(PS2_KEY_A);
	pass(MS(999));
	check_eq(str, sent(), "");
	pass(MS(501));
	check_eq(str, sent(), "1c");
}

Test(keyboard, only_the_last_key_pressed_repeats_and_repeats_are_not_queued)
{
	press(PS2_KEY_A);
	press(PS2_KEY_ENTER);
	pass(MS(3000));
	check_eq(str, sent(), "5a", "one, however long nobody listens");
	check_eq(str, release(PS2_KEY_A), "f0 1c");
	pass(MS(100));
	check_eq(str, sent(), "5a", "another key's release does not stop it");
	check_eq(str, release(PS2_KEY_ENTER), "f0 5a");
}

Test(keyboard, sixteen_bytes_are_kept_and_then_an_overrun_marker)
{
	for (unsigned i = 0; i < 5; i++) {
		down(PS2_KEY_A);
		up(PS2_KEY_A);
	}
	check_eq(uint, ps2_keyboard_model_room(&kb), 1);
	down(PS2_KEY_A);
	check_eq(uint, ps2_keyboard_model_room(&kb), 0);
	up(PS2_KEY_A);
	down(PS2_KEY_A);
	check_eq(str, sent(), "1c f0 1c 1c f0 1c 1c f0 1c 1c f0 1c 1c f0 1c 1c 00");
	command("f0 01");
	up(PS2_KEY_A);
	for (unsigned i = 0; i < 20; i++) {
		down(PS2_KEY_ENTER);
		up(PS2_KEY_ENTER);
	}
	sent();
	check_eq(str, said + strlen(said) - 5, "1c ff");
}

Test(keyboard, keys_it_does_not_have_and_moves_that_change_nothing_are_ignored)
{
	check(!ps2_keyboard_model_key(&kb, 0xbeef, true));
	check(!ps2_keyboard_model_key(&kb, PS2_KEY_A, false));
	check(ps2_keyboard_model_key(&kb, PS2_KEY_A, true));
	check(!ps2_keyboard_model_key(&kb, PS2_KEY_A, true));
	check_eq(str, sent(), "1c");
}

/* Set 1 here and the controller's translation of set 2 were typed separately. */
Test(keyboard, set_1_is_what_the_controller_makes_of_set_2)
{
	unsigned keys = 0;

	for (unsigned code = 0; code < 0x200; code++) {
		uint16_t key = (uint16_t)((code & 0x100 ? 0xe000 : 0) | (code & 0xff));
		char one[64];
		ready();
		if (key == PS2_KEY_PRINT_SCREEN || !ps2_keyboard_model_key(&kb, key, true))
			continue;
		unsigned make2 = 0;
		sent();
		require_eq(int, sscanf(said, key > 0xff ? "e0 %x" : "%x", &make2), 1);
		up(key);
		sent();
		command("f0 01");
		snprintf(one, sizeof one, key > 0xff ? "e0 %02x" : "%02x",
			 ps2_controller_model_translate((uint8_t)make2));
		check_eq(str, press(key), one, "key %04x", key);
		keys++;
	}
	check_eq(uint, keys, 104 - 2 + 1, "104 keys, two are special, one is European");
}

Test(keyboard, any_bytes_from_the_host_do_no_harm)
{
	uint32_t random = 1;

	random_used();
	for (unsigned i = 0; i < 20000; i++) {
		random = random * 1664525 + 1013904223;
		kb.port.receive(&kb, (uint8_t)(random >> 24));
		pass(random >> 12 & 0xfffff);
		(void)ps2_keyboard_model_key(&kb, random >> 16 & 0x7f, random >> 23 & 1);
		if (random & 0x800) (void)sent();
	}
	pass(MS(600));
	(void)sent();
	command("f5");
	check_eq(str, command("ee"), "ee");
}

Test(keyboard, a_copied_state_runs_on_alike)
{
	static struct clock clock2;
	static struct ps2_keyboard_model copy;

	down(PS2_KEY_A);
	kb.port.receive(&kb, 0xf2);
	pass(1000);
	clock_init(&clock2);
	ps2_keyboard_model_init(&copy, "keyboard", NULL, &clock2);
	copy.s = kb.s;
	clock2.s = vclock.s;
	for (unsigned i = 0; i < 100; i++) {
		pass(MS(17));
		clock_run_until(&clock2, clock_now(&vclock));
		require_eq(int, copy.port.pending(&copy), kb.port.pending(&kb));
		if (kb.port.pending(&kb)) require_eq(u8, copy.port.send(&copy), kb.port.send(&kb));
	}
}
