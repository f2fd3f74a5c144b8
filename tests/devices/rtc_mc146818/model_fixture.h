/* SPDX-License-Identifier: MIT */
/* The model of the real-time clock alone, for its tests. */
#ifndef TESTS_DEVICES_RTC_MC146818_MODEL_FIXTURE_H
#define TESTS_DEVICES_RTC_MC146818_MODEL_FIXTURE_H

#include "devices/rtc_mc146818/model.h"
#include "emu/array.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

/* Indices, typed apart from the register table. */
enum {
	SEC = 0,
	SECA = 1,
	MIN = 2,
	MINA = 3,
	HOUR = 4,
	HOURA = 5,
	DOW = 6,
	DAY = 7,
	MON = 8,
	YEAR = 9,
	A = 10,
	B = 11,
	C = 12,
	D = 13,
	CENTURY = 0x32
};

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)
#define S(n)  ((uint64_t)(n)*1000000000)

/* 2024-02-28 23:59:50 UTC, a Wednesday. */
#define EPOCH 1709164790

static struct hub hub;
static struct clock vclock;
static struct rtc_mc146818_model rtc;
static struct lint_log lints;
static bool irq;
static unsigned rises;

static inline void on_irq(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	rises += level && !irq;
	irq = level;
}

static inline void power_on_at(int64_t epoch)
{
	hub = (struct hub){ 0 };
	clock_init(&vclock);
	irq = false;
	rises = 0;
	lint_log_start(&lints, &hub);
	rtc_mc146818_model_init(&rtc, "rtc", &hub, &vclock, (struct irq){ .set = on_irq }, epoch);
}

static inline void power_on(void) { power_on_at(EPOCH); }

static inline uint8_t in(struct rtc_mc146818_model *r, uint8_t index)
{
	device_write(&r->dev, 0, 8, index, NULL, NULL);
	return (uint8_t)device_read(&r->dev, 1, 8, NULL, NULL);
}

static inline uint8_t get(uint8_t index) { return in(&rtc, index); }

static inline void set(uint8_t index, uint8_t value)
{
	device_write(&rtc.dev, 0, 8, index, NULL, NULL);
	device_write(&rtc.dev, 1, 8, value, NULL, NULL);
}

static inline void pass(uint64_t ns) { clock_run_until(&vclock, clock_now(&vclock) + ns); }

static inline uint32_t time_of_day(void)
{
	return (uint32_t)get(HOUR) << 16 | (uint32_t)get(MIN) << 8 | get(SEC);
}

static inline uint64_t date(void)
{
	return (uint64_t)get(CENTURY) << 32 | (uint32_t)get(YEAR) << 24 | (uint32_t)get(MON) << 16 |
	       (uint32_t)get(DAY) << 8 | get(DOW);
}

TestSuite(mc146818, .init = power_on, .timeout = 60);

#endif
