/* SPDX-License-Identifier: MIT */
/* 8254 interval timer, against the mode definitions and figures 15 to 20 of Intel 231164. */
#include <string.h>

#include "devices/pit_8254/model.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

enum { CONTROL = 3, HZ = 1193182, SPK = 2 };

static struct hub hub;
static struct clock vclock;
static struct pit_8254_model pit;
static struct lint_log lints;
static bool out0;
static unsigned rises;
static uint64_t rise_at[64], fall_at[64];
static unsigned falls;

static void on_out0(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	if (level && !out0) rise_at[rises++ % 64] = clock_now(&vclock);
	if (!level && out0) fall_at[falls++ % 64] = clock_now(&vclock);
	out0 = level;
}

static void put(unsigned port, uint8_t v) { device_write(&pit.dev, port, 8, v, NULL, NULL); }
static uint8_t get(unsigned port) { return (uint8_t)device_read(&pit.dev, port, 8, NULL, NULL); }
static uint64_t tick(uint64_t n) { return clock_tick_time(n, HZ); }
static uint64_t pulses(void) { return clock_ticks(clock_now(&vclock), HZ); }
static void pass(uint64_t n) { clock_run_until(&vclock, tick(pulses() + n)); }
static uint8_t control(unsigned ch, unsigned rw, unsigned mode, unsigned bcd)
{
	return (uint8_t)(ch << 6 | rw << 4 | mode << 1 | bcd);
}

static void program(unsigned ch, unsigned mode, uint16_t count)
{
	put(CONTROL, control(ch, 3, mode, 0));
	put(ch, (uint8_t)count);
	put(ch, (uint8_t)(count >> 8));
}

static void power_on(void)
{
	static struct irq wires[3];

	wires[0] = (struct irq){ .set = on_out0 };
	clock_init(&vclock);
	hub.clock = &vclock;
	lint_log_start(&lints, &hub);
	pit_8254_model_init(&pit, "pit", &hub, &vclock, wires);
	pit_8254_model_set_gate(&pit, SPK, true);
}

TestSuite(i8254, .init = power_on, .timeout = 60);

/* Expects OUT ('H', 'L') and the count (decimal) after each of the following pulses. */
static void expect_run(unsigned ch, const char *levels, const uint16_t *counts)
{
	for (unsigned i = 0; levels[i]; i++) {
		pass(1);
		check_eq(int, pit_8254_model_out(&pit, ch), levels[i] == 'H', "OUT at pulse %u",
			 i + 1);
		check_eq(u16, pit_8254_model_count(&pit, ch), counts[i], "count at pulse %u",
			 i + 1);
	}
}
#define RUN(ch, levels, ...) expect_run(ch, levels, (const uint16_t[]){ __VA_ARGS__ })

Test(i8254, the_register_table_is_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(pit_8254_regs, PIT_8254_MODEL_N_REGS, &where);
	require(fault == NULL, "%s: %s", where->name, fault);
}

Test(i8254, the_control_register_cannot_be_read)
{
	check_eq(u8, get(CONTROL), 0xff);
	check_eq(str, lints.last, "i8254.CONTROL.writeonly");
}

Test(i8254, a_counter_must_be_programmed_before_use)
{
	(void)get(0);
	check_eq(str, lints.last, "i8254.COUNTER0.unprogrammed");
	put(2, 1);
	check_eq(str, lints.last, "i8254.COUNTER2.unprogrammed");
	put(CONTROL, 0x40);
	check_eq(str, lints.last, "i8254.COUNTER1.unprogrammed");
	check_eq(uint, lints.n, 3);
	put(CONTROL, 0xe8);
	(void)get(2);
	check_eq(uint, lints.n, 3, "status can always be read");
}

Test(i8254, bits_that_should_be_zero_are_reported)
{
	program(0, 2, 100);
	check_eq(uint, lints.n, 0);
	put(CONTROL, 0x0f);
	check_eq(str, lints.last, "i8254.CONTROL.reserved");
	check_eq(u64, lints.bits, 0x0f);
	(void)get(0);
	(void)get(0);
	put(CONTROL, 0xc3);
	check_eq(u64, lints.bits, 0x01);
	put(CONTROL, control(0, 3, 6, 0));
	check_eq(u64, lints.bits, 0x08);
	check_eq(uint, lints.n, 3);
	program(1, 2, 100);
	(void)device_read(&pit.dev, 0, 16, NULL, NULL);
	check_eq(str, lints.last, "i8254.COUNTER0.width");
}

