/* SPDX-License-Identifier: MIT */
/* Reading and setting the time and the alarm. */
#include "drivers/rtc_mc146818/registers.h"

#include "emu/array.h"
#include "tests/devices/rtc_mc146818/driver_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(rtc_mc146818_time, .init = rtc_power_on, .fini = host_power_off, .timeout = 60);

static uint64_t read_seconds(void)
{
	struct rtc_mc146818_time time;
	uint64_t seconds = 0;
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_to_seconds(&time, &seconds), RTC_MC146818_OK);
	return seconds;
}

static uint64_t true_seconds(void) { return RTC_EPOCH + clock_now(&vclock) / S(1); }

static void expect_time(const struct rtc_mc146818_time *t, unsigned year, unsigned month,
			unsigned day, unsigned hour, unsigned minute, unsigned second)
{
	check(t->year == year && t->month == month && t->day == day && t->hour == hour &&
		      t->minute == minute && t->second == second,
	      "%u-%u-%u %u:%u:%u", t->year, t->month, t->day, t->hour, t->minute, t->second);
}

/* ---- reading ---- */

Test(rtc_mc146818_time, is_read_with_its_weekday)
{
	struct rtc_mc146818_time time;
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	expect_time(&time, 1999, 12, 31, 23, 59, 50);
	check_eq(u8, time.weekday, 5, "a Friday");
	wait_ns(&wait, S(20));
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	expect_time(&time, 2000, 1, 1, 0, 0, 10);
	check_eq(u8, time.weekday, 6);
}

Test(rtc_mc146818_time, is_read_twice_each_time_after_a_look_at_uip)
{
	struct rtc_mc146818_time time;
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	check_eq(str, rec.trace,
		 "INDEX=0b DATA?02 "
		 "INDEX=0a DATA?26 INDEX=00 DATA?50 INDEX=02 DATA?59 INDEX=04 DATA?23 "
		 "INDEX=07 DATA?31 INDEX=08 DATA?12 INDEX=09 DATA?99 INDEX=32 DATA?19 "
		 "INDEX=0a DATA?26 INDEX=00 DATA?50 INDEX=02 DATA?59 INDEX=04 DATA?23 "
		 "INDEX=07 DATA?31 INDEX=08 DATA?12 INDEX=09 DATA?99 INDEX=32 DATA?19 ");
}

Test(rtc_mc146818_time, is_right_at_every_moment_around_an_update)
{
	wait_ns(&wait, S(9) + MS(990) - clock_now(&vclock)); /* before the year ends */
	while (clock_now(&vclock) < S(10) + MS(5)) {
		uint64_t before = true_seconds();
		uint64_t seconds = read_seconds();
		require(seconds >= before && seconds <= true_seconds());
		wait_ns(&wait, US(37));
	}
}

static unsigned handled;

static void slow_handler(void *ctx, uint8_t vector)
{
	unsigned sources;
	(void)ctx, (void)vector;
	handled++;
	wait_ns(&wait, US(700)); /* far longer than UIP guarantees */
	require_eq(int, rtc_mc146818_acknowledge(&rtc, &sources), RTC_MC146818_OK);
}

Test(rtc_mc146818_time, is_right_though_interrupts_take_longer_than_uip_promises)
{
	cpu.dispatch = slow_handler;
	require_eq(int, rtc_mc146818_set_rate(&rtc, 512), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_enable(&rtc, RTC_MC146818_PERIODIC), RTC_MC146818_OK);
	wait_irq_enable(&wait);
	for (unsigned second = 9; second < 60; second++) {
		wait_ns(&wait, S(second) + MS(995) - clock_now(&vclock));
		while (clock_now(&vclock) < S(second + 1) + MS(3)) {
			uint64_t before = true_seconds();
			uint64_t seconds = read_seconds();
			require(seconds >= before && seconds <= true_seconds());
			require(cpu.s.interrupts_on);
		}
	}
	check_gt(u32, handled, 500);
}

