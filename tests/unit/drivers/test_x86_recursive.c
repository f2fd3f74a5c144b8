/* SPDX-License-Identifier: MIT */
/* Recursive tables on the host: what the mapper reads and writes there is translated by the tables
 * themselves. tests/unit/twin/twin_paging.c has them on the metal. */
#include "linear.h"
#include "tests/unit/drivers/x86_tables_fixture.h"
#include "x86_cpu.h"

enum { R = 511, VECTOR_PF = 14 };
#define HIGH UINT64_C(0xffff900000000000)

static struct page_range everything;

static void set_up(void)
{
	tables_power_on();
	require_eq(int,
		   page_range_inclusive(page_at(0, PAGE_4K), page_at(0xfffffffffffff000, PAGE_4K),
					&everything),
		   PAGE_OK);
	set_entry(ROOT, R, ROOT | RW);
	msr_write(msrs_of_host(&cpu), ((struct msr_rw){ 0xc0000080 }),
		  EFER_LME | EFER_LMA | EFER_NXE);
	x86_set_cr3(x86_of_host(&cpu), ROOT);
	require_eq(int,
		   mapper_recursive(&mapper, linear_all(&cpu), virt_of_indices(R, R, R, R, 0),
				    PHYS(ROOT), &rules, &tlb),
		   MAPPER_OK);
}

/* Whatever the test did, no access of the mapper was a fault. */
static void no_fault(void)
{
	check_eq(u64, cpu.s.x86.faults, 0);
	host_power_off();
}

TestSuite(x86_recursive, .init = set_up, .fini = no_fault, .timeout = 60);

Test(x86_recursive, pages_of_each_size_are_mapped_as_the_machine_walks_them)
{
	static const struct {
		uint64_t page, frame;
		enum page_size size;
	} each[] = { { HIGH, 0x5000, PAGE_4K },
		     { HIGH + 0x200000, 0x400000, PAGE_2M },
		     { HIGH + 0x40000000, 0x80000000, PAGE_1G },
		     { 0, 0x7000, PAGE_4K },
		     { 0x0000018141a03000, 0x8000, PAGE_4K },   /* indices 3, 5, 13, 3 */
		     { 0xffffff7ffffff000, 0x6000, PAGE_4K } }; /* the last page below entry 511 */

	for (unsigned i = 0; i < 6; i++) {
		struct phys at;

		require_eq(int, map(each[i].page, each[i].frame, each[i].size, RW), MAPPER_OK, "%u",
			   i);
		require(walk(each[i].page).present);
		check_eq(u64, walk(each[i].page + 0x123).pa, each[i].frame + 0x123);
		require_eq(int,
			   mapper_translate_address(&mapper, virt_unchecked(each[i].page + 0x123),
						    &at),
			   MAPPER_OK);
		check_eq(u64, at.value, each[i].frame + 0x123);
	}
	for (unsigned i = 0; i < 6; i++) {
		struct frame frame;

		require_eq(int, unmap(each[i].page, each[i].size, &frame), MAPPER_OK);
		check_eq(u64, frame.start.value, each[i].frame);
	}
	require_eq(int, mapper_clean_up(&mapper, everything, &frames, NULL), MAPPER_OK);
	check_eq(u64, bitmap.n_free, N_FRAMES);
	check_eq(u64, entry_at(ROOT, R) & PTE_ADDRESS, ROOT);
}

/* Entry 511 of the table at index 511 is the last 8 bytes of the address space. */
Test(x86_recursive, the_last_entry_of_all_is_read)
{
	struct linear all = linear_all(&cpu);

	check(linear_holds(all, UINT64_MAX - 7));
	check_eq(u64, linear_load64(all, UINT64_MAX - 7) & PTE_ADDRESS, ROOT);
	check_eq(u64, virt_of_indices(R, R, R, R, 0xff8).value, UINT64_MAX - 7);
	check(!linear_holds(all, UINT64_MAX - 6), "it would go on at address 0");
}

Test(x86_recursive, new_tables_are_zero_in_dirty_memory)
{
	require_eq(int, map(HIGH, 0x5000, PAGE_4K, RW), MAPPER_OK);
	uint64_t table = entry_at(ROOT, virt_index(virt_unchecked(HIGH), 4)) & PTE_ADDRESS;
	for (unsigned level = 3; level >= 1; level--) {
		for (unsigned i = 1; i < PTE_PER_TABLE; i++) require_eq(u64, entry_at(table, i), 0);
		table = entry_at(table, 0) & PTE_ADDRESS;
	}
}

