/* SPDX-License-Identifier: MIT */
#include "tests/devices/lapic/driver_fixture.h"
#include "tests/unit/emu/random.h"

static void dispatch_or_fault(void *ctx, uint8_t vector)
{
	require_ne(u8, vector, 13, "a general protection fault");
	dispatch(ctx, vector);
}

static void set_up_x2apic(void)
{
	set_up();
	cpu.dispatch = dispatch_or_fault;
	require_eq(int, xapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), XAPIC_OK);
	require_eq(int, xapic_enter_x2apic(&xapic), XAPIC_OK);
	recorder_clear(&rec);
}

TestSuite(lapic_x2apic, .init = set_up_x2apic, .fini = host_power_off, .timeout = 60);

Test(lapic_x2apic, is_enabled_and_has_priorities)
{
	uint8_t priority = 0;
	require_eq(int, xapic_enable(&xapic, SPURIOUS), XAPIC_OK);
	expect_trace("SVR?00000000000000ff SVR=00000000000001ff ");
	require_eq(int, xapic_set_priority(&xapic, 0x45), XAPIC_OK);
	require_eq(int, xapic_priority(&xapic, &priority), XAPIC_OK);
	check_eq(u8, priority, 0x45);
	require_eq(int, xapic_processor_priority(&xapic, &priority), XAPIC_OK);
	check_eq(u8, priority, 0x45);
	require_eq(int, xapic_disable(&xapic), XAPIC_OK);
	check_eq(int, xapic_mask(&xapic, XAPIC_LVT_ERROR, false), XAPIC_DISABLED);
}

/* Table "x2APIC logical ID": the cluster is the ID's bits 4 to 19, the bit of the set the rest. */
Test(lapic_x2apic, ids_have_32_bits_and_the_logical_one_is_fixed)
{
	uint32_t id = 0;
	model.wire.id = 0x12345;
	model.s.reg[model.slot[LAPIC_ID]] = 0x12345;
	require_eq(int, xapic_logical(&xapic, &id), XAPIC_OK);
	check_eq(u32, id, 0x1234u << 16 | 1 << 5, "%x", id);
	require_eq(int, xapic_id(&xapic, &id), XAPIC_OK);
	check_eq(u32, id, 0x12345, "%x", id);
	recorder_clear(&rec);
	check_eq(int, xapic_set_logical(&xapic, 1, false), XAPIC_STATE);
	expect_trace("");
}

Test(lapic_x2apic, an_ipi_is_one_write)
{
	struct xapic_ipi ipi = { .vector = VECTOR, .destination = 3 };
	enable();
	recorder_clear(&rec);
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	expect_trace("ICR_LO=0000000300004041 ");
	wait_relax(&wait);
	check_eq(u32, served, 1);
	recorder_clear(&rec);
	ipi = (struct xapic_ipi){ .vector = 0xe2, .to = XAPIC_TO_SELF };
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	expect_trace("SELF_IPI=00000000000000e2 ");
	wait_relax(&wait);
	check_eq(u8, last_vector, 0xe2);
	recorder_clear(&rec);
	ipi = (struct xapic_ipi){ .vector = VECTOR, .destination = UINT32_MAX - 1 };
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	expect_trace("ICR_LO=fffffffe00004041 ");
	wait_relax(&wait);
	check_eq(u32, served, 2, "another's ID");
}

Test(lapic_x2apic, a_logical_id_is_reached)
{
	struct xapic_ipi ipi = { .vector = VECTOR, .logical = true };
	enable();
	require_eq(int, xapic_logical(&xapic, &ipi.destination), XAPIC_OK);
	check_eq(u32, ipi.destination, 1 << 3);
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	wait_relax(&wait);
	check_eq(u32, served, 1);
	ipi.destination = 1 << 4;
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	wait_relax(&wait);
	check_eq(u32, served, 1);
}

