/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/context.h"
#include "emu/x86/paging.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

enum { ROOT = 0x10000, L3 = 0x11000, L2 = 0x12000, L1 = 0x13000, FRAME = 0x20000 };
enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80 };
#define NX (UINT64_C(1) << 63)

static struct mem mem;
static struct paging_mode long_mode = { .cr0 = CR0_PG | CR0_PE | CR0_WP,
					.cr3 = ROOT,
					.cr4 = CR4_PAE,
					.efer = EFER_LME | EFER_LMA | EFER_NXE };

static void power_on(void)
{
	require(mem_init(&mem, 4 << 20, UINT64_C(3) << 30) == NULL);
	mem_set(&mem, ROOT, 0, 0x4000);
}

static void power_off(void) { mem_free(&mem); }

TestSuite(paging, .init = power_on, .fini = power_off, .timeout = 60);

static void map4k(uint64_t top, uint64_t leaf)
{
	mem_write64(&mem, ROOT, L3 | top);
	mem_write64(&mem, L3, L2 | top);
	mem_write64(&mem, L2, L1 | top);
	mem_write64(&mem, L1 + 5 * 8, leaf);
}

static struct page_walk walk(enum page_access access, bool user)
{
	return paging_walk(&long_mode, &mem, 0x5123, access, user, true);
}

static uint64_t entry(uint64_t pa)
{
	uint64_t v = 0;
	mem_read64(&mem, pa, &v);
	return v;
}

Test(paging, without_pg_linear_is_physical)
{
	struct paging_mode off = { .cr0 = CR0_PE };
	struct page_walk w = paging_walk(&off, &mem, 0x12345, PAGE_WRITE, true, true);
	require(w.present);
	check_eq(u64, w.pa, 0x12345);
}

Test(paging, a_read_sets_accessed_at_every_level_and_not_dirty)
{
	map4k(P | W | U, FRAME | P | W | U);
	struct page_walk w = walk(PAGE_READ, true);
	require(w.present);
	check_eq(u64, w.pa, FRAME + 0x123);
	check_eq(u64, entry(ROOT) & (A | D), A);
	check_eq(u64, entry(L3) & (A | D), A);
	check_eq(u64, entry(L1 + 40) & (A | D), A);
	check(!w.writable, "a clean page must come back for its dirty bit");
}

Test(paging, a_write_sets_dirty_in_the_leaf_alone)
{
	map4k(P | W | U, FRAME | P | W | U);
	struct page_walk w = walk(PAGE_WRITE, true);
	require(w.present);
	check(w.writable);
	check_eq(u64, entry(L1 + 40) & (A | D), A | D);
	check_eq(u64, entry(L2) & D, 0);
}

Test(paging, without_mark_memory_stays_as_it_is)
{
	map4k(P | W | U, FRAME | P | W | U);
	paging_walk(&long_mode, &mem, 0x5123, PAGE_WRITE, true, false);
	check_eq(u64, entry(L1 + 40), FRAME | P | W | U);
}

Test(paging, not_present_reports_the_access_alone)
{
	map4k(P | W | U, FRAME | W | U);
	check_eq(u32, walk(PAGE_READ, false).error, 0);
	check_eq(u32, walk(PAGE_WRITE, false).error, PF_W);
	check_eq(u32, walk(PAGE_WRITE, true).error, PF_W | PF_U);
	check_eq(u32, walk(PAGE_FETCH, true).error, PF_I | PF_U);
	check(!(walk(PAGE_READ, false).present));
}

Test(paging, a_fault_sets_no_bit)
{
	map4k(P | W | U, FRAME | P | U);
	check(!(walk(PAGE_WRITE, true).present));
	check_eq(u64, entry(ROOT) & A, 0);
	check_eq(u64, entry(L1 + 40) & A, 0);
}

Test(paging, user_needs_u_at_every_level)
{
	map4k(P | W, FRAME | P | W | U);
	check_eq(u32, walk(PAGE_READ, true).error, PF_P | PF_U);
	check(walk(PAGE_READ, false).present);
}

