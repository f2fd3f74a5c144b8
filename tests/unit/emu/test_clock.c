/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "emu/clock.h"
#include "emu/units.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

enum { MAX_FIRED = 64 };

/* The callback of a timer: records the timer, and may arm it again. */
struct toy {
	struct clock *clock;
	unsigned id;
	uint64_t period; /* 0: once */
	unsigned again;  /* how often it arms itself again */
};

static struct clock clock_under_test;
static struct toy toys[CLOCK_MAX_TIMERS + 1];
static struct {
	unsigned id;
	uint64_t due, now;
} fired[MAX_FIRED];
static unsigned n_fired;

static void fire(void *ctx, uint64_t due_ns)
{
	struct toy *t = ctx;

	if (n_fired < MAX_FIRED) {
		fired[n_fired].id = t->id;
		fired[n_fired].due = due_ns;
		fired[n_fired].now = clock_now(t->clock);
	}
	n_fired++;
	if (t->again == 0) return;
	t->again--;
	clock_arm(t->clock, t->id, due_ns + t->period);
}

static unsigned add(void)
{
	struct toy *t = &toys[clock_under_test.n_timers + 1]; /* by its id */

	t->clock = &clock_under_test;
	t->id = clock_add_timer(&clock_under_test, "toy", fire, t);
	return t->id;
}

static void start(void) { clock_init(&clock_under_test); }

TestSuite(clock, .init = start, .timeout = 60);

Test(clock, a_new_clock_stands_at_zero_with_nothing_due)
{
	check_eq(u64, clock_now(&clock_under_test), 0);
	check_eq(u64, clock_under_test.s.next_ns, CLOCK_NEVER);
	check(!clock_due(&clock_under_test));
	clock_run(&clock_under_test);
	check_eq(uint, n_fired, 0);
}

Test(clock, advancing_fires_nothing_by_itself)
{
	clock_arm(&clock_under_test, add(), 10);
	clock_advance(&clock_under_test, 20);
	check_eq(uint, n_fired, 0);
	check(clock_due(&clock_under_test));
}

Test(clock, a_deadline_fires_at_its_time_and_not_before)
{
	unsigned id = add();

	clock_arm(&clock_under_test, id, 10);
	check(clock_armed(&clock_under_test, id));
	clock_advance(&clock_under_test, 9);
	clock_run(&clock_under_test);
	check_eq(uint, n_fired, 0);
	clock_advance(&clock_under_test, 1);
	clock_run(&clock_under_test);
	check_eq(uint, n_fired, 1);
	check(!clock_armed(&clock_under_test, id));
	clock_run(&clock_under_test);
	check_eq(uint, n_fired, 1);
}

Test(clock, a_late_run_passes_the_deadline_not_the_present_time)
{
	clock_arm(&clock_under_test, add(), 10);
	clock_advance(&clock_under_test, 1000);
	clock_run(&clock_under_test);
	check_eq(u64, fired[0].due, 10);
	check_eq(u64, fired[0].now, 1000);
}

Test(clock, the_earliest_fires_first_and_ties_by_id)
{
	unsigned a = add(), b = add(), c = add(), d = add();

	clock_arm(&clock_under_test, d, 5);
	clock_arm(&clock_under_test, c, 7);
	clock_arm(&clock_under_test, a, 7);
	clock_arm(&clock_under_test, b, 6);
	clock_advance(&clock_under_test, 100);
	clock_run(&clock_under_test);
	require_eq(uint, n_fired, 4);
	check_eq(uint, fired[0].id, d);
	check_eq(uint, fired[1].id, b);
	check_eq(uint, fired[2].id, a);
	check_eq(uint, fired[3].id, c);
}

Test(clock, arming_again_replaces_the_deadline)
{
	unsigned id = add();

	clock_arm(&clock_under_test, id, 5);
	clock_arm(&clock_under_test, id, 50);
	check_eq(u64, clock_under_test.s.next_ns, 50);
	clock_advance(&clock_under_test, 49);
	clock_run(&clock_under_test);
	check_eq(uint, n_fired, 0);
}

Test(clock, disarming_uncovers_the_next_deadline)
{
	unsigned a = add(), b = add();

	clock_arm(&clock_under_test, a, 5);
	clock_arm(&clock_under_test, b, 9);
	clock_disarm(&clock_under_test, a);
	check(!clock_armed(&clock_under_test, a));
	check_eq(u64, clock_under_test.s.next_ns, 9);
	clock_disarm(&clock_under_test, b);
	check_eq(u64, clock_under_test.s.next_ns, CLOCK_NEVER);
}

Test(clock, a_past_deadline_fires_at_the_next_run)
{
	unsigned id = add();

	clock_advance(&clock_under_test, 100);
	clock_arm(&clock_under_test, id, 40);
	clock_run(&clock_under_test);
	require_eq(uint, n_fired, 1);
	check_eq(u64, fired[0].due, 40);
}

