/* SPDX-License-Identifier: MIT */
#include "tests/devices/lapic/driver_fixture.h"

#define BSP     UINT64_C(0x100)
#define EXTD    UINT64_C(0x400)
#define ENABLED UINT64_C(0x800)

static unsigned faults;

static void count_faults(void *ctx, uint8_t vector)
{
	(void)ctx;
	check_eq(u8, vector, 13);
	faults++;
}

static void set_up_msrs(void)
{
	set_up();
	faults = 0;
	cpu.dispatch = count_faults;
	require_eq(int, xapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), XAPIC_OK);
	recorder_clear(&rec);
}

static void no_faults(void)
{
	check_eq(u32, faults, 0, "a general protection fault");
	host_power_off();
}

TestSuite(lapic_mode, .init = set_up_msrs, .fini = no_faults, .timeout = 60);

Test(lapic_mode, is_found_in_the_mode_in_which_it_is)
{
	struct xapic other;
	recorder_clear(&rec);
	require_eq(int, xapic_init_msrs(&other, msrs_of_host(&cpu), io, wait), XAPIC_OK);
	expect_trace("VERSION?00050014 ");
	check_eq(int, other.state, XAPIC_BY_MEMORY);
	require_eq(int, xapic_enter_x2apic(&xapic), XAPIC_OK);
	recorder_clear(&rec);
	require_eq(int, xapic_init_msrs(&other, msrs_of_host(&cpu), io, wait), XAPIC_OK);
	expect_trace("VERSION?0000000000050014 ");
	check_eq(int, other.state, XAPIC_BY_MSR);
	check_eq(u8, other.max_lvt, 5);
}

Test(lapic_mode, every_call_refuses_null)
{
	struct xapic_base base;
	struct msrs msrs = msrs_of_host(&cpu);
	check_eq(int, xapic_init_msrs(NULL, msrs, io, wait), XAPIC_NULL);
	check_eq(int, xapic_where(NULL, &base), XAPIC_NULL);
	check_eq(int, xapic_where(&xapic, NULL), XAPIC_NULL);
	check_eq(int, xapic_switch_off(NULL), XAPIC_NULL);
	check_eq(int, xapic_switch_on(NULL), XAPIC_NULL);
	check_eq(int, xapic_enter_x2apic(NULL), XAPIC_NULL);
	check_eq(int, xapic_move(NULL, BASE, io), XAPIC_NULL);
	check_eq(int, xapic_logical(NULL, &(uint32_t){ 0 }), XAPIC_NULL);
	check_eq(int, xapic_logical(&xapic, NULL), XAPIC_NULL);
	check_eq(int, xapic_timer_deadline(NULL, VECTOR, MS), XAPIC_NULL);
	expect_trace("");
}

/* Before the P6 there was no IA32_APIC_BASE: to read it is a fault. */
Test(lapic_mode, a_processor_without_the_msr_is_told_apart)
{
	struct xapic other;
	struct msrs msrs = msrs_of_host(&cpu);
	told_1.eax = 0x5 << 8;
	check_eq(int, xapic_init_msrs(&other, msrs, io, wait), XAPIC_LACKS);
	told_1 = (struct cpuid){ .eax = 0x6 << 8 };
	check_eq(int, xapic_init_msrs(&other, msrs, io, wait), XAPIC_LACKS);
	cpu.cpuid = NULL;
	check_eq(int, xapic_init_msrs(&other, msrs, io, wait), XAPIC_LACKS);
	struct io nowhere = io_memory(&cpu, BASE + 16, 1);
	check_eq(int, xapic_init_msrs(&other, msrs, nowhere, wait), XAPIC_BAD_ARG);
	expect_trace("");
}

Test(lapic_mode, a_handle_without_msrs_has_one_mode)
{
	struct xapic_base base;
	struct xapic plain;
	require_eq(int, xapic_init(&plain, io, wait), XAPIC_OK);
	require_eq(int, xapic_enable(&plain, SPURIOUS), XAPIC_OK);
	recorder_clear(&rec);
	check_eq(int, xapic_where(&plain, &base), XAPIC_LACKS);
	check_eq(int, xapic_switch_off(&plain), XAPIC_LACKS);
	check_eq(int, xapic_switch_on(&plain), XAPIC_LACKS);
	check_eq(int, xapic_enter_x2apic(&plain), XAPIC_LACKS);
	check_eq(int, xapic_move(&plain, BASE, io), XAPIC_LACKS);
	check_eq(int, xapic_timer_deadline(&plain, VECTOR, MS), XAPIC_LACKS);
	expect_trace("");
}