Test(paging, wp_decides_whether_the_kernel_may_write_read_only_pages)
{
	map4k(P | W | U, FRAME | P | U);
	check_eq(u32, walk(PAGE_WRITE, false).error, PF_P | PF_W);
	long_mode.cr0 &= ~(uint64_t)CR0_WP;
	check(walk(PAGE_WRITE, false).present);
	check(!(walk(PAGE_WRITE, true).present), "WP never opens it to user mode");
}

Test(paging, nx_stops_fetches_and_is_reserved_without_nxe)
{
	map4k(P | W | U, NX | FRAME | P | W | U);
	check_eq(u32, walk(PAGE_FETCH, true).error, PF_P | PF_U | PF_I);
	check(walk(PAGE_READ, true).present);
	long_mode.efer &= ~(uint64_t)EFER_NXE;
	check_eq(u32, walk(PAGE_READ, true).error, PF_P | PF_U | PF_RSVD);
	check_eq(u32, walk(PAGE_FETCH, true).error, PF_P | PF_U | PF_RSVD, "I needs NXE or SMEP");
}

Test(paging, smep_stops_the_kernel_from_running_user_pages)
{
	map4k(P | W | U, FRAME | P | W | U);
	check(walk(PAGE_FETCH, false).present);
	long_mode.cr4 |= CR4_SMEP;
	check_eq(u32, walk(PAGE_FETCH, false).error, PF_P | PF_I);
	check(walk(PAGE_FETCH, true).present);
}

Test(paging, address_bits_above_the_physical_width_are_reserved)
{
	map4k(P | W | U, UINT64_C(1) << PAGING_PHYS_BITS | FRAME | P | W | U);
	check_eq(u32, walk(PAGE_READ, false).error, PF_P | PF_RSVD);
}

Test(paging, a_2m_page_keeps_21_bits_of_offset_and_reserves_bits_20_to_13)
{
	mem_write64(&mem, ROOT, L3 | P | W);
	mem_write64(&mem, L3, L2 | P | W);
	mem_write64(&mem, L2, 0x40000000 | P | W | PS);
	struct page_walk w = paging_walk(&long_mode, &mem, 0x1ff123, PAGE_READ, false, true);
	require(w.present);
	check_eq(u64, w.pa, 0x401ff123);
	check_eq(u64, w.page_size, 2 << 20);
	mem_write64(&mem, L2, 0x40002000 | P | W | PS);
	w = paging_walk(&long_mode, &mem, 0x1ff123, PAGE_READ, false, true);
	check_eq(u32, w.error, PF_P | PF_RSVD);
}

Test(paging, a_1g_page_exists_only_where_cpuid_offers_it)
{
	mem_write64(&mem, ROOT, L3 | P | W);
	mem_write64(&mem, L3, UINT64_C(0x40000000) | P | W | PS);
	struct page_walk w = paging_walk(&long_mode, &mem, 0x3abcd123, PAGE_READ, false, true);
	require(w.present);
	check_eq(u64, w.pa, 0x7abcd123);
	long_mode.no_1g = true;
	w = paging_walk(&long_mode, &mem, 0x3abcd123, PAGE_READ, false, true);
	check_eq(u32, w.error, PF_P | PF_RSVD);
}

Test(paging, pae_takes_its_four_entries_from_a_32_byte_aligned_table)
{
	struct paging_mode pae = { .cr0 = CR0_PG | CR0_PE, .cr3 = ROOT + 0x20, .cr4 = CR4_PAE };
	mem_write64(&mem, ROOT + 0x20 + 3 * 8, L2 | P);
	mem_write64(&mem, L2, L1 | P | W);
	mem_write64(&mem, L1, FRAME | P | W);
	struct page_walk w = paging_walk(&pae, &mem, 0xc0000042, PAGE_WRITE, false, true);
	require(w.present);
	check_eq(u64, w.pa, FRAME + 0x42);
	check_eq(u64, entry(ROOT + 0x38) & A, 0, "a PDPTE has no accessed bit");
	mem_write64(&mem, ROOT + 0x20 + 3 * 8, L2 | P | W);
	w = paging_walk(&pae, &mem, 0xc0000042, PAGE_READ, false, true);
	check_eq(u32, w.error, PF_P | PF_RSVD);
}

