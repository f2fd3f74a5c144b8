/* SPDX-License-Identifier: MIT */
#include "emu/x86/bits.h"
#include "emu/x86/paging.h"
#include "emu/x86/pte.h"
#include "emu/x86/tlb_model.h"
#include "tests/check.h"

enum { ROOT = 0x10000, L3 = 0x11000, L2 = 0x12000, L1 = 0x13000, FRAME = 0x20000 };
enum { RWU = PTE_P | PTE_W | PTE_U, LINEAR = 0x5123, OTHER = 0x7000, FAR_AWAY = 0x40000000 };

static struct tlb_model m;
static const struct paging_mode mode = { .cr0 = CR0_PG | CR0_PE | CR0_WP,
					 .cr3 = ROOT,
					 .cr4 = CR4_PAE | CR4_PGE,
					 .efer = EFER_LME | EFER_LMA | EFER_NXE };

static void power_on(void) { m = (struct tlb_model){ .asid = 0 }; }
static void power_off(void) { tlb_free(&m); }
TestSuite(tlb_model, .init = power_on, .fini = power_off, .timeout = 60);

/* A walk of long mode to a page of 4 KiB. */
static struct page_walk walk_to(uint64_t linear, uint64_t pa, uint8_t rights)
{
	struct page_walk w = { .present = true, .pa = pa | (linear & 0xfff), .page_size = 0x1000 };
	const uint64_t table[] = { ROOT, L3, L2, L1 };
	w.rights = (rights & PAGE_W ? PTE_W : 0) | (rights & PAGE_U ? PTE_U : 0) | PTE_NX;
	w.levels = 4;
	w.entry_bytes = 8;
	for (unsigned i = 0; i < 4; i++) {
		w.entry[i] = i < 3 ? table[i + 1] | RWU : pa | RWU;
		w.entry_pa[i] = table[i] + (linear >> paging_shift(&mode, i) & 0x1ff) * 8;
	}
	w.entry[3] |= (rights & PAGE_D ? PTE_D : 0) | (rights & PAGE_G ? PTE_G : 0);
	return w;
}

static void record(uint64_t linear, uint64_t pa, uint8_t rights)
{
	struct page_walk w = walk_to(linear, pa, rights);
	tlb_record(&m, &mode, linear, &w, 10);
	for (unsigned i = 0; i < 4; i++) tlb_table_read(&m, &mode, linear, &w, i);
}

static uint64_t found(uint64_t linear)
{
	struct tlb_held held;
	return tlb_find(&m, linear, &held) ? held.pa : 0;
}

static bool found_upper(uint64_t linear, unsigned level)
{
	uint64_t entry;
	return tlb_find_upper(&m, &mode, linear, level, &entry);
}

Test(tlb_model, records_a_page)
{
	struct tlb_held held;
	record(LINEAR, FRAME, PAGE_W | PAGE_D);
	require(tlb_find(&m, LINEAR & ~0xfffull, &held));
	check_eq(u64, held.pa, FRAME);
	check_eq(u64, found(LINEAR), FRAME | 0x123);
	check_eq(u8, held.rights, PAGE_W | PAGE_D);
	check_eq(u64, held.since_ns, 10);
	check_eq(u64, found(LINEAR + 0x1000), 0);
	for (unsigned i = 0; i < 3; i++) check(found_upper(LINEAR + 0x1000, i), "level %u", i);
	check(!found_upper(LINEAR, 3));
	check(!found_upper(FAR_AWAY, 2));
}

/* A page of 2 MiB is found for all of its addresses, and invalidated by any. */
Test(tlb_model, records_a_large_page)
{
	struct page_walk w = walk_to(0x200000, 0x600000, PAGE_W);
	w.levels = 3;
	w.entry[2] = 0x600000 | RWU | PTE_PS;
	tlb_record(&m, &mode, 0x200000, &w, 0);
	check_eq(u64, found(0x3abcde), 0x7abcde);
	check_eq(u64, found(0x400000), 0);
	tlb_invalidate_page(&m, 0x3ff000);
	check_eq(u64, found(0x200000), 0);
}

Test(tlb_model, a_new_record_replaces_the_old)
{
	record(LINEAR, FRAME, PAGE_G);
	record(LINEAR, FRAME + 0x1000, 0);
	tlb_invalidate_space(&m);
	check_eq(u64, found(LINEAR), 0, "the global one is gone too");
}

Test(tlb_model, invlpg)
{
	record(LINEAR, FRAME, 0);
	record(OTHER, FRAME, 0);
	tlb_invalidate_page(&m, LINEAR);
	check_eq(u64, found(LINEAR), 0);
	check_eq(u64, found(OTHER), FRAME);
	for (unsigned i = 0; i < 3; i++) check(!found_upper(OTHER, i), "level %u", i);
}

Test(tlb_model, invlpg_of_a_global_page)
{
	record(LINEAR, FRAME, PAGE_G);
	tlb_invalidate_page(&m, LINEAR);
	check_eq(u64, found(LINEAR), 0);
}

