/* SPDX-License-Identifier: MIT */
/* Virtual time, in nanoseconds since power-on, and a queue of timers. Neither this clock nor any
 * model ever reads a host clock. */
#ifndef EMU_CLOCK_H
#define EMU_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Fixed, so that the state stays plain data. A full clock sets `full`; whoever builds the machine
 * then fails. */
enum { CLOCK_MAX_TIMERS = 48 };
#define CLOCK_NEVER UINT64_MAX

/* Called when a timer's deadline is due. `due_ns` is the deadline. clock->s.now_ns may be later,
 * because the CPU runs whole blocks of instructions. The timer is disarmed before the call, and may
 * arm itself again. */
typedef void clock_fn(void *ctx, uint64_t due_ns);

struct clock_state { /* plain data: a snapshot */
	uint64_t now_ns;
	uint64_t next_ns; /* the earliest deadline; CLOCK_NEVER: none */
	uint64_t deadline_ns[CLOCK_MAX_TIMERS];
};

struct clock {
	struct clock_state s;
	struct clock_timer {
		clock_fn *fn;
		void *ctx;
		const char *name;
	} timer[CLOCK_MAX_TIMERS];
	unsigned n_timers;
	bool running; /* inside clock_run() */
	bool full;    /* clock_add_timer() was called too often: an error in building the machine */
	/* Not state. A timer whose function arms it again for a time that is not later, without
	 * end: a fault of its model. Who runs the machine ends it. NULL: there is none. */
	const struct clock_timer *stuck;
	/* Not state either. Behind a call of clock_arm() with an id that no timer has, such as the
	 * 0 of a model that forgot clock_add_timer(): the first such call. NULL: there was none. */
	const void *unadded;
};

void clock_init(struct clock *clock);
/* Add a timer while the machine is built, never while it runs. Returns its id, which is never 0. If
 * there is no room, it sets `full` and returns an id which the functions below ignore. */
unsigned clock_add_timer(struct clock *clock, const char *name, clock_fn *fn, void *ctx);
/* Arm a timer for an absolute time (a past one fires at the next clock_run()), or disarm it. To arm
 * one that was never added sets `unadded`. */
void clock_arm(struct clock *clock, unsigned id, uint64_t due_ns);
void clock_disarm(struct clock *clock, unsigned id);
bool clock_armed(const struct clock *clock, unsigned id);
/* Is a model at fault, so that the run must end? */
static inline bool clock_misused(const struct clock *clock)
{
	return clock->stuck || clock->unadded;
}
/* Let time pass; no timer fires. */
static inline void clock_advance(struct clock *clock, uint64_t ns) { clock->s.now_ns += ns; }
static inline uint64_t clock_now(const struct clock *clock) { return clock->s.now_ns; }
static inline bool clock_due(const struct clock *clock)
{
	return clock->s.now_ns >= clock->s.next_ns;
}
/* Fire all due timers, earliest first; of equal deadlines the lower id first. A timer that arms
 * itself for a past time fires again in the same call. The number of such repeats is limited, so a
 * zero period cannot hang; at the limit the timer is disarmed, and `stuck` is set. */
void clock_run(struct clock *clock);
/* Move to `ns` (not before now), and fire each timer on the way at its own time. Called from a
 * timer's function, this and clock_run() do nothing. */
void clock_run_until(struct clock *clock, uint64_t ns);

/* clock_ticks(): the ticks of a `hz` clock in `ns`, rounded down. clock_tick_time(): the time at
 * which tick number `ticks` has just happened, rounded up, so that clock_ticks(clock_tick_time(t,
 * hz), hz) == t for hz <= 10^9 (faster clocks tick more than once per ns). Both are exact; a result
 * beyond 64 bits is UINT64_MAX. A clock of 0 Hz never ticks: 0 and CLOCK_NEVER. */
uint64_t clock_ticks(uint64_t ns, uint64_t hz);
uint64_t clock_tick_time(uint64_t ticks, uint64_t hz);

#endif