Test(lapic_mode, tells_where_it_is)
{
	struct xapic_base base;
	require_eq(int, xapic_where(&xapic, &base), XAPIC_OK);
	check_eq(u64, base.address, BASE);
	check_eq(int, base.state, XAPIC_BY_MEMORY);
	check(base.bootstrap);
	model.s.base_msr = UINT64_C(0x1234567000) | EXTD | ENABLED;
	require_eq(int, xapic_where(&xapic, &base), XAPIC_OK);
	check_eq(u64, base.address, UINT64_C(0x1234567000));
	check_eq(int, base.state, XAPIC_BY_MSR);
	check(!base.bootstrap);
}

/* ---- the transitions ---- */

Test(lapic_mode, x2apic_mode_is_entered_from_xapic_mode_once)
{
	recorder_clear(&rec);
	require_eq(int, xapic_enter_x2apic(&xapic), XAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fee00d00 ");
	check_eq(int, xapic.state, XAPIC_BY_MSR);
	recorder_clear(&rec);
	check_eq(int, xapic_enter_x2apic(&xapic), XAPIC_STATE);
	check_eq(int, xapic_switch_on(&xapic), XAPIC_STATE);
	check_eq(int, xapic_move(&xapic, BASE, io), XAPIC_STATE);
	expect_trace("");
}

Test(lapic_mode, a_processor_without_x2apic_mode_stays_as_it_is)
{
	told_1.ecx = 0;
	require_eq(int, xapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), XAPIC_OK);
	require_eq(int, xapic_enable(&xapic, SPURIOUS), XAPIC_OK);
	recorder_clear(&rec);
	check_eq(int, xapic_enter_x2apic(&xapic), XAPIC_LACKS);
	check_eq(int, xapic_timer_deadline(&xapic, VECTOR, MS), XAPIC_LACKS);
	expect_trace("");
}

