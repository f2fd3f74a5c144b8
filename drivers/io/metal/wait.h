/* SPDX-License-Identifier: MIT */
/* Time, and the CPU's interrupt flag, on the machine itself. drivers/io/host/wait.h has the same
 * names over the harness's virtual clock.
 *
 * Every wait of a driver goes through here, and is bounded:
 *
 *	static bool ready(const struct wait *wait, bool (*is_ready)(void))
 *	{
 *		enum { LIMIT_NS = 1000000 };
 *		uint64_t end = wait_deadline(wait, LIMIT_NS);
 *
 *		while (!is_ready()) {
 *			if (wait_expired(wait, end)) return false;
 *			wait_relax(wait);
 *		}
 *		return true;
 *	}
 */
#ifndef BIMETAL_WAIT_H
#define BIMETAL_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/scale.h"

enum { WAIT_SHIFT = 24, WAIT_MIN_HZ = 10000000 };

/* The time stamp counter as a clock: nanoseconds = cycles * scale >> WAIT_SHIFT. */
struct wait {
	uint32_t scale;
};

/* A clock of `tsc_hz`, at least WAIT_MIN_HZ: below, and for 0, WAIT_MIN_HZ is taken, so that no
 * wait is too short. The kernel knows the frequency from CPUID or wait_calibrate(). */
static inline struct wait wait_of_tsc(uint64_t tsc_hz)
{
	uint64_t scaled = UINT64_C(1000000000) << WAIT_SHIFT, scale = 0;

	if (tsc_hz < WAIT_MIN_HZ) tsc_hz = WAIT_MIN_HZ;
	/* Long division: 32-bit code has no library to divide 64 bits. */
	for (int i = 63 - __builtin_clzll(scaled); i >= 0; i--)
		if (scaled >> i >= tsc_hz) {
			scaled -= tsc_hz << i;
			scale |= UINT64_C(1) << i;
		}
	return (struct wait){ .scale = (uint32_t)scale };
}

static inline uint64_t wait_tsc(void)
{
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Nanoseconds since the counter began; never falls, but for its wrap after some 500 years. */
static inline uint64_t wait_now(const struct wait *wait)
{
	uint64_t tsc = wait_tsc();
	uint64_t low = (tsc & UINT32_MAX) * wait->scale >> WAIT_SHIFT;
	return low + ((tsc >> 32) * wait->scale << (32 - WAIT_SHIFT));
}

/* For loops that poll: tell the CPU, and let time pass. */
static inline void wait_relax(const struct wait *wait)
{
	(void)wait;
	__asm__ volatile("pause" : : : "memory");
}

/* The time `ns` from now; UINT64_MAX where that would wrap. */
static inline uint64_t wait_deadline(const struct wait *wait, uint64_t ns)
{
	uint64_t now = wait_now(wait);
	return ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
}

static inline bool wait_expired(const struct wait *wait, uint64_t deadline)
{
	return wait_now(wait) >= deadline;
}

/* At least `ns`. Interrupts are taken meanwhile, if they are on. */
static inline void wait_ns(const struct wait *wait, uint64_t ns)
{
	for (uint64_t end = wait_deadline(wait, ns); !wait_expired(wait, end);) wait_relax(wait);
}

/* What the time stamp counter shows `ns` from now, or a cycle later; UINT64_MAX where that would
 * wrap. For timers that compare with it. */
static inline uint64_t wait_tsc_after(const struct wait *wait, uint64_t ns)
{
	uint64_t rest, unused, now = wait_tsc();
	uint64_t whole = scale_divide(ns, wait->scale, &rest);
	uint64_t part = scale_divide((rest << WAIT_SHIFT) + wait->scale - 1, wait->scale, &unused);

	if (whole > UINT64_MAX >> WAIT_SHIFT) return UINT64_MAX;
	whole <<= WAIT_SHIFT;
	if (whole > UINT64_MAX - part || whole + part > UINT64_MAX - now) return UINT64_MAX;
	return now + whole + part;
}

/* ---- the interrupt flag ---- */

/* Interrupts off; returns whether they were on, for wait_irq_restore(). */
static inline bool wait_irq_save(const struct wait *wait)
{
	enum { FLAG_IF = 1 << 9 };
	uintptr_t flags;
	(void)wait;
	__asm__ volatile("pushf\n\tpop %0\n\tcli" : "=r"(flags) : : "memory");
	return flags & FLAG_IF;
}

static inline void wait_irq_restore(const struct wait *wait, bool on)
{
	(void)wait;
	if (on) __asm__ volatile("sti" : : : "memory");
}

static inline void wait_irq_enable(const struct wait *wait) { wait_irq_restore(wait, true); }
static inline void wait_irq_disable(const struct wait *wait) { (void)wait_irq_save(wait); }

/* Interrupts on, sleep until one came, interrupts off: one that comes between a look at its flag,
 * with interrupts off, and this call is not slept through. Bounded only by what wakes it: a
 * deadline must be a timer's interrupt. */
static inline void wait_for_irq(const struct wait *wait)
{
	(void)wait;
	__asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
}

/* ---- what the kernel calls once ---- */

/* Measure the counter against channel 2 of the 8254 at its usual ports (0x42, 0x43, gate and
 * output in 0x61), for 10 ms. 0: the channel does not count. Interrupts should be off. */
uint64_t wait_calibrate(void);

#endif
