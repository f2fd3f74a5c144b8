/* SPDX-License-Identifier: MIT */
/* The local APIC's MSRs, natively and emulated: its address, and the TSC deadline, which QEMU's CPU
 * does not have. */
#include "bimetal/lapic.h"

#include "../twin_pc.h"

enum { VECTOR = 0x41, OTHER = 0x51 };

static void enable_by_msrs(struct lapic *lapic)
{
	struct io io = twin_memory(PC_LAPIC, 1);
	pc_silence_pic();
	twin_assert_eq(lapic_init_msrs(lapic, twin_msrs(), io, *twin_wait()), LAPIC_OK);
	twin_assert_eq(lapic_enable(lapic, PC_SPURIOUS), LAPIC_OK);
	twin_assert_eq(lapic_set_priority(lapic, 0), LAPIC_OK);
}

TWIN(lapic_msr, it_is_where_firmware_left_it)
{
	struct lapic lapic;
	struct lapic_base base = { 0 };
	struct io io = twin_memory(PC_LAPIC, 1);
	twin_assert_eq(lapic_init_msrs(&lapic, twin_msrs(), io, *twin_wait()), LAPIC_OK);
	twin_expect_eq(lapic_where(&lapic, &base), LAPIC_OK);
	twin_expect_eq(base.address, PC_LAPIC);
	twin_expect_eq(base.state, LAPIC_BY_MEMORY);
	twin_expect(base.bootstrap);
	twin_expect_eq(lapic_enable(&lapic, PC_SPURIOUS), LAPIC_OK);
}

TWIN(lapic_msr, a_processor_without_x2apic_mode_does_not_enter_it)
{
	struct lapic lapic;
	uint32_t id = UINT32_MAX;
	enable_by_msrs(&lapic);
	twin_expect_eq(lapic_enter_x2apic(&lapic), LAPIC_LACKS);
	twin_expect_eq(lapic_id(&lapic, &id), LAPIC_OK);
	twin_expect_eq(id, 0);
}

/* Not for QEMU, whose APIC stays off. */
TWIN_HERE(lapic_msr, it_is_switched_off_and_on)
{
	struct lapic lapic;
	struct pc_count count;
	const struct lapic_ipi ipi = { .to = LAPIC_TO_SELF, .vector = VECTOR };
	uint32_t id = UINT32_MAX;
	enable_by_msrs(&lapic);
	twin_expect_eq(lapic_switch_off(&lapic), LAPIC_OK);
	twin_expect_eq(lapic_id(&lapic, &id), LAPIC_IS_OFF);
	twin_expect_eq(lapic_init_msrs(&lapic, twin_msrs(), twin_memory(PC_LAPIC, 1), *twin_wait()),
		       LAPIC_IS_OFF);
	twin_assert_eq(lapic_switch_on(&lapic), LAPIC_OK);
	twin_assert_eq(lapic_enable(&lapic, PC_SPURIOUS), LAPIC_OK);
	pc_on_interrupt(&count, &lapic, VECTOR);
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect(pc_await(&count, 1, PC_LONG));
}

TWIN_HERE(lapic_msr, its_page_is_moved)
{
	enum { THERE = 0xfee01000 };
	struct lapic lapic;
	struct lapic_base base = { 0 };
	uint32_t id = UINT32_MAX;
	enable_by_msrs(&lapic);
	twin_assert_eq(lapic_move(&lapic, THERE, twin_memory(THERE, 1)), LAPIC_OK);
	twin_expect_eq(lapic_id(&lapic, &id), LAPIC_OK);
	twin_expect_eq(id, 0);
	twin_expect_eq(lapic_where(&lapic, &base), LAPIC_OK);
	twin_expect_eq(base.address, THERE);
}

TWIN_HERE(lapic_msr, a_deadline_interrupts_once)
{
	enum { PERCENT = PC_MS / 10 };
	struct lapic lapic;
	struct pc_count count;
	enable_by_msrs(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	uint64_t begin = wait_now(twin_wait());
	twin_assert_eq(lapic_timer_deadline(&lapic, VECTOR, 10 * PC_MS), LAPIC_OK);
	twin_expect(pc_await(&count, 1, PC_LONG));
	uint64_t passed = wait_now(twin_wait()) - begin;
	twin_expect(passed >= 10 * PC_MS && passed < 10 * PC_MS + PERCENT);
	twin_expect(!pc_await(&count, 2, 20 * PC_MS));
}

TWIN_HERE(lapic_msr, a_deadline_takes_the_place_of_another)
{
	struct lapic lapic;
	struct pc_count count, other;
	enable_by_msrs(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	pc_on_interrupt(&other, &lapic, OTHER);
	twin_assert_eq(lapic_timer_deadline(&lapic, OTHER, PC_MS), LAPIC_OK);
	twin_assert_eq(lapic_timer_deadline(&lapic, VECTOR, 2 * PC_MS), LAPIC_OK);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect_eq(other.n, 0);
	twin_assert_eq(lapic_timer_deadline(&lapic, OTHER, PC_MS), LAPIC_OK);
	twin_assert_eq(lapic_timer_stop(&lapic), LAPIC_OK);
	twin_expect(!pc_await(&other, 1, 3 * PC_MS));
}