/* CR0.WP holds for the kernel too: a table above that is read-only would be so for itself. */
Test(x86_recursive, read_only_pages_have_writable_tables)
{
	require_eq(int, map(HIGH, 0x5000, PAGE_4K, PTE_PRESENT), MAPPER_OK);
	require_eq(int, map(HIGH + 0x1000, 0x5000, PAGE_4K, RW), MAPPER_OK);
	check(!walk_as(HIGH, PAGE_WRITE, false).present);
	check_eq(int,
		 flush_tables(
			 mapper_set_table_flags(&mapper, page_at(HIGH, PAGE_4K), 4, PTE_PRESENT)),
		 MAPPER_BAD_FLAGS);
}

Test(x86_recursive, what_a_loader_left_read_only_is_made_writable_first)
{
	unsigned index = virt_index(virt_unchecked(HIGH), 4);

	require_eq(int, map(HIGH, 0x5000, PAGE_4K, RW), MAPPER_OK);
	set_entry(ROOT, index, entry_at(ROOT, index) & ~PTE_WRITABLE);
	memset(&flushed, 0, sizeof(flushed));
	require_eq(int, map(HIGH + 0x1000, 0x6000, PAGE_4K, RW), MAPPER_OK);
	check(walk_as(HIGH + 0x1000, PAGE_WRITE, false).present);
	require_eq(uint, flushed.n, 4, "the places of three tables, and the page");
	check_eq(u64, flushed.page[0], virt_of_indices(R, R, R, index, 0).value);
	check_eq(u64, flushed.page[1], virt_of_indices(R, R, index, 0, 0).value);
	check_eq(u64, flushed.page[2], virt_of_indices(R, index, 0, 0, 0).value);
}

Test(x86_recursive, a_new_table_is_forgotten_at_its_place_before_it_is_filled)
{
	memset(&flushed, 0, sizeof(flushed));
	require_eq(int, map(HIGH, 0x5000, PAGE_4K, RW), MAPPER_OK);
	require_eq(uint, flushed.n, 4);
	unsigned p4 = virt_index(virt_unchecked(HIGH), 4);
	check_eq(u64, flushed.page[0], virt_of_indices(R, R, R, p4, 0).value);
	check_eq(u64, flushed.page[1], virt_of_indices(R, R, p4, 0, 0).value);
	check_eq(u64, flushed.page[2], virt_of_indices(R, p4, 0, 0, 0).value);
	check_eq(u64, flushed.page[3], HIGH);
	require_eq(int, map(HIGH + 0x1000, 0x5000, PAGE_4K, RW), MAPPER_OK);
	check_eq(uint, flushed.n, 5, "where tables are, the page alone");
}

/* The frame may hold entries of its earlier use, through which a processor can look ahead between
 * the link and the clearing. */
Test(x86_recursive, what_a_processor_saw_of_a_dirty_table_is_forgotten)
{
	for (unsigned present = 0; present < 2; present++) {
		mem_set(&mem, FIRST_FRAME, 0, END_OF_FRAMES - FIRST_FRAME);
		if (present) set_entry(FIRST_FRAME + UINT64_C(0x1000), 7, 0x5000 | RW);
		memset(&flushed, 0, sizeof(flushed));
		require_eq(int, map(HIGH, 0x5000, PAGE_4K, RW), MAPPER_OK);
		check_eq(uint, flushed.n_all, present);
		struct frame frame;
		require_eq(int, unmap(HIGH, PAGE_4K, &frame), MAPPER_OK);
		require_eq(int, mapper_clean_up(&mapper, everything, &frames, NULL), MAPPER_OK);
	}
}

Test(x86_recursive, shared_tables_end_the_clean_up_soon)
{
	for (unsigned i = 0; i < PTE_PER_TABLE; i++) {
		if (i != R) set_entry(ROOT, i, 0x30000 | RW);
		set_entry(0x30000, i, 0x31000 | RW);
		set_entry(0x31000, i, 0x32000 | RW);
		set_entry(0x32000, i, 0x5000 | RW);
	}
	check_eq(int, mapper_clean_up(&mapper, everything, &frames, NULL), MAPPER_LOOP);
}

