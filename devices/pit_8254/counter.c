/* SPDX-License-Identifier: MIT */
/* A counter is not stepped pulse by pulse: counter_advance() skips any number of pulses at
 * once. */
#include "devices/pit_8254/counter.h"

static uint16_t to_digits(uint32_t v)
{
	uint32_t digits = 0;

	for (int shift = 0; shift < 16; shift += 4, v /= 10) digits |= v % 10 << shift;
	return (uint16_t)digits;
}

/* Modes in which a low GATE stops the counting. */
static bool gate_enables(const struct pit_8254_model_counter *c)
{
	return counter_mode(c) != ONE_SHOT && counter_mode(c) != HARDWARE_STROBE;
}

/* Mode 3: an odd count is high one pulse longer than it is low. */
static uint32_t half_cycle(const struct pit_8254_model_counter *c)
{
	return c->high_half ? (c->loaded + 1) / 2 : c->loaded / 2;
}

bool counter_counting(const struct pit_8254_model_counter *c)
{
	return c->loaded_once && !c->halted && (c->gate || !gate_enables(c));
}

bool counter_out(const struct pit_8254_model_counter *c)
{
	return c->strobe_tick == c->tick ? false : c->out;
}

/* In mode 3 a count of one has no low half; in mode 2 it has no high part. */
static void reload(struct pit_8254_model_counter *c)
{
	c->loaded = c->cr;
	c->null_count = false;
	c->ce = counter_mode(c) == SQUARE_WAVE ? half_cycle(c) : c->loaded;
}

static void toggle_half(struct pit_8254_model_counter *c)
{
	c->high_half = !c->high_half;
	reload(c);
	c->out = c->high_half;
}

static void run_square(struct pit_8254_model_counter *c, uint64_t pulses)
{
	if (pulses < c->ce) {
		c->ce -= (uint32_t)pulses;
		return;
	}
	pulses -= c->ce;
	toggle_half(c);
	pulses %= c->loaded;
	while (pulses >= c->ce) { /* at most twice; a half without pulses is skipped */
		pulses -= c->ce;
		toggle_half(c);
	}
	c->ce -= (uint32_t)pulses;
}

static void run_rate(struct pit_8254_model_counter *c, uint64_t pulses)
{
	if (pulses >= c->ce) {
		pulses -= c->ce;
		reload(c);
		pulses %= c->loaded;
	}
	c->ce -= (uint32_t)pulses;
	c->out = c->ce != 1;
}

/* Modes 0, 1, 4, 5 count on past zero. */
static void run_once(struct pit_8254_model_counter *c, uint64_t pulses)
{
	uint32_t m = counter_modulus(c);
	uint64_t to_zero = c->ce;

	if (!c->expired && pulses >= to_zero) {
		c->expired = true;
		if (counter_mode(c) == SOFTWARE_STROBE || counter_mode(c) == HARDWARE_STROBE)
			c->strobe_tick = c->tick + to_zero;
		else
			c->out = true;
	}
	c->ce = (uint32_t)((c->ce + m - pulses % m) % m);
}

static void run(struct pit_8254_model_counter *c, uint64_t tick)
{
	if (counter_counting(c) && tick > c->tick) {
		switch (counter_mode(c)) {
		case RATE_GENERATOR: run_rate(c, tick - c->tick); break;
		case SQUARE_WAVE: run_square(c, tick - c->tick); break;
		default: run_once(c, tick - c->tick); break;
		}
	}
	c->tick = tick;
}

static void load(struct pit_8254_model_counter *c)
{
	c->load_tick = PIT_8254_MODEL_NO_TICK;
	c->loaded_once = true;
	c->halted = false;
	c->expired = false;
	c->high_half = true;
	if (counter_periodic(c)) c->out = true;
	if (counter_mode(c) == ONE_SHOT || counter_mode(c) == TERMINAL_COUNT) c->out = false;
	reload(c);
	/* In mode 2 a count of one is at its last pulse as soon as it is loaded. */
	if (counter_mode(c) == RATE_GENERATOR) c->out = c->ce != 1 || !c->gate;
}

void counter_advance(struct pit_8254_model_counter *c, uint64_t tick)
{
	if (tick <= c->tick) return;
	if (c->load_tick <= tick) {
		run(c, c->load_tick - 1);
		c->tick = c->load_tick;
		load(c); /* this pulse does not decrement */
	}
	run(c, tick);
}

uint64_t counter_next_event(const struct pit_8254_model_counter *c)
{
	uint64_t next = c->load_tick, change;

	if (c->strobe_tick == c->tick) return c->tick + 1;
	if (!counter_counting(c)) return next;
	if (counter_periodic(c) && c->loaded < PIT_8254_MIN_PERIODIC && c->cr == c->loaded)
		return next;
	if (!counter_periodic(c) && c->expired) return next;
	change = c->tick + c->ce;
	if (counter_mode(c) == RATE_GENERATOR && c->ce > 1) change--; /* low for the last pulse */
	return change < next ? change : next;
}

uint16_t counter_value(const struct pit_8254_model_counter *c)
{
	uint32_t v = c->ce;

	if (counter_mode(c) == SQUARE_WAVE && c->loaded_once) {
		/* CE starts at the even part of the count and drops by two. */
		uint32_t passed = half_cycle(c) - c->ce;
		v = (c->loaded & ~1u) - 2 * passed;
	}
	v %= counter_modulus(c);
	return c->control & CW_BCD ? to_digits(v) : (uint16_t)v;
}
