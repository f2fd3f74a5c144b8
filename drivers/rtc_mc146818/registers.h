/* SPDX-License-Identifier: MIT */
/* Motorola MC146818A: addresses and bits; port 70h as an AT has it. Internal. */
#ifndef DRIVERS_RTC_MC146818_REGISTERS_H
#define DRIVERS_RTC_MC146818_REGISTERS_H

#include "bimetal/rtc_mc146818.h"

#define RTC_INDEX ((struct io_wo8){ 0 })
#define RTC_DATA  ((struct io_rw8){ 1 })

enum rtc_index {
	RTC_SECONDS = 0,
	RTC_SECONDS_ALARM = 1,
	RTC_MINUTES = 2,
	RTC_MINUTES_ALARM = 3,
	RTC_HOURS = 4,
	RTC_HOURS_ALARM = 5,
	RTC_DAY_OF_WEEK = 6, /* 1 to 7, Sunday is 1 */
	RTC_DAY_OF_MONTH = 7,
	RTC_MONTH = 8,
	RTC_YEAR = 9,
	RTC_A = 10,
	RTC_B = 11,
	RTC_C = 12,
	RTC_D = 13
};

enum {
	RTC_INDEX_NMI_MASK = 0x80,

	RTC_A_UIP = 0x80, /* an update is in progress or begins within 244 us */
	RTC_A_DV = 0x70,
	RTC_A_DV_32768_HZ = 0x20,
	RTC_A_RS = 0x0f,

	RTC_B_SET = 0x80,
	RTC_B_PIE = 0x40,
	RTC_B_AIE = 0x20,
	RTC_B_UIE = 0x10,
	RTC_B_DM_BINARY = 0x04,
	RTC_B_24_HOURS = 0x02,

	RTC_C_PF = 0x40,
	RTC_C_AF = 0x20,
	RTC_C_UF = 0x10,

	RTC_D_VRT = 0x80,
	RTC_D_ZERO = 0x40, /* reads 0 on every chip; the bits below are a date alarm on some */

	RTC_HOURS_PM = 0x80,
	RTC_DONT_CARE = 0xc0 /* both bits set in an alarm byte */
};

/* Read one register: write its index, then read the data, with interrupts off. */
uint8_t rtc_mc146818_get(const struct rtc_mc146818 *rtc, unsigned index);
void rtc_mc146818_put(const struct rtc_mc146818 *rtc, unsigned index, uint8_t value);
/* Wait until no update is in progress and none begins within 244 us. On RTC_MC146818_OK interrupts
 * are off, so the caller has these 244 us; `on` is for wait_irq_restore(). */
enum rtc_mc146818_status rtc_mc146818_begin_quiet(const struct rtc_mc146818 *rtc, bool *on);
/* Days in a month of a year. */
unsigned rtc_mc146818_days_in(unsigned year, unsigned month);

#endif
