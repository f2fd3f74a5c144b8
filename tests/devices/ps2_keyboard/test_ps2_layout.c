/* SPDX-License-Identifier: MIT */
/* The conversion of keys to characters. */
#include "bimetal/ps2_layout.h"

#include "bimetal/ps2_kbd.h"
#include "emu/array.h"
#include "harness/console/keys.h"
#include "tests/devices/ps2_controller/driver_fixture.h"

TestSuite(ps2_layout, .init = ps2_start, .fini = host_power_off, .timeout = 60);

static uint32_t types(const struct ps2_layout *layout, unsigned key, unsigned held, unsigned locks)
{
	struct ps2_modifiers m = { .held = (uint8_t)held, .locks = (uint8_t)locks };
	struct ps2_key_event e = { .key = (uint8_t)key, .pressed = true };
	return ps2_layout_character(layout, &m, &e);
}

static uint32_t us(unsigned key, unsigned held, unsigned locks)
{
	return types(&ps2_layout_us, key, held, locks);
}

static uint32_t german(unsigned key, unsigned held, unsigned locks)
{
	return types(&ps2_layout_german, key, held, locks);
}

/* Presses keys on the keyboard's model, reads the buffer, decodes, and converts to a character. */
static uint32_t typed(char c)
{
	struct key_chord chord;
	struct ps2_scan scan;
	struct ps2_modifiers m = { 0 };
	struct ps2_key_event event;
	uint32_t last = 0;
	uint8_t byte;
	require(keys_for_char(c, &chord));
	require_eq(int, ps2_scan_init(&scan, 2), PS2_OK);
	for (size_t i = 0; i < chord.n; i++) ps2_keyboard_model_key(&keyboard, chord.code[i], true);
	for (size_t i = chord.n; i > 0; i--)
		ps2_keyboard_model_key(&keyboard, chord.code[i - 1], false);
	ps2_listen(MS(15));
	while (ps2_ring_take(&kbd_ring, &byte) == PS2_OK) {
		if (ps2_scan_feed(&scan, byte, &event) != PS2_SCAN_KEY) continue;
		(void)ps2_modifiers_track(&m, &event);
		uint32_t got = ps2_layout_character(&ps2_layout_us, &m, &event);
		if (got) last = got;
	}
	check_eq(u8, m.held, 0);
	return last;
}

Test(ps2_layout, every_ascii_character_is_typed_on_a_us_keyboard)
{
	for (char c = ' '; c < 0x7f; c++) check_eq(u32, typed(c), (uint32_t)c, "%c", c);
	check_eq(u32, typed('\n'), '\n');
	check_eq(u32, typed('\t'), '\t');
	check_eq(u32, typed('\b'), '\b');
	check_eq(u32, typed(0x1b), 0x1b);
}

Test(ps2_layout, caps_lock_shifts_letters_alone_and_shift_lifts_it)
{
	check_eq(u32, us(PS2_K_A, 0, PS2_KBD_CAPS_LOCK), 'A');
	check_eq(u32, us(PS2_K_A, PS2_HELD_RIGHT_SHIFT, PS2_KBD_CAPS_LOCK), 'a');
	check_eq(u32, us(PS2_K_1, 0, PS2_KBD_CAPS_LOCK), '1');
	check_eq(u32, us(PS2_K_A, 0, PS2_KBD_NUM_LOCK), 'a');
	check_eq(u32, german(PS2_K_QUOTE, 0, PS2_KBD_CAPS_LOCK), 0xc4);
	check_eq(u32, german(PS2_K_MINUS, 0, PS2_KBD_CAPS_LOCK), 0xdf);
}

Test(ps2_layout, a_german_keyboard_types_german)
{
	check_eq(u32, german(PS2_K_Y, 0, 0), 'z');
	check_eq(u32, german(PS2_K_Z, PS2_HELD_LEFT_SHIFT, 0), 'Y');
	check_eq(u32, german(PS2_K_QUOTE, 0, 0), 0xe4, "a umlaut");
	check_eq(u32, german(PS2_K_SEMICOLON, 0, 0), 0xf6, "o umlaut");
	check_eq(u32, german(PS2_K_LEFT_BRACKET, PS2_HELD_LEFT_SHIFT, 0), 0xdc, "U umlaut");
	check_eq(u32, german(PS2_K_MINUS, 0, 0), 0xdf, "sharp s");
	check_eq(u32, german(PS2_K_E, PS2_HELD_RIGHT_ALT, 0), 0x20ac, "euro");
	check_eq(u32, german(PS2_K_Q, PS2_HELD_RIGHT_ALT, 0), '@');
	check_eq(u32, german(PS2_K_7, PS2_HELD_RIGHT_ALT, 0), '{');
	check_eq(u32, german(PS2_K_MINUS, PS2_HELD_RIGHT_ALT, 0), '\\');
	check_eq(u32, german(PS2_K_ISO, PS2_HELD_RIGHT_ALT, 0), '|');
	check_eq(u32, german(PS2_K_A, PS2_HELD_RIGHT_ALT, 0), 0);
	check_eq(u32, german(PS2_K_ISO, PS2_HELD_LEFT_SHIFT, 0), '>');
	check_eq(u32, german(PS2_K_PAD_PERIOD, 0, PS2_KBD_NUM_LOCK), ',');
	check_eq(u32, us(PS2_K_E, PS2_HELD_RIGHT_ALT, 0), 'e', "no such key on a US one");
}

