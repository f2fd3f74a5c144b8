/* SPDX-License-Identifier: MIT */
/* One timer: abilities, output, one-shot, periodic. */
#include <stddef.h>

#include "internal.h"

enum { HALF = 32, SET_TRIES = 4, LEGACY_TIMERS = 2, INPUTS = 32 };
#define MAX_NARROW UINT32_C(0x7fffffff)
#define MAX_WIDE   (UINT64_MAX >> 1)

static struct io_rw32 of(struct io_rw32 reg, unsigned n) { return io_nth(reg, n, HPET_STEP); }

static uint32_t bit(unsigned n) { return UINT32_C(1) << n; }

static bool is_level(const struct hpet *hpet, unsigned n) { return hpet->level & bit(n); }

/* ---- abilities and outputs ---- */

static void look(const struct hpet *hpet, unsigned n, struct hpet_abilities *abilities)
{
	uint32_t timer = io_read(hpet->io, of(HPET_TIMER, n));
	*abilities = (struct hpet_abilities){
		.periodic = timer & HPET_PERIODIC_CAPABLE,
		.wide = timer & HPET_64_CAPABLE && hpet->counter_64,
		.messages = timer & HPET_MESSAGES_CAPABLE,
		.inputs = io_read(hpet->io, io_nth(HPET_INPUTS, n, HPET_STEP)),
	};
}

enum hpet_status hpet_abilities(const struct hpet *hpet, unsigned n,
				struct hpet_abilities *abilities)
{
	if (!hpet || !abilities) return HPET_NULL;
	if (n >= hpet->n_timers) return HPET_NO_TIMER;
	look(hpet, n, abilities);
	return HPET_OK;
}

static enum hpet_status check_output(const struct hpet *hpet, unsigned n,
				     const struct hpet_output *output)
{
	struct hpet_abilities can;

	if (output->level && output->to != HPET_TO_INPUT) return HPET_BAD_ARG;
	switch (output->to) {
	case HPET_TO_INPUT:
		if (output->input >= INPUTS) return HPET_BAD_ARG;
		look(hpet, n, &can);
		return can.inputs & bit(output->input) ? HPET_OK : HPET_LACKS;
	case HPET_TO_LEGACY:
		return hpet->legacy_capable && n < LEGACY_TIMERS ? HPET_OK : HPET_LACKS;
	case HPET_TO_MESSAGE:
		if (output->address % sizeof(uint32_t)) return HPET_BAD_ARG;
		look(hpet, n, &can);
		return can.messages ? HPET_OK : HPET_LACKS;
	}
	return HPET_BAD_ARG;
}

enum hpet_status hpet_connect(struct hpet *hpet, unsigned n, const struct hpet_output *output)
{
	enum {
		CLEAR = HPET_LEVEL | HPET_INTERRUPT | HPET_PERIODIC | HPET_SET_VALUE |
			HPET_32_MODE | HPET_INPUT | HPET_MESSAGES
	};
	uint32_t set = 0;

	if (!hpet || !output) return HPET_NULL;
	if (n >= hpet->n_timers) return HPET_NO_TIMER;
	enum hpet_status status = check_output(hpet, n, output);
	if (status) return status;

	if (output->to == HPET_TO_INPUT) set |= (uint32_t)output->input << HPET_INPUT_LSB;
	if (output->level) set |= HPET_LEVEL;
	io_update(hpet->io, of(HPET_TIMER, n), CLEAR, set);
	if (output->to == HPET_TO_MESSAGE) {
		io_write(hpet->io, of(HPET_MESSAGE_DATA, n), output->data);
		io_write(hpet->io, of(HPET_MESSAGE_ADDRESS, n), output->address);
		io_update(hpet->io, of(HPET_TIMER, n), 0, HPET_MESSAGES);
	}
	hpet->connected |= bit(n);
	hpet->level = output->level ? hpet->level | bit(n) : hpet->level & ~bit(n);
	return HPET_OK;
}

/* ---- status ---- */

/* A match sets the status bit even if the timer's interrupt is disabled. Only level-triggered
 * timers have one. */
static void clear_status(const struct hpet *hpet, unsigned n)
{
	if (is_level(hpet, n)) io_write(hpet->io, HPET_STATUS, bit(n));
}

enum hpet_status hpet_pending(const struct hpet *hpet, uint32_t *timers)
{
	if (!hpet || !timers) return HPET_NULL;
	*timers = io_read(hpet->io, HPET_STATUS) & hpet->level;
	return HPET_OK;
}

enum hpet_status hpet_acknowledge(const struct hpet *hpet, unsigned n)
{
	if (!hpet) return HPET_NULL;
	if (n >= hpet->n_timers) return HPET_NO_TIMER;
	if (!is_level(hpet, n)) return HPET_BAD_ARG;
	clear_status(hpet, n);
	return HPET_OK;
}

/* ---- one-shot ---- */

static bool read_now(const struct hpet *hpet, bool wide, uint64_t *now)
{
	if (wide) return hpet_read_counter(hpet, now);
	*now = io_read(hpet->io, HPET_COUNTER);
	return true;
}

