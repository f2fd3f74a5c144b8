/* SPDX-License-Identifier: MIT */
/* MC146818 real-time clock: uses of the time bytes that are reported. */
#include "tests/devices/rtc_mc146818/model_fixture.h"

static void expect_last(unsigned n, const char *id)
{
	check_eq(uint, lints.n, n, "%s", id);
	check_eq(str, lints.last, id);
}

Test(mc146818, a_byte_read_during_an_update_and_used_is_reported)
{
	pass(S(1) - US(1984));
	(void)get(SEC);
	check_eq(uint, lints.n, 0, "it may still be thrown away");
	(void)get(HOURA);
	expect_last(1, "mc146818.SECONDS.update");
	(void)device_read(&rtc.dev, 1, 8, NULL, NULL);
	expect_last(2, "mc146818.HOURS_ALARM.update");
	(void)get(D);
	check_eq(uint, lints.n, 3, "the byte that was read twice");
	(void)get(YEAR);
	set(0x10, 0);
	expect_last(4, "mc146818.YEAR.update");
	(void)get(CENTURY);
	(void)get(D);
	check_eq(uint, lints.n, 4, "the RAM is not concerned");
}

/* The ten bytes of the clock. */
static const struct {
	uint8_t index;
	const char *update;
} updated[] = {
	{ SEC, "mc146818.SECONDS.update" },     { SECA, "mc146818.SECONDS_ALARM.update" },
	{ MIN, "mc146818.MINUTES.update" },     { MINA, "mc146818.MINUTES_ALARM.update" },
	{ HOUR, "mc146818.HOURS.update" },      { HOURA, "mc146818.HOURS_ALARM.update" },
	{ DOW, "mc146818.DAY_OF_WEEK.update" }, { DAY, "mc146818.DAY_OF_MONTH.update" },
	{ MON, "mc146818.MONTH.update" },       { YEAR, "mc146818.YEAR.update" },
};
enum { N_UPDATED = ARRAY_SIZE(updated) };

Test(mc146818, none_of_the_ten_bytes_may_be_used_or_written_during_an_update)
{
	for (unsigned i = 0; i < N_UPDATED; i++) {
		pass(S(1) - vclock.s.now_ns % S(1) - US(1000));
		lints.n = 0;
		(void)get(updated[i].index);
		(void)get(D);
		expect_last(1, updated[i].update);
		set(updated[i].index, 0x01);
		expect_last(2, updated[i].update);
		pass(S(1));
	}
}

Test(mc146818, a_byte_read_during_an_update_and_thrown_away_is_in_order)
{
	pass(S(1) - US(1000));
	for (unsigned i = 0; i < 10; i++) {
		(void)get(SEC);
		check(get(A) == 0xa6);
	}
	(void)get(SEC);
	check_eq(u8, get(A | 0x80), 0xa6, "whether or not NMI is masked");
	pass(US(1000));
	(void)time_of_day();
	(void)date();
	pass(S(1) - US(1984) - US(1)); /* UIP is set, the update has not begun */
	(void)time_of_day();
	(void)date();
	check_eq(uint, lints.n, 0);
}

Test(mc146818, the_time_written_while_the_clock_runs_is_reported)
{
	static const struct {
		uint8_t index;
		const char *id;
	} t[] = { { SEC, "mc146818.SECONDS.running" },      { MIN, "mc146818.MINUTES.running" },
		  { HOUR, "mc146818.HOURS.running" },       { DOW, "mc146818.DAY_OF_WEEK.running" },
		  { DAY, "mc146818.DAY_OF_MONTH.running" }, { MON, "mc146818.MONTH.running" },
		  { YEAR, "mc146818.YEAR.running" } };
	for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
		set(t[i].index, 0x01);
		expect_last(i + 1, t[i].id);
	}
	pass(S(1) - US(10));
	set(MIN, 0x01);
	expect_last(8, "mc146818.MINUTES.update");
	set(MINA, 0x01);
	expect_last(9, "mc146818.MINUTES_ALARM.update");
}

Test(mc146818, the_time_written_while_the_clock_is_held_is_in_order)
{
	set(SECA, 0x01);
	set(MINA, 0x01);
	set(HOURA, 0x01);
	set(CENTURY, 0x20);
	pass(S(1) - US(10));
	set(B, 0x82);
	for (unsigned i = SEC; i <= YEAR; i++) set(i, 0x01);
	set(A, 0x76);
	set(B, 0x02);
	for (unsigned i = SEC; i <= YEAR; i++) set(i, 0x01);
	check_eq(uint, lints.n, 0);
}

Test(mc146818, a_format_changed_on_the_running_clock_is_reported)
{
	set(B, 0x06);
	expect_last(1, "mc146818.REGB.mode");
	check_eq(u64, lints.bits, 0x04);
	set(B, 0x44);
	expect_last(2, "mc146818.REGB.mode");
	check_eq(u64, lints.bits, 0x02);
	set(B, 0x84);
	set(B, 0x82);
	for (unsigned at = SEC; at <= YEAR; at++) set(at, 0x01);
	set(B, 0x06);
	set(B, 0x26);
	check_eq(uint, lints.n, 2, "with the clock held, or kept");
}

Test(mc146818, a_clock_started_with_what_is_no_time_is_reported)
{
	static const struct {
		uint8_t regb, index, wrong;
		const char *id;
	} t[] = {
		{ 0x02, SEC, 0x3b, "mc146818.SECONDS.range" },
		{ 0x02, MIN, 0x60, "mc146818.MINUTES.range" },
		{ 0x02, HOUR, 0x24, "mc146818.HOURS.range" },
		{ 0x00, HOUR, 0x80, "mc146818.HOURS.range" },
		{ 0x00, HOUR, 0x93, "mc146818.HOURS.range" },
		{ 0x06, HOUR, 24, "mc146818.HOURS.range" },
		{ 0x04, HOUR, 0x8d, "mc146818.HOURS.range" },
		{ 0x06, DOW, 0, "mc146818.DAY_OF_WEEK.range" },
		{ 0x02, DAY, 0x32, "mc146818.DAY_OF_MONTH.range" },
		{ 0x06, MON, 13, "mc146818.MONTH.range" },
		{ 0x02, YEAR, 0xa0, "mc146818.YEAR.range" },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
		set(B, t[i].regb | 0x80);
		for (unsigned at = SEC; at <= YEAR; at++) set(at, 0x01);
		set(t[i].index, t[i].wrong);
		check_eq(uint, lints.n, i);
		set(B, t[i].regb);
		expect_last(i + 1, t[i].id);
		check_eq(u64, lints.bits, t[i].wrong);
	}
}

Test(mc146818, a_clock_started_with_a_time_is_in_order)
{
	static const uint8_t bcd[] = { 0x59, 0xff, 0x59, 0xff, 0x23, 0xff, 7, 0x31, 0x12, 0x99 };
	static const uint8_t binary[] = { 59, 0, 0, 0, 0x8c, 0, 1, 1, 1, 99 };
	set(B, 0x82);
	for (unsigned at = SEC; at <= YEAR; at++) set(at, bcd[at]);
	set(B, 0x02);
	set(B, 0x84);
	for (unsigned at = SEC; at <= YEAR; at++) set(at, binary[at]);
	set(B, 0x04);
	set(B, 0x80);
	set(HOUR, 0x92);
	set(SEC, 0x00);
	set(YEAR, 0x00);
	set(B, 0x00);
	check_eq(uint, lints.n, 0);
}
