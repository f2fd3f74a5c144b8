/* SPDX-License-Identifier: MIT */
#include "emu/clock.h"

#include "emu/units.h"

/* The most deadlines that one call fires at the same instant: far more than real timers need, and
 * few enough to take no noticeable time. */
enum { MAX_FIRES_PER_INSTANT = 4096 };

static void find_next(struct clock *clock)
{
	uint64_t next = CLOCK_NEVER;

	for (unsigned i = 0; i < clock->n_timers; i++)
		if (clock->s.deadline_ns[i] < next) next = clock->s.deadline_ns[i];
	clock->s.next_ns = next;
}

void clock_init(struct clock *clock)
{
	*clock = (struct clock){ .s.next_ns = CLOCK_NEVER };
	for (unsigned i = 0; i < CLOCK_MAX_TIMERS; i++) clock->s.deadline_ns[i] = CLOCK_NEVER;
}

unsigned clock_add_timer(struct clock *clock, const char *name, clock_fn *fn, void *ctx)
{
	if (clock->n_timers == CLOCK_MAX_TIMERS) {
		clock->full = true;
		return CLOCK_MAX_TIMERS + 1;
	}
	clock->timer[clock->n_timers] = (struct clock_timer){ .fn = fn, .ctx = ctx, .name = name };
	return ++clock->n_timers;
}

/* Timer n has the id n + 1. */
static bool is_id(const struct clock *clock, unsigned id)
{
	return id > 0 && id <= clock->n_timers;
}

static void arm(struct clock *clock, unsigned n, uint64_t due_ns)
{
	uint64_t before = clock->s.deadline_ns[n];

	clock->s.deadline_ns[n] = due_ns;
	if (due_ns <= clock->s.next_ns)
		clock->s.next_ns = due_ns;
	else if (before == clock->s.next_ns) /* the earliest timer was moved to a later time */
		find_next(clock);
}

void clock_arm(struct clock *clock, unsigned id, uint64_t due_ns)
{
	if (is_id(clock, id))
		arm(clock, id - 1, due_ns);
	else if (due_ns != CLOCK_NEVER && !clock->full && !clock->unadded)
		clock->unadded = __builtin_return_address(0);
}

void clock_disarm(struct clock *clock, unsigned id) { clock_arm(clock, id, CLOCK_NEVER); }

bool clock_armed(const struct clock *clock, unsigned id)
{
	return is_id(clock, id) && clock->s.deadline_ns[id - 1] != CLOCK_NEVER;
}

/* How often deadlines came in a row that were not later than one before. */
struct repeats {
	uint64_t latest_ns;
	unsigned n;
};

/* Fire the earliest deadline; of equal ones that with the lowest id. */
static void fire_next(struct clock *clock, struct repeats *repeats)
{
	uint64_t due = clock->s.next_ns;

	repeats->n = due > repeats->latest_ns ? 0 : repeats->n + 1;
	if (due > repeats->latest_ns) repeats->latest_ns = due;
	for (unsigned i = 0; i < clock->n_timers; i++) {
		if (clock->s.deadline_ns[i] != due) continue;
		clock->s.deadline_ns[i] = CLOCK_NEVER;
		find_next(clock);
		if (clock->timer[i].fn) clock->timer[i].fn(clock->timer[i].ctx, due);
		if (repeats->n == MAX_FIRES_PER_INSTANT - 1) {
			clock->stuck = &clock->timer[i];
			arm(clock, i, CLOCK_NEVER); /* whoever runs the machine ends it soon */
		}
		return;
	}
}

void clock_run(struct clock *clock)
{
	struct repeats repeats = { 0 };

	if (clock->running) return;
	clock->running = true;
	for (unsigned n = 0; n < MAX_FIRES_PER_INSTANT; n++) {
		if (clock->s.next_ns == CLOCK_NEVER || !clock_due(clock)) break;
		fire_next(clock, &repeats);
	}
	clock->running = false;
}

void clock_run_until(struct clock *clock, uint64_t ns)
{
	struct repeats repeats = { 0 };
	unsigned n = 0;

	if (clock->running) { /* called from a timer's function, whose time must not change */
		return;
	}
	clock->running = true;
	while (clock->s.next_ns != CLOCK_NEVER && n < MAX_FIRES_PER_INSTANT) {
		uint64_t next = clock->s.next_ns;
		if (next > ns && next > clock->s.now_ns) break;
		n = next > clock->s.now_ns ? 0 : n + 1;
		if (next > clock->s.now_ns) clock->s.now_ns = next;
		fire_next(clock, &repeats);
	}
	if (ns > clock->s.now_ns) clock->s.now_ns = ns;
	clock->running = false;
}

static uint64_t saturate(unsigned __int128 v) { return v > UINT64_MAX ? UINT64_MAX : (uint64_t)v; }

uint64_t clock_ticks(uint64_t ns, uint64_t hz)
{
	return saturate((unsigned __int128)ns * hz / NS_PER_S);
}

uint64_t clock_tick_time(uint64_t ticks, uint64_t hz)
{
	if (hz == 0) return CLOCK_NEVER;
	return saturate(((unsigned __int128)ticks * NS_PER_S + hz - 1) / hz);
}
