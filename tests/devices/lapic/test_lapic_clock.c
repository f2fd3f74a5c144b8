/* SPDX-License-Identifier: MIT */
#include "tests/devices/lapic/driver_fixture.h"

TestSuite(lapic_clock, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(lapic_clock, the_timer_is_measured)
{
	calibrate();
	check_ge(u32, xapic.hz, LAPIC_MODEL_TIMER_HZ - 10000);
	check_le(u32, xapic.hz, LAPIC_MODEL_TIMER_HZ + 10000, "%u", xapic.hz);
	check(cpu.s.interrupts_on, "as it was");
	uint32_t left = 1;
	require_eq(int, lapic_timer_left(&xapic, &left), LAPIC_OK);
	check_eq(u32, left, 0);
	check_eq(int, lapic_timer_calibrate(&xapic, 0), LAPIC_BAD_ARG);
	check_eq(int, lapic_timer_calibrate(&xapic, LAPIC_CALIBRATE_MAX_NS + 1), LAPIC_BAD_ARG);
}

Test(lapic_clock, the_timer_is_measured_masked_and_once)
{
	static const char begin[] = "LVT_TIMER=00010010 INITIAL_COUNT=00000000 DIVIDE=0000000b "
				    "INITIAL_COUNT=ffffffff CURRENT_COUNT?";
	static const char end[] = " LVT_TIMER=00010010 INITIAL_COUNT=00000000 ";
	recorder_clear(&rec);
	require_eq(int, lapic_timer_calibrate(&xapic, CALIBRATE_NS), LAPIC_OK);
	check_eq(int, strncmp(rec.trace, begin, strlen(begin)), 0, "%s", rec.trace);
	check_eq(str, rec.trace + strlen(begin) + 8, end);
}

/* A timer that does not count, and one that expires at once. */
Test(lapic_clock, a_timer_without_a_frequency_is_no_clock)
{
	replace_by_stuck();
	stuck_count = UINT32_MAX;
	check_eq(int, lapic_timer_calibrate(&xapic, CALIBRATE_NS), LAPIC_NO_CLOCK);
	stuck_count = 0;
	check_eq(int, lapic_timer_calibrate(&xapic, LAPIC_CALIBRATE_MAX_NS), LAPIC_NO_CLOCK);
	check_eq(u32, xapic.hz, 0);
}

Test(lapic_clock, one_shot_interrupts_once_and_not_early)
{
	calibrate();
	uint64_t begin = clock_now(&vclock);
	require_eq(int, lapic_timer_start(&xapic, VECTOR, 5 * MS, false), LAPIC_OK);
	wait_ns(&wait, 50 * MS);
	check_eq(u32, served, 1);
	check_eq(u8, last_vector, VECTOR);
	check_ge(u64, served_ns[0] - begin, 5 * MS);
	check_le(u64, served_ns[0] - begin, 5 * MS + 10000);
}

Test(lapic_clock, periodic_interrupts_again_and_again_until_it_is_stopped)
{
	calibrate();
	require_eq(int, lapic_timer_start(&xapic, VECTOR, MS, true), LAPIC_OK);
	wait_ns(&wait, 5 * MS + MS / 2);
	check_eq(u32, served, 5);
	check_eq(u64, served_ns[4] - served_ns[3], served_ns[3] - served_ns[2]);
	require_eq(int, lapic_timer_stop(&xapic), LAPIC_OK);
	wait_ns(&wait, 5 * MS);
	check_eq(u32, served, 5);
}

Test(lapic_clock, the_timer_is_set_in_the_right_order)
{
	enable();
	require_eq(int, lapic_timer_set_hz(&xapic, LAPIC_MODEL_TIMER_HZ), LAPIC_OK);
	recorder_clear(&rec);
	require_eq(int, lapic_timer_start(&xapic, VECTOR, MS, true), LAPIC_OK);
	expect_trace("LVT_TIMER=00010010 INITIAL_COUNT=00000000 DIVIDE=0000000b "
		     "LVT_TIMER=00020041 INITIAL_COUNT=000186a0 ");
}

Test(lapic_clock, the_divider_grows_with_the_time)
{
	static const uint32_t code[] = { 0xb, 0, 1, 2, 3, 8, 9, 0xa };
	enable();
	require_eq(int, lapic_timer_set_hz(&xapic, 1000000000), LAPIC_OK);
	for (unsigned shift = 0; shift < 8; shift++) {
		uint64_t ns = UINT64_C(0xffffffff) << shift;
		require_eq(int, lapic_timer_start(&xapic, VECTOR, ns, false), LAPIC_OK);
		check_eq(u32, raw(0x3e0), code[shift]);
		check_eq(u32, raw(0x380), 0xffffffff);
	}
	recorder_clear(&rec);
	check_eq(int, lapic_timer_start(&xapic, VECTOR, UINT64_C(1) << 39, false), LAPIC_RANGE);
	check_eq(int, lapic_timer_start(&xapic, VECTOR, UINT64_MAX, false), LAPIC_RANGE);
	check_eq(int, lapic_timer_start(&xapic, VECTOR, 0, false), LAPIC_RANGE);
	expect_trace("");
}

Test(lapic_clock, the_timer_needs_a_clock_a_vector_and_an_enabled_apic)
{
	check_eq(int, lapic_timer_start(&xapic, VECTOR, MS, false), LAPIC_DISABLED);
	enable();
	recorder_clear(&rec);
	check_eq(int, lapic_timer_start(&xapic, VECTOR, MS, false), LAPIC_NO_CLOCK);
	check_eq(int, lapic_timer_start(&xapic, 15, MS, false), LAPIC_BAD_ARG);
	check_eq(int, lapic_timer_start(&xapic, SPURIOUS, MS, false), LAPIC_BAD_ARG);
	check_eq(int, lapic_timer_set_hz(&xapic, 0), LAPIC_BAD_ARG);
	expect_trace("");
}

/* ---- by the time stamp counter ---- */

static void use_msrs(void)
{
	require_eq(int, lapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	enable();
}

Test(lapic_clock, a_deadline_is_set_behind_its_entry)
{
	char want[256];
	use_msrs();
	recorder_clear(&rec);
	uint64_t begin = clock_now(&vclock);
	require_eq(int, lapic_timer_deadline(&xapic, VECTOR, MS), LAPIC_OK);
	unsigned long long deadline = begin + CPU_CHARGE_RDTSC + MS;
	(void)snprintf(want, sizeof(want),
		       "LVT_TIMER=00010010 INITIAL_COUNT=00000000 LVT_TIMER=00040041 "
		       "IA32_TSC_DEADLINE=%016llx ",
		       deadline);
	expect_trace(want);
}

Test(lapic_clock, a_deadline_interrupts_once_and_not_early)
{
	use_msrs();
	uint64_t begin = clock_now(&vclock);
	require_eq(int, lapic_timer_deadline(&xapic, VECTOR, 5 * MS), LAPIC_OK);
	uint32_t left = 1;
	require_eq(int, lapic_timer_left(&xapic, &left), LAPIC_OK);
	check_eq(u32, left, 0);
	wait_ns(&wait, 50 * MS);
	check_eq(u32, served, 1);
	check_eq(u8, last_vector, VECTOR);
	check_ge(u64, served_ns[0] - begin, 5 * MS);
	check_le(u64, served_ns[0] - begin, 5 * MS + 2000);
}

Test(lapic_clock, a_deadline_replaces_what_ran)
{
	use_msrs();
	require_eq(int, lapic_timer_set_hz(&xapic, LAPIC_MODEL_TIMER_HZ), LAPIC_OK);
	require_eq(int, lapic_timer_start(&xapic, VECTOR + 1, MS, true), LAPIC_OK);
	require_eq(int, lapic_timer_deadline(&xapic, VECTOR + 2, 2 * MS), LAPIC_OK);
	require_eq(int, lapic_timer_deadline(&xapic, VECTOR, 4 * MS), LAPIC_OK);
	wait_ns(&wait, 20 * MS);
	check_eq(u32, served, 1);
	check_eq(u8, last_vector, VECTOR);
	require_eq(int, lapic_timer_deadline(&xapic, VECTOR, MS), LAPIC_OK);
	require_eq(int, lapic_timer_stop(&xapic), LAPIC_OK);
	wait_ns(&wait, 20 * MS);
	check_eq(u32, served, 1, "it was stopped");
	require_eq(int, lapic_timer_deadline(&xapic, VECTOR, 0), LAPIC_OK);
	wait_relax(&wait);
	check_eq(u32, served, 2, "at once");
}

Test(lapic_clock, a_deadline_needs_a_vector_an_enabled_apic_and_an_end)
{
	require_eq(int, lapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	recorder_clear(&rec);
	check_eq(int, lapic_timer_deadline(&xapic, VECTOR, MS), LAPIC_DISABLED);
	check_eq(int, lapic_timer_deadline(&xapic, 15, MS), LAPIC_BAD_ARG);
	expect_trace("");
	enable();
	recorder_clear(&rec);
	check_eq(int, lapic_timer_deadline(&xapic, SPURIOUS, MS), LAPIC_BAD_ARG);
	check_eq(int, lapic_timer_deadline(&xapic, VECTOR, UINT64_MAX), LAPIC_RANGE);
	expect_trace("");
}
