/* SPDX-License-Identifier: MIT */
/* 8254 interval timer: how the counters count, against the mode definitions and figures 15 to 20 of
 * Intel 231164. */
#include "tests/devices/pit_8254/model_fixture.h"

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
