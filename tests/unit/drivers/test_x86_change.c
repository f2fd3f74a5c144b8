/* SPDX-License-Identifier: MIT */
#include "tests/unit/drivers/x86_tables_fixture.h"

TestSuite(x86_change, .init = tables_power_on, .fini = host_power_off, .timeout = 60);

#define HIGH UINT64_C(0xffff900000000000)

static void map_three(void)
{
	require_eq(int, map(HIGH, 0x5000, PAGE_4K, RW), MAPPER_OK);
	require_eq(int, map(HIGH + 0x200000, 0x400000, PAGE_2M, RW | PTE_PAT_LARGE), MAPPER_OK);
	require_eq(int, map(HIGH + (UINT64_C(1) << 30), 0, PAGE_1G, RW), MAPPER_OK);
	memset(&flushed, 0, sizeof(flushed));
}

static const struct {
	uint64_t page, frame;
	enum page_size size;
} three[] = { { HIGH, 0x5000, PAGE_4K },
	      { HIGH + 0x200000, 0x400000, PAGE_2M },
	      { HIGH + 0x40000000, 0, PAGE_1G } };

Test(x86_change, unmapping_gives_the_frame_and_forgets_the_page)
{
	struct frame frame = frame_at(0, PAGE_4K);

	map_three();
	for (unsigned i = 0; i < 3; i++) {
		require_eq(int, unmap(three[i].page, three[i].size, &frame), MAPPER_OK);
		check_eq(u64, frame.start.value, three[i].frame);
		check_eq(int, frame.size, three[i].size);
		check(!walk(three[i].page).present);
		check_eq(u64, flushed.page[i], three[i].page);
		check_eq(int, unmap(three[i].page, three[i].size, &frame), MAPPER_NOT_MAPPED);
	}
	check_eq(uint, flushed.n, 3, "what failed forgets nothing");
	check_eq(u64, bitmap.n_free, N_FRAMES - 3, "tables stay");
	require_eq(int, map(HIGH, 0x7000, PAGE_4K, RW), MAPPER_OK, "it can be mapped again");
}

Test(x86_change, unmapping_the_wrong_size_changes_nothing)
{
	struct frame frame = frame_at(0x123000, PAGE_4K);

	map_three();
	keep();
	check_eq(int, unmap(HIGH, PAGE_2M, &frame), MAPPER_NOT_MAPPED);
	check_eq(int, unmap(HIGH, PAGE_1G, &frame), MAPPER_NOT_MAPPED);
	check_eq(int, unmap(HIGH + 0x200000, PAGE_4K, &frame), MAPPER_HUGE_PARENT);
	check_eq(int, unmap(HIGH + 0x40000000, PAGE_2M, &frame), MAPPER_HUGE_PARENT);
	check_eq(int, unmap(HIGH + 1, PAGE_4K, &frame), MAPPER_UNALIGNED);
	check_eq(int, unmap(UINT64_C(1) << 47, PAGE_4K, &frame), MAPPER_NOT_CANONICAL);
	check_eq(int, unmap(0, PAGE_4K, &frame), MAPPER_NOT_MAPPED);
	check_eq(int, flush_page(mapper_unmap(&mapper, page_at(0, PAGE_4K), NULL)), MAPPER_NULL);
	check_eq(u64, frame.start.value, 0x123000);
	check(is_as_kept());
}

Test(x86_change, an_entry_with_a_bad_address_is_not_unmapped)
{
	struct frame frame;

	map_three();
	uint64_t p3 = entry_at(ROOT, virt_index(virt_unchecked(HIGH), 4)) & PTE_ADDRESS;
	set_entry(p3, 1, 0x200000 | RW | PTE_LARGE); /* no multiple of 1 GiB */
	keep();
	check_eq(int, unmap(HIGH + 0x40000000, PAGE_1G, &frame), MAPPER_BAD_FRAME);
	check_eq(int,
		 flush_page(mapper_update_flags(&mapper, page_at(HIGH + 0x40000000, PAGE_1G), RW)),
		 MAPPER_BAD_FRAME);
	check(is_as_kept());
}

Test(x86_change, new_flags_replace_the_old_ones)
{
	struct translation t;

	map_three();
	for (unsigned i = 0; i < 3; i++) {
		struct page page = page_at(three[i].page, three[i].size);
		uint64_t flags = PTE_PRESENT | PTE_NO_EXECUTE;

		require_eq(int, flush_page(mapper_update_flags(&mapper, page, flags)), MAPPER_OK);
		require_eq(int, mapper_translate(&mapper, page.start, &t), MAPPER_OK);
		check_eq(u64, t.flags, flags | (i ? PTE_LARGE : 0));
		check_eq(u64, t.frame.start.value, three[i].frame);
		check(!walk_as(three[i].page, PAGE_WRITE, false).present);
		check(!walk_as(three[i].page, PAGE_FETCH, false).present);
		check_eq(u64, flushed.page[i], three[i].page);
	}
}

