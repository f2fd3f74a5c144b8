/* SPDX-License-Identifier: MIT */
#include "tests/unit/console/stimuli_fixture.h"

TestSuite(stimuli_play, .init = set_up, .fini = tear_down, .timeout = 60);

Test(stimuli_play, times_count_from_the_start)
{
	accept(MINE "at 1ms com1 receive 0x41\nat 1ms com2 receive 0x42 frame\n");
	clock_run_until(&machine.clock, 50 * MS);
	stimuli_start(&s);
	play_until(MS - 1);
	check_eq(u8, in(COM1 + AT_LSR) & RX_READY, 0);
	play_until(MS);
	check_eq(u8, in(COM1 + AT_LSR) & RX_READY, RX_READY);
	check_eq(u8, in(COM1), 0x41);
	check_eq(u8, in(COM2 + AT_LSR) & 0x1d, 0x09, "with its framing error");
	check_eq(u8, in(COM2), 0x42);
}

Test(stimuli_play, nothing_plays_before_the_start)
{
	accept(MINE "at 1ms com1 receive 0x41\n");
	clock_run_until(&machine.clock, 50 * MS);
	check_eq(u8, in(COM1 + AT_LSR) & RX_READY, 0);
	stimuli_start(&s);
	play_until(10 * MS);
	check_eq(u8, in(COM1 + AT_LSR) & RX_READY, RX_READY);
}

Test(stimuli_play, stimuli_can_be_played_again)
{
	accept(MINE "at 1ms com1 receive 0x41\nat 2ms com1 receive 0x42\n");
	for (unsigned i = 0; i < 2; i++) {
		stimuli_start(&s);
		play_until(MS);
		check_eq(u8, in(COM1), 0x41);
		play_until(2 * MS);
		check_eq(u8, in(COM1), 0x42);
	}
}

Test(stimuli_play, a_string_arrives_byte_by_byte)
{
	accept(MINE "at 1ms com1 receive \"xy\"\n");
	stimuli_start(&s);
	play_until(MS);
	check_eq(u8, in(COM1), 'x');
	play_until(MS + CHARACTER_NS - 1);
	check_eq(u8, in(COM1 + AT_LSR) & RX_READY, 0);
	play_until(MS + CHARACTER_NS);
	check_eq(u8, in(COM1), 'y');
}

Test(stimuli_play, overdue_stimuli_play_in_order)
{
	out(COM1 + 2, 1); /* FIFO on */
	accept(MINE "at 3ms com1 receive 3\nat 1ms com1 receive 1\nat 2ms com1 receive 2\n");
	stimuli_start(&s);
	clock_advance(&machine.clock, 100 * MS);
	clock_run(&machine.clock);
	for (uint8_t i = 1; i <= 3; i++) check_eq(u8, in(COM1), i);
}

Test(stimuli_play, modem_lines_reach_the_uart)
{
	accept(MINE "at 1ms com1 lines cts\nat 2ms com1 lines dsr\nat 3ms com1 lines ri\n"
		    "at 4ms com1 lines dcd\nat 5ms com1 lines none\n");
	stimuli_start(&s);
	for (unsigned i = 0; i < 4; i++) {
		play_until((i + 1) * MS);
		check_eq(u8, in(COM1 + AT_MSR) & 0xf0, 0x10 << i);
	}
	play_until(5 * MS);
	check_eq(u8, in(COM1 + AT_MSR) & 0xf0, 0);
}

Test(stimuli_play, keys_reach_the_controller)
{
	accept(MINE "at 1ms keyboard press a\n");
	stimuli_start(&s);
	play_until(MS + KEY_FEED_NS - 1);
	check_eq(u8, in(0x64) & KBC_OBF, 0, "a typist's pace");
	play_until(MS + KEY_FEED_NS + 2 * MS);
	check_eq(u8, in(0x64) & (KBC_OBF | KBC_AUX), KBC_OBF);
	check_eq(u8, in(0x60), 0x1e);
	play_until(MS + 2 * KEY_FEED_NS + 2 * MS);
	check_eq(u8, in(0x60), 0x9e);
	check_eq(str, s.error, "");
}

