/* SPDX-License-Identifier: MIT */
#include "devices/rtc_mc146818/calendar.h"

enum {
	SECONDS_PER_DAY = 86400,
	DAYS_PER_4_YEARS = 1461,
	YEARS_PER_CENTURY = 100,
	DAYS_PER_CENTURY = 36525 /* by the chip's rule: every fourth year is a leap year */
};

/* --- Calendar: the chip's own, one leap year in four --- */

struct date {
	unsigned century, year, month, day; /* year 0..99, month 1..12, day 1.. */
};

static const uint16_t days_before_month[13] = { 0,   31,  59,  90,  120, 151, 181,
						212, 243, 273, 304, 334, 365 };

static unsigned days_before(unsigned month, bool leap)
{
	return days_before_month[month - 1] + (leap && month > 2 ? 1u : 0u);
}

static void add_days(struct date *d, uint64_t days)
{
	uint64_t n = d->year * 365u + (d->year + 3u) / 4u +
		     days_before(d->month, d->year % 4 == 0) + d->day - 1u + days;

	d->century = (unsigned)((d->century + n / DAYS_PER_CENTURY) % YEARS_PER_CENTURY);
	n %= DAYS_PER_CENTURY;
	unsigned in_cycle =
		(unsigned)(n % DAYS_PER_4_YEARS); /* a cycle starts with its leap year */
	bool leap = in_cycle < 366;
	unsigned in_year = leap ? in_cycle : (in_cycle - 366) % 365;
	d->year = (unsigned)(n / DAYS_PER_4_YEARS) * 4 + (leap ? 0 : 1 + (in_cycle - 366) / 365);
	d->month = 12;
	while (d->month > 1 && days_before(d->month, leap) > in_year) d->month--;
	d->day = in_year - days_before(d->month, leap) + 1;
}

/* --- The time bytes in the data mode that Register B selects --- */

static bool binary(const struct rtc_mc146818_model *r)
{
	return r->s.cmos[RTC_MC146818_MODEL_REGB] & RTC_MC146818_MODEL_REGB_DM;
}

static unsigned decode(const struct rtc_mc146818_model *r, uint64_t byte)
{
	unsigned v = (unsigned)byte & 0xff;
	return binary(r) ? v : (v >> 4) * 10 + (v & 15);
}

uint8_t rtc_mc146818_model_encode(const struct rtc_mc146818_model *r, unsigned v)
{
	return (uint8_t)(binary(r) ? v : (v / 10 % 10) << 4 | v % 10);
}

static unsigned decode_hours(const struct rtc_mc146818_model *r, uint64_t byte)
{
	if (r->s.cmos[RTC_MC146818_MODEL_REGB] & RTC_MC146818_MODEL_REGB_24H)
		return decode(r, byte) % 24;
	unsigned hour = decode(r, byte & ~(uint64_t)RTC_MC146818_MODEL_HOURS_PM) % 12;
	return hour + (byte & RTC_MC146818_MODEL_HOURS_PM ? 12 : 0);
}

uint8_t rtc_mc146818_model_encode_hours(const struct rtc_mc146818_model *r, unsigned hour)
{
	if (r->s.cmos[RTC_MC146818_MODEL_REGB] & RTC_MC146818_MODEL_REGB_24H)
		return rtc_mc146818_model_encode(r, hour);
	uint8_t v = rtc_mc146818_model_encode(r, hour % 12 ? hour % 12 : 12);
	return (uint8_t)(v | (hour >= 12 ? RTC_MC146818_MODEL_HOURS_PM : 0));
}

unsigned rtc_mc146818_model_second_of_day(const struct rtc_mc146818_model *r)
{
	const uint64_t *c = r->s.cmos;
	return decode_hours(r, c[RTC_MC146818_MODEL_HOURS]) * 3600 +
	       decode(r, c[RTC_MC146818_MODEL_MINUTES]) % 60 * 60 +
	       decode(r, c[RTC_MC146818_MODEL_SECONDS]) % 60;
}

