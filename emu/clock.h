/* SPDX-License-Identifier: MIT */
/* Virtual time, in nanoseconds since power-on, and a queue of deadlines. Nothing here, and no
 * model, ever reads a host clock. */
#ifndef EMU_CLOCK_H
#define EMU_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Fixed, so that the state stays plain data. A full clock says so, and who wires it fails. */
enum { CLOCK_MAX_TIMERS = 48 };
#define CLOCK_NEVER UINT64_MAX

/* Called when its deadline is due. `due_ns` is the deadline (now_ns may be later: the CPU runs
 * whole blocks). The timer is disarmed before the call; it may arm itself again. */
typedef void clock_fn(void *ctx, uint64_t due_ns);

struct clock_state { /* plain data: a snapshot */
	uint64_t now_ns;
	uint64_t next_ns; /* the earliest deadline; CLOCK_NEVER: none */
	uint64_t deadline_ns[CLOCK_MAX_TIMERS];
};

struct clock {
	struct clock_state s;
	struct {
		clock_fn *fn;
		void *ctx;
		const char *name;
	} timer[CLOCK_MAX_TIMERS];
	unsigned n_timers;
	bool running; /* inside clock_run() */
	bool full;    /* clock_add_timer() was called once too often: a wiring error */
};

void clock_init(struct clock *clock);
/* Add a timer at wiring time (never while the machine runs); returns its id. When there is no room
 * it sets `full` and returns CLOCK_MAX_TIMERS, which the calls below ignore. */
unsigned clock_add_timer(struct clock *clock, const char *name, clock_fn *fn, void *ctx);
/* Arm for an absolute time (a past one fires at the next clock_run), or disarm. */
void clock_arm(struct clock *clock, unsigned id, uint64_t due_ns);
void clock_disarm(struct clock *clock, unsigned id);
bool clock_armed(const struct clock *clock, unsigned id);
/* Let time pass; fires nothing. */
static inline void clock_advance(struct clock *clock, uint64_t ns) { clock->s.now_ns += ns; }
static inline uint64_t clock_now(const struct clock *clock) { return clock->s.now_ns; }
static inline bool clock_due(const struct clock *clock)
{
	return clock->s.now_ns >= clock->s.next_ns;
}
/* Fire all that is due, earliest first, ties in the order of ids. A timer that arms itself for a
 * time already past fires again in the same call; bounded, so that a zero period cannot hang. */
void clock_run(struct clock *clock);
/* Jump to `ns` (no earlier than now) firing each deadline on the way at its own time. From inside a
 * timer's function both calls do nothing. */
void clock_run_until(struct clock *clock, uint64_t ns);

/* ticks of a `hz` clock in `ns` (rounded down), and the time at which tick number `ticks` has just
 * happened (rounded up, so that clock_ticks(clock_tick_time(t, hz), hz) == t for hz <= 10^9: faster
 * clocks tick more than once per ns). Exact; a result beyond 64 bits is UINT64_MAX. A clock of 0 Hz
 * never ticks: 0, and CLOCK_NEVER. */
uint64_t clock_ticks(uint64_t ns, uint64_t hz);
uint64_t clock_tick_time(uint64_t ticks, uint64_t hz);

#endif