Test(paging, loaded_pdptes_outlive_a_change_in_memory)
{
	uint64_t pdpte[PAGING_PDPTES];
	struct paging_mode pae = {
		.cr0 = CR0_PG | CR0_PE, .cr3 = ROOT, .cr4 = CR4_PAE, .pdpte = pdpte
	};
	mem_write64(&mem, ROOT, L2 | P);
	mem_write64(&mem, L2, L1 | P | W);
	mem_write64(&mem, L1, FRAME | P | W);
	require(paging_load_pdptes(&mem, ROOT, pdpte));
	mem_write64(&mem, ROOT, 0);
	check(paging_walk(&pae, &mem, 0x42, PAGE_READ, false, true).present);
	require(paging_load_pdptes(&mem, ROOT, pdpte));
	check(!(paging_walk(&pae, &mem, 0x42, PAGE_READ, false, true).present));
}

Test(paging, reserved_bits_of_a_present_pdpte_are_refused_when_it_is_loaded)
{
	uint64_t pdpte[PAGING_PDPTES];
	mem_write64(&mem, ROOT + 8, L2 | W);
	check(paging_load_pdptes(&mem, ROOT, pdpte), "not present: nothing is reserved");
	mem_write64(&mem, ROOT + 8, L2 | P | W);
	check(!paging_load_pdptes(&mem, ROOT, pdpte));
}

Test(paging, legacy_4m_pages_need_pse_and_reach_40_bits)
{
	struct paging_mode legacy = { .cr0 = CR0_PG | CR0_PE, .cr3 = ROOT, .cr4 = CR4_PSE };
	mem_write32(&mem, ROOT + 4, 0x00c00000 | 0x5u << 13 | P | W | PS);
	struct page_walk w = paging_walk(&legacy, &mem, 0x00654321, PAGE_READ, false, true);
	require(w.present);
	check_eq(u64, w.pa, UINT64_C(0x500e54321));
	legacy.cr4 = 0;
	w = paging_walk(&legacy, &mem, 0x00654321, PAGE_READ, false, false);
	check_eq(uint, w.levels, 2, "without PSE the entry points to a table");
}

Test(paging, tables_outside_memory_read_as_all_ones)
{
	long_mode.cr3 = UINT64_C(0x3fffff000);
	check_eq(u32, walk(PAGE_READ, false).error, PF_P | PF_RSVD);
}

Test(paging, only_long_mode_has_non_canonical_addresses)
{
	struct paging_mode legacy = { .cr0 = CR0_PG | CR0_PE };
	check(paging_canonical(&long_mode, UINT64_C(0x00007fffffffffff)));
	check(!paging_canonical(&long_mode, UINT64_C(0x0000800000000000)));
	check(paging_canonical(&long_mode, UINT64_C(0xffff800000000000)));
	check(!paging_canonical(&long_mode, UINT64_C(0xfffe800000000000)));
	check(paging_canonical(&legacy, UINT64_C(0x0000800000000000)));
}

static struct page_explanation why(uint64_t linear, enum page_access access, bool user)
{
	return paging_explain(&long_mode, &mem, linear, access, user);
}

Test(paging, an_explanation_names_the_levels_and_changes_nothing)
{
	map4k(P | W | U, FRAME | P | W | U);
	struct page_explanation e = why(0x5123, PAGE_WRITE, true);
	check_eq(int, e.refusal, PAGE_ALLOWED);
	require_eq(uint, e.walk.levels, 4);
	check_eq(str, e.level[0].name, "PML4E");
	check_eq(str, e.level[1].name, "PDPTE");
	check_eq(str, e.level[2].name, "PDE");
	check_eq(str, e.level[3].name, "PTE");
	check_eq(uint, e.level[3].index, 5);
	check(e.level[3].leaf && !e.level[2].leaf);
	check_eq(u64, entry(L1 + 40), FRAME | P | W | U, "no A, no D");
}

