/* SPDX-License-Identifier: MIT */
/* Part of pagefaults.c: the paging structures, and a window of a few pages whose entries the tests
 * change. */
#ifndef TESTS_KERNELS_PAGEFAULTS_WINDOW_H
#define TESTS_KERNELS_PAGEFAULTS_WINDOW_H

#include "k.h"

#if PAGING == 2
typedef uint32_t pte_t;
enum { DIRECTORY_SPAN = 4 << 20 };
#else
typedef uint64_t pte_t;
enum { DIRECTORY_SPAN = 2 << 20 };
#endif

enum {
	P = 1 << 0,
	W = 1 << 1,
	U = 1 << 2,
	A = 1 << 5,
	D = 1 << 6,
	PS = 1 << 7,
	G = 1 << 8,
	ERR_P = 1,
	ERR_W = 2,
	ERR_U = 4,
	ERR_RSVD = 8,
	ERR_ID = 16,
	PAGE = 4096,
	FRAMES = 4
};
#define NX         (1ull << 63)
#define WINDOW     ((uintptr_t)0x40000000)   /* its first DIRECTORY_SPAN: 4 KiB pages */
#define BIG        (WINDOW + DIRECTORY_SPAN) /* a large page over physical 0 */
#define AT_PAGE(n) (WINDOW + (n)*PAGE)

static pte_t window_pt[PAGE / sizeof(pte_t)] ALIGNED(PAGE);
static uint8_t frame[FRAMES][PAGE] ALIGNED(PAGE);
static pte_t *pde; /* of the window */

static void init_tables(void);

#if PAGING == 2
static pte_t directory[1024] ALIGNED(PAGE);

static void init_tables(void)
{
	for (unsigned i = 0; i < 16; i++) directory[i] = i << 22 | P | W | PS | (i == 1 ? U : 0);
	pde = &directory[WINDOW >> 22];
	write_cr4(read_cr4() | CR4_PSE);
	write_cr3((uintptr_t)directory);
}
#elif PAGING == 3
static pte_t pointers[4] ALIGNED(32);
static pte_t directory[2][512] ALIGNED(PAGE);

static void init_tables(void)
{
	for (unsigned i = 0; i < 32; i++)
		directory[0][i] = i << 21 | P | W | PS | (i == 2 || i == 3 ? U : 0);
	pointers[0] = (uintptr_t)directory[0] | P;
	pointers[1] = (uintptr_t)directory[1] | P;
	pde = directory[1];
	write_cr4(read_cr4() | CR4_PAE);
	write_cr3((uintptr_t)pointers);
}
#else
extern pte_t page_pml4[512], page_pdpt[512];
static pte_t directory[512] ALIGNED(PAGE);

static void init_tables(void)
{
	page_pdpt[1] = (uintptr_t)directory | P | W | U;
	page_pml4[256] = page_pml4[0];
	pde = directory;
	flush_tlb();
}
#endif

static void set_pte(unsigned n, pte_t entry)
{
	window_pt[n] = entry;
	invlpg(AT_PAGE(n));
}

/* Map page n to frame n with these flags; 0: not present. */
static void map(unsigned n, pte_t flags)
{
	set_pte(n, flags & P ? (uintptr_t)frame[n] | flags : flags);
}

static void set_pde(pte_t entry)
{
	*pde = entry;
	flush_tlb();
}

static void init_window(void)
{
	memset(window_pt, 0, sizeof window_pt);
	set_pde((uintptr_t)window_pt | P | W | U);
	for (unsigned n = 0; n < FRAMES; n++) memset(frame[n], 0xc3, PAGE); /* RET */
	write_cr0(read_cr0() | CR0_WP | CR0_PG);
}

#endif