static void expect_last(unsigned n, const char *id)
{
	check_eq(uint, lints.n, n, "%s", id);
	check_eq(str, lints.last, id);
}

Test(i8254, a_count_read_on_the_run_is_reported, .description = "ZT 8809A p. 11-8")
{
	program(2, 0, 1000);
	(void)get(2);
	check_eq(uint, lints.n, 0, "the count is not loaded yet");
	(void)get(2);
	pass(10);
	(void)get(2);
	expect_last(1, "i8254.COUNTER2.unlatched");
	(void)get(2);
	check_eq(uint, lints.n, 1, "once for both bytes");
	put(CONTROL, control(2, 1, 2, 0)); /* the low byte alone */
	put(2, 100);
	pass(10);
	(void)get(2);
	(void)get(2);
	expect_last(3, "i8254.COUNTER2.unlatched");
}

Test(i8254, a_count_read_at_rest_is_in_order, .description = "ZT 8809A p. 11-8")
{
	program(2, 2, 1000);
	pass(10);
	put(CONTROL, control(2, 0, 0, 0));
	(void)get(2);
	pass(10);
	(void)get(2);
	put(CONTROL, 0xc8); /* read-back of status and count */
	for (unsigned i = 0; i < 3; i++) (void)get(2);
	pit_8254_model_set_gate(&pit, SPK, false);
	(void)get(2);
	(void)get(2);
	check_eq(uint, lints.n, 0);
}

Test(i8254, a_count_latched_twice_is_reported, .description = "ZT 8809A p. 11-10")
{
	program(0, 2, 1000);
	pass(10);
	put(CONTROL, control(0, 0, 0, 0));
	check_eq(uint, lints.n, 0);
	put(CONTROL, control(0, 0, 0, 0));
	expect_last(1, "i8254.COUNTER0.latched");
	check_eq(u64, lints.bits, 2);
	(void)get(0);
	put(CONTROL, 0xd2); /* read-back of the count */
	expect_last(2, "i8254.COUNTER0.latched");
	check_eq(u64, lints.bits, 1);
	(void)get(0);
	put(CONTROL, 0xd2);
	(void)get(0);
	(void)get(0);
	check_eq(uint, lints.n, 2);
}

Test(i8254, a_latch_between_two_reads_is_reported, .description = "ZT 8809A p. 11-10")
{
	program(1, 2, 1000);
	(void)get(1);
	put(CONTROL, control(1, 0, 0, 0));
	expect_last(1, "i8254.COUNTER1.half-read");
	program(1, 2, 1000);
	put(CONTROL, control(1, 0, 0, 0));
	put(CONTROL, control(0, 3, 2, 0));
	(void)get(1);
	(void)get(1);
	(void)get(1);
	(void)get(1);
	put(CONTROL, control(1, 0, 0, 0));
	check_eq(uint, lints.n, 1, "pairs of reads are in order");
}

Test(i8254, half_a_count_is_reported, .description = "ZT 8809A p. 11-6")
{
	put(CONTROL, control(2, 3, 3, 0));
	put(2, 0x34);
	put(CONTROL, control(0, 3, 2, 0));
	check_eq(uint, lints.n, 0, "another counter's");
	put(CONTROL, control(2, 3, 3, 0));
	expect_last(1, "i8254.COUNTER2.half-written");
	put(2, 0x34);
	put(CONTROL, control(2, 0, 0, 0));
	(void)get(2);
	put(2, 0x12);
	(void)get(2);
	put(CONTROL, control(2, 1, 3, 0)); /* the low byte alone */
	put(2, 0x34);
	put(CONTROL, control(2, 2, 3, 0)); /* the high byte alone */
	put(2, 0x12);
	program(2, 0, 1000);
	check_eq(uint, lints.n, 1, "reads may come between");
}