Test(lapic_x2apic, what_is_refused_in_memory_is_refused_here)
{
	static const struct xapic_ipi bad[] = {
		{ .vector = 15 },
		{ .mode = XAPIC_NMI, .to = XAPIC_TO_SELF },
		{ .vector = VECTOR, .to = XAPIC_TO_SELF, .destination = 1 },
		{ .vector = VECTOR, .to = (enum xapic_shorthand)4 },
	};
	enable();
	recorder_clear(&rec);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_eq(int, xapic_send(&xapic, &bad[i]), XAPIC_BAD_ARG, "%u", i);
	expect_trace("");
}

Test(lapic_x2apic, a_long_destination_needs_this_mode)
{
	struct xapic_ipi ipi = { .vector = VECTOR, .destination = 0x100 };
	require_eq(int, xapic_switch_off(&xapic), XAPIC_OK);
	require_eq(int, xapic_switch_on(&xapic), XAPIC_OK);
	recorder_clear(&rec);
	check_eq(int, xapic_send(&xapic, &ipi), XAPIC_BAD_ARG);
	expect_trace("");
	ipi.destination = 0xff;
	check_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
}

/* A reserved or a read-only bit that is set here is a fault. */
Test(lapic_x2apic, masking_writes_no_read_only_bit)
{
	uint64_t seed = 7, *entry = &model.s.reg[model.slot[LAPIC_LVT_LINT0]];
	enable();
	(void)host_cpu_set_interrupts(&cpu, false);
	recorder_expect_no_lint(&rec, NULL, NULL);
	for (unsigned i = 0; i < 200; i++) {
		uint32_t garbage = (uint32_t)random_next(&seed) & 0x1f7ff;
		bool masked = random_next(&seed) & 1;
		*entry = garbage;
		recorder_clear(&rec);
		require_eq(int, xapic_mask(&xapic, XAPIC_LVT_LINT0, masked), XAPIC_OK);
		char want[96];
		(void)snprintf(want, sizeof(want), "LVT_LINT0?%016x LVT_LINT0=%016x ", garbage,
			       (garbage & ~0x15000u) | (masked ? 0x10000u : 0));
		require_eq(str, rec.trace, want);
	}
}

Test(lapic_x2apic, sources_and_errors_are_as_in_memory)
{
	struct xapic_source source = { .vector = 0xfe };
	uint32_t errors = UINT32_MAX;
	bool yes = true;
	enable();
	recorder_clear(&rec);
	require_eq(int, xapic_set_source(&xapic, XAPIC_LVT_ERROR, &source), XAPIC_OK);
	require_eq(int, xapic_errors(&xapic, &errors), XAPIC_OK);
	require_eq(int, xapic_requested(&xapic, 0xfe, &yes), XAPIC_OK);
	expect_trace("LVT_ERROR=00000000000000fe ESR=0000000000000000 ESR?0000000000000000 "
		     "IRR[7]?0000000000000000 ");
	check_eq(u32, errors, 0);
	check(!yes);
}

/* ---- the timer ---- */

Test(lapic_x2apic, the_timer_counts)
{
	calibrate();
	require_eq(int, xapic_timer_start(&xapic, VECTOR, MS, true), XAPIC_OK);
	wait_ns(&wait, 5 * MS + MS / 2);
	check_eq(u32, served, 5);
	require_eq(int, xapic_timer_stop(&xapic), XAPIC_OK);
	wait_ns(&wait, 5 * MS);
	check_eq(u32, served, 5);
}

Test(lapic_x2apic, a_deadline_needs_no_calibration)
{
	enable();
	uint64_t begin = clock_now(&vclock);
	require_eq(int, xapic_timer_deadline(&xapic, VECTOR, 5 * MS), XAPIC_OK);
	wait_ns(&wait, 50 * MS);
	check_eq(u32, served, 1);
	check_ge(u64, served_ns[0] - begin, 5 * MS);
	check_le(u64, served_ns[0] - begin, 5 * MS + 2000);
}
