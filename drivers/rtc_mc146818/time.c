/* SPDX-License-Identifier: MIT */
/* Time and alarm, in the data mode that register B selects. */
#include "registers.h"

enum {
	MAX_READINGS = 8,
	CENTURY = 100,
	FIRST_YEAR = 1970, /* first of the hundred years possible without a century byte */
	HALF_DAY = 12,
	NIBBLE = 4,
	NIBBLE_MASK = 0xf,
	DIGIT_MAX = 9,
	TEN = 10,
	BYTE_MAX = 0xff,
	/* Some binary chips have the century byte in binary: 19 to 21. Read as BCD that would be 13
	 * to 15, the years 1300 to 1599. So the two cannot be confused. */
	BINARY_19 = 0x13,
	BINARY_21 = 0x15
};

/* One reading of the clock's registers. */
struct reading {
	uint8_t second, minute, hour, day, month, year, century;
};

/* ---- data modes ---- */

/* False: not two decimal digits. */
static bool decode(uint8_t mode, uint8_t byte, unsigned *value)
{
	unsigned high = byte >> NIBBLE, low = byte & NIBBLE_MASK;

	*value = mode & RTC_B_DM_BINARY ? byte : high * TEN + low;
	return mode & RTC_B_DM_BINARY || (high <= DIGIT_MAX && low <= DIGIT_MAX);
}

static uint8_t encode(uint8_t mode, unsigned value)
{
	return (uint8_t)(mode & RTC_B_DM_BINARY ? value : (value / TEN) << NIBBLE | value % TEN);
}

static bool decode_hour(uint8_t mode, uint8_t byte, unsigned *hour)
{
	if (mode & RTC_B_24_HOURS) return decode(mode, byte, hour);
	bool pm = byte & RTC_HOURS_PM;
	if (!decode(mode, byte & (uint8_t)~RTC_HOURS_PM, hour)) return false;
	if (*hour < 1 || *hour > HALF_DAY) return false;
	*hour = *hour % HALF_DAY + (pm ? HALF_DAY : 0u);
	return true;
}

static uint8_t encode_hour(uint8_t mode, unsigned hour)
{
	if (mode & RTC_B_24_HOURS) return encode(mode, hour);
	unsigned shown = hour % HALF_DAY ? hour % HALF_DAY : HALF_DAY;
	return (uint8_t)(encode(mode, shown) | (hour >= HALF_DAY ? RTC_HOURS_PM : 0));
}

/* The century byte is usually BCD in both data modes; a binary one is recognised. */
static bool century_is_binary(uint8_t mode, uint8_t byte)
{
	return mode & RTC_B_DM_BINARY && byte >= BINARY_19 && byte <= BINARY_21;
}

static bool decode_year(const struct rtc_mc146818 *rtc, uint8_t mode, const struct reading *r,
			unsigned *year)
{
	unsigned century;

	if (!decode(mode, r->year, year) || *year >= CENTURY) return false;
	if (rtc->century == RTC_MC146818_NO_CENTURY) {
		*year += FIRST_YEAR - FIRST_YEAR % CENTURY;
		if (*year < FIRST_YEAR) *year += CENTURY;
		return true;
	}
	uint8_t as = century_is_binary(mode, r->century) ? mode : 0;
	if (!decode(as, r->century, &century)) return false;
	*year += century * CENTURY;
	return true;
}

/* ---- reading ---- */

static enum rtc_mc146818_status read_bytes(const struct rtc_mc146818 *rtc, struct reading *r)
{
	bool on;
	enum rtc_mc146818_status status = rtc_mc146818_begin_quiet(rtc, &on);

	if (status) return status;
	wait_irq_restore(&rtc->wait, on);
	r->second = rtc_mc146818_get(rtc, RTC_SECONDS);
	r->minute = rtc_mc146818_get(rtc, RTC_MINUTES);
	r->hour = rtc_mc146818_get(rtc, RTC_HOURS);
	r->day = rtc_mc146818_get(rtc, RTC_DAY_OF_MONTH);
	r->month = rtc_mc146818_get(rtc, RTC_MONTH);
	r->year = rtc_mc146818_get(rtc, RTC_YEAR);
	r->century = 0;
	if (rtc->century != RTC_MC146818_NO_CENTURY)
		r->century = rtc_mc146818_get(rtc, rtc->century);
	return RTC_MC146818_OK;
}

