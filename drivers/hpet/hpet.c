/* SPDX-License-Identifier: MIT */
/* The whole block, and its counter. */
#include <stddef.h>

#include "bimetal/scale.h"
#include "internal.h"

#define FLOATING UINT32_MAX
enum { FS_PER_NS = 1000000, HALF = 32, READ_TRIES = 4 };

enum hptimer_status hptimer_init(struct hptimer *hpet, struct io io, struct wait wait)
{
	if (!hpet) return HPTIMER_NULL;
	if (io.space != IO_MEMORY || io.stride != 1 || io.base % sizeof(uint64_t))
		return HPTIMER_BAD_ARG;

	uint32_t found = io_read(io, HPTIMER_CAPABILITIES);
	if (found == FLOATING || found == 0) return HPTIMER_ABSENT;
	uint32_t period = io_read(io, HPTIMER_PERIOD);
	if (period == 0 || period > HPTIMER_MAX_PERIOD_FS) return HPTIMER_BROKEN;
	if ((found & HPTIMER_REVISION) == 0) return HPTIMER_BROKEN;
	*hpet = (struct hptimer){
		.io = io,
		.wait = wait,
		.period_fs = period,
		.vendor = (uint16_t)(found >> HPTIMER_VENDOR_LSB),
		.revision = (uint8_t)(found & HPTIMER_REVISION),
		.n_timers = (uint8_t)((found >> HPTIMER_LAST_TIMER_LSB & HPTIMER_LAST_TIMER) + 1),
		.counter_64 = found & HPTIMER_COUNTER_64,
		.legacy_capable = found & HPTIMER_LEGACY_CAPABLE,
	};
	return HPTIMER_OK;
}

enum hptimer_status hptimer_enable(const struct hptimer *hpet)
{
	if (!hpet) return HPTIMER_NULL;
	io_update(hpet->io, HPTIMER_CONFIG, 0, HPTIMER_ENABLE);
	return HPTIMER_OK;
}

enum hptimer_status hptimer_halt(const struct hptimer *hpet)
{
	if (!hpet) return HPTIMER_NULL;
	io_update(hpet->io, HPTIMER_CONFIG, HPTIMER_ENABLE, 0);
	return HPTIMER_OK;
}

enum hptimer_status hptimer_set_legacy(const struct hptimer *hpet, bool on)
{
	if (!hpet) return HPTIMER_NULL;
	if (on && !hpet->legacy_capable) return HPTIMER_LACKS;
	io_update(hpet->io, HPTIMER_CONFIG, HPTIMER_LEGACY, on ? HPTIMER_LEGACY : 0);
	return HPTIMER_OK;
}

/* ---- the counter ---- */

/* Between two reads of the upper half that agree the lower half belongs to it. It changes once in
 * minutes, so that more than one change is not a counter's. */
bool hptimer_read_counter(const struct hptimer *hpet, uint64_t *ticks)
{
	if (!hpet->counter_64) {
		*ticks = io_read(hpet->io, HPTIMER_COUNTER);
		return true;
	}
	uint32_t before = io_read(hpet->io, HPTIMER_COUNTER_HIGH);
	for (unsigned i = 0; i < READ_TRIES; i++) {
		uint32_t low = io_read(hpet->io, HPTIMER_COUNTER);
		uint32_t high = io_read(hpet->io, HPTIMER_COUNTER_HIGH);
		*ticks = (uint64_t)high << HALF | low;
		if (high == before) return true;
		before = high;
	}
	return false;
}

enum hptimer_status hptimer_counter(const struct hptimer *hpet, uint64_t *ticks)
{
	uint64_t now;

	if (!hpet || !ticks) return HPTIMER_NULL;
	if (!hptimer_read_counter(hpet, &now)) return HPTIMER_BROKEN;
	*ticks = now;
	return HPTIMER_OK;
}

enum hptimer_status hptimer_set_counter(const struct hptimer *hpet, uint64_t ticks)
{
	if (!hpet) return HPTIMER_NULL;
	if (!hpet->counter_64 && ticks >> HALF) return HPTIMER_BAD_ARG;
	if (io_read(hpet->io, HPTIMER_CONFIG) & HPTIMER_ENABLE) return HPTIMER_RUNNING;
	io_write(hpet->io, HPTIMER_COUNTER, (uint32_t)ticks);
	if (hpet->counter_64) io_write(hpet->io, HPTIMER_COUNTER_HIGH, (uint32_t)(ticks >> HALF));
	return HPTIMER_OK;
}

/* ---- time ---- */

uint64_t hptimer_ns(const struct hptimer *hpet, uint64_t ticks)
{
	return hpet ? scale_by(ticks, hpet->period_fs, FS_PER_NS) : 0;
}

/* As many as fit into the time, and one more if those are shorter. */
uint64_t hptimer_ticks(const struct hptimer *hpet, uint64_t ns)
{
	if (!hpet) return 0;
	uint64_t ticks = scale_by(ns, FS_PER_NS, hpet->period_fs);
	return ticks != UINT64_MAX && hptimer_ns(hpet, ticks) < ns ? ticks + 1 : ticks;
}
