/* SPDX-License-Identifier: MIT */
#include "bimetal/scale.h"
#include "tests/check.h"

#include "tests/unit/emu/random.h"

TestSuite(scale, .timeout = 60);

Test(scale, divides_like_the_machine)
{
	uint64_t seed = 7, rest;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t n = random_any_size(&seed), d = random_any_size(&seed) | 1;
		require_eq(u64, scale_divide(n, d, &rest), n / d);
		require_eq(u64, rest, n % d);
	}
	check_eq(u64, scale_divide(UINT64_MAX, 1, &rest), UINT64_MAX);
	check_eq(u64, scale_divide(UINT64_MAX, UINT64_MAX, &rest), 1);
	check_eq(u64, scale_divide(0, 3, &rest), 0);
	check_eq(u64, scale_divide(5, 0, &rest), UINT64_MAX);
}

Test(scale, is_exact_and_saturates)
{
	uint64_t seed = 11;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t a = random_any_size(&seed);
		uint32_t mul = (uint32_t)random_any_size(&seed);
		uint32_t div = (uint32_t)random_any_size(&seed) | 1;
		unsigned __int128 want = (unsigned __int128)a * mul / div;
		if (want > UINT64_MAX) want = UINT64_MAX;
		require_eq(u64, scale_by(a, mul, div), (uint64_t)want);
	}
	check_eq(u64, scale_by(UINT64_MAX, UINT32_MAX, UINT32_MAX), UINT64_MAX);
	check_eq(u64, scale_by(UINT64_MAX, 2, 1), UINT64_MAX);
	check_eq(u64, scale_by(UINT64_MAX, 1, 2), UINT64_MAX >> 1);
	check_eq(u64, scale_by(1, 1, 0), UINT64_MAX);
	check_eq(u64, scale_by(UINT64_MAX, 0, 3), 0);
}
