/* SPDX-License-Identifier: MIT */
/* Kernels' mistakes with cached translations, one after the other. Each prints "SAW name old" if
 * the CPU used what it had cached, or "new" if it used the tables. tlb_stale.sh finds the lines of
 * the mistakes by their names in comments. PAGING: 2 (32-bit), 3 (PAE), 4 (long mode). */
#include "pagefaults_window.h"

enum { OLD = 0x0102, NEW = 0x0304, NOTHING = 0 };

/* Entries are written where the source says so. */
#define ENTRY(e) (*(volatile pte_t *)&(e))

static pte_t other_pt[PAGE / sizeof(pte_t)] ALIGNED(PAGE);
static volatile uint32_t *volatile target;
static volatile uint32_t seen;

static __attribute__((noinline)) void load(void) { seen = *target; /* USE load */ }
static __attribute__((noinline)) void store(void) { *target = NEW; /* USE store */ }

/* What a load from that page finds; NOTHING: it faults. */
static uint32_t load_from(uintptr_t at)
{
	target = (volatile uint32_t *)at;
	seen = NOTHING;
	(void)try_call((const void *)load, 0);
	return seen;
}

static void saw(const char *name, bool old) { print("SAW %s %s\n", name, old ? "old" : "new"); }

/* All pages go to frame 0, and page 0 is cached so. */
static void start(void)
{
	*(uint32_t *)frame[0] = OLD;
	*(uint32_t *)frame[1] = NEW;
	for (unsigned n = 0; n < FRAMES; n++) map(n, P | W);
	for (unsigned n = 0; n < FRAMES; n++) window_pt[n] = (uintptr_t)frame[0] | P | W | A | D;
	for (unsigned n = 0; n < FRAMES; n++) other_pt[n] = (uintptr_t)frame[1] | P | W | A | D;
	set_pde((uintptr_t)window_pt | P | W | U);
	if (load_from(AT_PAGE(0)) != OLD) fail("start", "page 0 is not frame 0");
}

static pte_t to_new(void) { return (uintptr_t)frame[1] | P | W; }

static void no_invlpg(void)
{
	start();
	ENTRY(window_pt[0]) = to_new(); /* BAD no_invlpg */
	saw("no_invlpg", load_from(AT_PAGE(0)) == OLD);
}

static void wrong_page(void)
{
	start();
	ENTRY(window_pt[0]) = to_new(); /* BAD wrong_page */
	invlpg(AT_PAGE(1));
	saw("wrong_page", load_from(AT_PAGE(0)) == OLD);
}

static void made_absent(void)
{
	start();
	ENTRY(window_pt[0]) = 0; /* BAD made_absent */
	saw("made_absent", load_from(AT_PAGE(0)) == OLD);
}

static void made_read_only(void)
{
	start();
	target = (volatile uint32_t *)AT_PAGE(0);
	store();
	ENTRY(window_pt[0]) &= ~(pte_t)W; /* BAD made_read_only */
	saw("made_read_only", !try_call((const void *)store, 0));
}

/* The table is replaced; the page was cached. */
static void table_of_page(void)
{
	start();
	ENTRY(*pde) = (uintptr_t)other_pt | P | W | U; /* BAD table_of_page */
	saw("table_of_page", load_from(AT_PAGE(0)) == OLD);
}

/* The table is replaced; the page was never accessed, but its neighbour was. */
static void table_freed(void)
{
	start();
	ENTRY(*pde) = (uintptr_t)other_pt | P | W | U; /* BAD table_freed */
	saw("table_freed", load_from(AT_PAGE(2)) == OLD);
}

static void large_page(void)
{
	const pte_t flags = P | W | PS;
	pte_t *big = pde + 1;
	ENTRY(*big) = flags;
	flush_tlb();
	(void)load_from(BIG + 0x100000);
	ENTRY(*big) = DIRECTORY_SPAN | flags; /* BAD large_page */
	*(uint32_t *)frame[0] = OLD;
	saw("large_page", load_from(BIG + (uintptr_t)frame[0]) == OLD);
	ENTRY(*big) = 0;
	flush_tlb();
}

/* A write of CR3 keeps global pages. */
static void global_page(void)
{
	start();
	write_cr4(read_cr4() | CR4_PGE);
	ENTRY(window_pt[0]) = (uintptr_t)frame[0] | P | W | G;
	invlpg(AT_PAGE(0));
	(void)load_from(AT_PAGE(0));
	ENTRY(window_pt[0]) = to_new() | G; /* BAD global_page */
	flush_tlb();
	saw("global_page", load_from(AT_PAGE(0)) == OLD);
	write_cr4(read_cr4() & ~(uintptr_t)CR4_PGE);
}

/* The entry is written by a store that the CPU makes in two halves: over an entry's end. */
static void unaligned_store(void)
{
	uint8_t *entry = (uint8_t *)&window_pt[0];
	start();
	*(volatile uint16_t *)(entry + 1) =
		(uint16_t)((uintptr_t)frame[1] >> 8); /* BAD unaligned_store */
	saw("unaligned_store", load_from(AT_PAGE(0)) == OLD);
}

#if PAGING != 4
/* CMPXCHG8B is no plain store for the engine. */
static void by_cmpxchg8b(void)
{
	start();
	uint64_t old = *(volatile uint64_t *)window_pt;
	uint64_t new = (old & ~UINT64_C(0xfffff000)) | (uintptr_t)frame[1];
	__asm__ volatile("lock cmpxchg8b %0" /* BAD by_cmpxchg8b */
			 : "+m"(*(volatile uint64_t *)window_pt), "+A"(old)
			 : "b"((uint32_t) new), "c"((uint32_t)(new >> 32))
			 : "memory");
	saw("by_cmpxchg8b", load_from(AT_PAGE(0)) == OLD);
}
#endif

#if PAGING > 2
static void made_data(void)
{
	start();
	memset(frame[0], 0xc3, PAGE); /* RET */
	if (try_call((const void *)AT_PAGE(0), 0)) fail("made_data", "it cannot be executed");
	ENTRY(window_pt[0]) |= NX; /* BAD made_data */
	saw("made_data", !try_call((const void *)AT_PAGE(0), 0));
}
#endif

void kernel_main(void)
{
	init_tables();
	init_window();
	no_invlpg();
	wrong_page();
	made_absent();
	made_read_only();
	table_of_page();
	table_freed();
	large_page();
	global_page();
	unaligned_store();
#if PAGING != 4
	by_cmpxchg8b();
#endif
#if PAGING > 2
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
	made_data();
#endif
	start();
	report(load_from(AT_PAGE(0)) == OLD, "all is well again");
	finish();
}
