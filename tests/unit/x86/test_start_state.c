/* SPDX-License-Identifier: MIT */
#include "emu/x86/start_state.h"

#include <stdlib.h>

#include "tests/unit/boot/loader_fixture.h"

static struct page_tables *tables;

static void fini(void)
{
	page_tables_free(tables);
	fixture_fini();
}

static void place(uint64_t base)
{
	require(page_tables_write(tables, &mem, base));
	require(start_state_long(&regs, &mem, 0x1000, base, 0x100000));
}

TestSuite(start_state, .init = fixture_init, .fini = fini);

Test(start_state, real_mode_has_64_kib_segments)
{
	start_state_real(&regs, 0xfffff);
	check_eq(u16, regs.seg[CPU_CS].selector, 0xf000);
	check_eq(u64, regs.rip, 0xffff);
	for (int i = 0; i < CPU_N_SEGMENTS; i++) {
		check_eq(u32, regs.seg[i].limit, 0xffff);
		check_eq(u64, regs.seg[i].base, (uint64_t)regs.seg[i].selector << 4);
	}
	check_eq(u32, regs.seg[CPU_DS].flags, 0x9300);
	check_eq(u64, regs.cr0, 0x10);
	check_eq(u64, regs.rflags, 2);
	check_eq(u64, regs.gpr[CPU_RAX], START_UNDEFINED & UINT32_MAX);
}

Test(start_state, segment_flags_are_bits_8_to_23_of_the_descriptor)
{
	require(start_state_protected(&regs, &mem, 0x1000, 0x100000));
	for (int i = 0; i < CPU_N_SEGMENTS; i++) {
		uint64_t d = peek64(0x1000 + regs.seg[i].selector);

		check_eq(u32, regs.seg[i].flags, (uint32_t)(d >> 32) & 0xffff00);
	}
	check_eq(u32, regs.seg[CPU_CS].flags, 0xcf9b00);
	check_eq(u64, peek64(0x1000), 0);
	check_eq(u32, regs.gdt.limit, 31);
	check_eq(u64, regs.gpr[CPU_R8], 0);
}

Test(start_state, long_mode_has_a_64_bit_code_segment)
{
	tables = page_tables_new(GIB);
	place(0x2000);
	check_eq(u32, regs.seg[CPU_CS].flags & 0x600000, 0x200000); /* L, not D */
	check_eq(u64, regs.cr0, 0x80000011);
	check_eq(u64, regs.cr3, 0x2000);
	check_eq(u64, regs.gpr[CPU_R15], START_UNDEFINED);
}

Test(start_state, tables_outside_of_ram_are_refused)
{
	check(!start_state_protected(&regs, &mem, 0xb8000, 0));
	check(!start_state_protected(&regs, &mem, 16 * MIB - 8, 0));
	tables = page_tables_new(GIB);
	check(!page_tables_write(tables, &mem, 16 * MIB - 4096));
}

Test(start_state, identity_tables_take_one_page_per_gib_and_two_more)
{
	tables = page_tables_new(4 * GIB);
	check_eq(u64, page_tables_size(tables), 6 * 4096);
	place(0x2000);
	for (uint64_t va = 0; va < 4 * GIB; va += 1021 * 4096) check_eq(u64, walk(va), va);
	check_eq(u64, walk(4 * GIB), UINT64_MAX);
}

Test(start_state, identity_is_rounded_up_to_whole_gib)
{
	tables = page_tables_new(4 * GIB + 1);
	place(0x2000);
	check_eq(u64, walk(5 * GIB - 1), 5 * GIB - 1);
}

Test(start_state, large_pages_are_used_where_addresses_agree)
{
	tables = page_tables_new(GIB);
	require(page_tables_map(tables, UINT64_C(0xffff800000000000), 0x200000, 0x400000));
	check_eq(u64, page_tables_size(tables), 5 * 4096);
	place(0x2000);
	check_eq(u64, walk(UINT64_C(0xffff800000345678)), 0x545678);
}

Test(start_state, small_pages_are_used_where_they_do_not)
{
	tables = page_tables_new(GIB);
	require(page_tables_map(tables, UINT64_C(0xffff800000000800), 0x3800, 0x400000));
	place(0x2000);
	check_eq(u64, walk(UINT64_C(0xffff800000000800)), 0x3800);
	check_eq(u64, walk(UINT64_C(0xffff8000004007ff)), 0x4037ff);
	check_eq(u64, walk(UINT64_C(0xffff800000401000)), UINT64_MAX);
}

Test(start_state, a_small_page_splits_a_large_one)
{
	tables = page_tables_new(GIB);
	require(page_tables_map(tables, 0x201000, 0x500000, 4096));
	place(0x2000);
	check_eq(u64, walk(0x201010), 0x500010);
	check_eq(u64, walk(0x200010), 0x200010);
	check_eq(u64, walk(0x3ff010), 0x3ff010);
}

Test(start_state, a_mapping_that_needs_too_many_tables_is_refused)
{
	tables = page_tables_new(GIB);
	check(!page_tables_map(tables, UINT64_C(0x8000001000), 0, 64 * GIB));
}