Test(rtc_mc146818_time, is_understood_in_every_data_mode)
{
	static const struct {
		uint8_t b, hour, minute;
		unsigned hours;
	} modes[] = {
		{ 0x02, 0x13, 0x47, 13 }, /* BCD, 24 h */
		{ 0x06, 13, 47, 13 },     /* binary, 24 h */
		{ 0x00, 0x81, 0x47, 13 }, /* BCD, 12 h: 1 pm */
		{ 0x04, 0x81, 47, 13 },   /* binary, 12 h */
		{ 0x00, 0x12, 0x47, 0 },  /* 12 am is midnight */
		{ 0x00, 0x92, 0x47, 12 }, /* 12 pm is noon */
		{ 0x04, 12, 47, 0 },      { 0x04, 0x8c, 47, 12 },
		{ 0x00, 0x11, 0x47, 11 }, { 0x00, 0x91, 0x47, 23 },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		struct rtc_mc146818_time time;
		bool binary = modes[i].b & 4;
		cmos(RTC_B, modes[i].b);
		cmos(RTC_HOURS, modes[i].hour);
		cmos(RTC_MINUTES, modes[i].minute);
		cmos(RTC_SECONDS, binary ? 58 : 0x58);
		cmos(RTC_DAY_OF_MONTH, binary ? 29 : 0x29);
		cmos(RTC_MONTH, 2);
		cmos(RTC_YEAR, binary ? 24 : 0x24);
		cmos(RTC_CENTURY, 0x20);
		require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
		expect_time(&time, 2024, 2, 29, modes[i].hours, 47, 58);
		check_eq(u8, cmos_of(RTC_B), modes[i].b);
	}
}

Test(rtc_mc146818_time, a_binary_century_is_understood_in_binary_mode_alone)
{
	struct rtc_mc146818_time time;
	cmos(RTC_B, 0x06);
	cmos(RTC_CENTURY, 20); /* binary: 0x14 */
	cmos(RTC_YEAR, 24);
	cmos(RTC_MONTH, 2);
	cmos(RTC_DAY_OF_MONTH, 3);
	cmos(RTC_HOURS, 4);
	cmos(RTC_MINUTES, 5);
	cmos(RTC_SECONDS, 6);
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	expect_time(&time, 2024, 2, 3, 4, 5, 6);
	time.year = 1999;
	require_eq(int, rtc_mc146818_set_time(&rtc, &time), RTC_MC146818_OK);
	check_eq(u8, cmos_of(RTC_CENTURY), 19, "it stays as it was found");
	static const unsigned centuries[][2] = { { 0x12, 1299 }, { 0x13, 1999 }, { 0x14, 2099 },
						 { 0x15, 2199 }, { 0x16, 1699 }, { 0x19, 1999 } };
	cmos(RTC_YEAR, 99);
	cmos(RTC_B, RTC_B_SET | 0x06);
	for (unsigned i = 0; i < 6; i++) {
		cmos(RTC_CENTURY, (uint8_t)centuries[i][0]);
		int status = (int)rtc_mc146818_read_time(&rtc, &time);
		bool can = centuries[i][1] >= 1970;
		check_eq(int, status, can ? RTC_MC146818_OK : RTC_MC146818_BAD_TIME);
		if (can) check_eq(u16, time.year, centuries[i][1]);
	}
	cmos(RTC_B, 0x02);
	cmos(RTC_CENTURY, 0x14);
	check_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_BAD_TIME, "1499");
}

Test(rtc_mc146818_time, has_a_hundred_years_where_there_is_no_century)
{
	struct rtc_mc146818_time time;
	static const unsigned years[][2] = {
		{ 0x70, 1970 }, { 0x99, 1999 }, { 0x00, 2000 }, { 0x69, 2069 }
	};
	rtc.century = RTC_MC146818_NO_CENTURY;
	for (unsigned i = 0; i < 4; i++) {
		cmos(RTC_YEAR, (uint8_t)years[i][0]);
		require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
		check_eq(u16, time.year, years[i][1]);
	}
	require_eq(int, rtc_mc146818_set_time(&rtc, &time), RTC_MC146818_OK);
	time.year = 2070;
	check_eq(int, rtc_mc146818_set_time(&rtc, &time), RTC_MC146818_BAD_ARG);
	check_eq(u8, cmos_of(RTC_CENTURY), 0x19, "the driver does not use the byte");
}

