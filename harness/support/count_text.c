/* SPDX-License-Identifier: MIT */
#include "harness/support/count_text.h"

#include "emu/array.h"

void count_print(uint64_t n, FILE *out)
{
	static const char *const units[] = { "", " k", " M", " G", " T" };
	double value = (double)n;
	unsigned unit = 0;
	while (value >= 999.5 && unit + 1 < ARRAY_SIZE(units)) {
		value /= 1000;
		unit++;
	}
	fprintf(out, "%.3g%s", value, units[unit]);
}
