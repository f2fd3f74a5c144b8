/* SPDX-License-Identifier: MIT */
/* Random changes of page-table entries, invalidations and accesses, for --tlb stale: a model of
 * what is cached says what each access must find. PAGING: 2 (32-bit), 3 (PAE), 4 (long mode). */
#include "pagefaults_window.h"

enum { STEPS = 20000, PAGES = 8, SEED = 1 };

static volatile pte_t *const entry = window_pt;
/* What the CPU has cached of each page. */
static struct {
	bool any, w, d, g;
	unsigned frame;
} cached[PAGES];
static uint32_t in_frame[FRAMES]; /* what each frame holds */
static uint32_t state = SEED, failures;
static volatile uint32_t *volatile target;
static volatile uint32_t seen, stored;

static __attribute__((noinline)) void load(void) { seen = *target; }
static __attribute__((noinline)) void store(void) { *target = stored; }

/* Numerical Recipes' generator; its upper bits. */
static uint32_t random_below(uint32_t n)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 16) % n;
}

static unsigned frame_of(pte_t e)
{
	return (unsigned)(((uint32_t)e & ~(uint32_t)(PAGE - 1)) - (uintptr_t)frame[0]) / PAGE;
}

/* --- the model ------------------------------------------------------------------------------- */

static bool tables_agree(unsigned n)
{
	return (entry[n] & P) && frame_of(entry[n]) == cached[n].frame;
}

/* What a walk finds is cached, unless that would forget a right. */
static void take_from_tables(unsigned n)
{
	const pte_t e = entry[n];
	if (cached[n].any && ((cached[n].w && !(e & W)) || (cached[n].d && !(e & D)))) return;
	cached[n].any = true;
	cached[n].frame = frame_of(e);
	cached[n].w = e & W;
	cached[n].d = e & D;
	cached[n].g = (e & G) && (read_cr4() & CR4_PGE);
}

static void forget_space(void)
{
	for (unsigned n = 0; n < PAGES; n++)
		if (!cached[n].g) cached[n].any = false;
}

/* --- steps ----------------------------------------------------------------------------------- */

static void wrong(const char *what, uint32_t step, unsigned n, uint32_t got, uint32_t want)
{
	if (failures++ < 10)
		fail(what, "step %u, page %u: got %x, want %x, entry %q", step, n, got, want,
		     (uint64_t)entry[n]);
}

static void do_load(uint32_t step, unsigned n)
{
	target = (volatile uint32_t *)AT_PAGE(n);
	bool faulted = try_call((const void *)load, 0);
	bool fails = !cached[n].any && !(entry[n] & P);
	if (faulted != fails) wrong("fault of a load", step, n, faulted, fails);
	if (fails) return;
	if (!cached[n].any || tables_agree(n)) take_from_tables(n);
	if (seen != in_frame[cached[n].frame])
		wrong("load", step, n, seen, in_frame[cached[n].frame]);
}

static void do_store(uint32_t step, unsigned n)
{
	bool held = cached[n].any && cached[n].w && cached[n].d;
	const pte_t before = entry[n];
	target = (volatile uint32_t *)AT_PAGE(n);
	stored = step;
	bool faulted = try_call((const void *)store, 0);
	bool fails = !held && (before & (P | W)) != (P | W);
	if (faulted != fails) wrong("fault of a store", step, n, faulted, fails);
	if (fails) {
		cached[n].any = false;
		return;
	}
	if (!held) cached[n].any = false;
	if (!held || tables_agree(n)) take_from_tables(n);
	in_frame[cached[n].frame] = step;
	for (unsigned i = 0; i < FRAMES; i++)
		if (*(volatile uint32_t *)frame[i] != in_frame[i])
			wrong("store", step, i, *(volatile uint32_t *)frame[i], in_frame[i]);
}

static void change(unsigned n)
{
	static const pte_t flags[] = { 0, P, P | W, P | W | A | D, P | W | G, P | A };
	pte_t now = (uintptr_t)frame[random_below(FRAMES)] |
		    flags[random_below(sizeof flags / sizeof flags[0])];
	volatile uint8_t *lowest = (volatile uint8_t *)&entry[n];
	volatile uint32_t *lower = (volatile uint32_t *)&entry[n];
	uint32_t half = (uint32_t)now;
	switch (random_below(5)) {
	case 0:
	case 1: entry[n] = now; break;
	case 2: __asm__ volatile("xchg %0, %1" : "+r"(half), "+m"(*lower) : : "memory"); break;
	case 3: *lowest ^= W; break;
	default: __asm__ volatile("lock andb $0xfe, %0" : "+m"(*lowest) : : "memory"); break;
	}
}

static void invalidate(unsigned n)
{
	switch (random_below(6)) {
	case 0:
		flush_tlb();
		forget_space();
		break;
	case 1:
		write_cr4(read_cr4() ^ CR4_PGE);
		for (unsigned i = 0; i < PAGES; i++) cached[i].any = false;
		break;
	default:
		invlpg(AT_PAGE(n) + random_below(PAGE));
		cached[n].any = false;
		break;
	}
}

void kernel_main(void)
{
	init_tables();
	init_window();
	map(0, 0);
	for (unsigned n = 0; n < FRAMES; n++) {
		in_frame[n] = STEPS + n;
		*(volatile uint32_t *)frame[n] = in_frame[n];
	}
	for (uint32_t step = 0; step < STEPS; step++) {
		unsigned n = random_below(PAGES), what = random_below(10);
		if (what < 4)
			do_load(step, n);
		else if (what < 6)
			do_store(step, n);
		else if (what < 9)
			change(n);
		else
			invalidate(n);
	}
	check("all steps", failures, 0);
	finish();
}
