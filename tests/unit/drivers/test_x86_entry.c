/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/entry.h"

#include "tests/check.h"

TestSuite(x86_entry, .timeout = 60);

static const struct pte_rules intel = { PTE_INTEL, 40, true, true };
static const struct pte_rules amd = { PTE_AMD, 48, true, true };
static const struct pte_rules old = { PTE_INTEL, 36, false, false };

Test(x86_entry, a_table_is_one_page)
{
	check_eq(sz, sizeof(struct page_table), 4096);
	check_eq(sz, _Alignof(struct page_table), 4096);
	check_eq(int, PTE_PER_TABLE, 512);
}

Test(x86_entry, flags_are_where_the_manual_has_them)
{
	check_eq(u64, PTE_PRESENT | PTE_WRITABLE | PTE_USER, 7);
	check_eq(u64, PTE_WRITE_THROUGH | PTE_NO_CACHE | PTE_ACCESSED | PTE_DIRTY, 0x78);
	check_eq(u64, PTE_LARGE, 0x80);
	check_eq(u64, PTE_GLOBAL, 0x100);
	check_eq(u64, PTE_AVAILABLE_LOW, 0xe00);
	check_eq(u64, PTE_ADDRESS, UINT64_C(0x000ffffffffff000));
	check_eq(u64, PTE_AVAILABLE | PTE_KEY, UINT64_C(0x7ff0000000000000));
	check_eq(u64, PTE_NO_EXECUTE, UINT64_C(1) << 63);
	check_eq(u64, PTE_ADDRESS & pte_flags(UINT64_MAX, 1), 0);
	check_eq(u64, PTE_ADDRESS | pte_flags(UINT64_MAX, 1), UINT64_MAX);
}

Test(x86_entry, a_leaf_gives_its_frame)
{
	struct frame frame = { PHYS(0), PAGE_4K };

	require_eq(int, pte_frame(0x5000 | PTE_PRESENT | PTE_PAT_4K, 1, &frame), PTE_OK);
	check(frame.start.value == 0x5000 && frame.size == PAGE_4K);
	require_eq(int, pte_frame(0x600000 | PTE_PRESENT | PTE_LARGE | PTE_PAT_LARGE, 2, &frame),
		   PTE_OK);
	check(frame.start.value == 0x600000 && frame.size == PAGE_2M,
	      "PAT is no part of the address");
	require_eq(int, pte_frame(0x40000000 | PTE_PRESENT | PTE_LARGE, 3, &frame), PTE_OK);
	check(frame.start.value == 0x40000000 && frame.size == PAGE_1G);
	check_eq(int, pte_frame(0x5000, 1, &frame), PTE_NOT_PRESENT);
	check_eq(int, pte_frame(0x5000 | PTE_PRESENT, 2, &frame), PTE_IS_TABLE);
	check_eq(int, pte_frame(0x5000 | PTE_PRESENT | PTE_LARGE, 4, &frame), PTE_IS_TABLE);
	check_eq(int, pte_frame(0x602000 | PTE_PRESENT | PTE_LARGE, 2, &frame), PTE_BAD_FRAME);
	check_eq(int, pte_frame(0x600000 | PTE_PRESENT | PTE_LARGE, 3, &frame), PTE_BAD_FRAME);
	check_eq(int, pte_frame(PTE_PRESENT, 0, &frame), PTE_BAD_LEVEL);
	check_eq(int, pte_frame(PTE_PRESENT, 5, &frame), PTE_BAD_LEVEL);
	check_eq(u64, frame.start.value, 0x40000000);
}

Test(x86_entry, an_entry_above_gives_its_table)
{
	struct phys table = PHYS(0);

	require_eq(int, pte_table(0x7000 | PTE_PRESENT | PTE_NO_EXECUTE | PTE_GLOBAL, 4, &table),
		   PTE_OK);
	check_eq(u64, table.value, 0x7000);
	check_eq(int, pte_table(0x7000, 3, &table), PTE_NOT_PRESENT);
	check_eq(int, pte_table(PTE_PRESENT | PTE_LARGE, 3, &table), PTE_IS_LARGE);
	check_eq(int, pte_table(PTE_PRESENT, 1, &table), PTE_BAD_LEVEL);
}

/* SDM Vol. 3A table 4-14 ignores bits 11:8 of a PML4E; AMD demands zero of bit 8 there. */
Test(x86_entry, global_above_the_leaf_is_ignored_by_intel_and_refused_by_amd)
{
	check_eq(u64, pte_reserved(&intel, 4, false) & PTE_GLOBAL, 0);
	check_eq(u64, pte_reserved(&amd, 4, false) & PTE_GLOBAL, PTE_GLOBAL);
	for (unsigned level = 2; level <= 3; level++) {
		check_eq(u64, pte_reserved(&intel, level, false) & PTE_GLOBAL, 0);
		check_eq(u64, pte_reserved(&amd, level, false) & PTE_GLOBAL, 0);
		check_eq(u64, pte_ignored(level, false) & PTE_GLOBAL, PTE_GLOBAL);
	}
	check_eq(u64, pte_ignored(4, false) & PTE_GLOBAL, 0, "not by both");
	check_eq(u64, pte_ignored(1, true) & PTE_GLOBAL, 0, "it has a meaning");
}

Test(x86_entry, reserved_bits_of_each_level)
{
	const uint64_t above40 = UINT64_C(0x000fff0000000000);

	check_eq(u64, pte_reserved(&intel, 4, false), above40 | PTE_LARGE);
	check_eq(u64, pte_reserved(&intel, 3, false), above40);
	check_eq(u64, pte_reserved(&intel, 3, true), above40 | 0x3fffe000);
	check_eq(u64, pte_reserved(&intel, 2, true), above40 | 0x1fe000);
	check_eq(u64, pte_reserved(&intel, 1, true), above40);
	check_eq(u64, pte_reserved(&old, 1, true), UINT64_C(0x000ffff000000000) | PTE_NO_EXECUTE);
	check(pte_reserved(&old, 3, true) & PTE_LARGE, "no pages of 1 GiB there");
	check_eq(u64, pte_reserved(&intel, 0, true), 0);
	check_eq(u64, pte_reserved(NULL, 1, true), 0);
}

Test(x86_entry, what_is_ignored_is_not_reserved)
{
	for (unsigned level = 1; level <= 4; level++)
		for (int leaf = level == 1; leaf <= (level < 4); leaf++) {
			uint64_t ignored = pte_ignored(level, leaf);

			check_eq(u64, ignored & pte_reserved(&intel, level, leaf), 0);
			check_eq(u64, ignored & pte_reserved(&amd, level, leaf), 0);
			check_eq(u64, ignored & PTE_ADDRESS, 0);
		}
}