Test(paging, the_topmost_entry_that_refuses_is_blamed)
{
	map4k(P | W | U, FRAME | P | U);
	check_eq(int, why(0x5000, PAGE_WRITE, true).refusal, PAGE_READ_ONLY);
	check_eq(uint, why(0x5000, PAGE_WRITE, true).refused_at, 3);
	mem_write64(&mem, L3, L2 | P | W);
	check_eq(int, why(0x5000, PAGE_WRITE, true).refusal, PAGE_SUPERVISOR_ONLY);
	check_eq(uint, why(0x5000, PAGE_WRITE, true).refused_at, 1);
	mem_write64(&mem, L2, L1 | P | W | NX);
	mem_write64(&mem, L1 + 40, FRAME | P | W | NX);
	check_eq(int, why(0x5000, PAGE_FETCH, false).refusal, PAGE_NO_EXECUTE);
	check_eq(uint, why(0x5000, PAGE_FETCH, false).refused_at, 2);
	mem_write64(&mem, L2, 0);
	check_eq(int, why(0x5000, PAGE_READ, false).refusal, PAGE_NOT_PRESENT);
	check_eq(uint, why(0x5000, PAGE_READ, false).refused_at, 2);
}

Test(paging, reserved_bits_are_told_apart)
{
	map4k(P | W, FRAME | P | W | UINT64_C(1) << 45);
	struct page_explanation e = why(0x5000, PAGE_READ, false);
	check_eq(int, e.refusal, PAGE_RESERVED_BIT);
	check_eq(u64, e.reserved, UINT64_C(1) << 45);
	mem_write64(&mem, L2, FRAME << 5 | P | PS | 1 << 14);
	e = why(0x5000, PAGE_READ, false);
	check_eq(uint, e.refused_at, 2);
	check_eq(u64, e.reserved, 1 << 14);
}

Test(paging, smep_and_the_null_walk_are_explained)
{
	struct paging_mode smep = long_mode;
	smep.cr4 |= CR4_SMEP;
	map4k(P | W | U, FRAME | P | W | U);
	check_eq(int, paging_explain(&smep, &mem, 0x5000, PAGE_FETCH, false).refusal, PAGE_SMEP);
	check_eq(int, why(UINT64_C(1) << 47, PAGE_READ, false).refusal, PAGE_NONCANONICAL);
	struct paging_mode off = { .cr0 = CR0_PE };
	struct page_explanation e = paging_explain(&off, &mem, 0x5000, PAGE_READ, false);
	check_eq(int, e.refusal, PAGE_ALLOWED);
	check_eq(uint, e.walk.levels, 0);
}

Test(paging, a_table_where_no_memory_is_is_marked)
{
	mem_write64(&mem, ROOT, UINT64_C(0x80000000) | P | W);
	struct page_explanation e = why(0x5000, PAGE_READ, false);
	require(e.walk.levels >= 2);
	check(e.level[0].in_memory);
	check(!e.level[1].in_memory);
}

Test(paging, an_explanation_agrees_with_the_walk_for_any_tables)
{
	uint64_t random = 5;
	for (unsigned round = 0; round < 3000; round++) {
		struct paging_mode mode = long_mode;
		if (round % 3 == 1) mode.efer = 0;
		if (round % 3 == 2) mode.efer = mode.cr4 = 0;
		if (random_next(&random) & 1) mode.efer &= ~(uint64_t)EFER_NXE;
		if (random_next(&random) & 1) mode.cr4 |= CR4_SMEP | CR4_PSE;
		for (uint64_t at = ROOT; at < ROOT + 0x4000; at += 0x1000) {
			uint64_t next = (at + 0x1000) | (random_next(&random) & 0xe7);
			if (random_next(&random) % 4) next |= P | U;
			if (random_next(&random) % 8 == 0) next |= random_next(&random) & ~0xfffull;
			mem_write64(&mem, at, next);
		}
		enum page_access access = (enum page_access)(random_next(&random) % 3);
		bool user = random_next(&random) & 1;
		struct page_walk w = paging_walk(&mode, &mem, 0, access, user, false);
		struct page_explanation e = paging_explain(&mode, &mem, 0, access, user);
		require_eq(int, e.refusal == PAGE_ALLOWED, w.present);
		if (w.present) continue;
		require(e.refused_at < e.walk.levels);
		require_eq(int, e.refusal == PAGE_NOT_PRESENT, !(w.error & PF_P));
		require_eq(int, e.refusal == PAGE_RESERVED_BIT, (w.error & PF_RSVD) != 0);
		if (e.refusal == PAGE_RESERVED_BIT) require(e.reserved != 0);
	}
}
