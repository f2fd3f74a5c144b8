/* SPDX-License-Identifier: MIT */
/* The real-time clock's model at its usual ports, its interrupt connected to the processor, and its
 * driver. */
#ifndef TESTS_DEVICES_RTC_MC146818_DRIVER_FIXTURE_H
#define TESTS_DEVICES_RTC_MC146818_DRIVER_FIXTURE_H

#include "bimetal/rtc_mc146818.h"

#include "devices/rtc_mc146818/model.h"
#include "tests/unit/drivers/host_fixture.h"

/* 1999-12-31 23:59:50, a Friday. */
enum { RTC_EPOCH = 946684790, RTC_VECTOR = 0x28, RTC_CENTURY = 0x32 };

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)
#define S(n)  ((uint64_t)(n)*1000000000)

static struct rtc_mc146818_model chip;
static struct rtc_mc146818 rtc;

static void rtc_fails(void *ctx, const char *text)
{
	(void)ctx;
	require_fail("%s", text);
}

static void rtc_irq(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	next_vector = RTC_VECTOR;
	cpu.s.intr = level;
}

static inline void rtc_power_on(void)
{
	host_power_on();
	recorder_expect_no_lint(&rec, rtc_fails, NULL);
	rtc_mc146818_model_init(&chip, "rtc", &hub, &vclock, (struct irq){ .set = rtc_irq },
				RTC_EPOCH);
	require(bus_map(&bus, BUS_PORT, RTC_MC146818_PORT, 2, &chip.dev, 0) == NULL);
	require_eq(
		int,
		rtc_mc146818_init(&rtc, io_port(&cpu, RTC_MC146818_PORT), wait, RTC_CENTURY, false),
		RTC_MC146818_OK);
	recorder_clear(&rec);
}

static inline void cmos(unsigned index, uint8_t value)
{
	rtc_mc146818_model_cmos_set(&chip, index, value);
}
static inline uint8_t cmos_of(unsigned index) { return rtc_mc146818_model_cmos_get(&chip, index); }

#endif
