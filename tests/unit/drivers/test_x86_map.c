/* SPDX-License-Identifier: MIT */
#include "tests/unit/drivers/x86_tables_fixture.h"

TestSuite(x86_map, .init = tables_power_on, .fini = host_power_off, .timeout = 60);

#define HIGH UINT64_C(0xffff900000000000)
#define G    (UINT64_C(1) << 30)

/* Mapping, translating and the machine's walk must agree. */
static void expect_mapped(uint64_t page, uint64_t frame, enum page_size size)
{
	const uint64_t offset = page_bytes(size) - 1;
	struct page_walk w = walk(page + offset);
	struct translation t;
	struct frame found;
	struct phys at;

	require(w.present, "%lx", page);
	check_eq(u64, w.pa, frame + offset);
	check_eq(u64, w.page_size, page_bytes(size));
	require_eq(int, mapper_translate(&mapper, virt_unchecked(page + offset), &t), MAPPER_OK);
	check_eq(u64, t.frame.start.value, frame);
	check_eq(int, t.frame.size, size);
	check_eq(u64, t.offset, offset);
	require_eq(int, mapper_translate_address(&mapper, virt_unchecked(page + offset), &at),
		   MAPPER_OK);
	check_eq(u64, at.value, w.pa);
	require_eq(int, mapper_translate_page(&mapper, page_at(page, size), &found), MAPPER_OK);
	check_eq(u64, found.start.value, frame);
}

Test(x86_map, pages_of_each_size_are_mapped_as_the_machine_walks_them)
{
	for (enum mapper_reach reach = MAPPER_BY_OFFSET; reach <= MAPPER_BY_POINTER; reach++) {
		make_mapper(reach);
		require_eq(int, map(HIGH, 0x123000, PAGE_4K, RW), MAPPER_OK);
		require_eq(int, map(HIGH + 0x200000, 0x4000000, PAGE_2M, RW), MAPPER_OK);
		require_eq(int, map(HIGH + G, 3 * G, PAGE_1G, RW), MAPPER_OK);
		require_eq(int, map(0, 0xfffffff000, PAGE_4K, RW), MAPPER_OK);
		require_eq(int, map(0xfffffffffffff000, 0, PAGE_4K, RW), MAPPER_OK);
		expect_mapped(HIGH, 0x123000, PAGE_4K);
		expect_mapped(HIGH + 0x200000, 0x4000000, PAGE_2M);
		expect_mapped(HIGH + G, 3 * G, PAGE_1G);
		expect_mapped(0, 0xfffffff000, PAGE_4K);
		expect_mapped(0xfffffffffffff000, 0, PAGE_4K);
	}
}

Test(x86_map, a_page_needs_three_frames_and_its_neighbours_none)
{
	require_eq(int, map(HIGH, 0, PAGE_4K, RW), MAPPER_OK);
	check_eq(u64, bitmap.n_free, N_FRAMES - 3);
	require_eq(int, map(HIGH + 0x1000, 0, PAGE_4K, RW), MAPPER_OK);
	check_eq(u64, bitmap.n_free, N_FRAMES - 3);
	require_eq(int, map(HIGH + 0x200000, 0, PAGE_4K, RW), MAPPER_OK);
	check_eq(u64, bitmap.n_free, N_FRAMES - 4);
	require_eq(int, map(HIGH + G, 0, PAGE_4K, RW), MAPPER_OK);
	check_eq(u64, bitmap.n_free, N_FRAMES - 6);
	require_eq(int, map(0, 0, PAGE_2M, RW), MAPPER_OK);
	check_eq(u64, bitmap.n_free, N_FRAMES - 8);
}

/* Historical: a new table was used as the loader had left the frame. */
Test(x86_map, new_tables_are_zero_in_dirty_memory)
{
	require_eq(int, map(HIGH, 0x123000, PAGE_4K, RW), MAPPER_OK);
	uint64_t table = ROOT;
	for (unsigned level = 4; level >= 1; level--) {
		unsigned index = virt_index(virt_unchecked(HIGH), level);
		for (unsigned i = 0; i < PTE_PER_TABLE; i++)
			if (i != index)
				require_eq(u64, entry_at(table, i), 0, "level %u, %u", level, i);
		table = entry_at(table, index) & PTE_ADDRESS;
	}
	check(!walk(HIGH + 0x1000).present);
}

