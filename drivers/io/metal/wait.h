/* SPDX-License-Identifier: MIT */
/* Time, and the CPU's interrupt flag, on real hardware. drivers/io/host/wait.h has the same names
 * for the harness's virtual clock.
 *
 * Drivers do all their waiting through these functions, and bound every wait:
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
#define WAIT_UNKNOWN_HZ UINT64_C(10000000000) /* no processor counts faster */

/* The time stamp counter as a clock: nanoseconds = cycles * scale >> WAIT_SHIFT. */
struct wait {
	uint32_t scale;
};

/* A clock of `tsc_hz`. 0, not known: WAIT_UNKNOWN_HZ, so that waits are rather too long than too
 * short. Below WAIT_MIN_HZ: WAIT_MIN_HZ, as the scale has no room for less; waits are longer then.
 * The kernel knows the frequency from CPUID or wait_calibrate(). */
static inline struct wait wait_of_tsc(uint64_t tsc_hz)
{
	uint64_t scaled = UINT64_C(1000000000) << WAIT_SHIFT, scale = 0;

	if (tsc_hz == 0) tsc_hz = WAIT_UNKNOWN_HZ;
	if (tsc_hz < WAIT_MIN_HZ) tsc_hz = WAIT_MIN_HZ;
	/* Long division, because 32-bit code has no library function for 64 bits. */
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

/* Nanoseconds since the counter started. Never goes back, except when it wraps after some 500
 * years. */
static inline uint64_t wait_now(const struct wait *wait)
{
	uint64_t tsc = wait_tsc();
	uint64_t low = (tsc & UINT32_MAX) * wait->scale >> WAIT_SHIFT;
	return low + ((tsc >> 32) * wait->scale << (32 - WAIT_SHIFT));
}

/* Call this in polling loops: a hint to the CPU (PAUSE); on the host it lets virtual time pass. */
static inline void wait_relax(const struct wait *wait)
{
	(void)wait;
	__asm__ volatile("pause" : : : "memory");
}

/* The time `ns` from now; UINT64_MAX if that would wrap. */
static inline uint64_t wait_deadline(const struct wait *wait, uint64_t ns)
{
	uint64_t now = wait_now(wait);
	return ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
}

static inline bool wait_expired(const struct wait *wait, uint64_t deadline)
{
	return wait_now(wait) >= deadline;
}

/* Wait at least `ns`. If interrupts are on, they are taken meanwhile. */
static inline void wait_ns(const struct wait *wait, uint64_t ns)
{
	for (uint64_t end = wait_deadline(wait, ns); !wait_expired(wait, end);) wait_relax(wait);
}

/* The value of the time stamp counter `ns` from now, or one cycle more; UINT64_MAX if that would
 * wrap. For timers that compare with the counter. */
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

/* Turn interrupts off. Returns whether they were on, for wait_irq_restore(). */
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

/* Turn interrupts on, sleep until one arrives, turn them off. If a caller checks a flag with
 * interrupts off and then calls this, an interrupt between the two still ends the sleep. There is
 * no time limit: for a deadline, set a timer that interrupts. */
static inline void wait_for_irq(const struct wait *wait)
{
	(void)wait;
	__asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
}

/* ---- called once by the kernel ---- */

/* Measure the frequency of the time stamp counter (Hz) with channel 2 of the 8254 at its usual
 * ports (0x42, 0x43, gate and output in 0x61): the shortest of three counts of 10 ms. 0: no port
 * answers, or the channel does not count. Interrupts should be off. */
uint64_t wait_calibrate(void);

#endif
