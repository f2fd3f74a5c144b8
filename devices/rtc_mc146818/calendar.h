/* SPDX-License-Identifier: MIT */
/* The time bytes of a MC146818: BCD or binary, 12 or 24 hours, as its Register B selects, and the
 * chip's own calendar. */
#ifndef DEVICES_RTC_MC146818_CALENDAR_H
#define DEVICES_RTC_MC146818_CALENDAR_H

#include <stdint.h>

#include "devices/rtc_mc146818/model.h"

/* A number, 0..99, and an hour, 0..23, as the chip stores them. */
uint8_t rtc_mc146818_model_encode(const struct rtc_mc146818_model *r, unsigned v);
uint8_t rtc_mc146818_model_encode_hours(const struct rtc_mc146818_model *r, unsigned hour);
/* What the bytes of the time say, 0..86399. */
unsigned rtc_mc146818_model_second_of_day(const struct rtc_mc146818_model *r);
/* Count `n` seconds on. */
void rtc_mc146818_model_advance(struct rtc_mc146818_model *r, uint64_t n);
/* Store a time, in seconds since 1970-01-01. */
void rtc_mc146818_model_set_time(struct rtc_mc146818_model *r, int64_t epoch);

#endif
