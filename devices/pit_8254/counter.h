/* SPDX-License-Identifier: MIT */
/* One counter of an 8254, without registers and lints: how it counts (Intel 231164, "Mode
 * Definitions"). Only the model's own files include this. */
#ifndef DEVICES_PIT_8254_COUNTER_H
#define DEVICES_PIT_8254_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/pit_8254/model.h"

enum { PIT_8254_BINARY_MODULUS = 0x10000, PIT_8254_BCD_MODULUS = 10000, PIT_8254_MIN_PERIODIC = 2 };

enum pit_8254_mode {
	TERMINAL_COUNT,
	ONE_SHOT,
	RATE_GENERATOR,
	SQUARE_WAVE,
	SOFTWARE_STROBE,
	HARDWARE_STROBE
};

static inline enum pit_8254_mode counter_mode(const struct pit_8254_model_counter *c)
{
	unsigned m = (c->control & CW_MODE) >> CW_MODE_LSB;
	return (enum pit_8254_mode)(m > HARDWARE_STROBE ? m & 3 : m); /* X10 and X11 */
}

static inline enum pit_8254_model_rw counter_rw(const struct pit_8254_model_counter *c)
{
	return (enum pit_8254_model_rw)((c->control & CW_RW) >> CW_RW_LSB);
}

static inline bool counter_periodic(const struct pit_8254_model_counter *c)
{
	return counter_mode(c) == RATE_GENERATOR || counter_mode(c) == SQUARE_WAVE;
}

/* Modes that a rising edge of GATE starts or restarts. */
static inline bool counter_gate_triggers(const struct pit_8254_model_counter *c)
{
	return counter_periodic(c) || counter_mode(c) == ONE_SHOT ||
	       counter_mode(c) == HARDWARE_STROBE;
}

static inline uint32_t counter_modulus(const struct pit_8254_model_counter *c)
{
	return c->control & CW_BCD ? PIT_8254_BCD_MODULUS : PIT_8254_BINARY_MODULUS;
}

/* Whether a pulse changes the counting element. */
bool counter_counting(const struct pit_8254_model_counter *c);

/* The level of OUT. */
bool counter_out(const struct pit_8254_model_counter *c);

/* The count as it is read: binary or BCD digits. */
uint16_t counter_value(const struct pit_8254_model_counter *c);

/* Processes every CLK pulse up to number `tick`. */
void counter_advance(struct pit_8254_model_counter *c, uint64_t tick);

/* The next pulse at which OUT may change; PIT_8254_MODEL_NO_TICK: none in the present state. */
uint64_t counter_next_event(const struct pit_8254_model_counter *c);

#endif
