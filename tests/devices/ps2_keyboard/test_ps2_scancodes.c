/* SPDX-License-Identifier: MIT */
/* The conversion of scan codes to keys: with the keyboard's model, with the controller's
 * translation, and with codes typed by hand. */
#include "bimetal/ps2_scancodes.h"

#include <stdlib.h>

#include "bimetal/ps2_kbd.h"
#include "tests/devices/ps2_controller/driver_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(ps2_scancodes, .init = ps2_start, .fini = host_power_off, .timeout = 60);

/* Returns events as text, "+04 -04 "; "? ": unknown, "! ": lost. */
static const char *events_of(unsigned set, const uint8_t *bytes, size_t n)
{
	static char text[512];
	struct ps2_scan scan;
	struct ps2_key_event e;
	size_t at = 0;
	require_eq(int, ps2_scan_init(&scan, set), PS2_OK);
	text[0] = '\0';
	for (size_t i = 0; i < n && at + 8 < sizeof(text); i++)
		switch (ps2_scan_feed(&scan, bytes[i], &e)) {
		case PS2_SCAN_KEY:
			at += (size_t)snprintf(text + at, 8, "%c%02x ", e.pressed ? '+' : '-',
					       e.key);
			break;
		case PS2_SCAN_LOST: at += (size_t)snprintf(text + at, 8, "! "); break;
		case PS2_SCAN_UNKNOWN: at += (size_t)snprintf(text + at, 8, "? "); break;
		case PS2_SCAN_MORE: break;
		}
	return text;
}

#define EVENTS(set, ...) \
	(char *)events_of(set, (const uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))

Test(ps2_scancodes, numbers_are_the_usage_ids_of_usb)
{
	check(PS2_K_A == 0x04 && PS2_K_Z == 0x1d && PS2_K_1 == 0x1e && PS2_K_0 == 0x27);
	check(PS2_K_ENTER == 0x28 && PS2_K_F1 == 0x3a && PS2_K_F12 == 0x45);
	check(PS2_K_PAUSE == 0x48 && PS2_K_UP == 0x52 && PS2_K_PAD_1 == 0x59);
	check(PS2_K_ISO == 0x64 && PS2_K_RIGHT_GUI == 0xe7);
}

/* Compares the controller's table and the two tables of the driver, which were written
 * independently. */
Test(ps2_scancodes, what_the_controller_translates_is_the_same_key)
{
	char as_2[32];
	unsigned keys = 0;
	for (unsigned code = 1; code < 0x85; code++) {
		const uint8_t set_2 = (uint8_t)code, set_1 = ps2_controller_model_translate(set_2);
		strcpy(as_2, events_of(2, &set_2, 1));
		if (as_2[0] != '+') continue;
		check_eq(str, as_2, events_of(1, &set_1, 1), "%#x", code);
		keys++;
	}
	check_gt(u32, keys, 84, "%u", keys);
}

Test(ps2_scancodes, plain_keys_go_down_and_up)
{
	check_eq(str, EVENTS(2, 0x1c, 0xf0, 0x1c), "+04 -04 ");
	check_eq(str, EVENTS(1, 0x1e, 0x9e), "+04 -04 ");
	check_eq(str, EVENTS(2, 0x83, 0xf0, 0x83), "+40 -40 ");
	check_eq(str, EVENTS(1, 0x41, 0xc1), "+40 -40 ");
}

Test(ps2_scancodes, prefixes_choose_another_key)
{
	check_eq(str, EVENTS(2, 0xe0, 0x75, 0xe0, 0xf0, 0x75), "+52 -52 ");
	check_eq(str, EVENTS(1, 0xe0, 0x48, 0xe0, 0xc8), "+52 -52 ");
	check_eq(str, EVENTS(2, 0x75, 0xf0, 0x75), "+60 -60 ", "without: the keypad's 8");
}

Test(ps2_scancodes, shifts_that_nobody_pressed_are_left_out)
{
	check_eq(str, EVENTS(1, 0xe0, 0x2a, 0xe0, 0x48, 0xe0, 0xc8, 0xe0, 0xaa), "+52 -52 ");
	check_eq(str, EVENTS(1, 0xe0, 0xb6, 0xe0, 0x48, 0xe0, 0xc8, 0xe0, 0x36), "+52 -52 ");
	check_eq(str, EVENTS(2, 0xe0, 0xf0, 0x12, 0xe0, 0x75, 0xe0, 0xf0, 0x75, 0xe0, 0x12),
		 "+52 -52 ");
	check_eq(str, EVENTS(2, 0xe0, 0xf0, 0x59, 0xe0, 0x59), "");
	check_eq(str, EVENTS(2, 0x12, 0xf0, 0x59), "+e1 -e5 ", "the true ones are not");
}

