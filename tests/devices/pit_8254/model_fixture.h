/* SPDX-License-Identifier: MIT */
/* The model of the 8254 alone, for its tests. */
#ifndef TESTS_DEVICES_PIT_8254_MODEL_FIXTURE_H
#define TESTS_DEVICES_PIT_8254_MODEL_FIXTURE_H

#include <string.h>

#include "devices/pit_8254/model.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

enum { CONTROL = 3, HZ = 1193182, SPK = 2 };

static struct hub hub;
static struct clock vclock;
static struct pit_8254_model pit;
static struct lint_log lints;
static bool out0;
static unsigned rises;
static uint64_t rise_at[64], fall_at[64];
static unsigned falls;

static inline void on_out0(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	if (level && !out0) rise_at[rises++ % 64] = clock_now(&vclock);
	if (!level && out0) fall_at[falls++ % 64] = clock_now(&vclock);
	out0 = level;
}

static inline void put(unsigned port, uint8_t v) { device_write(&pit.dev, port, 8, v, NULL, NULL); }
static inline uint8_t get(unsigned port)
{
	return (uint8_t)device_read(&pit.dev, port, 8, NULL, NULL);
}
static inline uint64_t tick(uint64_t n) { return clock_tick_time(n, HZ); }
static inline uint64_t pulses(void) { return clock_ticks(clock_now(&vclock), HZ); }
static inline void pass(uint64_t n) { clock_run_until(&vclock, tick(pulses() + n)); }
static inline uint8_t control(unsigned ch, unsigned rw, unsigned mode, unsigned bcd)
{
	return (uint8_t)(ch << 6 | rw << 4 | mode << 1 | bcd);
}

static inline void program(unsigned ch, unsigned mode, uint16_t count)
{
	put(CONTROL, control(ch, 3, mode, 0));
	put(ch, (uint8_t)count);
	put(ch, (uint8_t)(count >> 8));
}

static inline void power_on(void)
{
	static struct irq wires[3];

	wires[0] = (struct irq){ .set = on_out0 };
	clock_init(&vclock);
	hub.clock = &vclock;
	lint_log_start(&lints, &hub);
	pit_8254_model_init(&pit, "pit", &hub, &vclock, wires);
	pit_8254_model_set_gate(&pit, SPK, true);
}

TestSuite(i8254, .init = power_on, .timeout = 60);

/* Expects OUT ('H', 'L') and the count (decimal) after each of the following pulses. */
static inline void expect_run(unsigned ch, const char *levels, const uint16_t *counts)
{
	for (unsigned i = 0; levels[i]; i++) {
		pass(1);
		check_eq(int, pit_8254_model_out(&pit, ch), levels[i] == 'H', "OUT at pulse %u",
			 i + 1);
		check_eq(u16, pit_8254_model_count(&pit, ch), counts[i], "count at pulse %u",
			 i + 1);
	}
}
#define RUN(ch, levels, ...) expect_run(ch, levels, (const uint16_t[]){ __VA_ARGS__ })

#endif
