/* SPDX-License-Identifier: MIT */
/* The high precision event timers, natively and emulated. Tests whose accesses are compared exactly
 * set timers while the counter is halted, so that the values do not depend on the time. */
#include "bimetal/hpet.h"

#include "../twin_pc.h"
#include "bimetal/ioapic.h"

enum { VECTOR = 0x61, INPUT = 20, SHOT_NS = 5 * PC_MS, PERIODS = 5 };

static void find(struct hpet *hpet)
{
	twin_assert_eq(hpet_init(hpet, twin_memory(PC_HPET, 1), *twin_wait()), HPET_OK);
}

static void halt(const struct hpet *hpet)
{
	twin_assert_eq(hpet_halt(hpet), HPET_OK);
	twin_assert_eq(hpet_set_counter(hpet, 0), HPET_OK);
}

static void run(const struct hpet *hpet) { twin_assert_eq(hpet_enable(hpet), HPET_OK); }

static uint64_t counter(const struct hpet *hpet)
{
	uint64_t ticks = 0;
	twin_assert_eq(hpet_counter(hpet, &ticks), HPET_OK);
	return ticks;
}

/* Routes this input to VECTOR. From 16 on the inputs belong to lines of the chipset that are high
 * when idle; if the interrupt is an edge, the polarity only changes its time. */
static void route(struct ioapic *ioapic, unsigned pin, bool level)
{
	const struct ioapic_route route = { .vector = VECTOR,
					    .active_low = pin >= 16,
					    .level = level };
	twin_assert_eq(ioapic_init(ioapic, twin_memory(PC_IOAPIC, 1), *twin_wait()), IOAPIC_OK);
	twin_assert_eq(ioapic_mask_all(ioapic), IOAPIC_OK);
	twin_assert_eq(ioapic_route(ioapic, pin, &route), IOAPIC_OK);
}

static void connect(struct hpet *hpet, unsigned n, struct hpet_output output)
{
	twin_assert_eq(hpet_connect(hpet, n, &output), HPET_OK);
}

struct setup {
	struct lapic lapic;
	struct ioapic ioapic;
	struct pc_count count;
	struct hpet hpet;
};

/* The counter is halted, and timer n interrupts through INPUT; the interrupts are counted. */
static void set_up(struct setup *s, unsigned n)
{
	pc_enable_apic(&s->lapic);
	route(&s->ioapic, INPUT, false);
	pc_on_interrupt(&s->count, &s->lapic, VECTOR);
	find(&s->hpet);
	halt(&s->hpet);
	connect(&s->hpet, n, (struct hpet_output){ .input = INPUT });
}

TWIN(hpet, its_capabilities_are_read)
{
	struct hpet hpet;
	struct hpet_abilities can;
	find(&hpet);
	twin_expect_eq(hpet.vendor, 0x8086);
	twin_expect_eq(hpet.revision, 1);
	twin_expect(hpet.n_timers >= 3);
	twin_expect(hpet.counter_64);
	twin_expect(hpet.legacy_capable);
	twin_expect(hpet.period_fs > 0 && hpet.period_fs <= HPET_MAX_PERIOD_FS);
	twin_assert_eq(hpet_abilities(&hpet, 0, &can), HPET_OK);
	twin_expect(can.periodic && can.wide);
	twin_expect(can.inputs >> INPUT & 1);
	twin_expect_eq(hpet_abilities(&hpet, hpet.n_timers, &can), HPET_NO_TIMER);
}

TWIN(hpet, the_counter_counts_time)
{
	struct hpet hpet;
	find(&hpet);
	halt(&hpet);
	twin_expect_eq(counter(&hpet), 0);
	wait_ns(twin_wait(), PC_MS);
	twin_expect_eq(counter(&hpet), 0);
	run(&hpet);
	uint64_t first = counter(&hpet);
	wait_ns(twin_wait(), 10 * PC_MS);
	uint64_t passed = hpet_ns(&hpet, counter(&hpet) - first);
	twin_expect(passed >= 5 * PC_MS);
	twin_expect_eq(hpet_set_counter(&hpet, 0), HPET_RUNNING);
}

TWIN(hpet, the_counter_carries_into_its_upper_half)
{
	struct hpet hpet;
	find(&hpet);
	twin_assert_eq(hpet_halt(&hpet), HPET_OK);
	twin_assert_eq(hpet_set_counter(&hpet, 0x1fffff000), HPET_OK);
	twin_expect_eq(counter(&hpet), 0x1fffff000);
	run(&hpet);
	wait_ns(twin_wait(), 10 * PC_MS);
	uint64_t now = counter(&hpet);
	twin_expect_eq(now >> 32, 2);
}

TWIN(hpet, a_timer_interrupts_once)
{
	struct setup s;
	set_up(&s, 0);
	twin_assert_eq(hpet_one_shot(&s.hpet, 0, hpet_ticks(&s.hpet, SHOT_NS)), HPET_OK);
	twin_expect(!pc_await(&s.count, 1, 2 * SHOT_NS));
	run(&s.hpet);
	twin_expect(pc_await(&s.count, 1, PC_LONG));
	twin_expect(hpet_ns(&s.hpet, counter(&s.hpet)) + 1 >= SHOT_NS);
	twin_expect(!pc_await(&s.count, 2, 2 * SHOT_NS));
}

