/* SPDX-License-Identifier: MIT */
#include "harness/support/count_text.h"
#include "tests/check.h"

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
	check_eq(str, print(0), "0");
	check_eq(str, print(999), "999");
	check_eq(str, print(1000), "1 k");
	check_eq(str, print(1234567), "1.23 M");
	check_eq(str, print(999600), "1 M");
	check_eq(str, print(5000000000), "5 G");
	check_eq(str, print(UINT64_MAX), "1.84e+07 T");
}
