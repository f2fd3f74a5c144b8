/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "tests/devices/hpet/model_fixture.h"

Test(hpet, the_register_table_is_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(hpet_regs, HPET_MODEL_N_REGS, &where);
	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
	check_eq(sz, reg_table_slots(hpet_regs, HPET_MODEL_N_REGS), HPET_MODEL_N_REGS);
}

Test(hpet, the_capabilities_are_those_of_an_ich9)
{
	uint64_t cap = rd(CAP);
	check_eq(u64, cap >> 32, 69841279);
	check_eq(u64, cap >> 16 & 0xffff, 0x8086);
	check_eq(u64, cap >> 8 & 0x1f, 3, "the number of the last timer");
	check_eq(u64, cap & 0xa0ff, 0xa001, "legacy routing, 64 bits, revision 1");
	check_eq(u32, rd32(CAP + 4), 0x0429b17f);
	check_eq(u64, rd(T0_CONF), 0x00f0000000000030);
	check_eq(u64, rd(T1_CONF), 0x00f0000000000000);
	check_eq(u64, rd(T2_CONF), 0x00f0080000000000);
	check_eq(u64, rd(T3_CONF), 0x00f0100000000000);
	check_eq(u64, rd(T0_COMP), UINT64_MAX);
	check_eq(u64, rd(T1_COMP), UINT32_MAX);
	check_eq(u32, lints.n, 0);
}

Test(hpet, ticks_and_times_are_exact)
{
	static const uint64_t some[] = { 0,
					 1,
					 2,
					 14318179,
					 14318180,
					 UINT32_MAX,
					 1u << 31,
					 UINT64_C(1) << 40,
					 UINT64_C(0x123456789abc) };
	for (unsigned i = 0; i < ARRAY_SIZE(some); i++) {
		uint64_t ns = hpet_model_tick_time(some[i]);
		check_eq(u64, hpet_model_ticks(ns), some[i]);
		if (some[i]) check_eq(u64, hpet_model_ticks(ns - 1), some[i] - 1);
	}
	check_eq(u64, hpet_model_ticks(69841279), 1000000,
		 "10^6 ticks are 69841279 ns: no remainder");
	check_eq(u64, hpet_model_ticks(UINT64_C(69841279) * 1000000000),
		 UINT64_C(1000000000000000));
	check_eq(u64, hpet_model_tick_time(UINT64_MAX), CLOCK_NEVER);
}

Test(hpet, the_counter_counts_only_while_enabled)
{
	pass(1000);
	check_eq(u64, rd(COUNTER), 0);
	wr(COUNTER, 0x123456789a);
	wr32(CONF, ENABLE);
	pass(1000);
	check_eq(u64, rd(COUNTER), 0x123456789a + 1000);
	check_eq(u32, rd32(COUNTER), 0x3456789a + 1000);
	check_eq(u32, rd32(COUNTER + 4), 0x12);
	wr32(CONF, 0);
	pass(1000);
	check_eq(u64, rd(COUNTER), 0x123456789a + 1000);
	check_eq(u32, lints.n, 0);
	check(!clock_armed(&vclock, hpet.timer), "nobody waits for it");
}

Test(hpet, a_second_of_the_counter_is_a_second)
{
	wr(CONF, ENABLE);
	clock_run_until(&vclock, UINT64_C(3600) * 1000000000);
	check_eq(u64, hpet_model_counter(&hpet), UINT64_C(3600000000000) * 1000000 / 69841279);
}

Test(hpet, the_counter_is_written_by_halves)
{
	wr32(COUNTER, 0x89abcdef);
	wr32(COUNTER + 4, 0x01234567);
	check_eq(u64, rd(COUNTER), 0x0123456789abcdef);
	check_eq(u32, lints.n, 0);
	wr32(CONF, ENABLE);
	pass(1000);
	wr32(COUNTER + 4, 5);
	lint_is("hpet.MAIN_CNT.running");
	check_eq(u64, rd(COUNTER), UINT64_C(0x0000000589abcdef) + 1000, "the low half ran on");
}

Test(hpet, the_counter_wraps)
{
	wr(COUNTER, UINT64_MAX - 9);
	wr(T0_COMP, 0);
	wr(T0_CONF, INT | ROUTE(20));
	wr(CONF, ENABLE);
	pass(10);
	check_eq(u64, rd(COUNTER), 0);
	check_eq(u32, rises[20], 1);
}