Test(i8254, counts_out_of_range_are_reported)
{
	program(0, 2, 1);
	check_eq(str, lints.last, "i8254.COUNTER0.range");
	program(0, 3, 1);
	check_eq(uint, lints.n, 2);
	put(CONTROL, control(1, 3, 0, 1));
	put(1, 0x1a);
	put(1, 0x00);
	check_eq(str, lints.last, "i8254.COUNTER1.bcd");
	check_eq(uint, lints.n, 3);
	rises = 0;
	pass(100);
	check_eq(uint, rises, 0, "a count of one never toggles");
}

Test(i8254, mode_0_rises_n_plus_1_pulses_after_the_count)
{
	put(CONTROL, control(SPK, 1, 0, 0));
	check(!pit_8254_model_out(&pit, SPK));
	put(SPK, 4);
	RUN(SPK, "LLLLHHH", 4, 3, 2, 1, 0, 0xffff, 0xfffe);
}

Test(i8254, mode_0_stops_while_gate_is_low)
{
	put(CONTROL, control(SPK, 1, 0, 0));
	put(SPK, 3);
	RUN(SPK, "LL", 3, 2);
	pit_8254_model_set_gate(&pit, SPK, false);
	RUN(SPK, "LLL", 2, 2, 2);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "LHH", 1, 0, 0xffff);
}

Test(i8254, mode_0_loads_even_while_gate_is_low)
{
	pit_8254_model_set_gate(&pit, SPK, false);
	put(CONTROL, control(SPK, 1, 0, 0));
	put(SPK, 2);
	RUN(SPK, "LL", 2, 2);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "LH", 1, 0);
}

Test(i8254, mode_0_first_byte_of_a_new_count_stops_the_counting)
{
	program(SPK, 0, 3);
	pass(4);
	check(pit_8254_model_out(&pit, SPK));
	put(SPK, 2);
	check(!pit_8254_model_out(&pit, SPK), "at once, without a CLK pulse");
	RUN(SPK, "LL", 0, 0);
	put(SPK, 0);
	RUN(SPK, "LLH", 2, 1, 0);
}

Test(i8254, mode_1_gives_one_pulse_of_n_per_trigger)
{
	pit_8254_model_set_gate(&pit, SPK, false);
	put(CONTROL, control(SPK, 1, 1, 0));
	put(SPK, 3);
	pass(5);
	check(pit_8254_model_out(&pit, SPK), "armed, no trigger yet");
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "LLLHH", 3, 2, 1, 0, 0xffff);
	pit_8254_model_set_gate(&pit, SPK, false);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "LL", 3, 2);
	pit_8254_model_set_gate(&pit, SPK, false);
	put(SPK, 2); /* for the next trigger only */
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "LLH", 2, 1, 0);
}

Test(i8254, mode_2_divides_by_n)
{
	put(CONTROL, control(SPK, 1, 2, 0));
	check(pit_8254_model_out(&pit, SPK));
	put(SPK, 3);
	RUN(SPK, "HHLHHLHH", 3, 2, 1, 3, 2, 1, 3, 2);
}

Test(i8254, mode_2_takes_a_new_count_at_the_end_of_the_cycle)
{
	put(CONTROL, control(SPK, 1, 2, 0));
	put(SPK, 4);
	RUN(SPK, "HH", 4, 3);
	put(SPK, 2);
	RUN(SPK, "HLHLHL", 2, 1, 2, 1, 2, 1);
}

Test(i8254, mode_2_gate_raises_out_and_restarts)
{
	put(CONTROL, control(SPK, 1, 2, 0));
	put(SPK, 3);
	RUN(SPK, "HHL", 3, 2, 1);
	pit_8254_model_set_gate(&pit, SPK, false);
	check(pit_8254_model_out(&pit, SPK));
	RUN(SPK, "HH", 1, 1);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "HHLH", 3, 2, 1, 3);
}

Test(i8254, mode_3_even_counts_are_symmetric)
{
	put(CONTROL, control(SPK, 1, 3, 0));
	put(SPK, 4);
	RUN(SPK, "HHLLHHLL", 4, 2, 4, 2, 4, 2, 4, 2);
}

