/* SPDX-License-Identifier: MIT */
#include "emu/bits.h"

#include "emu/units.h"
#include "tests/check.h"

Test(bits, the_lowest_set_bit_is_found)
{
	check_eq(u64, low_bits(0), 0);
	check_eq(u64, low_bits(1), 1);
	check_eq(u64, low_bits(31), 0x7fffffff);
	check_eq(u64, low_bits(32), UINT32_MAX);
	check_eq(u64, low_bits(63), UINT64_MAX >> 1);
	check_eq(u64, low_bits(64), UINT64_MAX);
	check_eq(u64, low_bits(65), UINT64_MAX);
}

Test(bits, sizes_are_rounded_up)
{
	check_eq(u64, align_up(0, 16), 0);
	check_eq(u64, align_up(1, 16), 16);
	check_eq(u64, align_up(16, 16), 16);
	check_eq(u64, align_up(17, 16), 32);
	check_eq(u64, align_up(17, 1), 17);
	check_eq(u64, align_up(UINT64_C(0x1ffffffff), 0x1000), UINT64_C(0x200000000));
	check_eq(u64, align_up(UINT64_MAX, 2), 0);
}

Test(bits, a_second_has_so_many_nanoseconds)
{
	check_eq(u64, NS_PER_S, 1000 * NS_PER_MS);
	check_eq(u64, NS_PER_MS, 1000 * NS_PER_US);
	check_eq(u64, NS_PER_US, 1000);
}