Test(ps2_layout, all_of_ascii_can_be_typed_on_a_german_keyboard)
{
	static const unsigned held[] = { 0, PS2_HELD_LEFT_SHIFT, PS2_HELD_RIGHT_ALT };
	for (uint32_t c = ' '; c < 0x7f; c++) {
		unsigned ways = 0;
		for (unsigned key = 0; key < PS2_K_PRINT_SCREEN; key++)
			for (unsigned i = 0; i < 3; i++) ways += german(key, held[i], 0) == c;
		ways += german(PS2_K_ISO, 0, 0) == c;
		ways += german(PS2_K_ISO, PS2_HELD_LEFT_SHIFT, 0) == c;
		ways += german(PS2_K_ISO, PS2_HELD_RIGHT_ALT, 0) == c;
		check(c == ' ' ? ways >= 1 : ways == 1, "U+%04x: %u", c, ways);
	}
}

Test(ps2_layout, the_keypad_types_digits_while_num_lock_is_on_or_shift_held)
{
	check_eq(u32, us(PS2_K_PAD_1, 0, PS2_KBD_NUM_LOCK), '1');
	check_eq(u32, us(PS2_K_PAD_9, PS2_HELD_LEFT_SHIFT, 0), '9');
	check_eq(u32, us(PS2_K_PAD_0, 0, PS2_KBD_NUM_LOCK), '0');
	check_eq(u32, us(PS2_K_PAD_PERIOD, 0, PS2_KBD_NUM_LOCK), '.');
	check_eq(u32, us(PS2_K_PAD_5, 0, 0), 0);
	check_eq(u32, us(PS2_K_PAD_5, PS2_HELD_LEFT_SHIFT, PS2_KBD_NUM_LOCK), 0);
	check_eq(u32, us(PS2_K_PAD_SLASH, 0, 0), '/');
	check_eq(u32, us(PS2_K_PAD_ASTERISK, 0, 0), '*');
	check_eq(u32, us(PS2_K_PAD_MINUS, 0, 0), '-');
	check_eq(u32, us(PS2_K_PAD_PLUS, 0, 0), '+');
	check_eq(u32, us(PS2_K_PAD_ENTER, 0, 0), '\n');
	check_eq(u32, us(PS2_K_PAD_EQUALS, 0, 0), '=');
	check_eq(u32, us(PS2_K_PAD_COMMA, 0, 0), ',');
}

Test(ps2_layout, ctrl_makes_control_characters)
{
	for (unsigned i = 0; i < 26; i++)
		check_eq(u32, us(PS2_K_A + i, PS2_HELD_LEFT_CTRL, 0), i + 1);
	check_eq(u32, us(PS2_K_C, PS2_HELD_RIGHT_CTRL, PS2_KBD_CAPS_LOCK), 3);
	check_eq(u32, us(PS2_K_LEFT_BRACKET, PS2_HELD_LEFT_CTRL, 0), 0x1b);
	check_eq(u32, us(PS2_K_BACKSLASH, PS2_HELD_LEFT_CTRL, 0), 0x1c);
	check_eq(u32, us(PS2_K_1, PS2_HELD_LEFT_CTRL, 0), 0);
	check_eq(u32, german(PS2_K_Y, PS2_HELD_LEFT_CTRL, 0), 26, "by its character");
}

Test(ps2_layout, other_keys_and_releases_type_nothing)
{
	struct ps2_modifiers m = { 0 };
	struct ps2_key_event up = { PS2_K_A, false }, down = { PS2_K_A, true };
	check_eq(u32, ps2_layout_character(&ps2_layout_us, &m, &up), 0);
	check_eq(u32, us(PS2_K_F1, 0, 0), 0);
	check_eq(u32, us(PS2_K_LEFT_SHIFT, 0, 0), 0);
	check_eq(u32, us(PS2_K_DELETE, 0, 0), 0x7f);
	for (unsigned key = PS2_K_APPLICATION; key < 256; key++)
		if (key != PS2_K_PAD_EQUALS && key != PS2_K_PAD_COMMA)
			check_eq(u32, us(key, 0, 0), 0);
	check_eq(u32, ps2_layout_character(NULL, &m, &down), 0);
	check_eq(u32, ps2_layout_character(&ps2_layout_us, NULL, &down), 0);
	check_eq(u32, ps2_layout_character(&ps2_layout_us, &m, NULL), 0);
	check_eq(str, ps2_layout_us.name, "us");
	check_eq(str, ps2_layout_german.name, "german");
}