Test(x86_map, tables_above_get_the_flags_that_the_page_needs)
{
	require_eq(int, map(HIGH, 0, PAGE_4K, PTE_PRESENT | PTE_NO_CACHE | PTE_GLOBAL), MAPPER_OK);
	uint64_t entry = entry_at(ROOT, virt_index(virt_unchecked(HIGH), 4));
	check_eq(u64, entry & ~PTE_ADDRESS, PTE_PRESENT, "neither NO_CACHE nor GLOBAL");

	require_eq(int, map(HIGH + 0x1000, 0, PAGE_4K, RW | PTE_USER | PTE_NO_EXECUTE), MAPPER_OK);
	entry = entry_at(ROOT, virt_index(virt_unchecked(HIGH), 4));
	check_eq(u64, entry & ~PTE_ADDRESS, RW | PTE_USER);
	check(walk_as(HIGH + 0x1000, PAGE_WRITE, true).present);
	check(!walk_as(HIGH, PAGE_WRITE, false).present,
	      "the first page is as read-only as it was");
	check(!walk_as(HIGH, PAGE_READ, true).present);
}

Test(x86_map, parents_get_the_flags_that_are_asked_for)
{
	const uint64_t parents = RW | PTE_USER | PTE_NO_EXECUTE | PTE_AVAILABLE_LOW;

	require_eq(int,
		   flush_page(mapper_map_with(&mapper, page_at(0, PAGE_4K), frame_at(0, PAGE_4K),
					      PTE_PRESENT, parents, &frames)),
		   MAPPER_OK);
	check_eq(u64, entry_at(ROOT, 0) & ~PTE_ADDRESS, parents);
	check(walk(0).present && !walk_as(0, PAGE_FETCH, false).present);
	check(!walk_as(0, PAGE_WRITE, false).present, "the leaf is read-only");
}

Test(x86_map, parents_that_take_a_right_from_other_pages_make_all_forgotten)
{
	require_eq(int, map(0x1000, 0, PAGE_4K, PTE_PRESENT), MAPPER_OK);
	require_eq(int, map(0x2000, 0, PAGE_4K, RW), MAPPER_OK);
	check_eq(uint, flushed.n_all, 0, "other pages gained a right");
	require_eq(int, map(0x5000, 0, PAGE_4K, RW | PTE_USER), MAPPER_OK);
	check_eq(uint, flushed.n_all, 1, "with SMEP, the kernel's to fetch");
	for (unsigned i = 0; i < 2; i++) {
		struct page page = page_at(0x3000 + i * UINT64_C(0x1000), PAGE_4K);

		require_eq(int,
			   flush_page_ignored(mapper_map_with(&mapper, page, frame_at(0, PAGE_4K),
							      RW, RW | PTE_NO_EXECUTE, &frames)),
			   MAPPER_OK);
		check_eq(uint, flushed.n_all, 2, "only the first time");
		check(!walk_as(0x1000, PAGE_FETCH, false).present);
	}
}

/* Historical: data was mapped executable. */
Test(x86_map, no_execute_reaches_the_leaf)
{
	struct translation t;

	require_eq(int, map(0, 0, PAGE_4K, RW | PTE_NO_EXECUTE), MAPPER_OK);
	require_eq(int, map(0x200000, 0, PAGE_2M, RW | PTE_NO_EXECUTE), MAPPER_OK);
	require_eq(int, map(0x1000, 0, PAGE_4K, RW), MAPPER_OK);
	require_eq(int, mapper_translate(&mapper, VIRT(0), &t), MAPPER_OK);
	check_eq(u64, t.flags, RW | PTE_NO_EXECUTE);
	check(!walk_as(0, PAGE_FETCH, false).present);
	check(!walk_as(0x200000, PAGE_FETCH, false).present);
	check(walk_as(0x1000, PAGE_FETCH, false).present, "its neighbour stays executable");
}

