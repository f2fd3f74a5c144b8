/* SPDX-License-Identifier: MIT */
/* Checks that fail: check_reports.sh reads what they print. */
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned evaluated;

static const char *message(void)
{
	evaluated++;
	return "a message";
}

Test(probe, passes)
{
	int below = -1;
	check(true);
	check_eq(u8, 0xff, 0xff, "%s", message());
	check_ne(ptr, &below, NULL);
	check_lt(int, below, 0);
	check_le(u32, 3, 3);
	check_gt(u64, UINT64_MAX, 0);
	check_ge(sz, 3, 3);
	check_eq(str, "one", "one");
	check_ne(str, "one", NULL);
	require(evaluated == 0, "the message of a check that passes is not made");
}

Test(probe, fails_and_goes_on)
{
	unsigned three = 3;
	check_eq(u32, three + 1, 0x10, "after %u", three);
	check_eq(str, NULL, "text");
	check_lt(int, -1, -2);
	check_eq(chr, 'x', '\n');
	check(three == 4, "%s", message());
	check_fail("reached");
	printf("went on\n");
	fflush(stdout);
}

Test(probe, fails_and_ends)
{
	require_eq(int, 1, 2);
	abort();
}
