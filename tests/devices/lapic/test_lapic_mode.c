/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
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
	require_eq(int, lapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	recorder_clear(&rec);
}

static void no_faults(void)
{
	check_eq(u32, faults, 0, "a general protection fault");
	host_power_off();
}

TestSuite(lapic_mode, .init = set_up_msrs, .fini = no_faults, .timeout = 60);

Test(lapic_mode, is_found_in_its_present_mode)
{
	struct lapic other;
	recorder_clear(&rec);
	require_eq(int, lapic_init_msrs(&other, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	expect_trace("VERSION?00050014 ");
	check_eq(int, other.state, LAPIC_BY_MEMORY);
	require_eq(int, lapic_enter_x2apic(&xapic), LAPIC_OK);
	recorder_clear(&rec);
	require_eq(int, lapic_init_msrs(&other, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	expect_trace("VERSION?0000000000050014 ");
	check_eq(int, other.state, LAPIC_BY_MSR);
	check_eq(u8, other.max_lvt, 5);
}

Test(lapic_mode, every_call_refuses_null)
{
	struct lapic_base base;
	struct msrs msrs = msrs_of_host(&cpu);
	check_eq(int, lapic_init_msrs(NULL, msrs, io, wait), LAPIC_NULL);
	check_eq(int, lapic_where(NULL, &base), LAPIC_NULL);
	check_eq(int, lapic_where(&xapic, NULL), LAPIC_NULL);
	check_eq(int, lapic_switch_off(NULL), LAPIC_NULL);
	check_eq(int, lapic_switch_on(NULL), LAPIC_NULL);
	check_eq(int, lapic_enter_x2apic(NULL), LAPIC_NULL);
	check_eq(int, lapic_move(NULL, BASE, io), LAPIC_NULL);
	check_eq(int, lapic_logical(NULL, &(uint32_t){ 0 }), LAPIC_NULL);
	check_eq(int, lapic_logical(&xapic, NULL), LAPIC_NULL);
	check_eq(int, lapic_timer_deadline(NULL, VECTOR, MS), LAPIC_NULL);
	expect_trace("");
}

/* CPUs before the P6 have no IA32_APIC_BASE: reading it faults. */
Test(lapic_mode, a_processor_without_the_msr_is_told_apart)
{
	struct lapic other;
	struct msrs msrs = msrs_of_host(&cpu);
	told_1.eax = 0x5 << 8;
	check_eq(int, lapic_init_msrs(&other, msrs, io, wait), LAPIC_LACKS);
	told_1 = (struct host_cpuid){ .eax = 0x6 << 8 };
	check_eq(int, lapic_init_msrs(&other, msrs, io, wait), LAPIC_LACKS);
	cpu.cpuid = NULL;
	check_eq(int, lapic_init_msrs(&other, msrs, io, wait), LAPIC_LACKS);
	struct io nowhere = io_memory(&cpu, BASE + 16, 1);
	check_eq(int, lapic_init_msrs(&other, msrs, nowhere, wait), LAPIC_BAD_ARG);
	expect_trace("");
}

Test(lapic_mode, a_handle_without_msrs_has_one_mode)
{
	struct lapic_base base;
	struct lapic plain;
	require_eq(int, lapic_init(&plain, io, wait), LAPIC_OK);
	require_eq(int, lapic_enable(&plain, SPURIOUS), LAPIC_OK);
	recorder_clear(&rec);
	check_eq(int, lapic_where(&plain, &base), LAPIC_LACKS);
	check_eq(int, lapic_switch_off(&plain), LAPIC_LACKS);
	check_eq(int, lapic_switch_on(&plain), LAPIC_LACKS);
	check_eq(int, lapic_enter_x2apic(&plain), LAPIC_LACKS);
	check_eq(int, lapic_move(&plain, BASE, io), LAPIC_LACKS);
	check_eq(int, lapic_timer_deadline(&plain, VECTOR, MS), LAPIC_LACKS);
	expect_trace("");
}

Test(lapic_mode, returns_where_it_is)
{
	struct lapic_base base;
	require_eq(int, lapic_where(&xapic, &base), LAPIC_OK);
	check_eq(u64, base.address, BASE);
	check_eq(int, base.state, LAPIC_BY_MEMORY);
	check(base.bootstrap);
	model.s.base_msr = UINT64_C(0x1234567000) | EXTD | ENABLED;
	require_eq(int, lapic_where(&xapic, &base), LAPIC_OK);
	check_eq(u64, base.address, UINT64_C(0x1234567000));
	check_eq(int, base.state, LAPIC_BY_MSR);
	check(!base.bootstrap);
}

/* ---- the transitions ---- */

Test(lapic_mode, x2apic_mode_is_entered_from_xapic_mode_once)
{
	recorder_clear(&rec);
	require_eq(int, lapic_enter_x2apic(&xapic), LAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fee00d00 ");
	check_eq(int, xapic.state, LAPIC_BY_MSR);
	recorder_clear(&rec);
	check_eq(int, lapic_enter_x2apic(&xapic), LAPIC_STATE);
	check_eq(int, lapic_switch_on(&xapic), LAPIC_STATE);
	check_eq(int, lapic_move(&xapic, BASE, io), LAPIC_STATE);
	expect_trace("");
}

Test(lapic_mode, a_processor_without_x2apic_mode_stays_as_it_is)
{
	told_1.ecx = 0;
	require_eq(int, lapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	require_eq(int, lapic_enable(&xapic, SPURIOUS), LAPIC_OK);
	recorder_clear(&rec);
	check_eq(int, lapic_enter_x2apic(&xapic), LAPIC_LACKS);
	check_eq(int, lapic_timer_deadline(&xapic, VECTOR, MS), LAPIC_LACKS);
	expect_trace("");
}

Test(lapic_mode, the_way_back_is_by_switching_it_off)
{
	uint32_t id = 0;
	require_eq(int, lapic_enter_x2apic(&xapic), LAPIC_OK);
	require_eq(int, lapic_enable(&xapic, SPURIOUS), LAPIC_OK);
	recorder_clear(&rec);
	require_eq(int, lapic_switch_off(&xapic), LAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fee00100 ");
	check_eq(u8, xapic.spurious, 0, "it must be enabled anew");
	recorder_clear(&rec);
	require_eq(int, lapic_switch_on(&xapic), LAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fee00900 VERSION?00050014 ");
	require_eq(int, lapic_id(&xapic, &id), LAPIC_OK);
	check_eq(u32, id, 3);
}

Test(lapic_mode, while_it_is_off_nothing_is_accessed)
{
	struct lapic_source source = { .vector = VECTOR };
	struct lapic_ipi ipi = { .vector = VECTOR };
	uint32_t word;
	uint8_t byte;
	bool yes;
	require_eq(int, lapic_switch_off(&xapic), LAPIC_OK);
	recorder_clear(&rec);
	const enum lapic_status told[] = {
		lapic_enable(&xapic, SPURIOUS),
		lapic_disable(&xapic),
		lapic_id(&xapic, &word),
		lapic_logical(&xapic, &word),
		lapic_set_logical(&xapic, 1, false),
		lapic_set_priority(&xapic, 0),
		lapic_priority(&xapic, &byte),
		lapic_processor_priority(&xapic, &byte),
		lapic_eoi(&xapic),
		lapic_requested(&xapic, VECTOR, &yes),
		lapic_in_service(&xapic, VECTOR, &yes),
		lapic_level_triggered(&xapic, VECTOR, &yes),
		lapic_errors(&xapic, &word),
		lapic_set_source(&xapic, LAPIC_LVT_ERROR, &source),
		lapic_mask(&xapic, LAPIC_LVT_ERROR, true),
		lapic_send(&xapic, &ipi),
		lapic_timer_calibrate(&xapic, CALIBRATE_NS),
		lapic_timer_start(&xapic, VECTOR, MS, false),
		lapic_timer_deadline(&xapic, VECTOR, MS),
		lapic_timer_stop(&xapic),
		lapic_timer_left(&xapic, &word),
		lapic_switch_off(&xapic),
		lapic_enter_x2apic(&xapic),
		lapic_move(&xapic, BASE, io),
	};
	for (unsigned i = 0; i < ARRAY_SIZE(told); i++)
		check_eq(int, told[i], LAPIC_IS_OFF, "%u", i);
	expect_trace("");
}

Test(lapic_mode, one_found_switched_off_can_be_switched_on)
{
	struct lapic other;
	struct lapic_base base;
	require_eq(int, lapic_switch_off(&xapic), LAPIC_OK);
	recorder_clear(&rec);
	require_eq(int, lapic_init_msrs(&other, msrs_of_host(&cpu), io, wait), LAPIC_IS_OFF);
	expect_trace("");
	require_eq(int, lapic_where(&other, &base), LAPIC_OK);
	check_eq(int, base.state, LAPIC_OFF);
	require_eq(int, lapic_switch_on(&other), LAPIC_OK);
	check_eq(u8, other.version, 0x14);
	check_eq(int, lapic_enable(&other, SPURIOUS), LAPIC_OK);
}

/* A P6 whose APIC, once disabled, stays disabled until a reset. */
Test(lapic_mode, one_that_does_not_come_back_is_absent)
{
	require_eq(int, lapic_switch_off(&xapic), LAPIC_OK);
	model.wire.moved = NULL;
	recorder_expect_no_lint(&rec, NULL, NULL);
	check_eq(int, lapic_switch_on(&xapic), LAPIC_ABSENT);
	check_eq(int, lapic_eoi(&xapic), LAPIC_IS_OFF);
}

/* ---- the page ---- */

Test(lapic_mode, the_page_moves_and_the_driver_follows)
{
	const uint64_t there = 0xfed40000;
	struct lapic_base base;
	uint32_t id = 0;
	recorder_clear(&rec);
	require_eq(int, lapic_move(&xapic, there, io_memory(&cpu, there, 1)), LAPIC_OK);
	expect_trace("IA32_APIC_BASE=00000000fed40900 ");
	require_eq(int, lapic_id(&xapic, &id), LAPIC_OK);
	check_eq(u32, id, 3);
	require_eq(int, lapic_where(&xapic, &base), LAPIC_OK);
	check_eq(u64, base.address, there);
	check(base.bootstrap, "kept");
}

Test(lapic_mode, the_page_does_not_move_to_an_impossible_address)
{
	recorder_clear(&rec);
	check_eq(int, lapic_move(&xapic, BASE + 0x800, io), LAPIC_BAD_ARG);
	check_eq(int, lapic_move(&xapic, UINT64_C(1) << 40, io), LAPIC_BAD_ARG);
	check_eq(int, lapic_move(&xapic, UINT64_MAX, io), LAPIC_BAD_ARG);
	check_eq(int, lapic_move(&xapic, BASE, io_port(&cpu, 0x20)), LAPIC_BAD_ARG);
	expect_trace("");
	check_eq(int, lapic_move(&xapic, UINT64_C(0xff) << 32, io), LAPIC_OK);
}

Test(lapic_mode, addresses_have_36_bits_unless_cpuid_says_more)
{
	told_addresses = (struct host_cpuid){ 0 };
	require_eq(int, lapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	check_eq(int, lapic_move(&xapic, UINT64_C(1) << 36, io), LAPIC_BAD_ARG);
	check_eq(int, lapic_move(&xapic, UINT64_C(1) << 35, io), LAPIC_OK);
}

Test(lapic_mode, addresses_have_no_more_bits_than_52)
{
	struct lapic_base base;
	told_addresses.eax = 0xff;
	require_eq(int, lapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	check_eq(u8, xapic.physical_bits, 52);
	require_eq(int, lapic_where(&xapic, &base), LAPIC_OK);
	check_eq(u64, base.address, BASE);
	check_eq(int, lapic_move(&xapic, UINT64_C(1) << 52, io), LAPIC_BAD_ARG);
}

/* ---- the second transcription ---- */

Test(lapic_mode, constants_agree_with_the_model)
{
	check_eq(u32, LAPIC_BASE.at, LAPIC_MODEL_MSR_BASE);
	check_eq(u32, LAPIC_TSC_DEADLINE.at, LAPIC_MODEL_MSR_TSC_DEADLINE);
	check_eq(u32, LAPIC_X2_FIRST, LAPIC_MODEL_MSR_X2APIC);
	check_eq(u32, LAPIC_X2_ICR.at, LAPIC_X2_FIRST + LAPIC_ICR_LO.at / LAPIC_STEP);
	check_eq(u64, model.s.base_msr, BASE | LAPIC_BASE_ENABLE | LAPIC_BASE_BSP);
	check_eq(u64, LAPIC_BASE_X2APIC, EXTD);
	check_eq(u64, LAPIC_BASE_BSP, BSP);
}
