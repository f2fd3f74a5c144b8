/* SPDX-License-Identifier: MIT */
/* One timer: abilities, output, one-shot, periodic. */
#include <stddef.h>

#include "internal.h"

enum { HALF = 32, SET_TRIES = 4, LEGACY_TIMERS = 2, INPUTS = 32 };
#define MAX_NARROW UINT32_C(0x7fffffff)
#define MAX_WIDE   (UINT64_MAX >> 1)

static struct io_rw32 of(struct io_rw32 reg, unsigned n) { return io_nth(reg, n, HPTIMER_STEP); }

static uint32_t bit(unsigned n) { return UINT32_C(1) << n; }

static bool is_level(const struct hptimer *hpet, unsigned n) { return hpet->level & bit(n); }

/* ---- abilities and outputs ---- */

static void look(const struct hptimer *hpet, unsigned n, struct hptimer_abilities *abilities)
{
	uint32_t timer = io_read(hpet->io, of(HPTIMER_TIMER, n));
	*abilities = (struct hptimer_abilities){
		.periodic = timer & HPTIMER_PERIODIC_CAPABLE,
		.wide = timer & HPTIMER_64_CAPABLE && hpet->counter_64,
		.messages = timer & HPTIMER_MESSAGES_CAPABLE,
		.inputs = io_read(hpet->io, io_nth(HPTIMER_INPUTS, n, HPTIMER_STEP)),
	};
}

enum hptimer_status hptimer_abilities(const struct hptimer *hpet, unsigned n,
				      struct hptimer_abilities *abilities)
{
	if (!hpet || !abilities) return HPTIMER_NULL;
	if (n >= hpet->n_timers) return HPTIMER_NO_TIMER;
	look(hpet, n, abilities);
	return HPTIMER_OK;
}

static enum hptimer_status check_output(const struct hptimer *hpet, unsigned n,
					const struct hptimer_output *output)
{
	struct hptimer_abilities can;

	if (output->level && output->to != HPTIMER_TO_INPUT) return HPTIMER_BAD_ARG;
	switch (output->to) {
	case HPTIMER_TO_INPUT:
		if (output->input >= INPUTS) return HPTIMER_BAD_ARG;
		look(hpet, n, &can);
		return can.inputs & bit(output->input) ? HPTIMER_OK : HPTIMER_LACKS;
	case HPTIMER_TO_LEGACY:
		return hpet->legacy_capable && n < LEGACY_TIMERS ? HPTIMER_OK : HPTIMER_LACKS;
	case HPTIMER_TO_MESSAGE:
		if (output->address % sizeof(uint32_t)) return HPTIMER_BAD_ARG;
		look(hpet, n, &can);
		return can.messages ? HPTIMER_OK : HPTIMER_LACKS;
	}
	return HPTIMER_BAD_ARG;
}

enum hptimer_status hptimer_connect(struct hptimer *hpet, unsigned n,
				    const struct hptimer_output *output)
{
	enum {
		CLEAR = HPTIMER_LEVEL | HPTIMER_INTERRUPT | HPTIMER_PERIODIC | HPTIMER_SET_VALUE |
			HPTIMER_32_MODE | HPTIMER_INPUT | HPTIMER_MESSAGES
	};
	uint32_t set = 0;

	if (!hpet || !output) return HPTIMER_NULL;
	if (n >= hpet->n_timers) return HPTIMER_NO_TIMER;
	enum hptimer_status status = check_output(hpet, n, output);
	if (status) return status;

	if (output->to == HPTIMER_TO_INPUT) set |= (uint32_t)output->input << HPTIMER_INPUT_LSB;
	if (output->level) set |= HPTIMER_LEVEL;
	io_update(hpet->io, of(HPTIMER_TIMER, n), CLEAR, set);
	if (output->to == HPTIMER_TO_MESSAGE) {
		io_write(hpet->io, of(HPTIMER_MESSAGE_DATA, n), output->data);
		io_write(hpet->io, of(HPTIMER_MESSAGE_ADDRESS, n), output->address);
		io_update(hpet->io, of(HPTIMER_TIMER, n), 0, HPTIMER_MESSAGES);
	}
	hpet->connected |= bit(n);
	hpet->level = output->level ? hpet->level | bit(n) : hpet->level & ~bit(n);
	return HPTIMER_OK;
}

/* ---- status ---- */

/* A match sets it whether the timer may interrupt or not; only level-triggered timers have one. */
static void clear_status(const struct hptimer *hpet, unsigned n)
{
	if (is_level(hpet, n)) io_write(hpet->io, HPTIMER_STATUS, bit(n));
}

enum hptimer_status hptimer_pending(const struct hptimer *hpet, uint32_t *timers)
{
	if (!hpet || !timers) return HPTIMER_NULL;
	*timers = io_read(hpet->io, HPTIMER_STATUS) & hpet->level;
	return HPTIMER_OK;
}

enum hptimer_status hptimer_acknowledge(const struct hptimer *hpet, unsigned n)
{
	if (!hpet) return HPTIMER_NULL;
	if (n >= hpet->n_timers) return HPTIMER_NO_TIMER;
	if (!is_level(hpet, n)) return HPTIMER_BAD_ARG;
	clear_status(hpet, n);
	return HPTIMER_OK;
}

/* ---- one-shot ---- */

static bool read_now(const struct hptimer *hpet, bool wide, uint64_t *now)
{
	if (wide) return hptimer_read_counter(hpet, now);
	*now = io_read(hpet->io, HPTIMER_COUNTER);
	return true;
}

