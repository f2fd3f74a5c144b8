/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
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
	require_eq(int, lapic_init_msrs(&xapic, msrs_of_host(&cpu), io, wait), LAPIC_OK);
	require_eq(int, lapic_enter_x2apic(&xapic), LAPIC_OK);
	recorder_clear(&rec);
}

TestSuite(lapic_model_x2apic, .init = set_up_x2apic, .fini = host_power_off, .timeout = 60);

Test(lapic_model_x2apic, is_enabled_and_has_priorities)
{
	uint8_t priority = 0;
	require_eq(int, lapic_enable(&xapic, SPURIOUS), LAPIC_OK);
	expect_trace("SVR?00000000000000ff SVR=00000000000001ff ");
	require_eq(int, lapic_set_priority(&xapic, 0x45), LAPIC_OK);
	require_eq(int, lapic_priority(&xapic, &priority), LAPIC_OK);
	check_eq(u8, priority, 0x45);
	require_eq(int, lapic_processor_priority(&xapic, &priority), LAPIC_OK);
	check_eq(u8, priority, 0x45);
	require_eq(int, lapic_disable(&xapic), LAPIC_OK);
	check_eq(int, lapic_mask(&xapic, LAPIC_LVT_ERROR, false), LAPIC_DISABLED);
}

/* In a logical ID, the cluster is the ID's bits 19:4; the ID's bits 3:0 are the number of the bit
 * that is set below it. */
Test(lapic_model_x2apic, ids_have_32_bits_and_the_logical_one_is_fixed)
{
	uint32_t id = 0;
	model.wire.id = 0x12345;
	model.s.reg[model.slot[LAPIC_MODEL_ID]] = 0x12345;
	require_eq(int, lapic_logical(&xapic, &id), LAPIC_OK);
	check_eq(u32, id, 0x1234u << 16 | 1 << 5, "%x", id);
	require_eq(int, lapic_id(&xapic, &id), LAPIC_OK);
	check_eq(u32, id, 0x12345, "%x", id);
	recorder_clear(&rec);
	check_eq(int, lapic_set_logical(&xapic, 1, false), LAPIC_STATE);
	expect_trace("");
}

Test(lapic_model_x2apic, an_ipi_is_one_write)
{
	struct lapic_ipi ipi = { .vector = VECTOR, .destination = 3 };
	enable();
	recorder_clear(&rec);
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	expect_trace("ICR_LO=0000000300004041 ");
	wait_relax(&wait);
	check_eq(u32, served, 1);
	recorder_clear(&rec);
	ipi = (struct lapic_ipi){ .vector = 0xe2, .to = LAPIC_TO_SELF };
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	expect_trace("SELF_IPI=00000000000000e2 ");
	wait_relax(&wait);
	check_eq(u8, last_vector, 0xe2);
	recorder_clear(&rec);
	ipi = (struct lapic_ipi){ .vector = VECTOR, .destination = UINT32_MAX - 1 };
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	expect_trace("ICR_LO=fffffffe00004041 ");
	wait_relax(&wait);
	check_eq(u32, served, 2, "another's ID");
}

Test(lapic_model_x2apic, a_logical_id_is_reached)
{
	struct lapic_ipi ipi = { .vector = VECTOR, .logical = true };
	enable();
	require_eq(int, lapic_logical(&xapic, &ipi.destination), LAPIC_OK);
	check_eq(u32, ipi.destination, 1 << 3);
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	wait_relax(&wait);
	check_eq(u32, served, 1);
	ipi.destination = 1 << 4;
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	wait_relax(&wait);
	check_eq(u32, served, 1);
}

Test(lapic_model_x2apic, what_is_refused_in_memory_is_refused_here)
{
	static const struct lapic_ipi bad[] = {
		{ .vector = 15 },
		{ .mode = LAPIC_NMI, .to = LAPIC_TO_SELF },
		{ .vector = VECTOR, .to = LAPIC_TO_SELF, .destination = 1 },
		{ .vector = VECTOR, .to = (enum lapic_shorthand)4 },
	};
	enable();
	recorder_clear(&rec);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, lapic_send(&xapic, &bad[i]), LAPIC_BAD_ARG, "%u", i);
	expect_trace("");
}

Test(lapic_model_x2apic, a_long_destination_needs_this_mode)
{
	struct lapic_ipi ipi = { .vector = VECTOR, .destination = 0x100 };
	require_eq(int, lapic_switch_off(&xapic), LAPIC_OK);
	require_eq(int, lapic_switch_on(&xapic), LAPIC_OK);
	recorder_clear(&rec);
	check_eq(int, lapic_send(&xapic, &ipi), LAPIC_BAD_ARG);
	expect_trace("");
	ipi.destination = 0xff;
	check_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
}

/* A reserved or a read-only bit that is set here is a fault. */
Test(lapic_model_x2apic, masking_writes_no_read_only_bit)
{
	uint64_t seed = 7, *entry = &model.s.reg[model.slot[LAPIC_MODEL_LVT_LINT0]];
	enable();
	(void)host_cpu_set_interrupts(&cpu, false);
	recorder_expect_no_lint(&rec, NULL, NULL);
	for (unsigned i = 0; i < 200; i++) {
		uint32_t garbage = (uint32_t)random_next(&seed) & 0x1f7ff;
		bool masked = random_next(&seed) & 1;
		*entry = garbage;
		recorder_clear(&rec);
		require_eq(int, lapic_mask(&xapic, LAPIC_LVT_LINT0, masked), LAPIC_OK);
		char want[96];
		(void)snprintf(want, sizeof(want), "LVT_LINT0?%016x LVT_LINT0=%016x ", garbage,
			       (garbage & ~0x15000u) | (masked ? 0x10000u : 0));
		require_eq(str, rec.trace, want);
	}
}

Test(lapic_model_x2apic, sources_and_errors_are_as_in_memory)
{
	struct lapic_source source = { .vector = 0xfe };
	uint32_t errors = UINT32_MAX;
	bool yes = true;
	enable();
	recorder_clear(&rec);
	require_eq(int, lapic_set_source(&xapic, LAPIC_LVT_ERROR, &source), LAPIC_OK);
	require_eq(int, lapic_errors(&xapic, &errors), LAPIC_OK);
	require_eq(int, lapic_requested(&xapic, 0xfe, &yes), LAPIC_OK);
	expect_trace("LVT_ERROR=00000000000000fe ESR=0000000000000000 ESR?0000000000000000 "
		     "IRR[7]?0000000000000000 ");
	check_eq(u32, errors, 0);
	check(!yes);
}

/* ---- the timer ---- */

Test(lapic_model_x2apic, the_timer_counts)
{
	calibrate();
	require_eq(int, lapic_timer_start(&xapic, VECTOR, MS, true), LAPIC_OK);
	wait_ns(&wait, 5 * MS + MS / 2);
	check_eq(u32, served, 5);
	require_eq(int, lapic_timer_stop(&xapic), LAPIC_OK);
	wait_ns(&wait, 5 * MS);
	check_eq(u32, served, 5);
}

Test(lapic_model_x2apic, a_deadline_needs_no_calibration)
{
	enable();
	uint64_t begin = clock_now(&vclock);
	require_eq(int, lapic_timer_deadline(&xapic, VECTOR, 5 * MS), LAPIC_OK);
	wait_ns(&wait, 50 * MS);
	check_eq(u32, served, 1);
	check_ge(u64, served_ns[0] - begin, 5 * MS);
	check_le(u64, served_ns[0] - begin, 5 * MS + 2000);
}