Test(tlb_model, write_of_cr3)
{
	record(LINEAR, FRAME, 0);
	record(OTHER, FRAME, PAGE_G);
	tlb_control_written(&m, CPU_INTEL, (struct tlb_cr_write){ .reg = 3 });
	check_eq(u64, found(LINEAR), 0);
	check_eq(u64, found(OTHER), FRAME);
	check(!found_upper(OTHER, 2));
}

/* Without CR4.PGE the G flag means nothing. */
Test(tlb_model, global_needs_pge)
{
	struct paging_mode local = mode;
	struct page_walk w = walk_to(LINEAR, FRAME, PAGE_G);
	local.cr4 &= ~(uint64_t)CR4_PGE;
	tlb_record(&m, &local, LINEAR, &w, 0);
	tlb_control_written(&m, CPU_INTEL, (struct tlb_cr_write){ .reg = 3 });
	check_eq(u64, found(LINEAR), 0);
}

static void control_case(enum cpu_vendor vendor, struct tlb_cr_write write, bool all, unsigned i)
{
	record(LINEAR, FRAME, PAGE_G);
	record(OTHER, FRAME, 0);
	tlb_control_written(&m, vendor, write);
	check_eq(u64, found(LINEAR), all ? 0 : FRAME | 0x123, "case %u of vendor %u", i, vendor);
	check_eq(u64, found(OTHER), all ? 0 : FRAME, "case %u of vendor %u", i, vendor);
}

/* Each case: a register, its old and new value, and whether all is invalidated. */
Test(tlb_model, writes_of_control_registers)
{
	static const struct {
		struct tlb_cr_write write;
		bool all, all_on_amd;
	} cases[] = {
		{ { 0, CR0_PG | CR0_PE, CR0_PE }, true, true },
		{ { 0, CR0_PE, CR0_PG | CR0_PE }, false, false },
		{ { 0, CR0_PG, CR0_PG | CR0_WP }, false, false },
		{ { 4, CR4_PGE, 0 }, true, true },
		{ { 4, 0, CR4_PGE }, true, true },
		{ { 4, CR4_PAE, 0 }, true, true },
		{ { 4, 0, CR4_SMEP }, true, true },
		{ { 4, CR4_SMEP, 0 }, false, false },
		{ { 4, 0, CR4_PSE }, false, true },
	};
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		control_case(CPU_INTEL, cases[i].write, cases[i].all, i);
		control_case(CPU_AMD, cases[i].write, cases[i].all_on_amd, i);
	}
}

Test(tlb_model, a_page_fault)
{
	record(LINEAR, FRAME, 0);
	record(OTHER, FRAME, 0);
	record(FAR_AWAY, FRAME, 0);
	tlb_invalidate_fault(&m, &mode, LINEAR + 0x200);
	check_eq(u64, found(LINEAR), 0);
	check_eq(u64, found(OTHER), FRAME);
	check(!found_upper(LINEAR, 2));
	check(found_upper(FAR_AWAY, 2));
	check(!found_upper(FAR_AWAY, 0), "they share the topmost entry");
}

Test(tlb_model, address_spaces_are_apart)
{
	record(LINEAR, FRAME, 0);
	m.asid = 3;
	check_eq(u64, found(LINEAR), 0);
	record(LINEAR, FRAME + 0x1000, 0);
	record(OTHER, FRAME, PAGE_G);
	m.asid = 0;
	tlb_invalidate_space(&m);
	check_eq(u64, found(LINEAR), 0);
	m.asid = 3;
	check_eq(u64, found(LINEAR), (FRAME + 0x1000) | 0x123);
	tlb_invalidate_page_of(&m, 3, LINEAR);
	check_eq(u64, found(LINEAR), 0);
	tlb_invalidate_space_of(&m, 3, false);
	check_eq(u64, found(OTHER), FRAME);
	tlb_invalidate_space_of(&m, 3, true);
	check_eq(u64, found(OTHER), 0);
}

Test(tlb_model, knows_its_tables)
{
	struct tlb_table t;
	record(LINEAR, FRAME, 0);
	require(tlb_table_at(&m, L1 + 0x28, &t));
	check_eq(uint, t.shift, 12);
	check_eq(uint, t.entry_bytes, 8);
	check_eq(u64, t.linear, 0);
	check(!t.many);
	require(tlb_table_at(&m, ROOT, &t));
	check_eq(uint, t.shift, 39);
	check(!tlb_table_at(&m, FRAME, &t));
	check(tlb_table_in_use(&m, L2 + 8));
	check(!tlb_table_in_use(&m, FRAME));
}

/* A table that serves two ranges, or two levels. */
Test(tlb_model, a_table_may_serve_many)
{
	struct tlb_table t;
	struct page_walk w = walk_to(FAR_AWAY, FRAME, 0);
	record(LINEAR, FRAME, 0);
	record(OTHER, FRAME, 0);
	require(tlb_table_at(&m, L1, &t));
	check(!t.many);
	tlb_table_read(&m, &mode, FAR_AWAY, &w, 3);
	require(tlb_table_at(&m, L1, &t));
	check(t.many);
	w.entry_pa[2] = ROOT;
	tlb_table_read(&m, &mode, FAR_AWAY, &w, 2);
	require(tlb_table_at(&m, ROOT, &t));
	check(t.many);
}