TWIN(hpet, a_narrow_timer_interrupts_once)
{
	struct setup s;
	set_up(&s, 2);
	twin_assert_eq(hpet_one_shot(&s.hpet, 2, hpet_ticks(&s.hpet, SHOT_NS)), HPET_OK);
	run(&s.hpet);
	twin_expect(pc_await(&s.count, 1, PC_LONG));
	twin_expect(!pc_await(&s.count, 2, 2 * SHOT_NS));
}

/* While the counter runs, the driver must be in time, and the values that it writes depend on the
 * time. */
TWIN(hpet, a_timer_is_set_while_the_counter_runs)
{
	struct setup s;
	set_up(&s, 0);
	run(&s.hpet);
	for (unsigned i = 1; i <= 3; i++) {
		uint64_t before = counter(&s.hpet), ticks = hpet_ticks(&s.hpet, SHOT_NS);
		twin_assert_eq(hpet_one_shot(&s.hpet, 0, ticks), HPET_OK);
		twin_expect(pc_await(&s.count, i, PC_LONG));
		twin_expect(counter(&s.hpet) - before >= ticks);
	}
}

struct periodic {
	struct pc_count count;
	const struct hpet *hpet;
	bool level;
};

static void take_and_stop(void *ctx)
{
	struct periodic *periodic = ctx;
	uint32_t pending = 0;
	if (periodic->level) {
		twin_expect_eq(hpet_pending(periodic->hpet, &pending), HPET_OK);
		twin_expect_eq(pending, 1);
		twin_expect_eq(hpet_acknowledge(periodic->hpet, 0), HPET_OK);
	}
	pc_take(&periodic->count);
	if (periodic->count.n == PERIODS) twin_expect_eq(hpet_stop(periodic->hpet, 0), HPET_OK);
}

static void run_periods(bool level)
{
	struct lapic lapic;
	struct ioapic ioapic;
	struct hpet hpet;
	pc_enable_apic(&lapic);
	struct periodic periodic = { .count.lapic = &lapic, .hpet = &hpet, .level = level };
	route(&ioapic, INPUT, level);
	twin_on_interrupt(VECTOR, take_and_stop, &periodic);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 0, (struct hpet_output){ .input = INPUT, .level = level });
	uint32_t ticks = (uint32_t)hpet_ticks(&hpet, PC_MS);
	twin_assert_eq(hpet_periodic(&hpet, 0, ticks), HPET_OK);
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
	struct lapic lapic;
	struct ioapic ioapic;
	struct pc_count count;
	struct hpet hpet;
	pc_enable_apic(&lapic);
	find(&hpet);
	halt(&hpet);
	connect(&hpet, 0, (struct hpet_output){ .to = HPET_TO_LEGACY });
	twin_assert_eq(hpet_one_shot(&hpet, 0, hpet_ticks(&hpet, SHOT_NS)), HPET_OK);
	twin_assert_eq(hpet_set_legacy(&hpet, true), HPET_OK);
	pc_on_interrupt(&count, &lapic, VECTOR);
	route(&ioapic, PIN_TIMER, false);
	run(&hpet);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect_eq(hpet_stop(&hpet, 0), HPET_OK);
	twin_expect_eq(hpet_set_legacy(&hpet, false), HPET_OK);
}

/* QEMU's timers send messages only with an option. */
TWIN_HERE(hpet, a_timer_sends_messages)
{
	struct lapic lapic;
	struct pc_count count;
	struct hpet hpet;
	struct hpet_abilities can;
	pc_enable_apic(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	find(&hpet);
	halt(&hpet);
	twin_assert_eq(hpet_abilities(&hpet, 1, &can), HPET_OK);
	twin_assert(can.messages);
	connect(&hpet, 1,
		(struct hpet_output){ .to = HPET_TO_MESSAGE, .address = PC_LAPIC, .data = VECTOR });
	twin_assert_eq(hpet_one_shot(&hpet, 1, hpet_ticks(&hpet, SHOT_NS)), HPET_OK);
	run(&hpet);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(!pc_await(&count, 2, 2 * SHOT_NS));
}

TWIN_HERE(hpet, a_timers_time_is_right)
{
	struct setup s;
	set_up(&s, 0);
	twin_assert_eq(hpet_one_shot(&s.hpet, 0, hpet_ticks(&s.hpet, SHOT_NS)), HPET_OK);
	uint64_t begin = wait_now(twin_wait());
	run(&s.hpet);
	twin_expect(pc_await(&s.count, 1, PC_LONG));
	uint64_t passed = wait_now(twin_wait()) - begin;
	twin_expect(passed >= SHOT_NS && passed < SHOT_NS + SHOT_NS / 100);
}