static bool same(const struct reading *a, const struct reading *b)
{
	return a->second == b->second && a->minute == b->minute && a->hour == b->hour &&
	       a->day == b->day && a->month == b->month && a->year == b->year &&
	       a->century == b->century;
}

/* UIP clear promises 244 us without an update, but an interrupt or firmware can take longer between
 * two reads. Two equal readings exclude that, however long they took. */
static enum rtc_mc146818_status read_stable(const struct rtc_mc146818 *rtc, struct reading *r)
{
	struct reading before;
	enum rtc_mc146818_status status = read_bytes(rtc, &before);

	for (unsigned i = 1; !status && i < MAX_READINGS; i++) {
		status = read_bytes(rtc, r);
		if (!status && same(&before, r)) return RTC_MC146818_OK;
		before = *r;
	}
	return status ? status : RTC_MC146818_TIMEOUT;
}

enum rtc_mc146818_status rtc_mc146818_read_time(const struct rtc_mc146818 *rtc,
						struct rtc_mc146818_time *time)
{
	struct reading r;
	unsigned year, month, day, hour, minute, second;
	uint64_t seconds;

	if (!rtc || !time) return RTC_MC146818_NULL;
	uint8_t mode = rtc_mc146818_get(rtc, RTC_B);
	enum rtc_mc146818_status status = read_stable(rtc, &r);
	if (status) return status;
	if (!decode_year(rtc, mode, &r, &year) || !decode(mode, r.month, &month) ||
	    !decode(mode, r.day, &day) || !decode_hour(mode, r.hour, &hour) ||
	    !decode(mode, r.minute, &minute) || !decode(mode, r.second, &second))
		return RTC_MC146818_BAD_TIME;
	struct rtc_mc146818_time t = {
		.year = (uint16_t)year,
		.month = (uint8_t)month,
		.day = (uint8_t)day,
		.hour = (uint8_t)hour,
		.minute = (uint8_t)minute,
		.second = (uint8_t)second,
	};
	/* The weekday is computed when the seconds are converted back. */
	if (rtc_mc146818_to_seconds(&t, &seconds)) return RTC_MC146818_BAD_TIME;
	return rtc_mc146818_from_seconds(seconds, time);
}

/* ---- writing ---- */

static void write_century(const struct rtc_mc146818 *rtc, uint8_t mode, unsigned year)
{
	if (rtc->century == RTC_MC146818_NO_CENTURY) return;
	uint8_t old = rtc_mc146818_get(rtc, rtc->century);
	uint8_t as = century_is_binary(mode, old) ? mode : 0;
	rtc_mc146818_put(rtc, rtc->century, encode(as, year / CENTURY));
}

static void write_bytes(const struct rtc_mc146818 *rtc, uint8_t mode,
			const struct rtc_mc146818_time *t)
{
	rtc_mc146818_put(rtc, RTC_SECONDS, encode(mode, t->second));
	rtc_mc146818_put(rtc, RTC_MINUTES, encode(mode, t->minute));
	rtc_mc146818_put(rtc, RTC_HOURS, encode_hour(mode, t->hour));
	rtc_mc146818_put(rtc, RTC_DAY_OF_WEEK, encode(mode, t->weekday + 1u));
	rtc_mc146818_put(rtc, RTC_DAY_OF_MONTH, encode(mode, t->day));
	rtc_mc146818_put(rtc, RTC_MONTH, encode(mode, t->month));
	rtc_mc146818_put(rtc, RTC_YEAR, encode(mode, t->year % (unsigned)CENTURY));
	write_century(rtc, mode, t->year);
}