Test(tlb_model, a_table_is_free_when_nothing_depends_on_it)
{
	struct tlb_table t;
	record(LINEAR, FRAME, 0);
	tlb_invalidate_page(&m, LINEAR);
	check(tlb_table_in_use(&m, L1), "it is only known of all of a space");
	tlb_invalidate_space(&m);
	check(!tlb_table_in_use(&m, L1));
	check(!tlb_table_at(&m, L1, &t), "and forgotten");
	record(LINEAR, FRAME, PAGE_G);
	tlb_invalidate_space(&m);
	check(tlb_table_in_use(&m, L1), "a global page depends on it");
	tlb_invalidate_all(&m);
	check(!tlb_table_in_use(&m, L1));
}

Test(tlb_model, what_takes_away)
{
	const struct tlb_table leaf = { .shift = 12, .entry_bytes = 8 };
	const struct tlb_table directory = { .shift = 21, .entry_bytes = 8 };
	const struct tlb_table narrow = { .shift = 12, .entry_bytes = 4 };
	const uint64_t e = FRAME | RWU;
	check(tlb_takes_away(&leaf, e, 0));
	check(tlb_takes_away(&leaf, e, e & ~(uint64_t)PTE_P));
	check(tlb_takes_away(&leaf, e, e & ~(uint64_t)PTE_W));
	check(tlb_takes_away(&leaf, e, e & ~(uint64_t)PTE_U));
	check(tlb_takes_away(&leaf, e, e | PTE_NX));
	check(tlb_takes_away(&leaf, e, e + 0x1000));
	check(tlb_takes_away(&directory, e, e | PTE_PS));
	check(!tlb_takes_away(&leaf, e, e | PTE_PS), "it is the PAT bit there");
	check(!tlb_takes_away(&leaf, e, e));
	check(!tlb_takes_away(&leaf, e, e | PTE_A | PTE_D | PTE_G));
	check(!tlb_takes_away(&leaf, e | PTE_A | PTE_D, e));
	check(!tlb_takes_away(&leaf, e & ~(uint64_t)PTE_W, e));
	check(!tlb_takes_away(&leaf, e | PTE_NX, e));
	check(!tlb_takes_away(&leaf, e & ~(uint64_t)PTE_P, e + 0x1000));
	check(tlb_takes_away(&narrow, 0xfffff007, 0x7ffff007), "all of the upper bits");
}

Test(tlb_model, knows_the_last_write)
{
	struct page_walk w = walk_to(LINEAR, FRAME, 0);
	struct tlb_write write;
	unsigned level;
	check(!tlb_last_write(&m, &w, 0, &write, &level));
	tlb_note_write(&m, w.entry_pa[3], &(struct tlb_write){ .pc = 1, .ns = 20 });
	tlb_note_write(&m, w.entry_pa[2], &(struct tlb_write){ .pc = 2, .ns = 30 });
	tlb_note_write(&m, w.entry_pa[3] + 8, &(struct tlb_write){ .pc = 3, .ns = 40 });
	require(tlb_last_write(&m, &w, 0, &write, &level));
	check_eq(u64, write.pc, 2);
	check_eq(uint, level, 2);
	check(!tlb_last_write(&m, &w, 31, &write, &level), "all are older");
	tlb_note_write(&m, L1 + 0xff8,
		       &(struct tlb_write){ .pc = 4, .ns = 50, .by = TLB_WRITER_DEVICE });
	require(tlb_last_write(&m, &w, 0, &write, &level));
	check_eq(u64, write.pc, 4);
	check_eq(int, write.by, TLB_WRITER_DEVICE);
	check_eq(uint, level, 3);
}

Test(tlb_model, a_copy_is_equal)
{
	struct tlb_model copy = { .asid = 9 };
	record(LINEAR, FRAME, PAGE_G);
	record(OTHER, FRAME, 0);
	require(tlb_copy(&copy, &m));
	tlb_invalidate_all(&m);
	struct tlb_held held;
	check_eq(u32, copy.asid, 0);
	check(tlb_find(&copy, LINEAR, &held));
	check(tlb_find(&copy, OTHER, &held));
	check(tlb_table_in_use(&copy, L1));
	tlb_free(&copy);
}

/* paging.c: what the record needs of it. */
Test(tlb_model, shifts_of_the_levels)
{
	const struct paging_mode narrow = { .cr4 = CR4_PSE }, pae = { .cr4 = CR4_PAE };
	const unsigned want[] = { 39, 30, 21, 12 };
	for (unsigned i = 0; i < 4; i++) check_eq(uint, paging_shift(&mode, i), want[i]);
	for (unsigned i = 0; i < 3; i++) check_eq(uint, paging_shift(&pae, i), want[i + 1]);
	check_eq(uint, paging_shift(&narrow, 0), 22);
	check_eq(uint, paging_shift(&narrow, 1), 12);
}