/* The two halves are written while the timer's interrupt is disabled, because it may match after
 * the first. The status bit of such a match is cleared. */
static void set_comparator(const struct hpet *hpet, unsigned n, bool wide, uint64_t at)
{
	io_write(hpet->io, of(HPET_COMPARATOR, n), (uint32_t)at);
	if (wide) io_write(hpet->io, of(HPET_COMPARATOR_HIGH, n), (uint32_t)(at >> HALF));
	clear_status(hpet, n);
}

/* The comparator matches when the counter becomes equal to it. If the time passes before the
 * comparator is set, the next match is minutes or centuries away. So the counter is read after
 * everything is set: if the time has passed by then, the match may have been missed. `conf`: the
 * timer's configuration with its interrupt disabled. */
static enum hpet_status set_in_time(const struct hpet *hpet, unsigned n, bool wide, uint32_t conf,
				    uint64_t ticks)
{
	uint64_t before, after, mask = wide ? UINT64_MAX : UINT32_MAX;

	for (unsigned i = 0; i < SET_TRIES; i++) {
		if (!read_now(hpet, wide, &before)) return HPET_BROKEN;
		set_comparator(hpet, n, wide, before + ticks);
		io_write(hpet->io, of(HPET_TIMER, n), conf | HPET_INTERRUPT);
		bool readable = read_now(hpet, wide, &after);
		uint64_t passed = (after - before) & mask;
		if (readable && passed < ticks) return HPET_OK;
		io_write(hpet->io, of(HPET_TIMER, n), conf);
		if (!readable) return HPET_BROKEN;
		if (passed > MAX_NARROW / 2) return HPET_LATE;
		ticks = 2 * passed;
	}
	return HPET_LATE;
}

enum hpet_status hpet_one_shot(const struct hpet *hpet, unsigned n, uint64_t ticks)
{
	enum { CLEAR = HPET_INTERRUPT | HPET_PERIODIC | HPET_SET_VALUE | HPET_32_MODE };

	if (!hpet) return HPET_NULL;
	if (n >= hpet->n_timers) return HPET_NO_TIMER;
	if (ticks == 0 || ticks > MAX_WIDE || !(hpet->connected & bit(n))) return HPET_BAD_ARG;
	uint32_t conf = io_read(hpet->io, of(HPET_TIMER, n)) & ~(uint32_t)CLEAR;
	bool wide = hpet->counter_64 && conf & HPET_64_CAPABLE;
	if (!wide && ticks > MAX_NARROW) return HPET_BAD_ARG;

	bool on = wait_irq_save(&hpet->wait);
	io_write(hpet->io, of(HPET_TIMER, n), conf);
	enum hpet_status status = set_in_time(hpet, n, wide, conf, ticks);
	wait_irq_restore(&hpet->wait, on);
	return status;
}

/* ---- periodic ---- */

/* The first value written with SET_VALUE is the first match, the second one the period. Some
 * chipsets use the first for both. SET_VALUE would cover only one half of a 64-bit comparator, so
 * 64-bit timers are set to compare 32 bits. */
static void set_period(const struct hpet *hpet, unsigned n, uint32_t conf, uint32_t ticks)
{
	uint32_t now = io_read(hpet->io, HPET_COUNTER);

	io_write(hpet->io, of(HPET_TIMER, n), conf | HPET_SET_VALUE);
	io_write(hpet->io, of(HPET_COMPARATOR, n), now + ticks);
	io_write(hpet->io, of(HPET_COMPARATOR, n), ticks);
	clear_status(hpet, n);
	io_write(hpet->io, of(HPET_TIMER, n), conf | HPET_INTERRUPT);
}

enum hpet_status hpet_periodic(const struct hpet *hpet, unsigned n, uint32_t ticks)
{
	enum { CLEAR = HPET_INTERRUPT | HPET_SET_VALUE };

	if (!hpet) return HPET_NULL;
	if (n >= hpet->n_timers) return HPET_NO_TIMER;
	if (ticks == 0 || ticks > MAX_NARROW || !(hpet->connected & bit(n))) return HPET_BAD_ARG;
	uint32_t conf = io_read(hpet->io, of(HPET_TIMER, n)) & ~(uint32_t)CLEAR;
	if (!(conf & HPET_PERIODIC_CAPABLE)) return HPET_LACKS;
	conf |= HPET_PERIODIC;
	if (conf & HPET_64_CAPABLE) conf |= HPET_32_MODE;

	bool on = wait_irq_save(&hpet->wait);
	uint32_t before = io_update(hpet->io, HPET_CONFIG, HPET_ENABLE, 0);
	set_period(hpet, n, conf, ticks);
	io_write(hpet->io, HPET_CONFIG, before);
	wait_irq_restore(&hpet->wait, on);
	return HPET_OK;
}

enum hpet_status hpet_stop(const struct hpet *hpet, unsigned n)
{
	if (!hpet) return HPET_NULL;
	if (n >= hpet->n_timers) return HPET_NO_TIMER;
	io_update(hpet->io, of(HPET_TIMER, n), HPET_INTERRUPT | HPET_SET_VALUE, 0);
	clear_status(hpet, n);
	return HPET_OK;
}
