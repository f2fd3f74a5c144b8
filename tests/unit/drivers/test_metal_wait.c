/* SPDX-License-Identifier: MIT */
/* The clock of the metal accessors, on the time stamp counter of the host. */
#include "tests/check.h"
#include "wait.h"

enum { SLACK = 2000000000 /* cycles between two readings, on a busy machine */ };

TestSuite(metal_wait, .timeout = 60);

/* Returns the counter's value at a later time, minus its present value. */
static uint64_t cycles(uint64_t hz, uint64_t ns)
{
	struct wait wait = wait_of_tsc(hz);
	uint64_t now = wait_tsc();
	return wait_tsc_after(&wait, ns) - now;
}

Test(metal_wait, a_future_time_is_converted_to_cycles_and_never_too_early)
{
	static const struct {
		uint64_t hz, ns, cycles;
	} all[] = {
		{ 1000000000, 0, 0 },
		{ 1000000000, 1, 1 },
		{ 3000000000, 1000000000, 3000000000 },
		{ 2400000000, 7, 17 },
		{ 10000000, 1, 1 },             /* a tenth of a cycle */
		{ 0, 1000000000, 10000000000 }, /* not known: too long rather than too short */
		{ 4200000000, UINT64_C(3600000000000), UINT64_C(15120000000000) },
	};
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		uint64_t told = cycles(all[i].hz, all[i].ns);
		/* The scale has 24 fractional bits, and is rounded down. */
		check_ge(u64, told, all[i].cycles, "%u", i);
		check_le(u64, told, all[i].cycles + all[i].cycles / 1000000 + SLACK, "%u", i);
	}
}

Test(metal_wait, a_time_beyond_the_counter_is_its_end)
{
	struct wait fast = wait_of_tsc(4000000000), slow = wait_of_tsc(10000000);
	check_eq(u64, wait_tsc_after(&fast, UINT64_MAX), UINT64_MAX);
	check_eq(u64, wait_tsc_after(&fast, UINT64_MAX / 2), UINT64_MAX);
	check_lt(u64, wait_tsc_after(&slow, UINT64_MAX), UINT64_MAX);
}
