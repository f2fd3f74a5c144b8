/* SPDX-License-Identifier: MIT */
/* The keyboard, polled and by interrupts. */
#include "bimetal/ps2_kbd.h"

#include "tests/devices/ps2_controller/driver_fixture.h"

TestSuite(ps2_kbd, .init = ps2_start, .fini = host_power_off, .timeout = 60);

Test(ps2_kbd, resets)
{
	uint64_t start = clock_now(&vclock);
	keyboard.s.reg[PS2_KEYBOARD_MODEL_LEDS] = 7;
	require_eq(int, ps2_kbd_reset(&ps2), PS2_OK);
	check_eq(u8, ps2_keyboard_model_leds(&keyboard), 0);
	check_ge(u64, clock_now(&vclock) - start, MS(500), "its self test was waited for");
	check_eq(str, ring_text(&kbd_ring), "");
	ps2_keyboard_model_key(&keyboard, PS2_KEY_A, true);
	ps2_listen(MS(5));
	check_eq(str, ring_text(&kbd_ring), "1c ");
}

Test(ps2_kbd, resets_although_it_ignores_commands_in_its_power_on_test)
{
	ps2_keyboard_model_reset(&keyboard);
	require_eq(int, ps2_kbd_reset(&ps2), PS2_OK);
	check(keyboard.s.scanning);
}

Test(ps2_kbd, returns_its_id_translated_or_not)
{
	uint16_t id = 0;
	require_eq(int, ps2_kbd_identify(&ps2, &id), PS2_OK);
	check_eq(u16, id, PS2_KBD_MF2);
	check_eq(str, written, "INPUT=f2 ");
	require_eq(int, ps2_set_translation(&ps2, true), PS2_OK);
	id = 0;
	require_eq(int, ps2_kbd_identify(&ps2, &id), PS2_OK);
	check_eq(u16, id, PS2_KBD_MF2);
	check_eq(int, ps2_kbd_identify(&ps2, NULL), PS2_NULL);
	check_eq(int, ps2_kbd_identify(NULL, &id), PS2_NULL);
}

Test(ps2_kbd, without_an_id_counts_as_the_keyboard_of_an_at)
{
	uint16_t id = 7;
	struct io io = fake_plug();
	require_eq(int, ps2_init(&ps2, io, wait), PS2_OK);
	fake.said[0] = PS2_DEVICE_ACK;
	require_eq(int, ps2_kbd_identify(&ps2, &id), PS2_OK);
	check_eq(u16, id, PS2_KBD_AT);
}

Test(ps2_kbd, sends_codes_of_the_set_that_is_set)
{
	for (unsigned translated = 0; translated < 2; translated++) {
		require_eq(int, ps2_set_translation(&ps2, translated), PS2_OK);
		for (unsigned set = 1; set <= 3; set++) {
			unsigned got = 0;
			require_eq(int, ps2_kbd_set_scan_set(&ps2, set), PS2_OK);
			check_eq(u64, keyboard.s.reg[PS2_KEYBOARD_MODEL_SET], set);
			require_eq(int, ps2_kbd_get_scan_set(&ps2, &got), PS2_OK);
			check_eq(u32, got, set);
		}
	}
	forget_writes();
	check_eq(int, ps2_kbd_set_scan_set(&ps2, 0), PS2_BAD_ARG);
	check_eq(int, ps2_kbd_set_scan_set(&ps2, 4), PS2_BAD_ARG);
	check_eq(int, ps2_kbd_set_scan_set(NULL, 2), PS2_NULL);
	check_eq(int, ps2_kbd_get_scan_set(&ps2, NULL), PS2_NULL);
	check_eq(str, written, "");
}

Test(ps2_kbd, lights_its_indicators)
{
	for (unsigned leds = 0; leds < 8; leds++) {
		require_eq(int, ps2_kbd_set_leds(&ps2, leds), PS2_OK);
		check_eq(u8, ps2_keyboard_model_leds(&keyboard), leds);
	}
	check_eq(int, PS2_KBD_SCROLL_LOCK, PS2_LED_SCROLL);
	check_eq(int, PS2_KBD_NUM_LOCK, PS2_LED_NUM);
	check_eq(int, PS2_KBD_CAPS_LOCK, PS2_LED_CAPS);
	forget_writes();
	check_eq(int, ps2_kbd_set_leds(&ps2, 8), PS2_BAD_ARG);
	check_eq(int, ps2_kbd_set_leds(NULL, 0), PS2_NULL);
	check_eq(str, written, "");
}

