/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/code_pages.h"
#include "tests/check.h"

enum { PAGE = 0x1000 };

static struct code_pages pages;

TestSuite(code_pages, .timeout = 60);

Test(code_pages, a_fetched_page_is_found_with_its_offset)
{
	uint64_t physical = 0;
	code_pages_fetched(&pages, 0x401123, 0x7abc);
	require(code_pages_physical(&pages, 0x401fff, &physical));
	check_eq(u64, physical, 0x7fff);
}

Test(code_pages, a_page_never_fetched_is_unknown)
{
	uint64_t physical = 0;
	check(!code_pages_physical(&pages, 0, &physical));
	code_pages_fetched(&pages, 0x401000, 0x7000);
	check(!code_pages_physical(&pages, 0x402000, &physical));
}

Test(code_pages, the_last_fetch_counts)
{
	uint64_t physical = 0;
	code_pages_fetched(&pages, 0x401000, 0x7000);
	code_pages_fetched(&pages, 0x401000, 0x9000);
	require(code_pages_physical(&pages, 0x401010, &physical));
	check_eq(u64, physical, 0x9010);
}

Test(code_pages, a_page_in_the_same_slot_takes_it_over)
{
	uint64_t physical = 0;
	uint64_t other = 0x401000 + (uint64_t)CODE_PAGE_SLOTS * PAGE;
	code_pages_fetched(&pages, 0x401000, 0x7000);
	code_pages_fetched(&pages, other, 0x9000);
	check(!code_pages_physical(&pages, 0x401000, &physical));
	require(code_pages_physical(&pages, other, &physical));
	check_eq(u64, physical, 0x9000);
}
