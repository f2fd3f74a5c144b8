/* SPDX-License-Identifier: MIT */
/* The model of the HPET alone, for its tests. */
#ifndef TESTS_DEVICES_HPET_MODEL_FIXTURE_H
#define TESTS_DEVICES_HPET_MODEL_FIXTURE_H

#include "devices/hpet/model.h"
#include "emu/bus.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/unit/emu/random.h"

enum {
	CAP = 0x000,
	CONF = 0x010,
	STATUS = 0x020,
	COUNTER = 0x0f0,
	T0_CONF = 0x100,
	T0_COMP = 0x108,
	T0_FSB = 0x110,
	T1_CONF = 0x120,
	T1_COMP = 0x128,
	T2_CONF = 0x140,
	T2_COMP = 0x148,
	T3_CONF = 0x160,
	BEYOND = 0x180
};
enum { ENABLE = 1, LEGACY = 2 };
enum { LEVEL = 2, INT = 4, PERIODIC = 8, VAL_SET = 0x40, MODE32 = 0x100, FSB = 0x4000 };
#define ROUTE(pin) ((uint32_t)(pin) << 9)

static struct hpet_model hpet;
static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct lint_log lints;
static bool pins[HPET_MODEL_N_PINS];
static unsigned rises[HPET_MODEL_N_PINS], messages, legacy_calls;
static uint64_t rise_ns;
static uint32_t message_addr, message_data;
static bool legacy;

static inline void set_pin(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	if (level && !pins[n]) {
		rises[n]++;
		rise_ns = clock_now(&vclock);
	}
	pins[n] = level;
}

static inline void on_legacy(void *ctx, bool on)
{
	(void)ctx;
	legacy = on;
	legacy_calls++;
}

static inline void on_message(void *ctx, uint32_t addr, uint32_t data)
{
	(void)ctx;
	messages++;
	message_addr = addr;
	message_data = data;
}

static inline void build(bool with_messages)
{
	struct hpet_model_wiring wire = { .legacy = on_legacy };

	for (unsigned n = 0; n < HPET_MODEL_N_PINS; n++)
		wire.pin[n] = (struct irq){ set_pin, NULL, n };
	if (with_messages) wire.message = on_message;
	clock_init(&vclock);
	hub = (struct hub){ .clock = &vclock };
	lint_log_start(&lints, &hub);
	bus_init(&bus, &hub, &vclock);
	hpet_model_init(&hpet, "hpet", &hub, &vclock, &wire);
	require_eq(ptr, bus_map(&bus, BUS_MEMORY, HPET_MODEL_BASE, HPET_SIZE, &hpet.dev, 0), NULL);
}

static inline void power_on(void) { build(false); }

static inline uint64_t rd(unsigned reg)
{
	return bus_read(&bus, BUS_MEMORY, HPET_MODEL_BASE + reg, 64);
}
static inline uint32_t rd32(unsigned reg)
{
	return (uint32_t)bus_read(&bus, BUS_MEMORY, HPET_MODEL_BASE + reg, 32);
}
static inline void wr(unsigned reg, uint64_t v)
{
	bus_write(&bus, BUS_MEMORY, HPET_MODEL_BASE + reg, 64, v);
}
static inline void wr32(unsigned reg, uint32_t v)
{
	bus_write(&bus, BUS_MEMORY, HPET_MODEL_BASE + reg, 32, v);
}
/* Advances to the time of the counter's n-th tick from now. */
static inline void pass(uint64_t n)
{
	clock_run_until(&vclock, hpet_model_tick_time(hpet_model_ticks(clock_now(&vclock)) + n));
}
static inline void lint_is(const char *id)
{
	check_eq(str, lints.last, id);
	check_eq(u32, lints.n, 1);
	lints.n = 0;
}

TestSuite(hpet, .init = power_on, .timeout = 60);

#endif