Test(x86_change, bad_flags_change_nothing)
{
	struct page page = page_at(HIGH, PAGE_4K);

	map_three();
	keep();
	check_eq(int, flush_page(mapper_update_flags(&mapper, page, PTE_WRITABLE)),
		 MAPPER_BAD_FLAGS);
	check_eq(int, flush_page(mapper_update_flags(&mapper, page, RW | 0x1000)),
		 MAPPER_BAD_FLAGS);
	page.size = PAGE_2M;
	check_eq(int, flush_page(mapper_update_flags(&mapper, page, RW)), MAPPER_NOT_MAPPED);
	check_eq(int, flush_page(mapper_update_flags(NULL, page, RW)), MAPPER_NULL);
	check(is_as_kept());
	check_eq(uint, flushed.n, 0);
}

static enum mapper_status set_flags(uint64_t page, unsigned level, uint64_t flags)
{
	return flush_tables(mapper_set_table_flags(&mapper, page_at(page, PAGE_4K), level, flags));
}

Test(x86_change, flags_of_tables_concern_all_pages_below)
{
	for (unsigned level = 4; level >= 2; level--) {
		make_mapper(MAPPER_BY_OFFSET);
		map_three();
		require(walk_as(HIGH, PAGE_WRITE, false).present);
		require_eq(int, set_flags(HIGH, level, PTE_PRESENT | PTE_NO_EXECUTE), MAPPER_OK);
		struct page_walk w = walk(HIGH);
		check_eq(u64, w.entry[4 - level] & ~PTE_ADDRESS, PTE_PRESENT | PTE_NO_EXECUTE);
		check(w.present && !walk_as(HIGH, PAGE_WRITE, false).present);
		check(!walk_as(HIGH, PAGE_FETCH, false).present);
		check_eq(uint, flushed.n_all, 1);
		bool others = walk_as(HIGH + 0x200000, PAGE_WRITE, false).present;
		check_eq(int, others, level == 2, "the 2 MiB page, level %u", level);
	}
}

Test(x86_change, flags_of_tables_are_checked)
{
	map_three();
	keep();
	check_eq(int, set_flags(0, 4, RW), MAPPER_NOT_MAPPED);
	check_eq(int, set_flags(HIGH + 0x8000000000, 4, RW), MAPPER_NOT_MAPPED);
	check_eq(int, set_flags(HIGH + 0x200000, 2, RW), MAPPER_HUGE_PARENT);
	check_eq(int, set_flags(HIGH + 0x40000000, 2, RW), MAPPER_HUGE_PARENT);
	check_eq(int, set_flags(HIGH, 1, RW), MAPPER_BAD_SIZE);
	check_eq(int, set_flags(HIGH, 5, RW), MAPPER_BAD_SIZE);
	check_eq(int, set_flags(HIGH, 3, PTE_WRITABLE), MAPPER_BAD_FLAGS);
	check_eq(int, set_flags(HIGH, 3, RW | PTE_LARGE), MAPPER_BAD_FLAGS);
	check_eq(int, set_flags(HIGH, 4, RW | PTE_GLOBAL), MAPPER_BAD_FLAGS, "AMD refuses it");
	check_eq(int, set_flags(HIGH, 3, RW | 0x7000), MAPPER_BAD_FLAGS);
	check_eq(int, flush_tables(mapper_set_table_flags(NULL, page_at(0, PAGE_4K), 4, RW)),
		 MAPPER_NULL);
	set_entry(ROOT, 0, ROOT | RW);
	keep();
	check_eq(int, set_flags(0, 4, RW), MAPPER_LOOP);
	check(is_as_kept());
	check_eq(uint, flushed.n_all, 0);
}

/* ---- tokens ---- */

Test(x86_change, an_ignored_token_forgets_nothing_and_has_the_status)
{
	struct frame frame;

	map_three();
	check_eq(int, flush_page_ignored(mapper_unmap(&mapper, page_at(HIGH, PAGE_4K), &frame)),
		 MAPPER_OK);
	check_eq(int, flush_page_ignored(mapper_unmap(&mapper, page_at(HIGH, PAGE_4K), &frame)),
		 MAPPER_NOT_MAPPED);
	check_eq(int,
		 flush_tables_ignored(
			 mapper_set_table_flags(&mapper, page_at(HIGH, PAGE_4K), 4, RW)),
		 MAPPER_OK);
	check(flushed.n == 0 && flushed.n_all == 0);
}

Test(x86_change, tables_that_no_processor_uses_need_no_flush)
{
	const struct tlb none = { 0 };
	struct frame frame;

	require_eq(int,
		   mapper_at_offset(&mapper, linear_memory(&cpu, 0, RAM_KEPT), PHYS(ROOT), &rules,
				    &none),
		   MAPPER_OK);
	check_eq(int, map(0, 0, PAGE_4K, RW), MAPPER_OK);
	check_eq(int, set_flags(0, 4, RW), MAPPER_OK);
	check_eq(int, unmap(0, PAGE_4K, &frame), MAPPER_OK);
}
