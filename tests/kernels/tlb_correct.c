/* SPDX-License-Identifier: MIT */
/* Changes of page tables with every invalidation that the manual offers, and those that need none
 * (SDM Vol. 3A 4.10.4.1, 4.10.4.3): the new entry is used, and no lint is reported. PAGING: 2
 * (32-bit), 3 (PAE), 4 (long mode). */
#include "pagefaults_window.h"

/* Entries are written where the source says so. */
#define ENTRY(e) (*(volatile pte_t *)&(e))

static pte_t other_pt[PAGE / sizeof(pte_t)] ALIGNED(PAGE);

static uint32_t load(unsigned page) { return *(volatile uint32_t *)AT_PAGE(page); }
static void store(unsigned page, uint32_t value) { *(volatile uint32_t *)AT_PAGE(page) = value; }

/* Page 0 goes to frame 0, and is cached so. Each frame holds its number. */
static void start(void)
{
	for (uint32_t n = 0; n < FRAMES; n++) *(uint32_t *)frame[n] = n;
	memset(window_pt, 0, sizeof window_pt);
	set_pde((uintptr_t)window_pt | P | W | U);
	map(0, P | W);
	(void)load(0);
	store(0, 0);
}

static pte_t to(unsigned n) { return (uintptr_t)frame[n] | P | W; }

static void by_invlpg(void)
{
	start();
	ENTRY(window_pt[0]) = to(1);
	invlpg(AT_PAGE(0) + 0x123);
	check("INVLPG", load(0), 1);
}

static void by_cr3(void)
{
	start();
	ENTRY(window_pt[0]) = to(1);
	flush_tlb();
	check("write of CR3", load(0), 1);
}

static void by_pge(void)
{
	start();
	write_cr4(read_cr4() | CR4_PGE);
	ENTRY(window_pt[0]) = to(1) | G;
	invlpg(AT_PAGE(0));
	check("global page", load(0), 1);
	flush_tlb();
	check("global page after a write of CR3", load(0), 1);
	ENTRY(window_pt[0]) = to(2) | G;
	invlpg(AT_PAGE(0));
	check("INVLPG of a global page", load(0), 2);
	ENTRY(window_pt[0]) = to(3);
	write_cr4(read_cr4() & ~(uintptr_t)CR4_PGE);
	check("CR4.PGE is cleared", load(0), 3);
	ENTRY(window_pt[0]) = to(1);
	write_cr4(read_cr4() | CR4_PGE);
	check("CR4.PGE is set", load(0), 1);
	write_cr4(read_cr4() & ~(uintptr_t)CR4_PGE);
}

static void by_smep(void)
{
	if (!cpu_has_smep()) {
		skip("CR4.SMEP is set", "no SMEP");
		return;
	}
	start();
	ENTRY(window_pt[0]) = to(1);
	write_cr4(read_cr4() | CR4_SMEP);
	check("CR4.SMEP is set", load(0), 1);
	write_cr4(read_cr4() & ~(uintptr_t)CR4_SMEP);
}

#if PAGING != 4
/* The kernel's code is at the same addresses without paging. */
static void by_pg(void)
{
	start();
	ENTRY(window_pt[0]) = to(1);
	write_cr0(read_cr0() & ~CR0_PG);
	write_cr0(read_cr0() | CR0_PG);
	check("CR0.PG is cleared", load(0), 1);
}
#endif

/* A page fault invalidates what it used. */
static void by_fault(void)
{
	start();
	map(0, P);
	(void)load(0);
	ENTRY(window_pt[0]) = to(0);
	store(0, 5);
	check("write after R/W was set", load(0), 5);
}

static void more_rights(void)
{
	start();
	map(1, 0);
	ENTRY(window_pt[1]) = to(1);
	check("P is set", load(1), 1);
	ENTRY(window_pt[1]) |= U;
	check("U/S is set", load(1), 1);
#if PAGING > 2
	map(1, P | W | NX);
	(void)load(1);
	ENTRY(window_pt[1]) &= ~NX;
	memset(frame[1], 0xc3, 1); /* RET */
	check("XD is cleared", try_call((const void *)AT_PAGE(1), 0), false);
#endif
}

static void accessed_and_dirty(void)
{
	start();
	ENTRY(window_pt[0]) &= ~(pte_t)(A | D);
	(void)load(0);
	store(0, 7);
	check("A and D are cleared", load(0), 7);
}

/* Rights that are taken away do not matter for an access that needs them not. */
static void less_rights(void)
{
	start();
	ENTRY(window_pt[0]) &= ~(pte_t)W;
	check("read after R/W was cleared", load(0), 0);
	invlpg(AT_PAGE(0));
	check("and after INVLPG", load(0), 0);
}

/* What is as it was before is not out of date. */
static void there_and_back(void)
{
	start();
	const pte_t old = window_pt[0];
	ENTRY(window_pt[0]) = 0;
	ENTRY(window_pt[0]) = old;
	check("cleared and written again", load(0), 0);
	ENTRY(window_pt[0]) = 0;
	invlpg(AT_PAGE(0));
	ENTRY(window_pt[0]) = to(2);
	check("cleared, invalidated, moved", load(0), 2);
}

static void other_table(void)
{
	start();
	ENTRY(other_pt[0]) = to(1);
	ENTRY(other_pt[1]) = to(2);
	ENTRY(*pde) = (uintptr_t)other_pt | P | W | U;
	invlpg(AT_PAGE(0));
	check("another table, INVLPG", load(0), 1);
	check("of all that uses it", load(1), 2);
	ENTRY(*pde) = 0;
	flush_tlb();
	memset(other_pt, 0xcc,
	       sizeof other_pt); /* the table is freed and used for something else */
	ENTRY(*pde) = (uintptr_t)window_pt | P | W | U;
	check("the first table again", load(0), 0);
}

/* The same translation by tables of another form. */
static void split(void)
{
	const pte_t flags = P | W;
	pte_t *big = pde + 1;
	ENTRY(*big) = flags | PS;
	flush_tlb();
	uint32_t before = *(volatile uint32_t *)(BIG + 0x100000);
	for (unsigned n = 0; n < PAGE / sizeof(pte_t); n++) other_pt[n] = n * PAGE | flags;
	ENTRY(*big) = (uintptr_t)other_pt | flags;
	check("a large page is split", *(volatile uint32_t *)(BIG + 0x100000), before);
	ENTRY(*big) = 0;
	flush_tlb();
}

void kernel_main(void)
{
	init_tables();
	init_window();
#if PAGING > 2
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
#endif
	by_invlpg();
	by_cr3();
	by_pge();
	by_smep();
#if PAGING != 4
	by_pg();
#endif
	by_fault();
	more_rights();
	accessed_and_dirty();
	less_rights();
	there_and_back();
	other_table();
	split();
	finish();
}