/* The halves are written while the timer does not interrupt: between them it may match. What it
 * remembered of that is cleared. */
static void set_comparator(const struct hptimer *hpet, unsigned n, bool wide, uint64_t at)
{
	io_write(hpet->io, of(HPTIMER_COMPARATOR, n), (uint32_t)at);
	if (wide) io_write(hpet->io, of(HPTIMER_COMPARATOR_HIGH, n), (uint32_t)(at >> HALF));
	clear_status(hpet, n);
}

/* The comparator matches when the counter comes to equal it: if the time was over before, that is
 * minutes or centuries away. So the counter is looked at after all was set; a match until then may
 * have been missed. `conf`: the timer without its interrupt. */
static enum hptimer_status set_in_time(const struct hptimer *hpet, unsigned n, bool wide,
				       uint32_t conf, uint64_t ticks)
{
	uint64_t before, after, mask = wide ? UINT64_MAX : UINT32_MAX;

	for (unsigned i = 0; i < SET_TRIES; i++) {
		if (!read_now(hpet, wide, &before)) return HPTIMER_BROKEN;
		set_comparator(hpet, n, wide, before + ticks);
		io_write(hpet->io, of(HPTIMER_TIMER, n), conf | HPTIMER_INTERRUPT);
		bool readable = read_now(hpet, wide, &after);
		uint64_t passed = (after - before) & mask;
		if (readable && passed < ticks) return HPTIMER_OK;
		io_write(hpet->io, of(HPTIMER_TIMER, n), conf);
		if (!readable) return HPTIMER_BROKEN;
		if (passed > MAX_NARROW / 2) return HPTIMER_LATE;
		ticks = 2 * passed;
	}
	return HPTIMER_LATE;
}

enum hptimer_status hptimer_one_shot(const struct hptimer *hpet, unsigned n, uint64_t ticks)
{
	enum { CLEAR = HPTIMER_INTERRUPT | HPTIMER_PERIODIC | HPTIMER_SET_VALUE | HPTIMER_32_MODE };

	if (!hpet) return HPTIMER_NULL;
	if (n >= hpet->n_timers) return HPTIMER_NO_TIMER;
	if (ticks == 0 || ticks > MAX_WIDE || !(hpet->connected & bit(n))) return HPTIMER_BAD_ARG;
	uint32_t conf = io_read(hpet->io, of(HPTIMER_TIMER, n)) & ~(uint32_t)CLEAR;
	bool wide = hpet->counter_64 && conf & HPTIMER_64_CAPABLE;
	if (!wide && ticks > MAX_NARROW) return HPTIMER_BAD_ARG;

	bool on = wait_irq_save(&hpet->wait);
	io_write(hpet->io, of(HPTIMER_TIMER, n), conf);
	enum hptimer_status status = set_in_time(hpet, n, wide, conf, ticks);
	wait_irq_restore(&hpet->wait, on);
	return status;
}

/* ---- periodic ---- */

/* The first value after SET_VALUE is the first match, the next one the period; some chipsets take
 * both from the first. With 64 bits one of the halves would not be under SET_VALUE, so wide timers
 * compare 32 bits. */
static void set_period(const struct hptimer *hpet, unsigned n, uint32_t conf, uint32_t ticks)
{
	uint32_t now = io_read(hpet->io, HPTIMER_COUNTER);

	io_write(hpet->io, of(HPTIMER_TIMER, n), conf | HPTIMER_SET_VALUE);
	io_write(hpet->io, of(HPTIMER_COMPARATOR, n), now + ticks);
	io_write(hpet->io, of(HPTIMER_COMPARATOR, n), ticks);
	clear_status(hpet, n);
	io_write(hpet->io, of(HPTIMER_TIMER, n), conf | HPTIMER_INTERRUPT);
}

enum hptimer_status hptimer_periodic(const struct hptimer *hpet, unsigned n, uint32_t ticks)
{
	enum { CLEAR = HPTIMER_INTERRUPT | HPTIMER_SET_VALUE };

	if (!hpet) return HPTIMER_NULL;
	if (n >= hpet->n_timers) return HPTIMER_NO_TIMER;
	if (ticks == 0 || ticks > MAX_NARROW || !(hpet->connected & bit(n))) return HPTIMER_BAD_ARG;
	uint32_t conf = io_read(hpet->io, of(HPTIMER_TIMER, n)) & ~(uint32_t)CLEAR;
	if (!(conf & HPTIMER_PERIODIC_CAPABLE)) return HPTIMER_LACKS;
	conf |= HPTIMER_PERIODIC;
	if (conf & HPTIMER_64_CAPABLE) conf |= HPTIMER_32_MODE;

	bool on = wait_irq_save(&hpet->wait);
	uint32_t before = io_update(hpet->io, HPTIMER_CONFIG, HPTIMER_ENABLE, 0);
	set_period(hpet, n, conf, ticks);
	io_write(hpet->io, HPTIMER_CONFIG, before);
	wait_irq_restore(&hpet->wait, on);
	return HPTIMER_OK;
}

enum hptimer_status hptimer_stop(const struct hptimer *hpet, unsigned n)
{
	if (!hpet) return HPTIMER_NULL;
	if (n >= hpet->n_timers) return HPTIMER_NO_TIMER;
	io_update(hpet->io, of(HPTIMER_TIMER, n), HPTIMER_INTERRUPT | HPTIMER_SET_VALUE, 0);
	clear_status(hpet, n);
	return HPTIMER_OK;
}
