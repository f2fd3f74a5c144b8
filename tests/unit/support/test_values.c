/* SPDX-License-Identifier: MIT */
#include "harness/support/values.h"
#include "tests/check.h"

Test(values, sizes_have_units)
{
	uint64_t v = 0;
	check(value_size("1", &v) && v == 1u << 20);
	check(value_size("2k", &v) && v == 2048);
	check(value_size("5G", &v) && v == UINT64_C(5) << 30);
	check(value_size("64MB", &v) && v == 64u << 20);
	check(value_size("64MiB", &v) && v == 64u << 20);
	check(value_size("64mb", &v) && v == 64u << 20);
	v = 77;
	check(!value_size("5GX", &v));
	check(!value_size("5B", &v));
	check(!value_size("5MiBs", &v));
	check(!value_size("1.5G", &v));
	check(!value_size("", &v));
	check(!value_size(" 5", &v));
	check_eq(u64, v, 77);
}

Test(values, times_have_units_and_fractions)
{
	uint64_t v = 0;
	check(value_time("50ms", &v) && v == 50000000);
	check(value_time("10", &v) && v == UINT64_C(10000000000));
	check(value_time("1.5s", &v) && v == 1500000000);
	check(value_time("0.25ms", &v) && v == 250000);
	check(value_time("2min", &v) && v == UINT64_C(120000000000));
	check(value_time("1h", &v) && v == UINT64_C(3600000000000));
	check(value_time("7us", &v) && v == 7000);
	check(value_time("9ns", &v) && v == 9);
	check(!value_time("-1s", &v));
	check(!value_time("s", &v));
	check(!value_time("18446744073709551615h", &v));
}

Test(values, the_clock_takes_dates_and_seconds)
{
	int64_t t = 0;
	check(value_date("2000-02-29T12:34:56", &t) && t == 951827696);
	check(value_date("2000-02-29T12:34:56Z", &t) && t == 951827696);
	check(value_date("1970-01-02", &t) && t == 86400);
	check(value_date("0", &t) && t == 0);
	check(!value_date("1969-12-31", &t));
}

Test(values, fill_patterns_are_bytes_in_the_order_of_addresses)
{
	uint8_t p[VALUE_MAX_PATTERN] = { 0 };
	size_t len = 0;
	require(value_pattern("deadBEEF", p, &len));
	check_eq(sz, len, 4);
	check_eq(u8, p[0], 0xde);
	check_eq(u8, p[3], 0xef);
	require(value_pattern("0x0102", p, &len));
	check_eq(sz, len, 2);
	check_eq(u8, p[1], 2);
}