/* ---- modifiers ---- */

static bool track(struct ps2_modifiers *m, unsigned key, bool pressed)
{
	struct ps2_key_event e = { (uint8_t)key, pressed };
	return ps2_modifiers_track(m, &e);
}

Test(ps2_layout, each_modifier_is_tracked_by_itself)
{
	struct ps2_modifiers m = { 0 };
	for (unsigned i = 0; i < 8; i++) {
		check(!track(&m, PS2_K_LEFT_CTRL + i, true));
		check_eq(u8, m.held, (2u << i) - 1);
	}
	track(&m, PS2_K_LEFT_SHIFT, false);
	check_eq(u8, m.held, 0xff & ~PS2_HELD_LEFT_SHIFT);
}

Test(ps2_layout, locks_change_when_their_key_goes_down_not_when_it_repeats)
{
	struct ps2_modifiers m = { 0 };
	check(track(&m, PS2_K_CAPS_LOCK, true));
	check(!track(&m, PS2_K_CAPS_LOCK, true), "a repeat");
	check(!track(&m, PS2_K_CAPS_LOCK, false));
	check_eq(u8, m.locks, PS2_KBD_CAPS_LOCK);
	check(track(&m, PS2_K_NUM_LOCK, true));
	check(track(&m, PS2_K_SCROLL_LOCK, true));
	check_eq(u8, m.locks, 7);
	check(track(&m, PS2_K_CAPS_LOCK, true));
	check_eq(u8, m.locks, PS2_KBD_NUM_LOCK | PS2_KBD_SCROLL_LOCK);
	m.locks = 0;
	check(!track(&m, PS2_K_A, true), "no other key is a lock");
	check_eq(u8, m.locks, 0);
	check(!track(NULL, PS2_K_CAPS_LOCK, true));
	check(!ps2_modifiers_track(&m, NULL));
}

Test(ps2_layout, german_signs_are_on_their_keys)
{
	static const struct {
		uint8_t key;
		uint32_t plain, shift;
	} keys[] = { { PS2_K_GRAVE, '^', 0xb0 },        { PS2_K_MINUS, 0xdf, '?' },
		     { PS2_K_EQUALS, 0xb4, '`' },       { PS2_K_LEFT_BRACKET, 0xfc, 0xdc },
		     { PS2_K_RIGHT_BRACKET, '+', '*' }, { PS2_K_SEMICOLON, 0xf6, 0xd6 },
		     { PS2_K_QUOTE, 0xe4, 0xc4 },       { PS2_K_BACKSLASH, '#', '\'' },
		     { PS2_K_ISO, '<', '>' },           { PS2_K_COMMA, ',', ';' },
		     { PS2_K_PERIOD, '.', ':' },        { PS2_K_SLASH, '-', '_' } };
	for (unsigned i = 0; i < ARRAY_SIZE(keys); i++) {
		check_eq(u32, german(keys[i].key, 0, 0), keys[i].plain, "%u", i);
		check_eq(u32, german(keys[i].key, PS2_HELD_LEFT_SHIFT, 0), keys[i].shift);
	}
}

/* The characters with AltGr, which keys show at the lower right; from left to right and top to
 * bottom. */
Test(ps2_layout, alt_gr_gives_what_the_keys_show_and_nothing_else)
{
	static const struct {
		uint8_t key;
		uint32_t shows;
	} german_keys[] = { { PS2_K_2, 0xb2 },     { PS2_K_3, 0xb3 },
			    { PS2_K_7, '{' },      { PS2_K_8, '[' },
			    { PS2_K_9, ']' },      { PS2_K_0, '}' },
			    { PS2_K_MINUS, '\\' }, { PS2_K_Q, '@' },
			    { PS2_K_E, 0x20ac },   { PS2_K_RIGHT_BRACKET, '~' },
			    { PS2_K_ISO, '|' },    { PS2_K_M, 0xb5 } };
	for (unsigned key = 0; key < PS2_LAYOUT_ROWS; key++) {
		uint32_t shows = 0;
		for (unsigned i = 0; i < ARRAY_SIZE(german_keys); i++)
			if (german_keys[i].key == key) shows = german_keys[i].shows;
		check_eq(u32, ps2_layout_german.row[key].alt_gr, shows, "%#x", key);
		check_eq(u32, ps2_layout_us.row[key].alt_gr, 0, "%#x", key);
	}
}