Test(x86_recursive, without_frames_all_stays_as_it_was)
{
	for (unsigned left = 0; left < 3; left++) {
		require_eq(int, frame_bitmap_reserve(&bitmap, 0, UINT64_MAX), FRAMES_OK);
		require_eq(int, frame_bitmap_free(&bitmap, FIRST_FRAME, left * UINT64_C(4096)),
			   FRAMES_OK);
		/* The walk marks the recursive entry as used, as any does. */
		check_eq(int, map(HIGH, 0x5000, PAGE_4K, RW), MAPPER_NO_FRAME);
		keep();
		check_eq(int, map(HIGH, 0x5000, PAGE_4K, RW), MAPPER_NO_FRAME, "%u left", left);
		check(is_as_kept(), "%u left", left);
	}
}

Test(x86_recursive, nothing_is_mapped_where_the_tables_are)
{
	struct virt top = virt_of_indices(R, R, R, R, 0);
	struct phys at;

	require_eq(int, mapper_translate_address(&mapper, top, &at), MAPPER_OK);
	check_eq(u64, at.value, ROOT);
	check_eq(int, map(top.value, 0x5000, PAGE_4K, RW), MAPPER_LOOP);
	check_eq(int, map(virt_of_indices(R, 1, 2, 3, 0).value, 0x5000, PAGE_4K, RW), MAPPER_LOOP);
	struct frame frame;
	check_eq(int, unmap(top.value, PAGE_4K, &frame), MAPPER_LOOP);
}

Test(x86_recursive, the_tables_must_be_recursive_and_active)
{
	struct linear all = linear_all(&cpu);
	struct virt table = virt_of_indices(R, R, R, R, 0);
	struct mapper m;

	check_eq(
		int,
		mapper_recursive(&m, all, virt_of_indices(R, R, R, R, 8), PHYS(ROOT), &rules, &tlb),
		MAPPER_NOT_RECURSIVE);
	for (unsigned i = 0; i < 3; i++) {
		unsigned index[] = { R, R, R };
		index[i] ^= 1;
		check_eq(int,
			 mapper_recursive(&m, all,
					  virt_of_indices(R, index[0], index[1], index[2], 0),
					  PHYS(ROOT), &rules, &tlb),
			 MAPPER_NOT_RECURSIVE);
	}
	check_eq(int, mapper_recursive(&m, all, table, PHYS(ROOT + 4096), &rules, &tlb),
		 MAPPER_NOT_ACTIVE);
	check_eq(int, mapper_recursive(&m, all, table, PHYS(ROOT | 0x18), &rules, &tlb), MAPPER_OK,
		 "PWT and PCD of CR3 are no address");
	set_entry(ROOT, R, ROOT | PTE_PRESENT);
	check_eq(int, mapper_recursive(&m, all, table, PHYS(ROOT), &rules, &tlb),
		 MAPPER_NOT_ACTIVE);
}

/* ---- what linear.h itself promises ---- */

Test(x86_recursive, an_access_that_is_not_mapped_is_a_page_fault)
{
	struct linear all = linear_all(&cpu);

	check_eq(u64, linear_load64(all, 0x5008), UINT64_MAX);
	check_eq(u64, cpu.s.x86.faults, 1);
	check_eq(uint, cpu.s.x86.fault, VECTOR_PF);
	check_eq(u64, x86_cr2(x86_of_host(&cpu)), 0x5008);
	linear_store64(all, 0x5010, 7);
	check_eq(u64, cpu.s.x86.faults, 2);
	check_eq(u64, linear_load64(all, UINT64_C(1) << 47), UINT64_MAX);
	check_eq(uint, cpu.s.x86.fault, 13, "not canonical");
	cpu.s.x86.faults = 0;
}

Test(x86_recursive, before_cr3_is_loaded_addresses_are_physical)
{
	host_cpu_reset(&cpu);
	linear_store64(linear_all(&cpu), 0x5008, 0x1234);
	uint64_t value = 0;
	require(mem_read64(&mem, 0x5008, &value));
	check_eq(u64, value, 0x1234);
	check_eq(u64, linear_load64(linear_memory(&cpu, 0x5000, 16), 8), 0x1234);
	check_eq(u64, linear_load64(linear_memory(&cpu, 0x5000, 15), 8), UINT64_MAX, "outside");
	check_eq(u64, linear_load64(linear_memory(&cpu, 0x5000, 0), 0), UINT64_MAX);
	check_eq(u64, linear_load64(linear_all(&cpu), 0xf0000000), UINT64_MAX, "no memory");
}