static void store_second_of_day(struct rtc_mc146818_model *r, unsigned second)
{
	r->s.cmos[RTC_MC146818_MODEL_HOURS] = rtc_mc146818_model_encode_hours(r, second / 3600);
	r->s.cmos[RTC_MC146818_MODEL_MINUTES] = rtc_mc146818_model_encode(r, second / 60 % 60);
	r->s.cmos[RTC_MC146818_MODEL_SECONDS] = rtc_mc146818_model_encode(r, second % 60);
}

static void store_date(struct rtc_mc146818_model *r, const struct date *d, unsigned day_of_week)
{
	r->s.cmos[RTC_MC146818_MODEL_DAY_OF_WEEK] = rtc_mc146818_model_encode(r, day_of_week);
	r->s.cmos[RTC_MC146818_MODEL_DAY_OF_MONTH] = rtc_mc146818_model_encode(r, d->day);
	r->s.cmos[RTC_MC146818_MODEL_MONTH] = rtc_mc146818_model_encode(r, d->month);
	r->s.cmos[RTC_MC146818_MODEL_YEAR] = rtc_mc146818_model_encode(r, d->year);
	/* The century byte is a convention, and always BCD. */
	r->s.cmos[RTC_MC146818_MODEL_CENTURY_INDEX] = d->century / 10 << 4 | d->century % 10;
}

static void advance_days(struct rtc_mc146818_model *r, uint64_t days)
{
	const uint64_t *c = r->s.cmos;
	unsigned month = decode(r, c[RTC_MC146818_MODEL_MONTH]);
	unsigned weekday = decode(r, c[RTC_MC146818_MODEL_DAY_OF_WEEK]);
	unsigned century = (unsigned)c[RTC_MC146818_MODEL_CENTURY_INDEX];
	struct date d = { .century = (century >> 4) * 10 + (century & 15),
			  .year = decode(r, c[RTC_MC146818_MODEL_YEAR]) % YEARS_PER_CENTURY,
			  .month = month >= 1 && month <= 12 ? month : 1,
			  .day = decode(r, c[RTC_MC146818_MODEL_DAY_OF_MONTH]) };

	if (d.day == 0) d.day = 1;
	add_days(&d, days);
	store_date(r, &d, (unsigned)((weekday + 6 + days) % 7 + 1));
}

void rtc_mc146818_model_advance(struct rtc_mc146818_model *r, uint64_t n)
{
	uint64_t second = rtc_mc146818_model_second_of_day(r) + n;

	store_second_of_day(r, (unsigned)(second % SECONDS_PER_DAY));
	if (second >= SECONDS_PER_DAY) advance_days(r, second / SECONDS_PER_DAY);
}

/* --- The time at power-on --- */

/* Convert days since 1970-01-01 to a Gregorian date. Days are counted from 0000-03-01, so that a
 * leap day ends its year. */
static void civil_date(int64_t days, struct date *d)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t year = yoe + era * 400 + (mp >= 10 ? 1 : 0);

	d->day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	d->month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	d->century = (unsigned)(year / YEARS_PER_CENTURY % YEARS_PER_CENTURY);
	d->year = (unsigned)(year % YEARS_PER_CENTURY);
}

void rtc_mc146818_model_set_time(struct rtc_mc146818_model *r, int64_t epoch)
{
	int64_t days = epoch / SECONDS_PER_DAY, second = epoch % SECONDS_PER_DAY;
	struct date d;

	if (second < 0) {
		second += SECONDS_PER_DAY;
		days--;
	}
	civil_date(days, &d);
	int64_t weekday = (days % 7 + 7 + 4) % 7; /* 1970-01-01 was a Thursday; Sunday is 1 */
	store_second_of_day(r, (unsigned)second);
	store_date(r, &d, (unsigned)weekday + 1);
}