Test(clock, a_late_periodic_timer_catches_up_in_one_run)
{
	unsigned id = add();

	toys[id].period = 10;
	toys[id].again = 1000;
	clock_arm(&clock_under_test, id, 10);
	clock_advance(&clock_under_test, 55);
	clock_run(&clock_under_test);
	require_eq(uint, n_fired, 5);
	check_eq(u64, fired[4].due, 50);
	check_eq(u64, clock_under_test.s.next_ns, 60);
}

Test(clock, a_zero_period_cannot_hang_a_run)
{
	unsigned id = add();

	toys[id].again = UINT32_MAX;
	clock_arm(&clock_under_test, id, 10);
	clock_advance(&clock_under_test, 10);
	clock_run(&clock_under_test);
	check_gt(uint, n_fired, 1);
	check_lt(uint, n_fired, 1000000);
	check(!clock_armed(&clock_under_test, id));
	check(!clock_under_test.running);
	check_eq(ptr, clock_under_test.stuck, &clock_under_test.timer[id - 1]);
}

Test(clock, a_zero_period_cannot_hang_a_jump)
{
	unsigned id = add();

	toys[id].again = UINT32_MAX;
	clock_arm(&clock_under_test, id, 10);
	clock_run_until(&clock_under_test, 500);
	check_lt(uint, n_fired, 1000000);
	check_eq(u64, clock_now(&clock_under_test), 500);
	check_eq(ptr, clock_under_test.stuck, &clock_under_test.timer[id - 1]);
}

Test(clock, a_long_jump_with_a_short_period_fires_every_time)
{
	unsigned id = add();

	toys[id].period = 1;
	toys[id].again = UINT32_MAX;
	clock_arm(&clock_under_test, id, 1);
	clock_run_until(&clock_under_test, 100000);
	check_eq(uint, n_fired, 100000);
	/* It is late by more than one run fires, but each time is later. */
	clock_advance(&clock_under_test, 100000);
	clock_run(&clock_under_test);
	check_gt(uint, n_fired, 100001);
	check_eq(ptr, clock_under_test.stuck, NULL);
}

Test(clock, a_jump_fires_each_deadline_at_its_own_time)
{
	unsigned a = add(), b = add();

	toys[a].period = 10;
	toys[a].again = 2;
	clock_arm(&clock_under_test, a, 10);
	clock_arm(&clock_under_test, b, 25);
	clock_run_until(&clock_under_test, 29);
	require_eq(uint, n_fired, 3);
	for (unsigned i = 0; i < n_fired; i++) check_eq(u64, fired[i].now, fired[i].due);
	check_eq(u64, fired[1].due, 20);
	check_eq(u64, fired[2].due, 25);
	check_eq(u64, clock_now(&clock_under_test), 29);
	clock_run_until(&clock_under_test, 30);
	check_eq(uint, n_fired, 4);
}

Test(clock, a_jump_never_goes_back)
{
	unsigned id = add();

	clock_advance(&clock_under_test, 100);
	clock_arm(&clock_under_test, id, 90);
	clock_run_until(&clock_under_test, 50);
	check_eq(u64, clock_now(&clock_under_test), 100);
	require_eq(uint, n_fired, 1);
	check_eq(u64, fired[0].now, 100);
}

static void reenter(void *ctx, uint64_t due_ns)
{
	struct clock *c = ctx;

	(void)due_ns;
	n_fired++;
	clock_arm(c, 1, 0);
	clock_run(c);
	clock_run_until(c, 1000000);
	clock_disarm(c, 1);
}

Test(clock, running_from_inside_a_timer_does_nothing)
{
	unsigned id = clock_add_timer(&clock_under_test, "reenter", reenter, &clock_under_test);

	clock_arm(&clock_under_test, id, 5);
	clock_run_until(&clock_under_test, 7);
	check_eq(uint, n_fired, 1);
	check_eq(u64, clock_now(&clock_under_test), 7);
}

Test(clock, one_timer_too_many_is_marked_and_ignored)
{
	unsigned last = 0, extra;

	for (unsigned i = 0; i < CLOCK_MAX_TIMERS; i++) last = add();
	check(!clock_under_test.full);
	clock_arm(&clock_under_test, last, 3);
	extra = clock_add_timer(&clock_under_test, "extra", fire, &toys[1]);
	check(clock_under_test.full);
	clock_arm(&clock_under_test, extra, 1);
	clock_arm(&clock_under_test, UINT32_MAX, 1);
	check(!clock_armed(&clock_under_test, extra));
	check_eq(u64, clock_under_test.s.next_ns, 3);
	check_eq(ptr, clock_under_test.unadded, NULL, "the machine is refused anyway");
}

Test(clock, a_timer_that_was_not_added_is_none_and_told)
{
	unsigned id = add();

	check_gt(uint, id, 0);
	clock_disarm(&clock_under_test, 0); /* nothing to disarm: no harm */
	check(!clock_armed(&clock_under_test, 0));
	check(!clock_misused(&clock_under_test));
	clock_arm(&clock_under_test, 0, 1);
	check(!clock_armed(&clock_under_test, id), "another device's timer is armed");
	check_eq(u64, clock_under_test.s.next_ns, CLOCK_NEVER);
	check_ne(ptr, clock_under_test.unadded, NULL);
	check(clock_misused(&clock_under_test));
}