Test(x86_map, leaves_have_the_flags_of_their_size)
{
	const uint64_t all = RW | PTE_USER | PTE_WRITE_THROUGH | PTE_NO_CACHE | PTE_ACCESSED |
			     PTE_DIRTY | PTE_GLOBAL | PTE_AVAILABLE_LOW | PTE_AVAILABLE | PTE_KEY |
			     PTE_NO_EXECUTE;
	struct translation t;

	require_eq(int, map(0, 0x5000, PAGE_4K, all | PTE_PAT_4K), MAPPER_OK);
	require_eq(int, mapper_translate(&mapper, VIRT(0), &t), MAPPER_OK);
	check_eq(u64, t.flags, all | PTE_PAT_4K);
	require_eq(int, map(0x200000, 0x400000, PAGE_2M, all | PTE_PAT_LARGE), MAPPER_OK);
	require_eq(int, mapper_translate(&mapper, VIRT(0x212345), &t), MAPPER_OK);
	check_eq(u64, t.flags, all | PTE_PAT_LARGE | PTE_LARGE);
	check_eq(u64, t.frame.start.value, 0x400000);
	check_eq(u64, t.offset, 0x12345);
	check(walk(0).present && walk(0x200000).present);
}

Test(x86_map, what_is_mapped_is_not_mapped_again)
{
	require_eq(int, map(0, 0x5000, PAGE_4K, RW), MAPPER_OK);
	require_eq(int, map(0x200000, 0x400000, PAGE_2M, RW), MAPPER_OK);
	require_eq(int, map(G, G, PAGE_1G, RW), MAPPER_OK);
	keep();
	check_eq(int, map(0, 0x6000, PAGE_4K, RW | PTE_USER), MAPPER_MAPPED);
	check_eq(int, map(0x200000, 0x600000, PAGE_2M, RW | PTE_USER), MAPPER_MAPPED);
	check_eq(int, map(G, 0, PAGE_1G, RW | PTE_USER), MAPPER_MAPPED);
	check_eq(int, map(0, 0, PAGE_2M, RW | PTE_USER), MAPPER_MAPPED, "a table is there");
	check_eq(int, map(0, 0, PAGE_1G, RW | PTE_USER), MAPPER_MAPPED, "a table is there");
	check_eq(int, map(0x201000, 0, PAGE_4K, RW | PTE_USER), MAPPER_HUGE_PARENT);
	check_eq(int, map(G + 0x1000, 0, PAGE_4K, RW | PTE_USER), MAPPER_HUGE_PARENT);
	check_eq(int, map(G, 0, PAGE_2M, RW | PTE_USER), MAPPER_HUGE_PARENT);
	check(is_as_kept());
}

Test(x86_map, without_frames_all_stays_as_it_was)
{
	struct frame spare[3];

	for (unsigned left = 0; left < 3; left++) {
		make_mapper(MAPPER_BY_OFFSET);
		require_eq(int, frame_bitmap_reserve(&bitmap, 0, UINT64_MAX), FRAMES_OK);
		require_eq(int, frame_bitmap_free(&bitmap, FIRST_FRAME, left * UINT64_C(4096)),
			   FRAMES_OK);
		keep();
		check_eq(int, map(HIGH, 0, PAGE_4K, RW | PTE_USER), MAPPER_NO_FRAME, "%u left",
			 left);
		check(is_as_kept(), "%u left", left);
		for (unsigned i = 0; i < left; i++)
			require_eq(int, frame_bitmap_take(&bitmap, PAGE_4K, &spare[i]), FRAMES_OK);
	}
	keep();
	check_eq(int,
		 flush_page(
			 mapper_map(&mapper, page_at(0, PAGE_4K), frame_at(0, PAGE_4K), RW, NULL)),
		 MAPPER_NO_FRAME);
	check(is_as_kept());
}

/* A walk over the memory map, the first allocator of a kernel, gets its frames back too. */
Test(x86_map, a_frame_walk_gets_frames_back_that_were_not_enough)
{
	struct memory_region map_of_memory[] = {
		{ .start = FIRST_FRAME, .length = 0x2000, .usable = true }
	};
	struct frame_walk memory;
	struct frame frame;

	require_eq(int, frame_walk_init(&memory, map_of_memory, 1), FRAMES_OK);
	frames = frame_walk_source(&memory);
	keep();
	check_eq(int, map(0, 0, PAGE_4K, RW), MAPPER_NO_FRAME);
	check(is_as_kept());
	require_eq(int, map(0, 0, PAGE_2M, RW), MAPPER_OK, "which needs but two");
	check_eq(int, frame_walk_take(&memory, &frame), FRAMES_NONE);
}