Test(stimuli_play, keys_that_nobody_could_type_are_reported)
{
	char text[16384] = MINE;

	for (unsigned i = 0; i < 300; i++) strcat(text, "at 1ms keyboard press ctrl+alt+a\n");
	accept(text);
	stimuli_start(&s);
	play_until(2 * MS);
	check_eq(str, s.error, "press: too many keys at once");
}

Test(stimuli_play, the_mouse_moves)
{
	accept(MINE "at 1ms mouse move 3 -2\n");
	out(0x64, 0xa8); /* enables the mouse's port */
	pc_of(&machine)->mouse.s.reporting = true;
	stimuli_start(&s);
	play_until(100 * MS);
	check_eq(u8, in(0x64) & (KBC_OBF | KBC_AUX), KBC_OBF | KBC_AUX);
	check_eq(u8, in(0x60), 0x28, "y is negative");
	play_until(101 * MS);
	check_eq(u8, in(0x60), 3);
	play_until(102 * MS);
	check_eq(u8, in(0x60), 0xfe);
}

/* ---- the mouse ---- */

/* Enables the mouse's port and its reports; no byte is pending. */
static void start_mouse(const char *text)
{
	accept(text);
	out(0x64, 0xa8);
	pc_of(&machine)->mouse.s.reporting = true;
	stimuli_start(&s);
}

static void expect_report(uint8_t first, uint8_t x, uint8_t y)
{
	uint64_t now = clock_now(&machine.clock);
	check_eq(u8, in(0x64) & (KBC_OBF | KBC_AUX), KBC_OBF | KBC_AUX);
	check_eq(u8, in(0x60), first);
	clock_run_until(&machine.clock, now + MS);
	check_eq(u8, in(0x60), x);
	clock_run_until(&machine.clock, now + 2 * MS);
	check_eq(u8, in(0x60), y);
}

Test(stimuli_play, buttons_are_held_until_they_are_let_go)
{
	start_mouse(MINE "at 1ms mouse buttons left middle\nat 100ms mouse move 1 1\n"
			 "at 200ms mouse buttons none\n");
	play_until(50 * MS);
	expect_report(0x08 | 5, 0, 0);
	play_until(150 * MS);
	expect_report(0x08 | 5, 1, 1);
	play_until(250 * MS);
	expect_report(0x08, 0, 0);
	play_until(400 * MS);
	check_eq(u8, in(0x64) & KBC_OBF, 0);
}

Test(stimuli_play, the_wheel_turns_where_there_is_one)
{
	start_mouse(MINE "at 1ms mouse wheel 3\nat 100ms mouse wheel -2\n");
	play_until(50 * MS);
	check_eq(u8, in(0x64) & KBC_OBF, 0, "the extension is off");
	pc_of(&machine)->mouse.s.id = 3;
	play_until(150 * MS);
	expect_report(0x08, 0, 0);
	clock_run_until(&machine.clock, clock_now(&machine.clock) + MS);
	check_eq(u8, in(0x60), 0xfe);
}

/* ---- unplugging ---- */

static struct bus_decoder ports, memory;

static void expect_same_ranges(const struct bus_decoder *a, const struct bus_decoder *b)
{
	require_eq(sz, a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		check_eq(u64, a->range[i].base, b->range[i].base);
		check_eq(u64, a->range[i].size, b->range[i].size);
		check_eq(u64, a->range[i].offset, b->range[i].offset);
		check_eq(ptr, a->range[i].dev, b->range[i].dev);
		check_eq(str, a->range[i].name, b->range[i].name);
	}
}

/* Unplugs all devices at once, those with the most ranges among them. */
Test(stimuli_play, every_device_comes_back_at_all_its_places)
{
	char text[16384] = MINE, *at = text + strlen(text);
	size_t left = 0;

	for (unsigned ms = 1; ms <= 2; ms++)
		for (size_t i = 0; i < machine.n_devices; i++)
			at += sprintf(at, "at %ums %s %s\n", ms, ms == 1 ? "unplug" : "plug",
				      machine.device[i]->instance);
	accept(text);
	ports = machine.bus.port;
	memory = machine.bus.memory;
	stimuli_start(&s);
	play_until(MS);
	for (size_t i = 0; i < machine.bus.port.n; i++)
		left += machine.bus.port.range[i].dev != NULL;
	for (size_t i = 0; i < machine.bus.memory.n; i++)
		left += machine.bus.memory.range[i].dev != NULL;
	check_lt(sz, left, 10, "few ranges stay: %zu", left);
	check_eq(ptr, bus_find(&machine.bus, BUS_MEMORY, 0xb8000), NULL);
	check_eq(u8, in(COM1 + AT_LSR), 0xff);
	check_gt(sz, s.n_unplugged, 16);
	play_until(2 * MS);
	expect_same_ranges(&machine.bus.port, &ports);
	expect_same_ranges(&machine.bus.memory, &memory);
	check_eq(sz, s.n_unplugged, 0);
	check_eq(str, s.error, "");
}

