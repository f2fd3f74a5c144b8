/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "tests/devices/lapic/model_fixture.h"

TestSuite(lapic_timer, .init = power_on, .timeout = 60);

Test(lapic_timer, one_shot_timer_fires_once_at_its_time)
{
	enable();
	wr(REG_TIMER, VECTOR);
	wr(REG_INITIAL, 1000);
	check_eq(u32, rd(REG_CURRENT), 1000);
	pass(400 * TICK);
	check_eq(u32, rd(REG_CURRENT), 600);
	pass(599 * TICK);
	check(!intr);
	pass(TICK);
	check(intr);
	check_eq(u32, rd(REG_CURRENT), 0);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	wr(REG_EOI, 0);
	pass(100000 * TICK);
	check(!intr);
	check_eq(u32, rd(REG_INITIAL), 1000);
}

Test(lapic_timer, periodic_timer_fires_every_period)
{
	unsigned fired = 0;
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_DIVIDE, DIVIDE_BY_2);
	wr(REG_INITIAL, 50);
	for (unsigned i = 0; i < 10; i++) {
		pass(100 * TICK);
		if (lapic_model_ack(&lapic) == VECTOR) fired++;
		wr(REG_EOI, 0);
	}
	check_eq(u32, fired, 10);
	pass(30 * TICK);
	check_eq(u32, rd(REG_CURRENT), 35);
}

Test(lapic_timer, every_divide_code_has_its_factor, .description = "SDM Vol. 3A figure 10-10")
{
	static const struct {
		uint8_t code;
		unsigned factor;
	} divides[] = { { 0x0, 2 },  { 0x1, 4 },  { 0x2, 8 },   { 0x3, 16 },
			{ 0x8, 32 }, { 0x9, 64 }, { 0xa, 128 }, { 0xb, 1 } };
	enable();
	for (unsigned i = 0; i < ARRAY_SIZE(divides); i++) {
		wr(REG_DIVIDE, divides[i].code);
		wr(REG_INITIAL, 100);
		pass((uint64_t)divides[i].factor * TICK * 7);
		check_eq(u32, rd(REG_CURRENT), 93, "code %x", divides[i].code);
	}
	check_eq(u32, lints, 0);
}

Test(lapic_timer, a_masked_timer_counts_but_sets_no_deadline)
{
	enable();
	wr(REG_TIMER, PERIODIC | MASKED | VECTOR);
	wr(REG_INITIAL, 100);
	check(!clock_armed(&vclock, lapic.timer));
	pass(250 * TICK);
	check_eq(u32, rd(REG_CURRENT), 50);
	check(!intr);
	wr(REG_TIMER, PERIODIC | VECTOR);
	pass(50 * TICK);
	check(intr);
}

Test(lapic_timer, writing_zero_to_the_initial_count_stops_the_timer)
{
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	pass(50 * TICK);
	wr(REG_INITIAL, 0);
	pass(500 * TICK);
	check(!intr);
	check_eq(u32, rd(REG_CURRENT), 0);
}

Test(lapic_timer, a_change_to_one_shot_lets_the_running_count_finish)
{
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	pass(150 * TICK);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	wr(REG_EOI, 0);
	wr(REG_TIMER, VECTOR);
	check_eq(u32, rd(REG_CURRENT), 50);
	pass(50 * TICK);
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	wr(REG_EOI, 0);
	pass(500 * TICK);
	check(!intr);
	check_eq(u32, rd(REG_CURRENT), 0);
}

Test(lapic_timer, without_the_mode_there_is_no_msr_and_its_bit_is_reserved)
{
	uint64_t value = 0;
	check(!lapic_model_msr_read(&lapic, MSR_DEADLINE, &value));
	check(!lapic_model_msr_write(&lapic, MSR_DEADLINE, 0));
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	check_eq(str, last_lint, "lapic.LVT_TIMER.reserved");
	check_eq(u32, rd(REG_TIMER), MASKED | VECTOR);
}

/* ---- TSC-deadline mode (10.5.4.1) ---- */

TestSuite(lapic_deadline, .init = power_on_deadline, .timeout = 60);

