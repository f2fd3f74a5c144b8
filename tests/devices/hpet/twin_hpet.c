/* SPDX-License-Identifier: MIT */
/* The high precision event timers, in both worlds. Where the accesses of both are compared to the
 * last bit, a timer is set while the counter is halted: what is written then hangs on no clock. */
#include "bimetal/hpet.h"

#include "../twin_pc.h"
#include "bimetal/ioapic.h"

enum { VECTOR = 0x61, INPUT = 20, SHOT_NS = 5 * PC_MS, PERIODS = 5 };

static void find(struct hptimer *hpet)
{
	twin_assert_eq(hptimer_init(hpet, twin_memory(PC_HPET, 1), *twin_wait()), HPTIMER_OK);
}

static void halt(const struct hptimer *hpet)
{
	twin_assert_eq(hptimer_halt(hpet), HPTIMER_OK);
	twin_assert_eq(hptimer_set_counter(hpet, 0), HPTIMER_OK);
}

static void run(const struct hptimer *hpet) { twin_assert_eq(hptimer_enable(hpet), HPTIMER_OK); }

static uint64_t counter(const struct hptimer *hpet)
{
	uint64_t ticks = 0;
	twin_assert_eq(hptimer_counter(hpet, &ticks), HPTIMER_OK);
	return ticks;
}

/* The input that is routed to VECTOR. Which polarity it has makes no difference to an edge but its
 * time; the chipset's lines there rest high. */
static void route(struct ioxapic *ioapic, unsigned pin, bool level)
{
	const struct ioxapic_route route = { .vector = VECTOR,
					     .active_low = pin >= 16,
					     .level = level };
	twin_assert_eq(ioxapic_init(ioapic, twin_memory(PC_IOAPIC, 1), *twin_wait()), IOXAPIC_OK);
	twin_assert_eq(ioxapic_mask_all(ioapic), IOXAPIC_OK);
	twin_assert_eq(ioxapic_route(ioapic, pin, &route), IOXAPIC_OK);
}

static void connect(struct hptimer *hpet, unsigned n, struct hptimer_output output)
{
	twin_assert_eq(hptimer_connect(hpet, n, &output), HPTIMER_OK);
}

TWIN(hpet, its_capabilities_are_read)
{
	struct hptimer hpet;
	struct hptimer_abilities can;
	find(&hpet);
	twin_expect_eq(hpet.vendor, 0x8086);
	twin_expect_eq(hpet.revision, 1);
	twin_expect(hpet.n_timers >= 3);
	twin_expect(hpet.counter_64);
	twin_expect(hpet.legacy_capable);
	twin_expect(hpet.period_fs > 0 && hpet.period_fs <= HPTIMER_MAX_PERIOD_FS);
	twin_assert_eq(hptimer_abilities(&hpet, 0, &can), HPTIMER_OK);
	twin_expect(can.periodic && can.wide);
	twin_expect(can.inputs >> INPUT & 1);
	twin_expect_eq(hptimer_abilities(&hpet, hpet.n_timers, &can), HPTIMER_NO_TIMER);
}

TWIN(hpet, the_counter_counts_time)
{
	struct hptimer hpet;
	find(&hpet);
	halt(&hpet);
	twin_expect_eq(counter(&hpet), 0);
	wait_ns(twin_wait(), PC_MS);
	twin_expect_eq(counter(&hpet), 0);
	run(&hpet);
	uint64_t first = counter(&hpet);
	wait_ns(twin_wait(), 10 * PC_MS);
	uint64_t passed = hptimer_ns(&hpet, counter(&hpet) - first);
	twin_expect(passed >= 5 * PC_MS);
	twin_expect_eq(hptimer_set_counter(&hpet, 0), HPTIMER_RUNNING);
}

TWIN(hpet, the_counter_carries_into_its_upper_half)
{
	struct hptimer hpet;
	find(&hpet);
	twin_assert_eq(hptimer_halt(&hpet), HPTIMER_OK);
	twin_assert_eq(hptimer_set_counter(&hpet, 0x1fffff000), HPTIMER_OK);
	twin_expect_eq(counter(&hpet), 0x1fffff000);
	run(&hpet);
	wait_ns(twin_wait(), 10 * PC_MS);
	uint64_t now = counter(&hpet);
	twin_expect_eq(now >> 32, 2);
}

TWIN(hpet, a_timer_interrupts_once)
{
	struct xapic lapic;
	struct ioxapic ioapic;
	struct pc_count count;
	struct hptimer hpet;
	pc_enable_apic(&lapic);
	route(&ioapic, INPUT, false);
	pc_on_interrupt(&count, &lapic, VECTOR);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 0, (struct hptimer_output){ .input = INPUT });
	twin_assert_eq(hptimer_one_shot(&hpet, 0, hptimer_ticks(&hpet, SHOT_NS)), HPTIMER_OK);
	twin_expect(!pc_await(&count, 1, 2 * SHOT_NS));
	run(&hpet);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(hptimer_ns(&hpet, counter(&hpet)) + 1 >= SHOT_NS);
	twin_expect(!pc_await(&count, 2, 2 * SHOT_NS));
}

TWIN(hpet, a_narrow_timer_interrupts_once)
{
	struct xapic lapic;
	struct ioxapic ioapic;
	struct pc_count count;
	struct hptimer hpet;
	pc_enable_apic(&lapic);
	route(&ioapic, INPUT, false);
	pc_on_interrupt(&count, &lapic, VECTOR);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 2, (struct hptimer_output){ .input = INPUT });
	twin_assert_eq(hptimer_one_shot(&hpet, 2, hptimer_ticks(&hpet, SHOT_NS)), HPTIMER_OK);
	run(&hpet);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(!pc_await(&count, 2, 2 * SHOT_NS));
}