Test(rtc_mc146818_time, an_invalid_time_is_an_error)
{
	static const struct {
		unsigned index;
		uint8_t value;
	} bad[] = { { RTC_SECONDS, 0x60 },      { RTC_SECONDS, 0x5a }, { RTC_MINUTES, 0x99 },
		    { RTC_HOURS, 0x24 },        { RTC_HOURS, 0xa3 },   { RTC_DAY_OF_MONTH, 0x00 },
		    { RTC_DAY_OF_MONTH, 0x32 }, { RTC_MONTH, 0x00 },   { RTC_MONTH, 0x13 },
		    { RTC_YEAR, 0xa0 },         { RTC_CENTURY, 0x1a }, { RTC_CENTURY, 0x00 },
		    { RTC_SECONDS, 0xff },      { RTC_CENTURY, 0xff } };
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct rtc_mc146818_time time = { .year = 7 };
		uint8_t old = cmos_of(bad[i].index);
		cmos(bad[i].index, bad[i].value);
		check_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_BAD_TIME,
			 "%u: %02x", bad[i].index, bad[i].value);
		check_eq(u16, time.year, 7, "untouched");
		cmos(bad[i].index, old);
	}
	cmos(RTC_B, 0); /* 12 h: hours 0 and 13 do not exist */
	struct rtc_mc146818_time time;
	cmos(RTC_HOURS, 0x00);
	check_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_BAD_TIME);
	cmos(RTC_HOURS, 0x93);
	check_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_BAD_TIME);
}

Test(rtc_mc146818_time, whatever_the_bytes_are_it_is_a_time_or_an_error)
{
	uint64_t seed = 11;
	unsigned good = 0;
	for (unsigned i = 0; i < 3000; i++) {
		struct rtc_mc146818_time time;
		for (unsigned at = RTC_SECONDS; at <= RTC_YEAR; at++)
			cmos(at, (uint8_t)(random_next(&seed) & (i % 2 ? 0x1f : 0xff)));
		cmos(RTC_CENTURY, (uint8_t)random_next(&seed));
		cmos(RTC_B, (uint8_t)(random_next(&seed) & 6) | RTC_B_SET);
		enum rtc_mc146818_status status = rtc_mc146818_read_time(&rtc, &time);
		require(status == RTC_MC146818_OK || status == RTC_MC146818_BAD_TIME);
		if (status) continue;
		require(rtc_mc146818_time_valid(&time));
		good++;
	}
	check_gt(u32, good, 10);
}

/* ---- devices whose update never ends ---- */

enum { STUCK_PORT = 0x270 };
static uint8_t stuck_value, stuck_step;

static uint64_t stuck_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev, (void)offset, (void)width;
	stuck_value = (uint8_t)((stuck_value + stuck_step) & 0xbf);
	return stuck_value;
}

static void stuck_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev, (void)offset, (void)width, (void)value;
}

static struct rtc_mc146818 stuck_rtc(uint8_t value, uint8_t step)
{
	static const struct device_ops ops = { .name = "stuck",
					       .mem_read = stuck_read,
					       .mem_write = stuck_write };
	static struct device dev = { .ops = &ops, .instance = "stuck" };
	struct rtc_mc146818 r;
	stuck_value = value;
	stuck_step = step;
	require(bus_map(&bus, BUS_PORT, STUCK_PORT, 2, &dev, 0) == NULL);
	require_eq(int, rtc_mc146818_init(&r, io_port(&cpu, STUCK_PORT), wait, 0, false),
		   RTC_MC146818_OK);
	return r;
}