Test(i8254, mode_3_odd_counts_are_high_one_pulse_longer)
{
	put(CONTROL, control(SPK, 1, 3, 0));
	put(SPK, 5);
	RUN(SPK, "HHHLLHHHLL", 4, 2, 0, 4, 2, 4, 2, 0, 4, 2);
}

Test(i8254, mode_3_takes_a_new_count_at_the_end_of_the_half_cycle)
{
	put(CONTROL, control(SPK, 1, 3, 0));
	put(SPK, 6);
	RUN(SPK, "HH", 6, 4);
	put(SPK, 4);
	RUN(SPK, "HLLHH", 2, 4, 2, 4, 2);
}

Test(i8254, mode_3_gate_raises_out_and_restarts)
{
	put(CONTROL, control(SPK, 1, 3, 0));
	put(SPK, 4);
	RUN(SPK, "HHL", 4, 2, 4);
	pit_8254_model_set_gate(&pit, SPK, false);
	check(pit_8254_model_out(&pit, SPK));
	pass(10);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "HHLL", 4, 2, 4, 2);
}

Test(i8254, mode_4_strobes_for_one_pulse)
{
	put(CONTROL, control(SPK, 1, 4, 0));
	put(SPK, 3);
	RUN(SPK, "HHHLHH", 3, 2, 1, 0, 0xffff, 0xfffe);
	put(SPK, 2);
	RUN(SPK, "HHLH", 2, 1, 0, 0xffff);
}

Test(i8254, mode_4_gate_holds_the_count)
{
	put(CONTROL, control(SPK, 1, 4, 0));
	put(SPK, 2);
	RUN(SPK, "H", 2);
	pit_8254_model_set_gate(&pit, SPK, false);
	RUN(SPK, "HHH", 2, 2, 2);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "HLH", 1, 0, 0xffff);
}

Test(i8254, mode_5_strobes_after_a_trigger)
{
	pit_8254_model_set_gate(&pit, SPK, false);
	put(CONTROL, control(SPK, 1, 5, 0));
	put(SPK, 2);
	pass(5);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "HH", 2, 1);
	pit_8254_model_set_gate(&pit, SPK, false);
	pit_8254_model_set_gate(&pit, SPK, true);
	RUN(SPK, "HHLH", 2, 1, 0, 0xffff);
}

Test(i8254, zero_is_the_largest_count)
{
	program(SPK, 2, 0);
	pass(1);
	check_eq(u16, pit_8254_model_count(&pit, SPK), 0);
	pass(1);
	check_eq(u16, pit_8254_model_count(&pit, SPK), 0xffff);
	pass(65534);
	check(!pit_8254_model_out(&pit, SPK));
	pass(1);
	check(pit_8254_model_out(&pit, SPK));
}

Test(i8254, bcd_counts_in_digits)
{
	put(CONTROL, control(SPK, 3, 2, 1));
	put(SPK, 0x00);
	put(SPK, 0x10);
	RUN(SPK, "HHH", 0x1000, 0x0999, 0x0998);
	put(CONTROL, control(SPK, 3, 0, 1));
	put(SPK, 0x00);
	put(SPK, 0x00);
	RUN(SPK, "LL", 0x0000, 0x9999);
	pass(9999);
	check(pit_8254_model_out(&pit, SPK));
	RUN(SPK, "H", 0x9999);
}

Test(i8254, single_byte_access_leaves_the_other_byte_zero)
{
	put(CONTROL, control(SPK, 2, 2, 0));
	put(SPK, 0x12);
	pass(1);
	check_eq(u16, pit_8254_model_count(&pit, SPK), 0x1200);
	pass(1);
	check_eq(u8, get(SPK), 0x11);
	check_eq(u8, get(SPK), 0x11, "always the high byte");
}

Test(i8254, two_byte_reads_alternate)
{
	program(SPK, 2, 0x1234);
	pass(1);
	check_eq(u8, get(SPK), 0x34);
	check_eq(u8, get(SPK), 0x12);
	check_eq(u8, get(SPK), 0x34);
}

