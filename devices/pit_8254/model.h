/* SPDX-License-Identifier: MIT */
/* 8254 interval timer in a PC (Intel 231164): three counters, each clocked at 1193182 Hz. CLK pulse
 * number t is at clock_tick_time(t, PIT_8254_MODEL_CLOCK_HZ) of virtual time.
 *
 * Lints beyond the register table:
 *   i8254.CONTROL.reserved        bits that should be 0: of a counter latch or read-back command,
 *                                 M2 of modes 2 and 3
 *   i8254.COUNTER<n>.unprogrammed count read or written before any control word
 *   i8254.COUNTER<n>.unlatched    a count read without latching, while the counter runs
 *   i8254.COUNTER<n>.latched      latched again while a latched count is unread: ignored
 *   i8254.COUNTER<n>.half-read    latched after one of two bytes was read: the high one comes next
 *   i8254.COUNTER<n>.half-written a control word after one of two bytes of a count
 *   i8254.COUNTER<n>.bcd          a count with a digit over 9 in BCD mode (counted as its value)
 *   i8254.COUNTER<n>.range        count 1 in mode 2 or 3, whose minimum is 2
 *
 * Not modelled: the half of a CLK period between its rising edge, which samples GATE, and its
 * falling edge, which counts: both happen at the pulse. Where the datasheet leaves the counting
 * element undefined (at power-on, and from a control word to its count) it does not count. */
#ifndef DEVICES_PIT_8254_MODEL_H
#define DEVICES_PIT_8254_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/pit_8254/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"

enum { PIT_8254_MODEL_CLOCK_HZ = 1193182, PIT_8254_MODEL_CHANNELS = 3 };
#define PIT_8254_MODEL_NO_TICK UINT64_MAX

/* A counter, with its counting element as of pulse `tick`. */
struct pit_8254_model_counter {
	uint64_t tick;        /* last CLK pulse processed */
	uint64_t load_tick;   /* pulse that will load CR into CE; PIT_8254_MODEL_NO_TICK: none */
	uint64_t strobe_tick; /* modes 4, 5: OUT is low at this pulse only */
	uint32_t ce;          /* 0 .. modulus; mode 3: pulses left in the half cycle */
	uint32_t loaded;      /* count that CE was loaded with, 1 .. modulus */
	uint32_t cr;          /* count register, 1 .. modulus, 0: none written */
	uint16_t output_latch;
	uint8_t control;  /* RW, M and BCD, as in the status byte */
	uint8_t low_byte; /* first byte of a count of two */
	uint8_t status_latch;
	uint8_t latched; /* bytes of output_latch still to read; 0: not latched */
	bool status_latched;
	bool programmed;
	bool read_msb, write_msb; /* flip-flops of two-byte access */
	bool null_count;
	bool loaded_once; /* CE holds a count */
	bool halted;      /* mode 0, between the bytes of a new count */
	bool expired;     /* terminal count has passed: CE runs on, OUT does not change */
	bool gate;
	bool high_half; /* mode 3 */
	bool out;       /* OUT, strobes not included */
};

struct pit_8254_model_state { /* plain data: a snapshot */
	uint64_t reg[PIT_8254_MODEL_N_REGS];
	struct pit_8254_model_counter counter[PIT_8254_MODEL_CHANNELS];
};

struct pit_8254_model_timer {
	struct pit_8254_model *pit;
	unsigned ch;
};

struct pit_8254_model {
	struct device dev;
	struct clock *clock;
	struct irq out[PIT_8254_MODEL_CHANNELS];
	struct pit_8254_model_timer timer_ctx[PIT_8254_MODEL_CHANNELS];
	unsigned timer[PIT_8254_MODEL_CHANNELS];
	struct pit_8254_model_state s;
};

/* Connect and power on; all counters are unprogrammed. `out` may be NULL. Each connected output
 * uses a timer, which drives it at every change of OUT. GATE 0 and 1 are high, GATE 2 starts low.
 */
void pit_8254_model_init(struct pit_8254_model *p, const char *instance, const struct hub *hub,
			 struct clock *clock, const struct irq out[PIT_8254_MODEL_CHANNELS]);
/* Restore the power-on state (an 8254 has no reset pin). GATE inputs keep their levels. */
void pit_8254_model_reset(struct pit_8254_model *p);

/* Drive GATE of counter ch, 0..2. */
void pit_8254_model_set_gate(struct pit_8254_model *p, unsigned ch, bool level);
/* The level of OUT of counter ch. */
bool pit_8254_model_out(struct pit_8254_model *p, unsigned ch);
/* The counting element, as an unlatched read would return it now (BCD digits in BCD mode). */
uint16_t pit_8254_model_count(struct pit_8254_model *p, unsigned ch);

extern const struct device_ops pit_8254_model_ops;
/* What it is, and how it answers. */
extern const struct device_about i8254_about;

#endif