Test(ps2_kbd, repeats_at_the_rate_that_is_set)
{
	require_eq(int, ps2_kbd_set_typematic(&ps2, 750, 10), PS2_OK);
	check_eq(u64, keyboard.s.reg[PS2_KEYBOARD_MODEL_TYPEMATIC], 2 << 5 | 10);
	require_eq(int, ps2_kbd_set_typematic(&ps2, 250, PS2_KBD_MAX_RATE), PS2_OK);
	check_eq(u64, keyboard.s.reg[PS2_KEYBOARD_MODEL_TYPEMATIC], 31);
	forget_writes();
	check_eq(int, ps2_kbd_set_typematic(&ps2, 0, 0), PS2_BAD_ARG);
	check_eq(int, ps2_kbd_set_typematic(&ps2, 300, 0), PS2_BAD_ARG);
	check_eq(int, ps2_kbd_set_typematic(&ps2, 1250, 0), PS2_BAD_ARG);
	check_eq(int, ps2_kbd_set_typematic(&ps2, 500, 32), PS2_BAD_ARG);
	check_eq(int, ps2_kbd_set_typematic(NULL, 500, 0), PS2_NULL);
	check_eq(str, written, "");
}

Test(ps2_kbd, sends_keys_or_none)
{
	require_eq(int, ps2_kbd_scan(&ps2, false), PS2_OK);
	ps2_keyboard_model_key(&keyboard, PS2_KEY_A, true);
	ps2_listen(MS(10));
	check_eq(str, ring_text(&kbd_ring), "");
	require_eq(int, ps2_kbd_scan(&ps2, true), PS2_OK);
	ps2_keyboard_model_key(&keyboard, PS2_KEY_A, false);
	ps2_listen(MS(10));
	check_eq(str, ring_text(&kbd_ring), "f0 1c ");
	check_eq(int, ps2_kbd_scan(NULL, true), PS2_NULL);
}

/* ---- by interrupts ---- */

static unsigned handled;

static void handler(void *ctx, uint8_t vector)
{
	(void)ctx, (void)vector;
	handled++;
	(void)!ps2_receive(&ps2);
}

static void by_interrupts(void)
{
	cpu.dispatch = handler;
	require_eq(int, ps2_set_interrupts(&ps2, true, true), PS2_OK);
	wait_irq_enable(&wait);
}

Test(ps2_kbd, keys_come_by_interrupts)
{
	by_interrupts();
	ps2_keyboard_model_key(&keyboard, PS2_KEY_UP, true);
	ps2_keyboard_model_key(&keyboard, PS2_KEY_UP, false);
	wait_ns(&wait, MS(20));
	check_eq(u32, handled, 5);
	check_eq(str, ring_text(&kbd_ring), "e0 75 e0 f0 75 ");
}

Test(ps2_kbd, commands_work_while_interrupts_take_their_answers)
{
	unsigned set = 0;
	uint16_t id = 0;
	by_interrupts();
	ps2_keyboard_model_key(&keyboard, PS2_KEY_A, true);
	require_eq(int, ps2_kbd_set_leds(&ps2, 5), PS2_OK);
	check_eq(u8, ps2_keyboard_model_leds(&keyboard), 5);
	require_eq(int, ps2_kbd_get_scan_set(&ps2, &set), PS2_OK);
	check_eq(u32, set, 2);
	require_eq(int, ps2_kbd_identify(&ps2, &id), PS2_OK);
	check_eq(u16, id, PS2_KBD_MF2);
	require_eq(int, ps2_kbd_reset(&ps2), PS2_OK);
	check_gt(u32, handled, 5);
	check(cpu.s.interrupts_on);
}

Test(ps2_kbd, no_key_is_lost_beside_a_command)
{
	for (unsigned i = 0; i < 40; i++) {
		ps2_keyboard_model_key(&keyboard, PS2_KEY_A, true);
		wait_ns(&wait, US(40 * i)); /* so its byte is elsewhere each time */
		require_eq(int, ps2_kbd_set_leds(&ps2, i % 8), PS2_OK);
		ps2_keyboard_model_key(&keyboard, PS2_KEY_A, false);
		ps2_listen(MS(10));
		require_eq(str, ring_text(&kbd_ring), "1c f0 1c ");
	}
}