Test(clock, the_state_is_all_of_the_snapshot)
{
	struct clock_state saved;
	unsigned id = add();

	clock_arm(&clock_under_test, id, 10);
	clock_advance(&clock_under_test, 4);
	saved = clock_under_test.s;
	clock_run_until(&clock_under_test, 100);
	clock_under_test.s = saved;
	n_fired = 0;
	clock_run_until(&clock_under_test, 10);
	check_eq(uint, n_fired, 1);
	check_eq(u64, fired[0].now, 10);
}

/* Random arming, compared with a simple list of the timers that should fire. */
Test(clock, random_schedules_fire_in_order_and_completely)
{
	uint64_t rng = 0x9e3779b97f4a7c15, deadline[9];

	for (unsigned i = 0; i < 8; i++) add();
	for (unsigned round = 0; round < 2000; round++) {
		uint64_t base = clock_now(&clock_under_test), end = base + 50, previous = 0;
		unsigned expected = 0;
		n_fired = 0;
		for (unsigned i = 1; i <= 8; i++) { /* their ids */
			deadline[i] = base + random_next(&rng) % 100;
			clock_arm(&clock_under_test, i, deadline[i]);
			if (deadline[i] <= end) expected++;
		}
		clock_run_until(&clock_under_test, end);
		require_eq(uint, n_fired, expected);
		for (unsigned i = 0; i < n_fired; i++) {
			require_eq(u64, fired[i].due, deadline[fired[i].id]);
			require_eq(u64, fired[i].now, fired[i].due);
			require_ge(u64, fired[i].due, previous);
			if (i && fired[i].due == previous)
				require_gt(uint, fired[i].id, fired[i - 1].id);
			previous = fired[i].due;
		}
	}
}

static const uint64_t rates[] = { 1,       18,       1000,      32768,     1193182,   1843200,
				  3579545, 14318180, 100000000, 999999937, 1000000000 };
enum { N_RATES = ARRAY_SIZE(rates) };

Test(clock, ticks_of_known_clocks)
{
	check_eq(u64, clock_ticks(NS_PER_S, 1193182), 1193182);
	check_eq(u64, clock_ticks(NS_PER_S - 1, 1193182), 1193181);
	check_eq(u64, clock_tick_time(1, 1193182), 839); /* 838.095... */
	check_eq(u64, clock_ticks(838, 1193182), 0);
	check_eq(u64, clock_ticks(839, 1193182), 1);
	check_eq(u64, clock_tick_time(0, 1193182), 0);
	/* The largest time is three centuries. 2^63 - 1 ns * 1193182 / 10^9, by long division. */
	check_eq(u64, clock_ticks(INT64_MAX, 1193182), UINT64_C(11005161493678455));
}

Test(clock, a_tick_has_happened_exactly_at_its_time)
{
	uint64_t rng = 0x123456789abcdef1;

	for (unsigned i = 0; i < 200000; i++) {
		uint64_t hz = i % 2 ? rates[random_next(&rng) % N_RATES]
				    : 1 + random_any_size(&rng) % NS_PER_S;
		uint64_t ticks = random_any_size(&rng) % clock_ticks(INT64_MAX, hz);
		uint64_t at = clock_tick_time(ticks, hz);
		require_eq(u64, clock_ticks(at, hz), ticks, "tick %lu of %lu Hz", ticks, hz);
		if (at > 0) require_lt(u64, clock_ticks(at - 1, hz), ticks);
	}
}

Test(clock, ticks_agree_with_whole_seconds_and_the_rest)
{
	uint64_t rng = 0xfeedface12345678;

	for (unsigned i = 0; i < 200000; i++) {
		uint64_t hz = 1 + random_any_size(&rng) % NS_PER_S;
		uint64_t ns = random_any_size(&rng) >> 1;
		uint64_t whole = ns / NS_PER_S * hz, rest = ns % NS_PER_S * hz / NS_PER_S;
		require_eq(u64, clock_ticks(ns, hz), whole + rest, "%lu ns at %lu Hz", ns, hz);
	}
}

Test(clock, conversions_saturate_instead_of_wrapping)
{
	check_eq(u64, clock_ticks(UINT64_MAX, UINT64_MAX), UINT64_MAX);
	check_eq(u64, clock_ticks(UINT64_MAX, NS_PER_S), UINT64_MAX);
	check_eq(u64, clock_tick_time(UINT64_MAX, 1), CLOCK_NEVER);
	check_eq(u64, clock_tick_time(UINT64_MAX, UINT64_MAX), NS_PER_S);
}

Test(clock, a_clock_of_frequency_0_never_ticks)
{
	check_eq(u64, clock_ticks(UINT64_MAX, 0), 0);
	check_eq(u64, clock_tick_time(1, 0), CLOCK_NEVER);
}