static const struct {
	const char *what;
	struct page page;
	struct frame frame;
	uint64_t flags;
	enum mapper_status status;
} misuse[] = {
	{ "page in the hole",
	  { { 0x800000000000 }, PAGE_4K },
	  { { 0 }, PAGE_4K },
	  RW,
	  MAPPER_NOT_CANONICAL },
	{ "page not aligned", { { 0x1800 }, PAGE_4K }, { { 0 }, PAGE_4K }, RW, MAPPER_UNALIGNED },
	{ "large page not aligned",
	  { { 0x1000 }, PAGE_2M },
	  { { 0 }, PAGE_2M },
	  RW,
	  MAPPER_UNALIGNED },
	{ "frame not aligned", { { 0 }, PAGE_4K }, { { 0x10 }, PAGE_4K }, RW, MAPPER_UNALIGNED },
	{ "large frame not aligned",
	  { { 0 }, PAGE_1G },
	  { { 0x200000 }, PAGE_1G },
	  RW,
	  MAPPER_UNALIGNED },
	{ "sizes differ", { { 0 }, PAGE_4K }, { { 0 }, PAGE_2M }, RW, MAPPER_BAD_SIZE },
	{ "no size",
	  { { 0 }, (enum page_size)3 },
	  { { 0 }, (enum page_size)3 },
	  RW,
	  MAPPER_BAD_SIZE },
	{ "frame too high",
	  { { 0 }, PAGE_4K },
	  { { UINT64_C(1) << 40 }, PAGE_4K },
	  RW,
	  MAPPER_BAD_FRAME },
	{ "frame beyond 52 bits",
	  { { 0 }, PAGE_4K },
	  { { UINT64_MAX << 12 }, PAGE_4K },
	  RW,
	  MAPPER_BAD_FRAME },
	{ "not present", { { 0 }, PAGE_4K }, { { 0 }, PAGE_4K }, PTE_WRITABLE, MAPPER_BAD_FLAGS },
	{ "an address as flags",
	  { { 0 }, PAGE_4K },
	  { { 0 }, PAGE_4K },
	  RW | 0x1000,
	  MAPPER_BAD_FLAGS },
	{ "PS of a large page",
	  { { 0 }, PAGE_2M },
	  { { 0 }, PAGE_2M },
	  RW | PTE_LARGE,
	  MAPPER_BAD_FLAGS },
	{ "PAT bit of another size",
	  { { 0 }, PAGE_4K },
	  { { 0 }, PAGE_4K },
	  RW | PTE_PAT_LARGE,
	  MAPPER_BAD_FLAGS },
};

Test(x86_map, misuse_has_a_name_and_changes_nothing)
{
	keep();
	for (size_t i = 0; i < sizeof(misuse) / sizeof(misuse[0]); i++) {
		check_eq(int,
			 flush_page(mapper_map(&mapper, misuse[i].page, misuse[i].frame,
					       misuse[i].flags, &frames)),
			 misuse[i].status, "%s", misuse[i].what);
		check(is_as_kept(), "%s", misuse[i].what);
	}
	check_eq(int,
		 flush_page(
			 mapper_map(NULL, page_at(0, PAGE_4K), frame_at(0, PAGE_4K), RW, &frames)),
		 MAPPER_NULL);
	check_eq(int,
		 flush_page(mapper_map_with(&mapper, page_at(0, PAGE_4K), frame_at(0, PAGE_4K), RW,
					    RW | PTE_GLOBAL, &frames)),
		 MAPPER_BAD_FLAGS);
	check(is_as_kept());
	check_eq(uint, flushed.n, 0);
}

/* Historical: NX was set while EFER.NXE was clear, which is a reserved bit. */
Test(x86_map, what_the_processor_lacks_is_refused)
{
	const struct pte_rules old = { PTE_AMD, 36, false, false };

	require_eq(
		int,
		mapper_at_offset(&mapper, linear_memory(&cpu, 0, RAM_KEPT), PHYS(ROOT), &old, &tlb),
		MAPPER_OK);
	keep();
	check_eq(int, map(0, 0, PAGE_4K, RW | PTE_NO_EXECUTE), MAPPER_BAD_FLAGS);
	check_eq(int, map(0, 0, PAGE_1G, RW), MAPPER_BAD_SIZE);
	check_eq(int, map(0, UINT64_C(1) << 36, PAGE_4K, RW), MAPPER_BAD_FRAME);
	check(is_as_kept());
	require_eq(int, map(0, (UINT64_C(1) << 36) - 0x1000, PAGE_4K, RW), MAPPER_OK);
}