/* While the counter runs its driver must be in time, and what it writes hangs on the clock. */
TWIN(hpet, a_timer_is_set_while_the_counter_runs)
{
	struct xapic lapic;
	struct ioxapic ioapic;
	struct pc_count count;
	struct hptimer hpet;
	pc_enable_apic(&lapic);
	route(&ioapic, INPUT, false);
	pc_on_interrupt(&count, &lapic, VECTOR);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 0, (struct hptimer_output){ .input = INPUT });
	run(&hpet);
	for (unsigned i = 1; i <= 3; i++) {
		uint64_t before = counter(&hpet), ticks = hptimer_ticks(&hpet, SHOT_NS);
		twin_assert_eq(hptimer_one_shot(&hpet, 0, ticks), HPTIMER_OK);
		twin_expect(pc_await(&count, i, PC_LONG));
		twin_expect(counter(&hpet) - before >= ticks);
	}
}

struct periodic {
	struct pc_count count;
	const struct hptimer *hpet;
	bool level;
};

static void take_and_stop(void *ctx)
{
	struct periodic *periodic = ctx;
	uint32_t pending = 0;
	if (periodic->level) {
		twin_expect_eq(hptimer_pending(periodic->hpet, &pending), HPTIMER_OK);
		twin_expect_eq(pending, 1);
		twin_expect_eq(hptimer_acknowledge(periodic->hpet, 0), HPTIMER_OK);
	}
	pc_take(&periodic->count);
	if (periodic->count.n == PERIODS)
		twin_expect_eq(hptimer_stop(periodic->hpet, 0), HPTIMER_OK);
}

static void run_periods(bool level)
{
	struct xapic lapic;
	struct ioxapic ioapic;
	struct hptimer hpet;
	pc_enable_apic(&lapic);
	struct periodic periodic = { .count.lapic = &lapic, .hpet = &hpet, .level = level };
	route(&ioapic, INPUT, level);
	twin_on_interrupt(VECTOR, take_and_stop, &periodic);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 0, (struct hptimer_output){ .input = INPUT, .level = level });
	uint32_t ticks = (uint32_t)hptimer_ticks(&hpet, PC_MS);
	twin_assert_eq(hptimer_periodic(&hpet, 0, ticks), HPTIMER_OK);
	run(&hpet);
	twin_expect(pc_await(&periodic.count, PERIODS, PC_LONG));
	twin_expect(counter(&hpet) >= PERIODS * (uint64_t)ticks);
	twin_expect(!pc_await(&periodic.count, PERIODS + 1, PC_SHORT));
}

TWIN(hpet, a_periodic_timer_interrupts_until_it_is_stopped) { run_periods(false); }
TWIN(hpet, a_level_triggered_timer_is_acknowledged) { run_periods(true); }

TWIN(hpet, timer_0_takes_the_place_of_the_8254)
{
	enum { PIN_TIMER = 2 };
	struct xapic lapic;
	struct ioxapic ioapic;
	struct pc_count count;
	struct hptimer hpet;
	pc_enable_apic(&lapic);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 0, (struct hptimer_output){ .to = HPTIMER_TO_LEGACY });
	twin_assert_eq(hptimer_one_shot(&hpet, 0, hptimer_ticks(&hpet, SHOT_NS)), HPTIMER_OK);
	twin_assert_eq(hptimer_set_legacy(&hpet, true), HPTIMER_OK);
	pc_on_interrupt(&count, &lapic, VECTOR);
	route(&ioapic, PIN_TIMER, false);
	run(&hpet);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect_eq(hptimer_stop(&hpet, 0), HPTIMER_OK);
	twin_expect_eq(hptimer_set_legacy(&hpet, false), HPTIMER_OK);
}

/* QEMU's timers send no messages unless it is told so. */
TWIN_HERE(hpet, a_timer_sends_messages)
{
	struct xapic lapic;
	struct pc_count count;
	struct hptimer hpet;
	struct hptimer_abilities can;
	pc_enable_apic(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	find(&hpet);
	halt(&hpet);
	twin_assert_eq(hptimer_abilities(&hpet, 1, &can), HPTIMER_OK);
	twin_assert(can.messages);
	connect(&hpet, 1,
		(struct hptimer_output){
			.to = HPTIMER_TO_MESSAGE, .address = PC_LAPIC, .data = VECTOR });
	twin_assert_eq(hptimer_one_shot(&hpet, 1, hptimer_ticks(&hpet, SHOT_NS)), HPTIMER_OK);
	run(&hpet);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(!pc_await(&count, 2, 2 * SHOT_NS));
}

TWIN_HERE(hpet, a_timers_time_is_right)
{
	struct xapic lapic;
	struct ioxapic ioapic;
	struct pc_count count;
	struct hptimer hpet;
	pc_enable_apic(&lapic);
	route(&ioapic, INPUT, false);
	pc_on_interrupt(&count, &lapic, VECTOR);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 0, (struct hptimer_output){ .input = INPUT });
	twin_assert_eq(hptimer_one_shot(&hpet, 0, hptimer_ticks(&hpet, SHOT_NS)), HPTIMER_OK);
	uint64_t begin = wait_now(twin_wait());
	run(&hpet);
	twin_expect(pc_await(&count, 1, PC_LONG));
	uint64_t passed = wait_now(twin_wait()) - begin;
	twin_expect(passed >= SHOT_NS && passed < SHOT_NS + SHOT_NS / 100);
}
