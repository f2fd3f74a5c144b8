/* SPDX-License-Identifier: MIT */
/* Dates and seconds, using only 32-bit divisions. Days are counted from 1 March of the year 0: then
 * a leap day is the last day of its year, of its four years and of its four centuries. */
#include "registers.h"

enum {
	MIN_YEAR = 1970,
	MAX_YEAR = 9999,
	MONTHS = 12,
	HOURS = 24,
	SIXTY = 60,
	DAYS_PER_WEEK = 7,
	DAYS_PER_YEAR = 365,
	DAYS_PER_4_YEARS = 1461,
	DAYS_PER_CENTURY = 36524,
	DAYS_PER_400_YEARS = 146097,
	DAYS_TO_1970 = 719468, /* from 1 March of the year 0 */
	WEEKDAY_OF_1970 = 4,   /* 1 January 1970 was a Thursday */
	SECONDS_PER_HOUR = 3600,
	/* 86400 = 675 * 128, and dividing by 128 is a shift. */
	DAY_SHIFT = 7,
	DAY_FACTOR = 675,
	SECONDS_PER_DAY = DAY_FACTOR << DAY_SHIFT,
	MAX_DAYS = 2932897 /* from 1970 to the end of 9999 */
};

static bool is_leap(unsigned year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

unsigned rtc_mc146818_days_in(unsigned year, unsigned month)
{
	enum { FEBRUARY = 2, AUGUST = 8 };
	if (month == FEBRUARY) return is_leap(year) ? 29 : 28;
	return 30 + (month < AUGUST ? month % 2 : (month + 1) % 2);
}

bool rtc_mc146818_time_valid(const struct rtc_mc146818_time *t)
{
	if (!t || t->year < MIN_YEAR || t->year > MAX_YEAR) return false;
	if (t->month < 1 || t->month > MONTHS) return false;
	if (t->day < 1 || t->day > rtc_mc146818_days_in(t->year, t->month)) return false;
	return t->hour < HOURS && t->minute < SIXTY && t->second < SIXTY;
}

/* Days since 1970. A year here begins with March, month 0. */
static uint32_t days_of(const struct rtc_mc146818_time *t)
{
	uint32_t month = (t->month + 9u) % MONTHS;
	uint32_t year = t->year - (t->month < 3 ? 1u : 0u);
	uint32_t day_of_year = (153 * month + 2) / 5 + t->day - 1;
	return year * DAYS_PER_YEAR + year / 4 - year / 100 + year / 400 + day_of_year -
	       DAYS_TO_1970;
}

static void date_of(uint32_t days, struct rtc_mc146818_time *t)
{
	uint32_t left = days + DAYS_TO_1970;
	uint32_t era = left / DAYS_PER_400_YEARS;
	left %= DAYS_PER_400_YEARS;
	/* The last day of 400 years still belongs to the last century, and the last day of 4 years
	 * to the last year. */
	uint32_t century = left / DAYS_PER_CENTURY - left / (DAYS_PER_400_YEARS - 1);
	left -= century * DAYS_PER_CENTURY;
	uint32_t four = left / DAYS_PER_4_YEARS;
	left %= DAYS_PER_4_YEARS;
	uint32_t one = left / DAYS_PER_YEAR - left / (DAYS_PER_4_YEARS - 1);
	left -= one * DAYS_PER_YEAR;
	uint32_t month = (5 * left + 2) / 153;
	t->day = (uint8_t)(left - (153 * month + 2) / 5 + 1);
	t->month = (uint8_t)(month < 10 ? month + 3 : month - 9);
	t->year = (uint16_t)(era * 400 + century * 100 + four * 4 + one + (month < 10 ? 0u : 1u));
	t->weekday = (uint8_t)((days + WEEKDAY_OF_1970) % DAYS_PER_WEEK);
}

enum rtc_mc146818_status rtc_mc146818_to_seconds(const struct rtc_mc146818_time *time,
						 uint64_t *seconds)
{
	if (!time || !seconds) return RTC_MC146818_NULL;
	if (!rtc_mc146818_time_valid(time)) return RTC_MC146818_BAD_ARG;
	uint32_t minutes = time->hour * (uint32_t)SIXTY + time->minute;
	uint32_t second = minutes * SIXTY + time->second;
	*seconds = (uint64_t)days_of(time) * SECONDS_PER_DAY + second;
	return RTC_MC146818_OK;
}

enum rtc_mc146818_status rtc_mc146818_from_seconds(uint64_t seconds, struct rtc_mc146818_time *time)
{
	if (!time) return RTC_MC146818_NULL;
	if (seconds >= (uint64_t)MAX_DAYS * SECONDS_PER_DAY) return RTC_MC146818_BAD_ARG;
	uint32_t days = (uint32_t)(seconds >> DAY_SHIFT) / DAY_FACTOR;
	uint32_t second = (uint32_t)(seconds - (uint64_t)days * SECONDS_PER_DAY);
	date_of(days, time);
	time->hour = (uint8_t)(second / SECONDS_PER_HOUR);
	time->minute = (uint8_t)(second / SIXTY % SIXTY);
	time->second = (uint8_t)(second % SIXTY);
	return RTC_MC146818_OK;
}