enum rtc_mc146818_status rtc_mc146818_set_time(const struct rtc_mc146818 *rtc,
					       const struct rtc_mc146818_time *time)
{
	struct rtc_mc146818_time t;
	uint64_t seconds;

	if (!rtc || !time) return RTC_MC146818_NULL;
	if (rtc_mc146818_to_seconds(time, &seconds) || rtc_mc146818_from_seconds(seconds, &t))
		return RTC_MC146818_BAD_ARG;
	if (rtc->century == RTC_MC146818_NO_CENTURY && t.year >= FIRST_YEAR + CENTURY)
		return RTC_MC146818_BAD_ARG;

	bool on = wait_irq_save(&rtc->wait);
	uint8_t b = rtc_mc146818_get(rtc, RTC_B);
	/* SET aborts an update and prevents the next. Setting it also clears UIE, so at the end B
	 * is written back as it was. */
	rtc_mc146818_put(rtc, RTC_B, b | RTC_B_SET);
	write_bytes(rtc, b, &t);
	uint8_t a = rtc_mc146818_get(rtc, RTC_A);
	if ((a & RTC_A_DV) != RTC_A_DV_32768_HZ)
		rtc_mc146818_put(rtc, RTC_A, (uint8_t)(RTC_A_DV_32768_HZ | (a & RTC_A_RS)));
	rtc_mc146818_put(rtc, RTC_B, b & (uint8_t)~RTC_B_SET);
	wait_irq_restore(&rtc->wait, on);
	return RTC_MC146818_OK;
}

/* ---- the alarm ---- */

static uint8_t encode_alarm(uint8_t mode, unsigned value)
{
	return value == RTC_MC146818_ANY ? BYTE_MAX : encode(mode, value);
}

static uint8_t encode_alarm_hour(uint8_t mode, unsigned hour)
{
	return hour == RTC_MC146818_ANY ? BYTE_MAX : encode_hour(mode, hour);
}

static bool alarm_valid(const struct rtc_mc146818_alarm *alarm)
{
	enum { HOURS = 24, SIXTY = 60 };

	return (alarm->hour < HOURS || alarm->hour == RTC_MC146818_ANY) &&
	       (alarm->minute < SIXTY || alarm->minute == RTC_MC146818_ANY) &&
	       (alarm->second < SIXTY || alarm->second == RTC_MC146818_ANY);
}

enum rtc_mc146818_status rtc_mc146818_set_alarm(const struct rtc_mc146818 *rtc,
						const struct rtc_mc146818_alarm *alarm)
{
	bool on;

	if (!rtc || !alarm) return RTC_MC146818_NULL;
	if (!alarm_valid(alarm)) return RTC_MC146818_BAD_ARG;
	enum rtc_mc146818_status status = rtc_mc146818_disable(rtc, RTC_MC146818_ALARM);
	if (!status) status = rtc_mc146818_begin_quiet(rtc, &on);
	if (status) return status;
	uint8_t mode = rtc_mc146818_get(rtc, RTC_B);
	rtc_mc146818_put(rtc, RTC_SECONDS_ALARM, encode_alarm(mode, alarm->second));
	rtc_mc146818_put(rtc, RTC_MINUTES_ALARM, encode_alarm(mode, alarm->minute));
	rtc_mc146818_put(rtc, RTC_HOURS_ALARM, encode_alarm_hour(mode, alarm->hour));
	wait_irq_restore(&rtc->wait, on);
	return RTC_MC146818_OK;
}

static bool is_any(uint8_t byte) { return (byte & RTC_DONT_CARE) == RTC_DONT_CARE; }

enum rtc_mc146818_status rtc_mc146818_get_alarm(const struct rtc_mc146818 *rtc,
						struct rtc_mc146818_alarm *alarm)
{
	unsigned hour = RTC_MC146818_ANY, minute = RTC_MC146818_ANY, second = RTC_MC146818_ANY;
	bool on;

	if (!rtc || !alarm) return RTC_MC146818_NULL;
	enum rtc_mc146818_status status = rtc_mc146818_begin_quiet(rtc, &on);
	if (status) return status;
	uint8_t mode = rtc_mc146818_get(rtc, RTC_B);
	uint8_t s = rtc_mc146818_get(rtc, RTC_SECONDS_ALARM);
	uint8_t m = rtc_mc146818_get(rtc, RTC_MINUTES_ALARM);
	uint8_t h = rtc_mc146818_get(rtc, RTC_HOURS_ALARM);
	wait_irq_restore(&rtc->wait, on);
	if (!is_any(s) && !decode(mode, s, &second)) return RTC_MC146818_BAD_TIME;
	if (!is_any(m) && !decode(mode, m, &minute)) return RTC_MC146818_BAD_TIME;
	if (!is_any(h) && !decode_hour(mode, h, &hour)) return RTC_MC146818_BAD_TIME;
	*alarm = (struct rtc_mc146818_alarm){ (uint8_t)hour, (uint8_t)minute, (uint8_t)second };
	return RTC_MC146818_OK;
}