Test(stimuli_play, only_the_named_device_is_unplugged_and_plugged)
{
	accept(MINE "at 1ms unplug com1\nat 2ms unplug com2\nat 3ms plug com1\nat 4ms plug com2\n");
	stimuli_start(&s);
	out(COM1 + 7, 0x5a);
	play_until(MS);
	check_eq(u8, in(COM1 + 7), 0xff);
	check_eq(u8, in(COM2 + AT_LSR), 0x60);
	play_until(2 * MS);
	check_eq(u8, in(COM2 + AT_LSR), 0xff);
	play_until(3 * MS);
	check_eq(u8, in(COM1 + 7), 0x5a, "it kept its state");
	check_eq(u8, in(COM2 + AT_LSR), 0xff);
	play_until(4 * MS);
	check_eq(u8, in(COM2 + AT_LSR), 0x60);
}

Test(stimuli_play, unplugging_twice_or_plugging_what_is_plugged_does_nothing)
{
	ports = machine.bus.port;
	accept(MINE "at 1ms plug com1\nat 2ms unplug com1\nat 3ms unplug com1\nat 4ms plug com1\n"
		    "at 5ms plug com1\n");
	stimuli_start(&s);
	play_until(5 * MS);
	expect_same_ranges(&machine.bus.port, &ports);
	check_eq(str, s.error, "");
}

Test(stimuli_play, more_than_can_be_unplugged_is_reported)
{
	accept(MINE "at 1ms unplug com1\n");
	s.n_unplugged = STIMULI_MAX_RANGES;
	stimuli_start(&s);
	play_until(MS);
	check_ne(ptr, strstr(s.error, "unplug: more than"), NULL, "%s", s.error);
}

Test(stimuli_play, a_place_that_was_taken_meanwhile_is_reported)
{
	accept(MINE "at 1ms unplug com1\nat 2ms plug com1\n");
	stimuli_start(&s);
	play_until(MS);
	require_eq(ptr, bus_map_absent(&machine.bus, BUS_PORT, COM1, 1, "squatter"), NULL);
	play_until(2 * MS);
	check_ne(ptr, strstr(s.error, "plug: com1 at 0x3f8"), NULL, "%s", s.error);
	check_ne(ptr, strstr(s.error, "overlaps squatter"), NULL, "%s", s.error);
}

Test(stimuli_play, cleared_they_are_gone_and_what_was_unplugged_is_back)
{
	ports = machine.bus.port;
	accept(MINE "at 1ms unplug com1\nat 2ms unplug com2\nat 2ms keyboard press a\n");
	stimuli_start(&s);
	play_until(2 * MS);
	check_gt(sz, s.n_unplugged, 0);
	check(!key_feed_idle(&s.keys));
	snprintf(s.error, sizeof(s.error), "as before");
	check(stimuli_clear(&s));
	expect_same_ranges(&machine.bus.port, &ports);
	check_eq(str, s.error, "");
	check_eq(sz, s.n, 0);
	check_eq(sz, s.n_unplugged, 0);
	check(key_feed_idle(&s.keys));
}

Test(stimuli_play, cleared_they_say_that_a_place_was_taken)
{
	accept(MINE "at 1ms unplug com1\n");
	stimuli_start(&s);
	play_until(MS);
	require_eq(ptr, bus_map_absent(&machine.bus, BUS_PORT, COM1, 1, "squatter"), NULL);
	check(!stimuli_clear(&s));
	check_eq(sz, s.n_unplugged, 0);
}
