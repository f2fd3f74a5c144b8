/* SPDX-License-Identifier: MIT */
#include "harness/count_text.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *print(uint64_t n)
{
	static char text[32];
	FILE *out = fmemopen(text, sizeof(text), "w");

	count_print(n, out);
	fclose(out);
	return text;
}

Test(count_text, three_digits_and_a_unit, .timeout = 60)
{
	cr_expect_str_eq(print(0), "0");
	cr_expect_str_eq(print(999), "999");
	cr_expect_str_eq(print(1000), "1 k");
	cr_expect_str_eq(print(1234567), "1.23 M");
	cr_expect_str_eq(print(999600), "1 M");
	cr_expect_str_eq(print(5000000000), "5 G");
	cr_expect_str_eq(print(UINT64_MAX), "1.84e+07 T");
}