Test(hpet, a_one_shot_fires_at_its_tick_and_not_again)
{
	wr(T0_COMP, 1000);
	wr(T0_CONF, INT | ROUTE(20));
	wr(CONF, ENABLE);
	pass(999);
	check_eq(u32, rises[20], 0);
	pass(1);
	check_eq(u32, rises[20], 1);
	check_eq(u64, rise_ns, hpet_model_tick_time(1000));
	check(pins[20], "high until the next edge");
	pass(1000000);
	check_eq(u32, rises[20], 1);
	wr(T0_COMP, 1002000);
	pass(1000);
	check_eq(u32, rises[20], 2);
	check_eq(u64, rd(STATUS), 0, "an edge leaves no status");
	check_eq(u32, lints.n, 0);
}

Test(hpet, a_comparator_already_behind_waits_for_the_wrap)
{
	wr(COUNTER, 500);
	wr32(T1_COMP, 499);
	wr32(T1_CONF, INT | ROUTE(21));
	wr(CONF, ENABLE);
	pass(UINT32_MAX - 1);
	check_eq(u32, rises[21], 0);
	pass(1);
	check_eq(u32, rises[21], 1);
	pass(UINT64_C(1) << 32);
	check_eq(u32, rises[21], 2);
}

Test(hpet, a_comparator_equal_to_the_counter_waits_for_the_wrap)
{
	wr(COUNTER, 500);
	wr32(T1_COMP, 500);
	wr32(T1_CONF, INT | ROUTE(21));
	wr(CONF, ENABLE);
	pass(UINT32_MAX);
	check_eq(u32, rises[21], 0);
	pass(1);
	check_eq(u32, rises[21], 1);
}

Test(hpet, a_periodic_timer_adds_what_was_last_written)
{
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr(T0_COMP, 0x123);
	check_eq(u64, rd(T0_CONF) & VAL_SET, 0, "it clears itself");
	wr(CONF, ENABLE);
	pass(0x122);
	check_eq(u32, rises[20], 0);
	pass(1);
	check_eq(u32, rises[20], 1);
	check_eq(u64, rd(T0_COMP), 0x246);
	pass(0x123);
	check_eq(u32, rises[20], 2);
	check_eq(u64, rd(T0_COMP), 0x369);
	check_eq(u32, lints.n, 0);
}

Test(hpet, without_val_set_only_the_period_changes)
{
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr(T0_COMP, 5000);
	wr(T0_COMP, 100);
	check_eq(u64, rd(T0_COMP), 5000);
	wr(CONF, ENABLE);
	pass(5000);
	check_eq(u32, rises[20], 1);
	check_eq(u64, rd(T0_COMP), 5100);
	pass(1000);
	check_eq(u32, rises[20], 11);
	wr(T0_COMP, 250); /* allowed while it runs */
	pass(100);
	check_eq(u32, rises[20], 12);
	pass(1000);
	check_eq(u32, rises[20], 16);
	check_eq(u32, lints.n, 0);
}

Test(hpet, a_periodic_comparator_is_set_by_halves_with_val_set_twice)
{
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr32(T0_COMP, 0x10);
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr32(T0_COMP + 4, 2);
	check_eq(u64, rd(T0_COMP), 0x200000010);
	wr32(T0_COMP + 4, 7);
	check_eq(u64, rd(T0_COMP), 0x200000010, "the period alone");
}

Test(hpet, setting_a_periodic_timer_that_runs_is_a_lint)
{
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr(CONF, ENABLE);
	wr(T0_COMP, 1000);
	lint_is("hpet.TIM0_COMP.running");
}

Test(hpet, a_period_does_not_drift)
{
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr(T0_COMP, 14318); /* a period of about a millisecond */
	wr(CONF, ENABLE);
	clock_run_until(&vclock, UINT64_C(20) * 1000000000);
	uint64_t ticks = UINT64_C(20000000000) * 1000000 / 69841279;
	check_eq(u64, rises[20], ticks / 14318);
	check_eq(u64, rise_ns, hpet_model_tick_time(ticks / 14318 * 14318));
}

Test(hpet, a_period_of_zero_matches_once_a_wrap)
{
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | MODE32 | ROUTE(20));
	wr(T0_COMP, 0);
	wr(CONF, ENABLE);
	pass(1000000);
	check_eq(u32, rises[20], 0);
	pass(UINT64_C(1) << 32);
	check_eq(u32, rises[20], 1);
}

Test(hpet, timer_0_in_32_bit_mode_loses_its_upper_half)
{
	wr(T0_COMP, 0x1122334455667788);
	wr32(T0_CONF, MODE32 | INT | ROUTE(20));
	check_eq(u64, rd(T0_COMP), 0x55667788);
	wr(T0_COMP, UINT64_C(0x900000100));
	check_eq(u64, rd(T0_COMP), 0x100);
	wr(COUNTER, UINT64_C(0x700000000));
	wr(CONF, ENABLE);
	pass(0x100);
	check_eq(u32, rises[20], 1, "32 bits are compared");
	wr32(T0_CONF, 0);
	check_eq(u64, rd(T0_COMP), 0x100);
}

