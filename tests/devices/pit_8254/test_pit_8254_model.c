/* SPDX-License-Identifier: MIT */
/* 8254 interval timer, against the mode definitions and figures 15 to 20 of Intel 231164. */
#include "tests/devices/pit_8254/model_fixture.h"

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