Test(ps2_scancodes, print_screen_and_pause_are_keys_like_others)
{
	check_eq(str, EVENTS(2, 0xe0, 0x12, 0xe0, 0x7c, 0xe0, 0xf0, 0x7c, 0xe0, 0xf0, 0x12),
		 "+46 -46 ");
	check_eq(str, EVENTS(1, 0xe0, 0x2a, 0xe0, 0x37, 0xe0, 0xb7, 0xe0, 0xaa), "+46 -46 ");
	check_eq(str, EVENTS(2, 0x84, 0xf0, 0x84), "+46 -46 ", "with Alt");
	check_eq(str, EVENTS(1, 0x54, 0xd4), "+46 -46 ");
	check_eq(str, EVENTS(2, 0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77), "+48 -48 ");
	check_eq(str, EVENTS(1, 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5), "+48 -48 ");
	check_eq(str, EVENTS(2, 0xe0, 0x7e, 0xe0, 0xf0, 0x7e), "+48 -48 ", "with Ctrl");
	check_eq(str, EVENTS(1, 0xe0, 0x46, 0xe0, 0xc6), "+48 -48 ");
}

Test(ps2_scancodes, lost_and_unknown_bytes_are_reported_and_skipped)
{
	check_eq(str, EVENTS(2, 0x00, 0x1c), "! +04 ");
	check_eq(str, EVENTS(1, 0xff, 0x1e), "! +04 ");
	check_eq(str, EVENTS(2, 0xff, 0x1c), "! +04 ");
	check_eq(str, EVENTS(2, 0xe0, 0x00, 0x1c), "! +04 ", "in the middle too");
	check_eq(str, EVENTS(2, 0x02, 0x1c), "? +04 ");
	check_eq(str, EVENTS(2, 0xaa, 0xfa, 0x1c), "? ? +04 ");
	check_eq(str, EVENTS(2, 0xe0, 0x1c, 0x1c), "? +04 ");
	check_eq(str, EVENTS(2, 0xe1, 0x1c, 0x1c), "? +04 ");
	check_eq(str, EVENTS(2, 0xe1, 0x14, 0x14, 0x1c), "? +04 ");
	check_eq(str, EVENTS(2, 0xe0, 0xe0, 0x75), "+52 ", "the last prefix counts");
	check_eq(str, EVENTS(2, 0xf0, 0xe0, 0x75), "+52 ");
	check_eq(str, EVENTS(1, 0xe0, 0xff, 0x1e), "? +04 ");
}

Test(ps2_scancodes, only_sets_1_and_2_are_understood)
{
	struct ps2_scan scan = { 0 };
	struct ps2_key_event event;
	check_eq(int, ps2_scan_init(&scan, 0), PS2_BAD_ARG);
	check_eq(int, ps2_scan_init(&scan, 3), PS2_BAD_ARG);
	check_eq(int, ps2_scan_init(NULL, 2), PS2_NULL);
	check_eq(int, ps2_scan_feed(&scan, 0x1c, &event), PS2_SCAN_UNKNOWN);
	check_eq(int, ps2_scan_feed(NULL, 0x1c, &event), PS2_SCAN_UNKNOWN);
	require_eq(int, ps2_scan_init(&scan, 2), PS2_OK);
	check_eq(int, ps2_scan_feed(&scan, 0x1c, NULL), PS2_SCAN_UNKNOWN);
}

/* The controller's own table says which codes of the two sets are the same key. */
Test(ps2_scancodes, both_sets_agree_as_the_controller_translates_them)
{
	unsigned n = 0;
	for (unsigned code = 1; code <= 0x84; code++) {
		char plain[16], extended[16];
		uint8_t set1 = ps2_controller_model_translate((uint8_t)code);
		if (set1 >= 0x80 || code == 0x02 || code == 0x7f) continue; /* as 83 and 84 */
		strcpy(plain, EVENTS(2, (uint8_t)code));
		strcpy(extended, EVENTS(2, 0xe0, (uint8_t)code));
		check_eq(str, plain, EVENTS(1, set1), "%02x", code);
		check_eq(str, extended, EVENTS(1, 0xe0, set1), "e0 %02x", code);
		n += plain[0] == '+';
	}
	check_gt(u32, n, 100);
}

