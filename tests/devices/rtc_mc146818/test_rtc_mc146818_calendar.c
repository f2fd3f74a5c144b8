/* SPDX-License-Identifier: MIT */
/* The conversion of dates to seconds and back, compared with the C library, and for every day. */
#include "drivers/rtc_mc146818/registers.h"
#include "tests/check.h"

#include <time.h>

#include "tests/unit/emu/random.h"

TestSuite(rtc_mc146818_calendar, .timeout = 60);

static const uint64_t end = UINT64_C(253402300800); /* of 9999 */

static void expect_like_the_library(uint64_t seconds)
{
	struct rtc_mc146818_time t;
	struct tm tm;
	time_t at = (time_t)seconds;
	uint64_t back = 0;
	require(gmtime_r(&at, &tm) != NULL);
	require_eq(int, rtc_mc146818_from_seconds(seconds, &t), RTC_MC146818_OK);
	require(t.year == tm.tm_year + 1900 && t.month == tm.tm_mon + 1 && t.day == tm.tm_mday &&
			t.hour == tm.tm_hour && t.minute == tm.tm_min && t.second == tm.tm_sec &&
			t.weekday == tm.tm_wday,
		"%llu: %u-%u-%u", (unsigned long long)seconds, t.year, t.month, t.day);
	require(rtc_mc146818_time_valid(&t));
	require_eq(int, rtc_mc146818_to_seconds(&t, &back), RTC_MC146818_OK);
	require_eq(u64, back, seconds);
}

Test(rtc_mc146818_calendar, every_day_agrees_with_the_library)
{
	for (uint64_t at = 0; at < end; at += 86400) expect_like_the_library(at);
}

Test(rtc_mc146818_calendar, any_second_agrees_with_the_library)
{
	uint64_t seed = 17;
	for (unsigned i = 0; i < 100000; i++) expect_like_the_library(random_next(&seed) % end);
	expect_like_the_library(0);
	expect_like_the_library(951782400); /* 2000-02-29 */
	expect_like_the_library(UINT64_C(0xffffffff));
	expect_like_the_library(UINT64_C(0x100000000));
	expect_like_the_library(end - 1);
}

Test(rtc_mc146818_calendar, ends_with_the_year_9999)
{
	struct rtc_mc146818_time t;
	uint64_t seconds;
	check_eq(int, rtc_mc146818_from_seconds(end, &t), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_from_seconds(UINT64_MAX, &t), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_from_seconds(0, NULL), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_to_seconds(NULL, &seconds), RTC_MC146818_NULL);
	require_eq(int, rtc_mc146818_from_seconds(0, &t), RTC_MC146818_OK);
	check_eq(int, rtc_mc146818_to_seconds(&t, NULL), RTC_MC146818_NULL);
	t.month = 0;
	check_eq(int, rtc_mc146818_to_seconds(&t, &seconds), RTC_MC146818_BAD_ARG);
	check(!rtc_mc146818_time_valid(NULL));
}

Test(rtc_mc146818_calendar, months_have_their_days)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	for (unsigned m = 1; m <= 12; m++)
		check_eq(u32, rtc_mc146818_days_in(2023, m), days[m - 1]);
	check_eq(u32, rtc_mc146818_days_in(2024, 2), 29);
	check_eq(u32, rtc_mc146818_days_in(2000, 2), 29);
	check_eq(u32, rtc_mc146818_days_in(2100, 2), 28);
}
