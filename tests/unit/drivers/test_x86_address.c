/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/address.h"

#include "tests/check.h"
#include "tests/unit/emu/random.h"

TestSuite(x86_address, .timeout = 60);

#define LOW_END   UINT64_C(0x00007fffffffffff)
#define HIGH_HALF UINT64_C(0xffff800000000000)

static const uint64_t canonical[] = {
	0, 1, 0xfff, LOW_END - 1, LOW_END, HIGH_HALF, HIGH_HALF + 0xfff, UINT64_MAX - 1, UINT64_MAX
};
enum { N_CANONICAL = sizeof(canonical) / sizeof(canonical[0]) };

Test(x86_address, a_virtual_address_is_canonical_or_refused)
{
	struct virt v = VIRT(0x1234);

	for (unsigned i = 0; i < N_CANONICAL; i++) {
		require_eq(int, virt_make(canonical[i], &v), ADDRESS_OK);
		check_eq(u64, v.value, canonical[i]);
		check(virt_is_canonical(canonical[i]));
	}
	v = VIRT(0x1234);
	check_eq(int, virt_make(LOW_END + 1, &v), ADDRESS_NOT_CANONICAL);
	check_eq(int, virt_make(HIGH_HALF - 1, &v), ADDRESS_NOT_CANONICAL);
	check_eq(int, virt_make(UINT64_C(1) << 63, &v), ADDRESS_NOT_CANONICAL);
	check_eq(int, virt_make(UINT64_C(0xffff000000000000), &v), ADDRESS_NOT_CANONICAL);
	check_eq(u64, v.value, 0x1234, "an error leaves the result as it was");
	check_eq(int, virt_make(0, NULL), ADDRESS_NULL);
}

Test(x86_address, truncating_extends_bit_47)
{
	check_eq(u64, virt_truncate(LOW_END).value, LOW_END);
	check_eq(u64, virt_truncate(LOW_END + 1).value, HIGH_HALF);
	check_eq(u64, virt_truncate(UINT64_C(0x1234800000000123)).value, HIGH_HALF + 0x123);
	check_eq(u64, virt_truncate(UINT64_C(0xffff000000000000)).value, 0);
	check_eq(u64, virt_unchecked(LOW_END + 1).value, LOW_END + 1);
}

Test(x86_address, indices_are_nine_bits_each)
{
	struct virt v = virt_of_indices(0x1ff, 0x155, 0x0aa, 0x001, 0xabc);

	check_eq(uint, virt_index(v, 4), 0x1ff);
	check_eq(uint, virt_index(v, 3), 0x155);
	check_eq(uint, virt_index(v, 2), 0x0aa);
	check_eq(uint, virt_index(v, 1), 0x001);
	check_eq(uint, virt_page_offset(v), 0xabc);
	check_eq(uint, virt_index(v, 0), 0);
	check_eq(uint, virt_index(v, 5), 0);
	check(virt_is_canonical(v.value));
	check_eq(u64, virt_of_indices(511, 511, 511, 511, 4095).value, UINT64_MAX);
	check_eq(u64, virt_of_indices(255, 511, 511, 511, 4095).value, LOW_END);
	check_eq(u64, virt_of_indices(256, 0, 0, 0, 0).value, HIGH_HALF);
}