/* Waits until the keyboard has sent all its codes; returns all events so far. */
static const char *events_sent(unsigned set)
{
	uint8_t bytes[RING];
	size_t n = 0;
	ps2_listen(MS(15));
	while (n < RING && ps2_ring_take(&kbd_ring, &bytes[n]) == PS2_OK) n++;
	return events_of(set, bytes, n);
}

/* Every key that the model has gives one press and one release of the same key, whichever way its
 * codes come; with nothing, Shift, Ctrl or Alt held, and Num Lock on or off. */
Test(ps2_scancodes, every_key_is_the_same_key_in_every_way)
{
	static const uint16_t held[] = { 0, PS2_KEY_LEFT_SHIFT, PS2_KEY_RIGHT_SHIFT,
					 PS2_KEY_LEFT_CTRL, PS2_KEY_LEFT_ALT };
	static uint8_t key_of[256][256];
	unsigned n_keys = 0;
	for (unsigned way = 0; way < 3; way++) { /* set 2, set 1, set 2 translated */
		unsigned spoken = way == 1 ? 1 : 2, read = way ? 1 : 2;
		require_eq(int, ps2_set_translation(&ps2, way == 2), PS2_OK);
		require_eq(int, ps2_kbd_set_scan_set(&ps2, spoken), PS2_OK);
		for (unsigned m = 0; m < 10; m++) {
			uint16_t with = held[m / 2];
			require_eq(int, ps2_kbd_set_leds(&ps2, m % 2 ? PS2_KBD_NUM_LOCK : 0),
				   PS2_OK);
			if (with) ps2_keyboard_model_key(&keyboard, with, true);
			(void)events_sent(read);
			for (unsigned code = 0; code < 512; code++) {
				unsigned e = code >> 8, c = code & 0xff;
				uint16_t key =
					(uint16_t)(e ? (c == 0x77 ? 0xe177 : 0xe000 | c) : c);
				char want[16];
				if (key == with || !ps2_keyboard_model_key(&keyboard, key, true))
					continue;
				ps2_keyboard_model_key(&keyboard, key, false);
				const char *got = events_sent(read);
				require_eq(chr, got[0], '+', "%x: %s", key, got);
				unsigned id = (unsigned)strtoul(got + 1, NULL, 16);
				snprintf(want, sizeof(want), "+%02x -%02x ", id, id);
				require_eq(str, got, want, "%x", key);
				n_keys += !key_of[e][c];
				if (!key_of[e][c]) key_of[e][c] = (uint8_t)id;
				require_eq(u32, key_of[e][c], id, "%x in way %u", key, way);
			}
			if (with) ps2_keyboard_model_key(&keyboard, with, false);
			(void)events_sent(read);
		}
	}
	check_ge(u32, n_keys, 104);
	for (unsigned a = 0; a < 512; a++) /* no two keys may be the same */
		for (unsigned b = 0; b < a; b++) {
			uint8_t x = key_of[a >> 8][a & 0xff], y = key_of[b >> 8][b & 0xff];
			require(x == 0 || x != y, "%x and %x", a, b);
		}
}

Test(ps2_scancodes, after_any_bytes_the_next_key_is_understood)
{
	uint64_t seed = 4;
	for (unsigned set = 1; set <= 2; set++) {
		struct ps2_scan scan;
		struct ps2_key_event event;
		require_eq(int, ps2_scan_init(&scan, set), PS2_OK);
		for (unsigned i = 0; i < 20000; i++) {
			for (unsigned n = random_next(&seed) % 6; n; n--) {
				event.key = PS2_K_NONE;
				if (ps2_scan_feed(&scan, (uint8_t)random_next(&seed), &event) ==
				    PS2_SCAN_KEY)
					require(event.key != PS2_K_NONE);
			}
			(void)!ps2_scan_feed(&scan, 0x00, &event); /* ends a code that was begun */
			uint8_t a = set == 1 ? 0x1e : 0x1c;
			require_eq(int, ps2_scan_feed(&scan, a, &event), PS2_SCAN_KEY);
			require(event.key == PS2_K_A && event.pressed);
		}
	}
}
