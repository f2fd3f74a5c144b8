/* SPDX-License-Identifier: MIT */
#include "tests/unit/drivers/x86_tables_fixture.h"

TestSuite(x86_clean_up, .init = tables_power_on, .fini = host_power_off, .timeout = 60);

#define LOW_END   UINT64_C(0x00007ffffffff000)
#define HIGH_HALF UINT64_C(0xffff800000000000)
#define TOP_PAGE  UINT64_C(0xfffffffffffff000)

static void map_and_unmap(uint64_t page)
{
	struct frame frame;

	require_eq(int, map(page, 0x5000, PAGE_4K, RW), MAPPER_OK);
	require_eq(int, unmap(page, PAGE_4K, &frame), MAPPER_OK);
}

static enum mapper_status clean_up(uint64_t first, uint64_t last, uint64_t *freed)
{
	struct page_range range;

	require_eq(int,
		   page_range_inclusive(page_at(first, PAGE_4K), page_at(last, PAGE_4K), &range),
		   PAGE_OK);
	return mapper_clean_up(&mapper, range, &frames, freed);
}

Test(x86_clean_up, empty_tables_are_given_back)
{
	uint64_t freed = 0;

	for (enum mapper_reach reach = MAPPER_BY_OFFSET; reach <= MAPPER_BY_POINTER; reach++) {
		make_mapper(reach);
		map_and_unmap(0x1000);
		map_and_unmap(0x40000000);
		memset(&flushed, 0, sizeof(flushed));
		require_eq(int, clean_up(0, TOP_PAGE, &freed), MAPPER_OK);
		check_eq(u64, freed, 5);
		check_eq(u64, bitmap.n_free, N_FRAMES);
		check_eq(u64, entry_at(ROOT, 0), 0);
		check_eq(uint, flushed.n, 5,
			 "each is forgotten before its frame may be used again");
	}
}

Test(x86_clean_up, tables_in_use_stay)
{
	uint64_t freed = 7;

	require_eq(int, map(0x1000, 0x5000, PAGE_4K, RW), MAPPER_OK);
	map_and_unmap(0x200000);
	require_eq(int, map(0x80000000, 0, PAGE_2M, RW), MAPPER_OK);
	require_eq(int, clean_up(0, TOP_PAGE, &freed), MAPPER_OK);
	check_eq(u64, freed, 1, "the page table of 0x200000");
	check(walk(0x1000).present && walk(0x80000000).present);
	keep();
	require_eq(int, clean_up(0, TOP_PAGE, NULL), MAPPER_OK);
	check(is_as_kept());
}

Test(x86_clean_up, an_entry_with_the_kernels_own_bits_is_in_use)
{
	uint64_t freed = 7;

	map_and_unmap(0x1000);
	uint64_t p1 = walk(0x1000).entry[2] & PTE_ADDRESS;
	set_entry(p1, 9, PTE_AVAILABLE_LOW); /* not present: where a page was swapped to, say */
	require_eq(int, clean_up(0, TOP_PAGE, &freed), MAPPER_OK);
	check_eq(u64, freed, 0);
	set_entry(p1, 9, 0);
	require_eq(int, clean_up(0x1fffff000, 0x1fffff000, &freed), MAPPER_OK);
	check_eq(u64, freed, 0, "outside the range");
}

/* Historical: the range was walked as numbers, and so ended, or never ended, at the hole. */
Test(x86_clean_up, the_range_may_lie_on_both_sides_of_the_hole)
{
	uint64_t freed = 0;

	map_and_unmap(LOW_END);
	map_and_unmap(HIGH_HALF);
	require_eq(int, clean_up(LOW_END, HIGH_HALF, &freed), MAPPER_OK);
	check_eq(u64, freed, 6);
	check_eq(u64, bitmap.n_free, N_FRAMES);

	map_and_unmap(LOW_END);
	map_and_unmap(HIGH_HALF);
	require_eq(int, clean_up(HIGH_HALF, HIGH_HALF, &freed), MAPPER_OK);
	check_eq(u64, freed, 3, "one side alone");
	require_eq(int, clean_up(0, LOW_END, &freed), MAPPER_OK);
	check_eq(u64, freed, 3);
}

Test(x86_clean_up, the_top_page_is_reached)
{
	uint64_t freed = 0;

	map_and_unmap(TOP_PAGE);
	require_eq(int, clean_up(TOP_PAGE, TOP_PAGE, &freed), MAPPER_OK);
	check_eq(u64, freed, 3);
}

Test(x86_clean_up, a_recursive_entry_stays)
{
	uint64_t freed = 0;

	set_entry(ROOT, 300, ROOT | RW);
	map_and_unmap(0x1000);
	require_eq(int, clean_up(0, TOP_PAGE, &freed), MAPPER_OK);
	check_eq(u64, freed, 3);
	check_eq(u64, entry_at(ROOT, 300), ROOT | RW);
}

Test(x86_clean_up, loops_and_bad_tables_end_it)
{
	set_entry(ROOT, 0, 0x30000 | RW);
	mem_set(&mem, 0x30000, 0, 4096);
	set_entry(0x30000, 3, 0x30000 | RW);
	keep();
	check_eq(int, clean_up(0, TOP_PAGE, NULL), MAPPER_LOOP);
	set_entry(0x30000, 3, ROOT | RW);
	check_eq(int, clean_up(0, TOP_PAGE, NULL), MAPPER_LOOP);
	set_entry(0x30000, 3, 0xa0000 | RW);
	check_eq(int, clean_up(0, TOP_PAGE, NULL), MAPPER_BAD_TABLE);
	set_entry(0x30000, 3, UINT64_C(1) << 45 | 0x31000 | RW);
	check_eq(int, clean_up(0, TOP_PAGE, NULL), MAPPER_BAD_TABLE);
	set_entry(0x30000, 3, 0x30000 | RW);
	check(is_as_kept());
}

/* Three tables, each of whose entries lead to the same one below: 512^3 ways, and no loop. */
Test(x86_clean_up, tables_that_are_shared_end_it_soon)
{
	for (enum mapper_reach reach = MAPPER_BY_OFFSET; reach <= MAPPER_BY_POINTER; reach++) {
		make_mapper(reach);
		for (unsigned i = 0; i < PTE_PER_TABLE; i++) {
			set_entry(ROOT, i, 0x30000 | RW);
			set_entry(0x30000, i, 0x31000 | RW);
			set_entry(0x31000, i, 0x32000 | RW);
			set_entry(0x32000, i, 0x5000 | RW);
		}
		keep();
		check_eq(int, clean_up(0, TOP_PAGE, NULL), MAPPER_LOOP);
		check(is_as_kept());
	}
}

Test(x86_clean_up, a_bad_range_is_refused)
{
	struct page_range range = { page_at(TOP_PAGE, PAGE_4K), 2 };
	uint64_t freed = 7;

	check_eq(int, mapper_clean_up(&mapper, range, &frames, &freed), MAPPER_NOT_CANONICAL);
	check_eq(u64, freed, 0);
	range = (struct page_range){ page_at(0x1001, PAGE_4K), 1 };
	check_eq(int, mapper_clean_up(&mapper, range, &frames, NULL), MAPPER_UNALIGNED);
	range = (struct page_range){ page_at(0x1000, PAGE_4K), 0 };
	check_eq(int, mapper_clean_up(&mapper, range, &frames, NULL), MAPPER_OK);
	check_eq(int, mapper_clean_up(&mapper, range, NULL, NULL), MAPPER_NULL);
	check_eq(int, mapper_clean_up(NULL, range, &frames, NULL), MAPPER_NULL);
}