Test(lapic_deadline, the_timer_fires_when_the_tsc_gets_there_and_disarms_itself)
{
	tsc_ahead = 1000000;
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1005000);
	check_eq(u64, msr(MSR_DEADLINE), 1005000);
	pass(4999);
	check(!intr);
	pass(1);
	check(intr);
	check_eq(u64, msr(MSR_DEADLINE), 0);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	wr(REG_EOI, 0);
	pass(1000000);
	check(!intr);
	check_eq(u32, lints, 0);
}

Test(lapic_deadline, a_deadline_in_the_past_interrupts_at_once)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	pass(5000);
	set_msr(MSR_DEADLINE, 4000);
	check(intr);
	check_eq(u64, msr(MSR_DEADLINE), 0);
	check(!clock_armed(&vclock, lapic.timer));
}

Test(lapic_deadline, zero_disarms_and_another_value_moves_it)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	set_msr(MSR_DEADLINE, 0);
	check(!clock_armed(&vclock, lapic.timer));
	set_msr(MSR_DEADLINE, 1000);
	set_msr(MSR_DEADLINE, 3000);
	pass(2999);
	check(!intr);
	pass(1);
	check(intr);
}

Test(lapic_deadline, masked_it_passes_without_an_interrupt_or_a_wakeup)
{
	enable();
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	check(!clock_armed(&vclock, lapic.timer));
	pass(500);
	check_eq(u64, msr(MSR_DEADLINE), 1000);
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	check(clock_armed(&vclock, lapic.timer));
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	pass(500);
	check_eq(u64, msr(MSR_DEADLINE), 0);
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	pass(1000);
	check(!intr);
}

Test(lapic_deadline, masked_a_deadline_in_the_past_only_disarms)
{
	enable();
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	pass(5000);
	set_msr(MSR_DEADLINE, 4000);
	check(!intr);
	check_eq(u64, msr(MSR_DEADLINE), 0);
}

Test(lapic_deadline, in_the_other_modes_the_msr_reads_zero_and_ignores_writes)
{
	enable();
	wr(REG_TIMER, VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	check_eq(u64, msr(MSR_DEADLINE), 0);
	pass(2000);
	check(!intr);
}

Test(lapic_deadline, in_this_mode_the_count_registers_stand_still)
{
	enable();
	wr(REG_INITIAL, 77);
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	check_eq(u32, rd(REG_CURRENT), 0, "the change stopped the count");
	wr(REG_INITIAL, 100);
	check_eq(u32, rd(REG_CURRENT), 0);
	check_eq(u32, rd(REG_INITIAL), 77);
	pass(10000);
	check(!intr);
}

Test(lapic_deadline, leaving_the_mode_disarms)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	wr(REG_TIMER, VECTOR);
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	check_eq(u64, msr(MSR_DEADLINE), 0);
	pass(2000);
	check(!intr);
}

Test(lapic_deadline, a_written_tsc_moves_the_deadline)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 10000);
	tsc_ahead = 5000;
	lapic_model_tsc_written(&lapic);
	pass(4999);
	check(!intr);
	pass(1);
	check(intr);
	lapic_model_ack(&lapic);
	wr(REG_EOI, 0);
	set_msr(MSR_DEADLINE, 20000);
	tsc_ahead = 50000;
	lapic_model_tsc_written(&lapic);
	check(intr, "it jumped over the deadline");
	check_eq(u64, msr(MSR_DEADLINE), 0);
}

Test(lapic_deadline, a_deadline_at_the_end_of_time_never_comes)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, UINT64_MAX);
	pass(1000000000);
	check(!intr);
	check_eq(u64, msr(MSR_DEADLINE), UINT64_MAX);
}

Test(lapic_deadline, a_disabled_apic_disarms_it)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	wr(REG_SVR, 0xff);
	pass(2000);
	check(!intr);
	check_eq(u64, msr(MSR_DEADLINE), 0, "masked, it has passed");
}

Test(lapic_deadline, the_fourth_mode_is_a_lint)
{
	enable();
	wr(REG_TIMER, 0x60000 | VECTOR);
	check_eq(str, last_lint, "lapic.LVT_TIMER.mode");
	wr(REG_INITIAL, 10);
	pass(1000 * TICK);
	check_eq(u32, rd(REG_CURRENT), 0);
}

Test(lapic_deadline, what_is_due_comes_before_an_msr_is_read)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	clock_advance(&vclock, 1000);
	check_eq(u64, msr(MSR_DEADLINE), 0);
	check(intr);
}