Test(rtc_mc146818_time, an_update_that_does_not_end_is_waited_for_but_not_for_ever)
{
	struct rtc_mc146818 r = stuck_rtc(0x80, 0);
	struct rtc_mc146818_time time;
	struct rtc_mc146818_alarm alarm = { 1, 2, 3 };
	uint64_t start = clock_now(&vclock);
	check_eq(int, rtc_mc146818_read_time(&r, &time), RTC_MC146818_TIMEOUT);
	check(clock_now(&vclock) - start >= MS(3), "longer than an update takes");
	check(clock_now(&vclock) - start < MS(100));
	check_eq(int, rtc_mc146818_set_alarm(&r, &alarm), RTC_MC146818_TIMEOUT);
	check_eq(int, rtc_mc146818_get_alarm(&r, &alarm), RTC_MC146818_TIMEOUT);
	check(!cpu.s.interrupts_on);
	wait_irq_enable(&wait);
	check_eq(int, rtc_mc146818_set_alarm(&r, &alarm), RTC_MC146818_TIMEOUT);
	check(cpu.s.interrupts_on, "they are on again");
}

Test(rtc_mc146818_time, readings_that_never_agree_end)
{
	struct rtc_mc146818 r = stuck_rtc(0, 1);
	struct rtc_mc146818_time time;
	uint64_t start = clock_now(&vclock);
	check_eq(int, rtc_mc146818_read_time(&r, &time), RTC_MC146818_TIMEOUT);
	check(clock_now(&vclock) - start < MS(300));
}

/* ---- setting ---- */

Test(rtc_mc146818_time, is_set_with_the_clock_held)
{
	struct rtc_mc146818_time time = { 2024, 2, 29, 13, 47, 58, 0 };
	require_eq(int, rtc_mc146818_set_time(&rtc, &time), RTC_MC146818_OK);
	check_eq(str, rec.trace,
		 "INDEX=0b DATA?02 INDEX=0b DATA=82 "
		 "INDEX=00 DATA=58 INDEX=02 DATA=47 INDEX=04 DATA=13 INDEX=06 DATA=05 "
		 "INDEX=07 DATA=29 INDEX=08 DATA=02 INDEX=09 DATA=24 "
		 "INDEX=32 DATA?19 INDEX=32 DATA=20 "
		 "INDEX=0a DATA?26 INDEX=0b DATA=02 ");
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	expect_time(&time, 2024, 2, 29, 13, 47, 58);
	check_eq(u8, time.weekday, 4, "a Thursday, though 0 was given");
	wait_ns(&wait, S(4));
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	expect_time(&time, 2024, 2, 29, 13, 48, 2);
}

Test(rtc_mc146818_time, is_set_in_the_present_mode_and_leaves_the_rest_of_b)
{
	uint64_t seed = 3;
	for (unsigned i = 0; i < 500; i++) {
		struct rtc_mc146818_time time, back;
		uint64_t seconds = random_next(&seed) % UINT64_C(253402300800);
		uint8_t b = (uint8_t)(random_next(&seed) & 0x7e);
		require_eq(int, rtc_mc146818_from_seconds(seconds, &time), RTC_MC146818_OK);
		cmos(RTC_B, b);
		require_eq(int, rtc_mc146818_set_time(&rtc, &time), RTC_MC146818_OK);
		require_eq(u8, cmos_of(RTC_B), b, "UIE too, which SET clears");
		require_eq(int, rtc_mc146818_read_time(&rtc, &back), RTC_MC146818_OK);
		uint64_t got = 0;
		require_eq(int, rtc_mc146818_to_seconds(&back, &got), RTC_MC146818_OK);
		require(got == seconds || got == seconds + 1);
	}
}

Test(rtc_mc146818_time, setting_it_starts_a_clock_that_stood)
{
	struct rtc_mc146818_time time = { 2024, 2, 29, 13, 47, 58, 0 };
	cmos(RTC_A, 0x7a);
	cmos(RTC_B, RTC_B_SET | RTC_B_24_HOURS);
	require_eq(int, rtc_mc146818_set_time(&rtc, &time), RTC_MC146818_OK);
	check_eq(u8, cmos_of(RTC_A), 0x2a, "at the rate it had");
	check_eq(u8, cmos_of(RTC_B), RTC_B_24_HOURS);
	wait_ns(&wait, S(1));
	require_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	expect_time(&time, 2024, 2, 29, 13, 47, 59);
}

