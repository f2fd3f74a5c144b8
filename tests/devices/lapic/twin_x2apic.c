/* SPDX-License-Identifier: MIT */
/* The local APIC in x2APIC mode, natively and emulated. QEMU's CPU does not have it. */
#include "bimetal/lapic.h"

#include "../twin_pc.h"

enum { VECTOR = 0x41, HIGHER = 0x81, ERROR = 0x43, PERIODS = 5 };

static void enter(struct lapic *lapic)
{
	struct io io = twin_memory(PC_LAPIC, 1);
	pc_silence_pic();
	twin_assert_eq(lapic_init_msrs(lapic, twin_msrs(), io, *twin_wait()), LAPIC_OK);
	twin_assert_eq(lapic_enter_x2apic(lapic), LAPIC_OK);
	twin_assert_eq(lapic_enable(lapic, PC_SPURIOUS), LAPIC_OK);
	twin_assert_eq(lapic_set_priority(lapic, 0), LAPIC_OK);
}

TWIN_HERE(x2apic, the_mode_is_entered_and_left)
{
	struct lapic lapic, again;
	struct lapic_base base = { 0 };
	struct io io = twin_memory(PC_LAPIC, 1);
	enter(&lapic);
	twin_expect_eq(lapic_where(&lapic, &base), LAPIC_OK);
	twin_expect_eq(base.state, LAPIC_BY_MSR);
	twin_expect_eq(lapic_enter_x2apic(&lapic), LAPIC_STATE);
	twin_assert_eq(lapic_init_msrs(&again, twin_msrs(), io, *twin_wait()), LAPIC_OK);
	twin_expect_eq(again.state, LAPIC_BY_MSR);
	twin_expect_eq(again.version & LAPIC_VERSION_FAMILY, LAPIC_VERSION_INTEGRATED);
	twin_expect_eq(lapic_switch_off(&lapic), LAPIC_OK);
	twin_expect_eq(lapic_switch_on(&lapic), LAPIC_OK);
	twin_expect_eq(lapic.state, LAPIC_BY_MEMORY);
}

TWIN_HERE(x2apic, the_page_is_gone)
{
	struct lapic lapic, other;
	enter(&lapic);
	twin_allow("bus.unclaimed-read");
	twin_expect_eq(lapic_init(&other, twin_memory(PC_LAPIC, 1), *twin_wait()), LAPIC_ABSENT);
}

TWIN_HERE(x2apic, it_has_an_id_and_a_logical_one_that_is_fixed)
{
	struct lapic lapic;
	uint32_t id = UINT32_MAX, logical = 0;
	enter(&lapic);
	twin_expect_eq(lapic_id(&lapic, &id), LAPIC_OK);
	twin_expect_eq(id, 0);
	twin_expect_eq(lapic_logical(&lapic, &logical), LAPIC_OK);
	twin_expect_eq(logical, 1);
	twin_expect_eq(lapic_set_logical(&lapic, 1, false), LAPIC_STATE);
}

TWIN_HERE(x2apic, an_interrupt_to_oneself_comes_once)
{
	struct lapic lapic;
	struct pc_count count;
	const struct lapic_ipi ipi = { .to = LAPIC_TO_SELF, .vector = VECTOR };
	bool yes = false;
	enter(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect_eq(lapic_requested(&lapic, VECTOR, &yes), LAPIC_OK);
	twin_expect(yes);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(!pc_await(&count, 2, PC_SHORT));
	twin_expect_eq(lapic_in_service(&lapic, VECTOR, &yes), LAPIC_OK);
	twin_expect(!yes);
}

TWIN_HERE(x2apic, an_interrupt_to_an_id_comes)
{
	struct lapic lapic;
	struct pc_count count;
	struct lapic_ipi ipi = { .vector = VECTOR };
	enter(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	twin_assert_eq(lapic_id(&lapic, &ipi.destination), LAPIC_OK);
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_assert_eq(lapic_logical(&lapic, &ipi.destination), LAPIC_OK);
	ipi.logical = true;
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect(pc_await(&count, 2, PC_LONG));
	ipi.logical = false;
	ipi.destination = 0x12345678;
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect(!pc_await(&count, 3, PC_SHORT));
}

TWIN_HERE(x2apic, a_priority_holds_interrupts_back)
{
	struct lapic lapic;
	struct pc_count low, high;
	struct lapic_ipi ipi = { .to = LAPIC_TO_SELF, .vector = VECTOR };
	uint8_t priority = 0;
	enter(&lapic);
	pc_on_interrupt(&low, &lapic, VECTOR);
	pc_on_interrupt(&high, &lapic, HIGHER);
	twin_assert_eq(lapic_set_priority(&lapic, VECTOR | 0x0f), LAPIC_OK);
	twin_expect_eq(lapic_processor_priority(&lapic, &priority), LAPIC_OK);
	twin_expect_eq(priority, VECTOR | 0x0f);
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	ipi.vector = HIGHER;
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect(pc_await(&high, 1, PC_LONG));
	twin_expect_eq(low.n, 0);
	twin_assert_eq(lapic_set_priority(&lapic, 0), LAPIC_OK);
	twin_expect(pc_await(&low, 1, PC_LONG));
}

TWIN_HERE(x2apic, sources_are_masked_and_opened)
{
	struct lapic lapic;
	const struct lapic_source error = { .vector = ERROR };
	uint32_t errors = UINT32_MAX;
	enter(&lapic);
	twin_expect_eq(lapic_set_source(&lapic, LAPIC_LVT_ERROR, &error), LAPIC_OK);
	twin_expect_eq(lapic_mask(&lapic, LAPIC_LVT_ERROR, true), LAPIC_OK);
	twin_expect_eq(lapic_mask(&lapic, LAPIC_LVT_ERROR, false), LAPIC_OK);
	twin_expect_eq(lapic_errors(&lapic, &errors), LAPIC_OK);
	twin_expect_eq(errors, 0);
	twin_expect_eq(lapic_disable(&lapic), LAPIC_OK);
}

/* ---- the timer ---- */

TWIN_HERE(x2apic, the_timer_interrupts_until_it_is_stopped)
{
	enum { HZ = 100000000 };
	struct lapic lapic;
	struct pc_count count;
	enter(&lapic);
	twin_assert_eq(lapic_timer_calibrate(&lapic, 10 * PC_MS), LAPIC_OK);
	twin_expect(lapic.hz > HZ - HZ / 100 && lapic.hz < HZ + HZ / 100);
	twin_assert_eq(lapic_timer_set_hz(&lapic, HZ), LAPIC_OK);
	pc_on_interrupt(&count, &lapic, VECTOR);
	twin_assert_eq(lapic_timer_start(&lapic, VECTOR, PC_MS, true), LAPIC_OK);
	twin_expect(pc_await(&count, PERIODS, PC_LONG));
	twin_expect_eq(lapic_timer_stop(&lapic), LAPIC_OK);
	twin_expect(!pc_await(&count, PERIODS + 1, PC_SHORT));
}

TWIN_HERE(x2apic, a_deadline_interrupts_once)
{
	struct lapic lapic;
	struct pc_count count;
	enter(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	uint64_t begin = wait_now(twin_wait());
	twin_assert_eq(lapic_timer_deadline(&lapic, VECTOR, 3 * PC_MS), LAPIC_OK);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(wait_now(twin_wait()) - begin >= 3 * PC_MS);
	twin_expect(!pc_await(&count, 2, 5 * PC_MS));
}