Test(i8254, a_latched_count_stays_until_it_is_read)
{
	program(SPK, 2, 0x1234);
	pass(1);
	put(CONTROL, 0x80);
	pass(0x200);
	put(CONTROL, 0x80); /* ignored */
	check_eq(u8, get(SPK), 0x34);
	pass(3);
	check_eq(u8, get(SPK), 0x12);
	check_eq(u8, get(SPK), 0x31, "follows the counting element again");
}

Test(i8254, a_new_control_word_unlatches)
{
	program(SPK, 2, 0x1234);
	pass(1);
	put(CONTROL, 0x80);
	program(SPK, 2, 0x5678);
	pass(1);
	check_eq(u8, get(SPK), 0x78);
}

Test(i8254, read_back_latches_status_and_count_of_several_counters)
{
	program(0, 3, 0x1000);
	program(SPK, 0, 0x2000);
	put(CONTROL, 0xca);
	check_eq(u8, get(0), 0x80 | 0x40 | 0x36, "OUT high, count not loaded yet");
	pass(1);
	put(CONTROL, 0xea);
	check_eq(u8, get(0), 0x80 | 0x36, "status comes first");
	check_eq(u8, get(0), 0x00, "then the count latched before it was loaded");
	check_eq(u8, get(0), 0x00);
	check_eq(u8, get(0), 0x00, "then the counting element, 0x1000");
	check_eq(u8, get(0), 0x10);
	check_eq(u8, get(SPK), 0x40 | 0x30, "a status latch not read yet is kept");
	(void)get(SPK), (void)get(SPK);
	check_eq(u8, get(SPK), 0x00);
	check_eq(u8, get(SPK), 0x20);
}

Test(i8254, null_count_clears_when_the_count_is_loaded, .description = "82371AB 4.2.3.2")
{
	put(CONTROL, control(SPK, 1, 2, 0));
	put(CONTROL, 0xe8);
	check_eq(u8, get(SPK), 0xd4);
	put(SPK, 10);
	put(CONTROL, 0xe8);
	check_eq(u8, get(SPK), 0xd4);
	pass(1);
	put(CONTROL, 0xe8);
	check_eq(u8, get(SPK), 0x94);
	put(SPK, 5);
	put(CONTROL, 0xe8);
	check_eq(u8, get(SPK), 0xd4);
	pass(10);
	put(CONTROL, 0xe8);
	check_eq(u8, get(SPK), 0x94);
}

Test(i8254, mode_2_drives_one_edge_per_period_to_the_nanosecond)
{
	clock_run_until(&vclock, 1000);
	uint64_t load = pulses() + 1;
	program(0, 2, 11932); /* 100 Hz */
	rises = falls = 0;
	clock_run_until(&vclock, UINT64_C(100000000));
	require_eq(uint, rises, 9);
	for (unsigned i = 0; i < rises; i++) {
		check_eq(u64, fall_at[i], tick(load + 11932u * (i + 1) - 1));
		check_eq(u64, rise_at[i], tick(load + 11932u * (i + 1)));
	}
}

Test(i8254, mode_3_drives_one_rise_per_period)
{
	uint64_t load = pulses() + 1;
	program(0, 3, 11933);
	rises = falls = 0;
	clock_run_until(&vclock, UINT64_C(50000000));
	require_eq(uint, rises, 4);
	check_eq(u64, fall_at[0], tick(load + 5967));
	check_eq(u64, rise_at[0], tick(load + 11933));
	check_eq(u64, rise_at[3], tick(load + 4 * 11933));
}

Test(i8254, mode_0_and_mode_4_fire_once)
{
	program(0, 0, 1000);
	rises = falls = 0;
	clock_run_until(&vclock, UINT64_C(200000000));
	check_eq(uint, rises, 1);
	check_eq(u64, rise_at[0], tick(1001));
	uint64_t load = pulses() + 1;
	program(0, 4, 1000);
	rises = falls = 0;
	clock_run_until(&vclock, UINT64_C(500000000));
	check_eq(uint, rises, 1);
	check_eq(u64, fall_at[0], tick(load + 1000));
	check_eq(u64, rise_at[0], tick(load + 1001));
}