Test(rtc_mc146818_time, an_impossible_time_is_not_set)
{
	static const struct rtc_mc146818_time bad[] = {
		{ 1969, 12, 31, 23, 59, 59, 0 }, { 10000, 1, 1, 0, 0, 0, 0 },
		{ 2023, 2, 29, 0, 0, 0, 0 },     { 2100, 2, 29, 0, 0, 0, 0 },
		{ 2024, 0, 1, 0, 0, 0, 0 },      { 2024, 13, 1, 0, 0, 0, 0 },
		{ 2024, 4, 31, 0, 0, 0, 0 },     { 2024, 1, 0, 0, 0, 0, 0 },
		{ 2024, 1, 1, 24, 0, 0, 0 },     { 2024, 1, 1, 0, 60, 0, 0 },
		{ 2024, 1, 1, 0, 0, 60, 0 },     { 65535, 255, 255, 255, 255, 255, 255 },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, rtc_mc146818_set_time(&rtc, &bad[i]), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_set_time(&rtc, NULL), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_set_time(NULL, &bad[0]), RTC_MC146818_NULL);
	struct rtc_mc146818_time time;
	check_eq(int, rtc_mc146818_read_time(NULL, &time), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_read_time(&rtc, NULL), RTC_MC146818_NULL);
	check_eq(str, rec.trace, "");
}

/* ---- the alarm ---- */

Test(rtc_mc146818_time, an_alarm_is_kept_in_every_data_mode)
{
	static const struct rtc_mc146818_alarm alarms[] = {
		{ 0, 0, 0 },
		{ 12, 30, 15 },
		{ 23, 59, 59 },
		{ RTC_MC146818_ANY, 1, 2 },
		{ 11, RTC_MC146818_ANY, RTC_MC146818_ANY },
	};
	for (uint8_t b = 0; b < 8; b += 2)
		for (unsigned i = 0; i < ARRAY_SIZE(alarms); i++) {
			struct rtc_mc146818_alarm back;
			cmos(RTC_B, b | RTC_B_AIE);
			require_eq(int, rtc_mc146818_set_alarm(&rtc, &alarms[i]), RTC_MC146818_OK);
			check_eq(u8, cmos_of(RTC_B), b, "its interrupt is off");
			require_eq(int, rtc_mc146818_get_alarm(&rtc, &back), RTC_MC146818_OK);
			check(back.hour == alarms[i].hour && back.minute == alarms[i].minute &&
			      back.second == alarms[i].second);
		}
}

Test(rtc_mc146818_time, an_alarm_is_written_before_an_update_begins_or_after_it)
{
	struct rtc_mc146818_alarm alarm = { 13, 14, RTC_MC146818_ANY };
	wait_ns(&wait, S(1) - US(2000) - clock_now(&vclock)); /* in an update */
	require_eq(int, rtc_mc146818_set_alarm(&rtc, &alarm), RTC_MC146818_OK);
	check_ge(u64, clock_now(&vclock), S(1));
	check_eq(u8, cmos_of(RTC_HOURS_ALARM), 0x13);
	check_eq(u8, cmos_of(RTC_MINUTES_ALARM), 0x14);
	check_eq(u8, cmos_of(RTC_SECONDS_ALARM), 0xff);
}

Test(rtc_mc146818_time, an_invalid_alarm_is_an_error)
{
	static const struct rtc_mc146818_alarm bad[] = { { 24, 0, 0 }, { 0, 60, 0 }, { 0, 0, 60 } };
	struct rtc_mc146818_alarm alarm;
	for (unsigned i = 0; i < 3; i++)
		check_eq(int, rtc_mc146818_set_alarm(&rtc, &bad[i]), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_set_alarm(&rtc, NULL), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_set_alarm(NULL, &bad[0]), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_get_alarm(&rtc, NULL), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_get_alarm(NULL, &alarm), RTC_MC146818_NULL);
	check_eq(str, rec.trace, "");
	cmos(RTC_MINUTES_ALARM, 0x5c);
	check_eq(int, rtc_mc146818_get_alarm(&rtc, &alarm), RTC_MC146818_BAD_TIME);
}