static bool take_unreachable(void *ctx, struct frame *frame)
{
	(void)ctx;
	*frame = frame_at(RAM_KEPT, PAGE_4K);
	return true;
}

Test(x86_map, a_frame_that_cannot_be_reached_becomes_no_table)
{
	struct frame_source bad = { .take = take_unreachable };

	keep();
	check_eq(int,
		 flush_page(
			 mapper_map(&mapper, page_at(0, PAGE_4K), frame_at(0, PAGE_4K), RW, &bad)),
		 MAPPER_BAD_TABLE);
	check(is_as_kept());
}

static bool take_root(void *ctx, struct frame *frame)
{
	(void)ctx;
	*frame = frame_at(ROOT, PAGE_4K);
	return true;
}

static bool take_the_same(void *ctx, struct frame *frame)
{
	(void)ctx;
	*frame = frame_at(0x30000, PAGE_4K);
	return true;
}

Test(x86_map, a_frame_that_is_a_table_already_becomes_no_table)
{
	struct frame_source root = { .take = take_root }, same = { .take = take_the_same };

	keep();
	check_eq(int,
		 flush_page(
			 mapper_map(&mapper, page_at(0, PAGE_1G), frame_at(0, PAGE_1G), RW, &root)),
		 MAPPER_LOOP, "the level-4 table");
	check(is_as_kept());
	check_eq(int,
		 flush_page(
			 mapper_map(&mapper, page_at(0, PAGE_4K), frame_at(0, PAGE_4K), RW, &same)),
		 MAPPER_LOOP, "one frame for three tables");
	check(is_as_kept());
	check_eq(int,
		 flush_page(
			 mapper_map(&mapper, page_at(0, PAGE_2M), frame_at(0, PAGE_2M), RW, &same)),
		 MAPPER_LOOP, "for two");
	check(is_as_kept());
}

Test(x86_map, an_identity_mapping_needs_a_canonical_address)
{
	struct phys at;

	require_eq(
		int,
		flush_page(mapper_map_identity(&mapper, frame_at(0x200000, PAGE_2M), RW, &frames)),
		MAPPER_OK);
	require_eq(int, mapper_translate_address(&mapper, VIRT(0x234567), &at), MAPPER_OK);
	check_eq(u64, at.value, 0x234567);
	check_eq(int,
		 flush_page(mapper_map_identity(&mapper, frame_at(UINT64_C(1) << 47, PAGE_4K), RW,
						&frames)),
		 MAPPER_NOT_CANONICAL);
}

Test(x86_map, a_mapper_needs_a_root_that_it_reaches)
{
	struct linear memory = linear_memory(&cpu, 0, RAM_KEPT);
	struct mapper m;

	check_eq(int, mapper_at_offset(&m, memory, PHYS(RAM_KEPT), &rules, &tlb), MAPPER_BAD_TABLE);
	check_eq(int, mapper_at_offset(&m, memory, PHYS(RAM_KEPT - 8), &rules, &tlb),
		 MAPPER_BAD_TABLE);
	check_eq(int, mapper_at_offset(&m, memory, PHYS(0x10008), &rules, &tlb), MAPPER_BAD_TABLE);
	check_eq(int, mapper_at_offset(&m, memory, PHYS(0xffffffffff000), &rules, &tlb),
		 MAPPER_BAD_TABLE);
	check_eq(int, mapper_by_pointer(&m, table_at, NULL, PHYS(0xffff0000), &rules, &tlb),
		 MAPPER_BAD_TABLE);
	check_eq(int, mapper_by_pointer(&m, NULL, NULL, PHYS(ROOT), &rules, &tlb), MAPPER_NULL);
	check_eq(int, mapper_at_offset(&m, memory, PHYS(ROOT), NULL, &tlb), MAPPER_NULL);
	check_eq(int, mapper_at_offset(NULL, memory, PHYS(ROOT), &rules, &tlb), MAPPER_NULL);
	check_eq(int, mapper_at_offset(&m, linear_memory(&cpu, 0, 0), PHYS(0), &rules, &tlb),
		 MAPPER_BAD_TABLE);
}

