/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/console/keys.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

static struct clock clk;
static struct key_feed feed;
static char moves[256];

static void move(void *ctx, uint16_t code, bool down)
{
	(void)ctx;
	size_t len = strlen(moves);
	snprintf(moves + len, sizeof(moves) - len, "%c%x ", down ? '+' : '-', code);
}

static void power_on(void)
{
	clock_init(&clk);
	key_feed_init(&feed, &clk, move, NULL);
	moves[0] = '\0';
}

TestSuite(keys, .init = power_on, .timeout = 60);

Test(keys, names_become_make_codes)
{
	struct key_chord c;
	require(keys_parse("enter", &c));
	check_eq(sz, c.n, 1);
	check_eq(u16, c.code[0], 0x5a);
	require(keys_parse("Ctrl+Alt+Delete", &c));
	require_eq(sz, c.n, 3);
	check_eq(u16, c.code[0], 0x14);
	check_eq(u16, c.code[1], 0x11);
	check_eq(u16, c.code[2], 0xe071);
	require(keys_parse("ctrl+C", &c));
	check_eq(u16, c.code[1], 0x21);
}

Test(keys, malformed_names_are_refused)
{
	struct key_chord c;
	static const char *const bad[] = { "", "+", "ctrl+", "+c", "entr", "a+b+c+d+e", "\xc3" };
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		check(!keys_parse(bad[i], &c), "accepted: '%s'", bad[i]);
}

Test(keys, every_printable_character_has_a_key)
{
	struct key_chord c;
	for (int ch = ' '; ch <= '~'; ch++) check(keys_for_char((char)ch, &c), "'%c'", ch);
	check(!keys_for_char('\0', &c));
	check(!keys_for_char('\x80', &c));
}

Test(keys, no_two_characters_share_a_chord)
{
	for (int a = ' '; a <= '~'; a++) {
		for (int b = a + 1; b <= '~'; b++) {
			struct key_chord x = { 0 };
			struct key_chord y = { 0 };
			keys_for_char((char)a, &x);
			keys_for_char((char)b, &y);
			bool same = x.n == y.n && memcmp(x.code, y.code, sizeof(x.code)) == 0;
			check(!same, "'%c' and '%c'", a, b);
		}
	}
}

Test(keys, a_capital_is_typed_with_shift_held)
{
	struct key_chord c;
	require(keys_for_char('A', &c));
	require(key_feed_press(&feed, &c));
	check(!key_feed_idle(&feed));
	clock_run_until(&clk, 4ull * KEY_FEED_NS - 1);
	check_eq(str, moves, "+12 +1c -1c ");
	clock_run_until(&clk, 4ull * KEY_FEED_NS);
	check_eq(str, moves, "+12 +1c -1c -12 ");
	check(key_feed_idle(&feed));
}

Test(keys, a_full_queue_takes_no_part_of_a_chord)
{
	struct key_chord c;
	require(keys_parse("ctrl+alt+delete", &c));
	size_t n = 0;
	while (key_feed_press(&feed, &c)) n++;
	check_eq(sz, n, KEY_FEED_SIZE / 6);
	check_eq(u32, feed.s.len, n * 6);
}
