/* SPDX-License-Identifier: MIT */
/* The timer (SDM Vol. 3A 10.5.4). */
#include "bimetal/dma.h"
#include "bimetal/scale.h"
#include "internal.h"

enum { NS_PER_S = 1000000000, MAX_SHIFT = 7, ALL_MASKED = LAPIC_MASK | LAPIC_FIRST_VECTOR };

#define LVT_TIMER ((struct io_rw32){ LAPIC_LVT_TIMER })

/* The divider 2^shift, shift = 0..7: bits 0, 1 and 3 hold shift - 1, modulo 8. */
static uint32_t divider(unsigned shift)
{
	unsigned code = (shift + MAX_SHIFT) & MAX_SHIFT;
	return (code & 3) | (code & 4) << 1;
}

static void stop(const struct lapic *lapic)
{
	lapic_put(lapic, LVT_TIMER, ALL_MASKED);
	lapic_put(lapic, LAPIC_INITIAL_COUNT, 0);
}

/* ---- frequency ---- */

/* The clock is read before the first and after the second reading of the timer. The error is the
 * time of one reading. */
static void measure(const struct lapic *lapic, uint32_t ns, uint64_t *elapsed, uint32_t *ticks)
{
	lapic_put(lapic, LAPIC_INITIAL_COUNT, UINT32_MAX);
	uint64_t begin = wait_now(&lapic->wait);
	wait_ns(&lapic->wait, ns);
	*ticks = UINT32_MAX - lapic_get(lapic, LAPIC_CURRENT_COUNT);
	*elapsed = wait_now(&lapic->wait) - begin;
}

enum lapic_status lapic_timer_calibrate(struct lapic *lapic, uint32_t ns)
{
	uint64_t elapsed, rest;
	uint32_t ticks;

	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (ns < LAPIC_CALIBRATE_MIN_NS || ns > LAPIC_CALIBRATE_MAX_NS) return LAPIC_BAD_ARG;
	bool on = wait_irq_save(&lapic->wait);
	stop(lapic);
	lapic_put(lapic, LAPIC_DIVIDE, divider(0));
	measure(lapic, ns, &elapsed, &ticks);
	stop(lapic);
	wait_irq_restore(&lapic->wait, on);

	/* A timer that is stopped or ran out gives an impossible frequency. */
	uint64_t hz = scale_divide((uint64_t)ticks * NS_PER_S, elapsed, &rest);
	if (hz == 0 || hz > UINT32_MAX) return LAPIC_NO_CLOCK;
	lapic->hz = (uint32_t)hz;
	return LAPIC_OK;
}

enum lapic_status lapic_timer_set_hz(struct lapic *lapic, uint32_t hz)
{
	if (!lapic) return LAPIC_NULL;
	if (hz == 0) return LAPIC_BAD_ARG;
	lapic->hz = hz;
	return LAPIC_OK;
}

/* ---- counting ---- */

/* The smallest divider with which `ticks` fit into the counter. */
static enum lapic_status fit(uint64_t ticks, unsigned *shift)
{
	*shift = 0;
	while (*shift < MAX_SHIFT && ticks >> *shift > UINT32_MAX) ++*shift;
	return ticks == 0 || ticks >> *shift > UINT32_MAX ? LAPIC_RANGE : LAPIC_OK;
}

/* Stop the old count first, or it would go on in the new mode. */
enum lapic_status lapic_timer_start(const struct lapic *lapic, uint8_t vector, uint64_t ns,
				    bool periodic)
{
	unsigned shift;

	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!lapic_vector_fits(lapic, vector)) return LAPIC_BAD_ARG;
	if (!lapic->spurious) return LAPIC_DISABLED;
	if (!lapic->hz) return LAPIC_NO_CLOCK;
	uint64_t ticks = scale_by(ns, lapic->hz, NS_PER_S);
	status = fit(ticks, &shift);
	if (status) return status;

	stop(lapic);
	lapic_put(lapic, LAPIC_DIVIDE, divider(shift));
	lapic_put(lapic, LVT_TIMER, vector | (periodic ? LAPIC_PERIODIC : 0u));
	lapic_put(lapic, LAPIC_INITIAL_COUNT, (uint32_t)(ticks >> shift));
	return LAPIC_OK;
}

/* Changing the mode disarms an old deadline. In xAPIC mode the entry is written in memory, and a
 * later write of an MSR can overtake that store (SDM Vol. 3A, "TSC-Deadline Mode"). In x2APIC mode
 * both are MSRs and stay in order. */
enum lapic_status lapic_timer_deadline(const struct lapic *lapic, uint8_t vector, uint64_t ns)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!lapic->has_deadline) return LAPIC_LACKS;
	if (!lapic_vector_fits(lapic, vector)) return LAPIC_BAD_ARG;
	if (!lapic->spurious) return LAPIC_DISABLED;

	uint64_t deadline = wait_tsc_after(&lapic->wait, ns);
	if (deadline == UINT64_MAX) return LAPIC_RANGE;
	stop(lapic);
	lapic_put(lapic, LVT_TIMER, vector | LAPIC_DEADLINE);
	if (lapic->state == LAPIC_BY_MEMORY) dma_mb();
	msr_write(lapic->msrs, LAPIC_TSC_DEADLINE, deadline);
	return LAPIC_OK;
}

enum lapic_status lapic_timer_stop(const struct lapic *lapic)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	stop(lapic);
	return LAPIC_OK;
}

enum lapic_status lapic_timer_left(const struct lapic *lapic, uint32_t *ticks)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!ticks) return LAPIC_NULL;
	*ticks = lapic_get(lapic, LAPIC_CURRENT_COUNT);
	return LAPIC_OK;
}