Test(x86_map, a_mapper_is_made_in_any_memory)
{
	static int mine;
	struct mapper m;

	memset(&m, 0xff, sizeof(m));
	require_eq(int, mapper_by_pointer(&m, table_at, &mine, PHYS(ROOT), &rules, &tlb),
		   MAPPER_OK);
	check_eq(int, m.reach, MAPPER_BY_POINTER);
	check_eq(ptr, m.ctx, &mine);
	check_eq(u64, m.root.value, ROOT);
	check_eq(u64, m.reserved_table[4], pte_reserved(&rules, 4, false));
	check_eq(u64, m.reserved_leaf[1], pte_reserved(&rules, 1, true));
}

/* ---- tables that nobody sound made ---- */

Test(x86_map, nothing_is_written_through_a_loop)
{
	static const uint64_t entries[] = { ROOT, 0x30000 };

	set_entry(ROOT, 0, 0x30000 | RW);
	set_entry(0x30000, 0, 0x31000 | RW);
	for (unsigned i = 0; i < 2; i++) {
		set_entry(0x31000, 0, entries[i] | RW);
		keep();
		check_eq(int, map(0, 0x5000, PAGE_4K, RW | PTE_USER), MAPPER_LOOP);
		check(is_as_kept());
	}
	/* The processor follows it, and so does translating: the root's first entry is a leaf here.
	 */
	struct phys at;
	set_entry(0x31000, 0, ROOT | RW);
	require_eq(int, mapper_translate_address(&mapper, VIRT(0x123), &at), MAPPER_OK);
	check_eq(u64, at.value, 0x30123);
	check_eq(u64, walk(0x123).pa, 0x30123);
}

Test(x86_map, tables_outside_memory_and_reserved_bits_end_the_walk)
{
	static const struct {
		uint64_t entry;
		enum mapper_status status;
	} bad[] = {
		{ 0xa0000 | RW, MAPPER_BAD_TABLE },
		{ UINT64_C(0xfffffff000) | RW, MAPPER_BAD_TABLE },
		{ UINT64_C(1) << 45 | 0x30000 | RW, MAPPER_BAD_TABLE },
		{ UINT64_C(0x200000) | 0x2000 | RW | PTE_LARGE, MAPPER_HUGE_PARENT },
	};
	struct translation t;

	set_entry(ROOT, 0, 0x30000 | RW);
	for (unsigned i = 0; i < 4; i++) {
		set_entry(0x30000, 0, bad[i].entry);
		keep();
		check_eq(int, map(0, 0x5000, PAGE_4K, RW | PTE_USER), bad[i].status, "entry %u", i);
		check(is_as_kept());
		check_eq(int, mapper_translate(&mapper, VIRT(0), &t),
			 bad[i].status == MAPPER_HUGE_PARENT ? MAPPER_BAD_FRAME : MAPPER_BAD_TABLE);
	}
	set_entry(ROOT, 0, 0x30000 | RW | PTE_LARGE); /* reserved in level 4 */
	check_eq(int, map(0, 0x5000, PAGE_4K, RW), MAPPER_BAD_TABLE);
	check(!walk(0).present);
}

Test(x86_map, translating_names_what_is_wrong)
{
	struct translation t;
	struct frame frame;

	check_eq(int, mapper_translate(&mapper, VIRT(0), &t), MAPPER_NOT_MAPPED);
	check_eq(int, mapper_translate(&mapper, virt_unchecked(UINT64_C(1) << 47), &t),
		 MAPPER_NOT_CANONICAL);
	require_eq(int, map(0x200000, 0x400000, PAGE_2M, RW), MAPPER_OK);
	require_eq(int, map(0x5000, 0x400000, PAGE_4K, RW), MAPPER_OK);
	check_eq(int, mapper_translate(&mapper, VIRT(0x4000), &t), MAPPER_NOT_MAPPED);
	check_eq(int, mapper_translate_page(&mapper, page_at(0x200000, PAGE_4K), &frame),
		 MAPPER_HUGE_PARENT);
	check_eq(int, mapper_translate_page(&mapper, page_at(0, PAGE_2M), &frame),
		 MAPPER_NOT_MAPPED);
	check_eq(int, mapper_translate_page(&mapper, page_at(0x4000, PAGE_4K), &frame),
		 MAPPER_NOT_MAPPED);
	check_eq(int, mapper_translate_page(&mapper, page_at(0x4001, PAGE_4K), &frame),
		 MAPPER_UNALIGNED);
	check_eq(int, mapper_translate(NULL, VIRT(0), &t), MAPPER_NULL);
	check_eq(int, mapper_translate_address(&mapper, VIRT(0), NULL), MAPPER_NULL);
}
