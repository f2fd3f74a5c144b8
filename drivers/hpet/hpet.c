/* SPDX-License-Identifier: MIT */
/* The HPET block as a whole, and its counter. */
#include <stddef.h>

#include "bimetal/scale.h"
#include "internal.h"

#define FLOATING UINT32_MAX
enum { FS_PER_NS = 1000000, HALF = 32, READ_TRIES = 4 };

enum hpet_status hpet_init(struct hpet *hpet, struct io io, struct wait wait)
{
	if (!hpet) return HPET_NULL;
	if (io.space != IO_MEMORY || io.stride != 1 || io.base % sizeof(uint64_t))
		return HPET_BAD_ARG;

	uint32_t found = io_read(io, HPET_CAPABILITIES);
	if (found == FLOATING || found == 0) return HPET_ABSENT;
	uint32_t period = io_read(io, HPET_PERIOD);
	if (period == 0 || period > HPET_MAX_PERIOD_FS) return HPET_BROKEN;
	if ((found & HPET_REVISION) == 0) return HPET_BROKEN;
	*hpet = (struct hpet){
		.io = io,
		.wait = wait,
		.period_fs = period,
		.vendor = (uint16_t)(found >> HPET_VENDOR_LSB),
		.revision = (uint8_t)(found & HPET_REVISION),
		.n_timers = (uint8_t)((found >> HPET_LAST_TIMER_LSB & HPET_LAST_TIMER) + 1),
		.counter_64 = found & HPET_COUNTER_64,
		.legacy_capable = found & HPET_LEGACY_CAPABLE,
	};
	return HPET_OK;
}

enum hpet_status hpet_enable(const struct hpet *hpet)
{
	if (!hpet) return HPET_NULL;
	io_update(hpet->io, HPET_CONFIG, 0, HPET_ENABLE);
	return HPET_OK;
}

enum hpet_status hpet_halt(const struct hpet *hpet)
{
	if (!hpet) return HPET_NULL;
	io_update(hpet->io, HPET_CONFIG, HPET_ENABLE, 0);
	return HPET_OK;
}

enum hpet_status hpet_set_legacy(const struct hpet *hpet, bool on)
{
	if (!hpet) return HPET_NULL;
	if (on && !hpet->legacy_capable) return HPET_LACKS;
	io_update(hpet->io, HPET_CONFIG, HPET_LEGACY, on ? HPET_LEGACY : 0);
	return HPET_OK;
}

/* ---- the counter ---- */

/* If two reads of the upper half agree, the lower half read between them belongs to it. The upper
 * half changes once in minutes: if it changes twice in a row, this is not a counter. */
bool hpet_read_counter(const struct hpet *hpet, uint64_t *ticks)
{
	if (!hpet->counter_64) {
		*ticks = io_read(hpet->io, HPET_COUNTER);
		return true;
	}
	uint32_t before = io_read(hpet->io, HPET_COUNTER_HIGH);
	for (unsigned i = 0; i < READ_TRIES; i++) {
		uint32_t low = io_read(hpet->io, HPET_COUNTER);
		uint32_t high = io_read(hpet->io, HPET_COUNTER_HIGH);
		*ticks = (uint64_t)high << HALF | low;
		if (high == before) return true;
		before = high;
	}
	return false;
}

enum hpet_status hpet_counter(const struct hpet *hpet, uint64_t *ticks)
{
	uint64_t now;

	if (!hpet || !ticks) return HPET_NULL;
	if (!hpet_read_counter(hpet, &now)) return HPET_BROKEN;
	*ticks = now;
	return HPET_OK;
}

enum hpet_status hpet_set_counter(const struct hpet *hpet, uint64_t ticks)
{
	if (!hpet) return HPET_NULL;
	if (!hpet->counter_64 && ticks >> HALF) return HPET_BAD_ARG;
	if (io_read(hpet->io, HPET_CONFIG) & HPET_ENABLE) return HPET_RUNNING;
	io_write(hpet->io, HPET_COUNTER, (uint32_t)ticks);
	if (hpet->counter_64) io_write(hpet->io, HPET_COUNTER_HIGH, (uint32_t)(ticks >> HALF));
	return HPET_OK;
}

/* ---- time ---- */

uint64_t hpet_ns(const struct hpet *hpet, uint64_t ticks)
{
	return hpet ? scale_by(ticks, hpet->period_fs, FS_PER_NS) : 0;
}

/* As many ticks as fit into the time, and one more if those last too short. */
uint64_t hpet_ticks(const struct hpet *hpet, uint64_t ns)
{
	if (!hpet) return 0;
	uint64_t ticks = scale_by(ns, FS_PER_NS, hpet->period_fs);
	return ticks != UINT64_MAX && hpet_ns(hpet, ticks) < ns ? ticks + 1 : ticks;
}