Test(x86_address, a_step_jumps_over_the_hole)
{
	struct virt v = VIRT(0);

	require_eq(int, virt_forward(VIRT(0x7fffffffffff), 1, &v), ADDRESS_OK);
	check_eq(u64, v.value, HIGH_HALF);
	require_eq(int, virt_backward(v, 1, &v), ADDRESS_OK);
	check_eq(u64, v.value, LOW_END);
	require_eq(int, virt_forward(VIRT(0), (UINT64_C(1) << 48) - 1, &v), ADDRESS_OK);
	check_eq(u64, v.value, UINT64_MAX);
	check_eq(int, virt_forward(v, 1, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_forward(VIRT(1), (UINT64_C(1) << 48) - 1, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_forward(VIRT(0), UINT64_MAX, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_backward(VIRT(0), 1, &v), ADDRESS_OVERFLOW);
	check_eq(u64, v.value, UINT64_MAX);
}

Test(x86_address, steps_between_do_not_count_the_hole)
{
	uint64_t n = 7;

	require_eq(int, virt_steps_between(VIRT(0x7fffffffffff), VIRT(HIGH_HALF), &n), ADDRESS_OK);
	check_eq(u64, n, 1);
	require_eq(int, virt_steps_between(VIRT(0), VIRT(UINT64_MAX), &n), ADDRESS_OK);
	check_eq(u64, n, (UINT64_C(1) << 48) - 1);
	check_eq(int, virt_steps_between(VIRT(HIGH_HALF), VIRT(0), &n), ADDRESS_OVERFLOW);
}

/* What others prove with a model checker: stepping and counting are inverse, in any order. */
Test(x86_address, steps_and_counts_agree_for_random_addresses)
{
	uint64_t seed = 0x5eed;

	for (unsigned i = 0; i < 20000; i++) {
		struct virt a = virt_truncate(random_any_size(&seed)), b = VIRT(0);
		uint64_t n = random_any_size(&seed), counted = 0;

		if (virt_forward(a, n, &b) != ADDRESS_OK) {
			require_eq(int, virt_steps_between(a, VIRT(UINT64_MAX), &counted),
				   ADDRESS_OK);
			require_lt(u64, counted, n);
			continue;
		}
		require(virt_is_canonical(b.value) && b.value >= a.value);
		require_eq(int, virt_steps_between(a, b, &counted), ADDRESS_OK);
		require_eq(u64, counted, n);
		require_eq(int, virt_backward(b, n, &b), ADDRESS_OK);
		require_eq(u64, b.value, a.value);
	}
}

Test(x86_address, a_sum_never_wraps_and_never_ends_in_the_hole)
{
	struct virt v = VIRT(0x1234);

	check_eq(int, virt_add(VIRT(0x7fffffffffff), 1, &v), ADDRESS_NOT_CANONICAL);
	check_eq(int, virt_add(VIRT(UINT64_MAX), 1, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_add(VIRT(HIGH_HALF), UINT64_MAX, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_subtract(VIRT(HIGH_HALF), 1, &v), ADDRESS_NOT_CANONICAL);
	check_eq(int, virt_subtract(VIRT(0), 1, &v), ADDRESS_OVERFLOW);
	check_eq(u64, v.value, 0x1234);
	require_eq(int, virt_add(VIRT(0x1000), 0x234, &v), ADDRESS_OK);
	check_eq(u64, v.value, 0x1234);
	require_eq(int, virt_add(VIRT(0), HIGH_HALF, &v), ADDRESS_OK, "beyond the hole is allowed");
	check_eq(u64, v.value, HIGH_HALF);
	require_eq(int, virt_subtract(v, HIGH_HALF, &v), ADDRESS_OK);
	check_eq(u64, v.value, 0);
}

Test(x86_address, differences)
{
	uint64_t n = 0;

	require_eq(int, virt_difference(VIRT(0), VIRT(HIGH_HALF), &n), ADDRESS_OK);
	check_eq(u64, n, HIGH_HALF);
	check_eq(int, virt_difference(VIRT(1), VIRT(0), &n), ADDRESS_OVERFLOW);
	require_eq(int, phys_difference(PHYS(1), PHYS(3), &n), ADDRESS_OK);
	check_eq(u64, n, 2);
	check_eq(int, phys_difference(PHYS(3), PHYS(1), &n), ADDRESS_OVERFLOW);
}

Test(x86_address, numbers_are_aligned_without_wrapping)
{
	uint64_t v = 7;

	require_eq(int, address_align_up(0, 8, &v), ADDRESS_OK);
	check_eq(u64, v, 0);
	require_eq(int, address_align_up(1, 8, &v), ADDRESS_OK);
	check_eq(u64, v, 8);
	require_eq(int, address_align_up(UINT64_MAX - 7, 8, &v), ADDRESS_OK);
	check_eq(u64, v, UINT64_MAX - 7);
	check_eq(int, address_align_up(UINT64_MAX - 6, 8, &v), ADDRESS_OVERFLOW);
	check_eq(int, address_align_up(UINT64_MAX, UINT64_C(1) << 63, &v), ADDRESS_OVERFLOW);
	require_eq(int, address_align_up(UINT64_MAX, 1, &v), ADDRESS_OK);
	check_eq(u64, v, UINT64_MAX);
	require_eq(int, address_align_down(UINT64_MAX, UINT64_C(1) << 63, &v), ADDRESS_OK);
	check_eq(u64, v, UINT64_C(1) << 63);
	check_eq(int, address_align_down(8, 0, &v), ADDRESS_NOT_A_POWER);
	check_eq(int, address_align_up(8, 3, &v), ADDRESS_NOT_A_POWER);
	check(address_is_aligned(0x2000, 0x1000) && !address_is_aligned(0x2001, 0x1000));
	check(!address_is_aligned(9, 3));
}

/* Historical: an address just below the hole was aligned into it. */
Test(x86_address, align_up_near_the_hole_is_canonical)
{
	struct virt v = VIRT(0);

	for (unsigned shift = 1; shift < 48; shift++) {
		require_eq(int, virt_align_up(VIRT(0x7fffffffffff), UINT64_C(1) << shift, &v),
			   ADDRESS_OK);
		require_eq(u64, v.value, HIGH_HALF, "to 2^%u", shift);
	}
	require_eq(int, virt_align_up(VIRT(1), UINT64_C(1) << 47, &v), ADDRESS_OK);
	check_eq(u64, v.value, HIGH_HALF);
	require_eq(int, virt_align_up(VIRT(0x7fffffffffff), 1, &v), ADDRESS_OK);
	check_eq(u64, v.value, LOW_END);
}

Test(x86_address, align_up_to_what_does_not_exist_is_an_error)
{
	struct virt v = VIRT(0x1234);

	check_eq(int, virt_align_up(VIRT(UINT64_MAX), 2, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_align_up(VIRT(HIGH_HALF + 1), UINT64_C(1) << 47, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_align_up(VIRT(1), UINT64_C(1) << 48, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_align_up(VIRT(HIGH_HALF), UINT64_C(1) << 48, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_align_up(VIRT(1), UINT64_C(1) << 63, &v), ADDRESS_OVERFLOW);
	check_eq(int, virt_align_up(VIRT(1), 3, &v), ADDRESS_NOT_A_POWER);
	check_eq(int, virt_align_up(VIRT(1), 2, NULL), ADDRESS_NULL);
	check_eq(u64, v.value, 0x1234);
	require_eq(int, virt_align_up(VIRT(0), UINT64_C(1) << 63, &v), ADDRESS_OK);
	check_eq(u64, v.value, 0);
}

Test(x86_address, align_down_ends_below_the_hole_if_it_must)
{
	struct virt v = VIRT(0x1234);

	require_eq(int, virt_align_down(VIRT(HIGH_HALF), UINT64_C(1) << 48, &v), ADDRESS_OK);
	check_eq(u64, v.value, 0);
	require_eq(int, virt_align_down(VIRT(UINT64_MAX), UINT64_C(1) << 63, &v), ADDRESS_OK);
	check_eq(u64, v.value, 0);
	require_eq(int, virt_align_down(VIRT(UINT64_MAX), UINT64_C(1) << 47, &v), ADDRESS_OK);
	check_eq(u64, v.value, HIGH_HALF);
	require_eq(int, virt_align_down(VIRT(0x7fffffffffff), 4096, &v), ADDRESS_OK);
	check_eq(u64, v.value, 0x7ffffffff000);
	check_eq(int, virt_align_down(VIRT(8), 6, &v), ADDRESS_NOT_A_POWER);
}

/* The definition, by trying neighbours: nothing canonical and aligned lies between. */
Test(x86_address, aligned_addresses_are_the_nearest)
{
	uint64_t seed = 0xa119;

	for (unsigned i = 0; i < 20000; i++) {
		struct virt a = virt_truncate(random_any_size(&seed)), down = VIRT(0), up = VIRT(0);
		uint64_t align = UINT64_C(1) << random_next(&seed) % 47, n = 0;

		require_eq(int, virt_align_down(a, align, &down), ADDRESS_OK);
		require(down.value % align == 0 && virt_is_canonical(down.value));
		require_eq(int, virt_steps_between(down, a, &n), ADDRESS_OK);
		require_lt(u64, n, align);
		if (virt_align_up(a, align, &up) != ADDRESS_OK) {
			require_gt(u64, a.value, UINT64_MAX - align + 1);
			continue;
		}
		require(up.value % align == 0 && virt_is_canonical(up.value));
		require_eq(int, virt_steps_between(a, up, &n), ADDRESS_OK);
		require_lt(u64, n, align);
	}
}

Test(x86_address, a_physical_address_has_52_bits_at_most)
{
	const uint64_t last = (UINT64_C(1) << 52) - 1;
	struct phys p = PHYS(0x1234);

	check_eq(int, phys_make(last + 1, &p), ADDRESS_TOO_LARGE);
	check_eq(int, phys_make(UINT64_MAX, &p), ADDRESS_TOO_LARGE);
	check_eq(int, phys_add(PHYS(0xfffffffffffff), 1, &p), ADDRESS_OVERFLOW);
	check_eq(int, phys_add(PHYS(1), UINT64_MAX, &p), ADDRESS_OVERFLOW);
	check_eq(int, phys_subtract(PHYS(1), 2, &p), ADDRESS_OVERFLOW);
	check_eq(int, phys_align_up(PHYS(0xfffffffffffff), 2, &p), ADDRESS_OVERFLOW);
	check_eq(int, phys_align_up(PHYS(1), 12, &p), ADDRESS_NOT_A_POWER);
	check_eq(u64, p.value, 0x1234);
	require_eq(int, phys_make(last, &p), ADDRESS_OK);
	require_eq(int, phys_add(PHYS(0xffffffffffffe), 1, &p), ADDRESS_OK);
	check_eq(u64, p.value, last);
	require_eq(int, phys_subtract(p, last, &p), ADDRESS_OK);
	check_eq(u64, p.value, 0);
	require_eq(int, phys_align_up(PHYS(0x1001), 0x1000, &p), ADDRESS_OK);
	check_eq(u64, p.value, 0x2000);
	require_eq(int, phys_align_down(PHYS(0x1fff), 0x1000, &p), ADDRESS_OK);
	check_eq(u64, p.value, 0x1000);
	check_eq(u64, phys_truncate(UINT64_MAX).value, last);
}