Test(hpet, a_timer_of_32_bits_has_no_upper_half)
{
	wr(T1_COMP, UINT64_C(0x500000010));
	check_eq(u64, rd(T1_COMP), 0x10);
	wr32(T1_CONF, MODE32);
	check_eq(u32, rd32(T1_CONF), 0, "the bit is fixed at 0");
	check_eq(u32, lints.n, 0, "and writing it allowed");
}

Test(hpet, what_a_timer_cannot_do_is_a_lint_and_is_not_done)
{
	wr32(T1_CONF, PERIODIC);
	lint_is("hpet.TIM1_CONF.periodic");
	check_eq(u32, rd32(T1_CONF), 0);
	wr32(T0_CONF, VAL_SET);
	lint_is("hpet.TIM0_CONF.val-set");
	check_eq(u32, rd32(T0_CONF), 0x30);
	wr32(T0_CONF, FSB);
	lint_is("hpet.TIM0_CONF.fsb");
	check_eq(u32, rd32(T0_CONF), 0x30);
	wr32(STATUS, 1);
	lint_is("hpet.GINTR_STA.edge");
}

Test(hpet, reserved_bits_widths_and_places_are_lints)
{
	wr32(CONF, 4);
	lint_is("hpet.GEN_CONF.reserved");
	wr32(T0_CONF, 1);
	lint_is("hpet.TIM0_CONF.reserved");
	wr32(STATUS, 0x10);
	lint_is("hpet.GINTR_STA.reserved");
	wr(CAP, 0);
	lint_is("hpet.GCAP_ID.readonly");
	bus_read(&bus, BUS_MEMORY, HPET_MODEL_BASE + COUNTER, 16);
	lint_is("hpet.MAIN_CNT.width");
	check_eq(u32, rd32(BEYOND), UINT32_MAX);
	lint_is("hpet.no-register");
	rd32(T0_FSB);
	lint_is("hpet.no-register");
}

Test(hpet, a_late_clock_loses_no_edge)
{
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr(T0_COMP, 10);
	wr(CONF, ENABLE);
	clock_advance(&vclock, hpet_model_tick_time(105)); /* a long block of instructions */
	clock_run(&vclock);
	check_eq(u32, rises[20], 10);
	check_eq(u64, rd(T0_COMP), 110);
}

Test(hpet, reset_halts_the_counter_and_lowers_the_pins)
{
	wr(COUNTER, 77);
	wr32(T0_CONF, INT);
	wr(T0_COMP, 100);
	wr(CONF, ENABLE | LEGACY);
	pass(100);
	check(pins[2]);
	hpet_model_reset(&hpet);
	check(!pins[2]);
	check(!legacy);
	check_eq(u64, rd(COUNTER), 0);
	check_eq(u64, rd(CONF), 0);
	check(!clock_armed(&vclock, hpet.timer));
	pass(100);
	check_eq(u64, rd(COUNTER), 0);
}

Test(hpet, a_copied_state_runs_the_same)
{
	struct hpet_model_state state;
	struct clock_state time;
	wr32(T0_CONF, INT | PERIODIC | VAL_SET | ROUTE(20));
	wr(T0_COMP, 1000);
	wr(CONF, ENABLE);
	pass(2500);
	state = hpet.s;
	time = vclock.s;
	pass(10000);
	unsigned first = rises[20];
	uint64_t count = rd(COUNTER);
	hpet.s = state;
	vclock.s = time;
	rises[20] = 2;
	pass(10000);
	check_eq(u32, rises[20], first);
	check_eq(u64, rd(COUNTER), count);
}

Test(hpet, garbage_does_no_harm, .timeout = 60)
{
	uint64_t r = 20041001;
	static const unsigned widths[] = { 8, 16, 32, 64 };
	for (unsigned i = 0; i < 200000; i++) {
		uint64_t at = HPET_MODEL_BASE + random_next(&r) % 0x200;
		unsigned width = widths[random_next(&r) % 4];
		if (random_next(&r) & 1)
			bus_read(&bus, BUS_MEMORY, at, width);
		else
			bus_write(&bus, BUS_MEMORY, at, width, random_any_size(&r));
		clock_advance(&vclock, random_next(&r) % 1000);
		clock_run(&vclock);
		require_eq(int, hpet.s.legacy, legacy);
		for (unsigned pin = 0; pin < HPET_MODEL_N_PINS; pin++)
			require_eq(int, hpet.s.pins >> pin & 1, pins[pin]);
	}
}