Test(i8254, late_timers_lose_no_edge)
{
	program(0, 2, 100);
	rises = 0;
	clock_advance(&vclock, tick(1001));
	clock_run(&vclock);
	check_eq(uint, rises, 10);
}

Test(i8254, reset_stops_everything_but_keeps_the_gates)
{
	program(0, 2, 100);
	pit_8254_model_reset(&pit);
	check(!clock_armed(&vclock, pit.timer[0]));
	check(pit.s.counter[SPK].gate);
	check(!pit_8254_model_out(&pit, 0));
}

/* The counters skip pulses; a second 8254 that is stepped pulse by pulse must have the same result.
 */

static uint32_t dice;
static uint32_t roll(uint32_t n)
{
	dice = dice * 1664525u + 1013904223u;
	return (dice >> 8) % n;
}

static void same_operation(struct pit_8254_model *p, unsigned what, uint8_t a, uint8_t b)
{
	switch (what) {
	case 0:
		device_write(&p->dev, CONTROL, 8, control(SPK, 1 + a % 3, b % 6, a & b & 1), NULL,
			     NULL);
		break;
	case 1: pit_8254_model_set_gate(p, SPK, a & 1); break;
	case 2: (void)device_read(&p->dev, SPK, 8, NULL, NULL); break;
	default: device_write(&p->dev, SPK, 8, a % 10, NULL, NULL); break;
	}
}

Test(i8254, jumping_equals_stepping)
{
	static struct pit_8254_model twin;
	static struct clock twin_clock;

	clock_init(&twin_clock);
	pit_8254_model_init(&twin, "twin", NULL, &twin_clock, NULL);
	pit_8254_model_set_gate(&twin, SPK, true);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned what = roll(6);
		uint8_t a = (uint8_t)roll(256), b = (uint8_t)roll(256);
		uint64_t then = pulses() + roll(40);
		same_operation(&pit, what, a, b);
		same_operation(&twin, what, a, b);
		clock_run_until(&vclock, tick(then));
		while (clock_ticks(twin_clock.s.now_ns, HZ) < then) {
			clock_run_until(&twin_clock,
					tick(clock_ticks(twin_clock.s.now_ns, HZ) + 1));
			(void)pit_8254_model_out(&twin, SPK);
		}
		require_eq(int, pit_8254_model_out(&pit, SPK), pit_8254_model_out(&twin, SPK),
			   "step %u", i);
		require_eq(u16, pit_8254_model_count(&pit, SPK), pit_8254_model_count(&twin, SPK),
			   "step %u", i);
	}
	check(memcmp(&pit.s.counter[SPK].ce, &twin.s.counter[SPK].ce, sizeof(uint32_t)) == 0);
}

static unsigned twin_rises;

static void on_twin_out0(void *ctx, unsigned n, bool level)
{
	bool *was = ctx;

	(void)n;
	twin_rises += level && !*was;
	*was = level;
}

Test(i8254, a_copied_state_goes_on_identically)
{
	static struct pit_8254_model twin;
	static struct clock twin_clock;
	static bool twin_level;
	struct irq wires[3] = { { .set = on_twin_out0, .ctx = &twin_level } };

	program(0, 3, 1001);
	program(SPK, 2, 77);
	pass(12345);
	put(CONTROL, 0xc8);
	clock_init(&twin_clock);
	pit_8254_model_init(&twin, "twin", NULL, &twin_clock, wires);
	memcpy(twin.dev.state, pit.dev.state, twin.dev.state_size);
	twin_clock.s = vclock.s;
	rises = twin_rises = 0;
	twin_level = out0;
	pass(54321);
	clock_run_until(&twin_clock, vclock.s.now_ns);
	check_eq(uint, rises, 54);
	check_eq(uint, twin_rises, rises);
	for (unsigned i = 0; i < 4; i++)
		check_eq(u8, (uint8_t)device_read(&twin.dev, SPK, 8, NULL, NULL), get(SPK));
	check_eq(u16, pit_8254_model_count(&twin, 0), pit_8254_model_count(&pit, 0));
	check(memcmp(&twin.s, &pit.s, sizeof twin.s) == 0);
}