Test(lapic_mode, the_way_back_is_by_switching_it_off)
{
	uint32_t id = 0;
	require_eq(int, xapic_enter_x2apic(&xapic), XAPIC_OK);
	require_eq(int, xapic_enable(&xapic, SPURIOUS), XAPIC_OK);
	recorder_clear(&rec);
	require_eq(int, xapic_switch_off(&xapic), XAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fee00100 ");
	check_eq(u8, xapic.spurious, 0, "it must be enabled anew");
	recorder_clear(&rec);
	require_eq(int, xapic_switch_on(&xapic), XAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fee00900 VERSION?00050014 ");
	require_eq(int, xapic_id(&xapic, &id), XAPIC_OK);
	check_eq(u32, id, 3);
}

Test(lapic_mode, while_it_is_off_nothing_is_accessed)
{
	struct xapic_source source = { .vector = VECTOR };
	struct xapic_ipi ipi = { .vector = VECTOR };
	uint32_t word;
	uint8_t byte;
	bool yes;
	require_eq(int, xapic_switch_off(&xapic), XAPIC_OK);
	recorder_clear(&rec);
	const enum xapic_status told[] = {
		xapic_enable(&xapic, SPURIOUS),
		xapic_disable(&xapic),
		xapic_id(&xapic, &word),
		xapic_logical(&xapic, &word),
		xapic_set_logical(&xapic, 1, false),
		xapic_set_priority(&xapic, 0),
		xapic_priority(&xapic, &byte),
		xapic_processor_priority(&xapic, &byte),
		xapic_eoi(&xapic),
		xapic_requested(&xapic, VECTOR, &yes),
		xapic_in_service(&xapic, VECTOR, &yes),
		xapic_level_triggered(&xapic, VECTOR, &yes),
		xapic_errors(&xapic, &word),
		xapic_set_source(&xapic, XAPIC_LVT_ERROR, &source),
		xapic_mask(&xapic, XAPIC_LVT_ERROR, true),
		xapic_send(&xapic, &ipi),
		xapic_timer_calibrate(&xapic, CALIBRATE_NS),
		xapic_timer_start(&xapic, VECTOR, MS, false),
		xapic_timer_deadline(&xapic, VECTOR, MS),
		xapic_timer_stop(&xapic),
		xapic_timer_left(&xapic, &word),
		xapic_switch_off(&xapic),
		xapic_enter_x2apic(&xapic),
		xapic_move(&xapic, BASE, io),
	};
	for (unsigned i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		check_eq(int, told[i], XAPIC_IS_OFF, "%u", i);
	expect_trace("");
}

Test(lapic_mode, one_found_switched_off_can_be_switched_on)
{
	struct xapic other;
	struct xapic_base base;
	require_eq(int, xapic_switch_off(&xapic), XAPIC_OK);
	recorder_clear(&rec);
	require_eq(int, xapic_init_msrs(&other, msrs_of_host(&cpu), io, wait), XAPIC_IS_OFF);
	expect_trace("");
	require_eq(int, xapic_where(&other, &base), XAPIC_OK);
	check_eq(int, base.state, XAPIC_OFF);
	require_eq(int, xapic_switch_on(&other), XAPIC_OK);
	check_eq(u8, other.version, 0x14);
	check_eq(int, xapic_enable(&other, SPURIOUS), XAPIC_OK);
}

/* A P6 whose APIC does not come back before a reset. */
Test(lapic_mode, one_that_does_not_come_back_is_absent)
{
	require_eq(int, xapic_switch_off(&xapic), XAPIC_OK);
	model.wire.moved = NULL;
	recorder_expect_no_lint(&rec, NULL, NULL);
	check_eq(int, xapic_switch_on(&xapic), XAPIC_ABSENT);
	check_eq(int, xapic_eoi(&xapic), XAPIC_IS_OFF);
}

/* ---- the page ---- */

Test(lapic_mode, the_page_moves_and_the_driver_follows)
{
	const uint64_t there = 0xfed40000;
	struct xapic_base base;
	uint32_t id = 0;
	recorder_clear(&rec);
	require_eq(int, xapic_move(&xapic, there, io_memory(&cpu, there, 1)), XAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fed40900 ");
	require_eq(int, xapic_id(&xapic, &id), XAPIC_OK);
	check_eq(u32, id, 3);
	require_eq(int, xapic_where(&xapic, &base), XAPIC_OK);
	check_eq(u64, base.address, there);
	check(base.bootstrap, "kept");
}

Test(lapic_mode, the_page_moves_nowhere_where_it_cannot_be)
{
	recorder_clear(&rec);
	check_eq(int, xapic_move(&xapic, BASE + 0x800, io), XAPIC_BAD_ARG);
	check_eq(int, xapic_move(&xapic, UINT64_C(1) << 40, io), XAPIC_BAD_ARG);
	check_eq(int, xapic_move(&xapic, UINT64_MAX, io), XAPIC_BAD_ARG);
	check_eq(int, xapic_move(&xapic, BASE, io_port(&cpu, 0x20)), XAPIC_BAD_ARG);
	expect_trace("");
	check_eq(int, xapic_move(&xapic, UINT64_C(0xff) << 32, io), XAPIC_OK);
}

Test(lapic_mode, addresses_have_36_bits_where_nobody_says_more)
{
	told_addresses = (struct cpuid){ 0 };
	require_eq(int, xapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), XAPIC_OK);
	check_eq(int, xapic_move(&xapic, UINT64_C(1) << 36, io), XAPIC_BAD_ARG);
	check_eq(int, xapic_move(&xapic, UINT64_C(1) << 35, io), XAPIC_OK);
}

Test(lapic_mode, addresses_have_no_more_bits_than_52)
{
	struct xapic_base base;
	told_addresses.eax = 0xff;
	require_eq(int, xapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), XAPIC_OK);
	check_eq(u8, xapic.physical_bits, 52);
	require_eq(int, xapic_where(&xapic, &base), XAPIC_OK);
	check_eq(u64, base.address, BASE);
	check_eq(int, xapic_move(&xapic, UINT64_C(1) << 52, io), XAPIC_BAD_ARG);
}

/* ---- the second transcription ---- */

Test(lapic_mode, constants_agree_with_the_model)
{
	check_eq(u32, XAPIC_BASE.at, LAPIC_MSR_BASE);
	check_eq(u32, XAPIC_TSC_DEADLINE.at, LAPIC_MSR_TSC_DEADLINE);
	check_eq(u32, XAPIC_X2_FIRST, LAPIC_MSR_X2APIC);
	check_eq(u32, XAPIC_X2_ICR.at, XAPIC_X2_FIRST + XAPIC_ICR_LO.at / XAPIC_STEP);
	check_eq(u64, model.s.base_msr, BASE | XAPIC_BASE_ENABLE | XAPIC_BASE_BSP);
	check_eq(u64, XAPIC_BASE_X2APIC, EXTD);
	check_eq(u64, XAPIC_BASE_BSP, BSP);
}
