/* SPDX-License-Identifier: MIT */
/* CPU time of mapping and translating by native code, over plain memory and over a machine's.
 *
 *	paging [ROUNDS]
 *
 * Prints a line for each loop, with tabs between: what, ns as median, least and greatest of the
 * rounds. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bimetal/x86/mapper.h"
#include "harness/machine/host.h"
#include "linear.h"
#include "tests/bench/paging_loop.h"

enum {
	MAX_ROUNDS = 101,
	DEFAULT_ROUNDS = 21,
	DECIMAL = 10,
	MEMORY = 8 << 20, /* for tables */
	N_FRAMES = MEMORY / 4096 - 1,
	PAGES = 1 << 18, /* 1 GiB of pages of 4 KiB */
	PAIRS = 1 << 18,
	TRANSLATIONS = 1 << 20,
	PHYS_BITS_HERE = 40
};
#define ROOT UINT64_C(0x1000000) /* in the machine's memory */
#define BASE UINT64_C(0xffff900000000000)

static struct page_table plain[MEMORY / 4096];
static uint32_t words[N_FRAMES / FRAME_BITMAP_BITS + 1];
static struct machine machine;
static struct bimetal_cpu cpu;

static struct page_table *plain_table(void *ctx, struct phys table)
{
	(void)ctx;
	return table.value < MEMORY ? &plain[table.value / sizeof(plain[0])] : NULL;
}

/* ---- mappers ---- */

enum reach { PLAIN, POINTER, MACHINE, N_REACHES };
static const char *const reach_name[N_REACHES] = { "plain memory",
						   "a function that gives a pointer",
						   "the machine's memory" };

struct tables {
	struct mapper m;
	struct frame_bitmap bitmap;
	struct frame_source frames;
};

static bool make(struct tables *t, enum reach reach)
{
	const struct pte_rules rules = { PTE_INTEL, PHYS_BITS_HERE, true, true };
	const struct tlb none = { 0 };
	struct phys root = { reach == MACHINE ? ROOT : 0 };
	struct linear memory = linear_of_process(plain, MEMORY);
	enum mapper_status status;

	if (reach == MACHINE) memory = linear_memory(&cpu, 0, ROOT + MEMORY);
	for (unsigned i = 0; i < PTE_PER_TABLE; i++)
		linear_store64(memory, root.value + i * UINT64_C(8), 0);
	status = reach == POINTER ? mapper_by_pointer(&t->m, plain_table, NULL, root, &rules, &none)
				  : mapper_at_offset(&t->m, memory, root, &rules, &none);
	if (status != MAPPER_OK) return false;
	struct phys first = { root.value + sizeof(plain[0]) };
	if (frame_bitmap_init(&t->bitmap, words, first, N_FRAMES) != FRAMES_OK) return false;
	if (frame_bitmap_free(&t->bitmap, first.value, MEMORY) != FRAMES_OK) return false;
	t->frames = frame_bitmap_source(&t->bitmap);
	return true;
}

/* ---- loops: each returns what went wrong ---- */

static uint32_t pairs(struct tables *t)
{
	struct frame frame = { { 0x123000 }, PAGE_4K };

	return paging_pairs(&t->m, virt_unchecked(BASE), frame, &t->frames, PAIRS);
}

static uint64_t frame_of(uint64_t page) { return (page * UINT64_C(0x9e3779b1) & 0xfffffff) << 12; }

static bool map_all(struct tables *t)
{
	for (uint64_t i = 0; i < PAGES; i++) {
		struct page page = { { BASE + (i << 12) }, PAGE_4K };
		struct frame frame = { { frame_of(i) }, PAGE_4K };

		if (flush_page_ignored(mapper_map(&t->m, page, frame, PTE_PRESENT, &t->frames)) !=
		    MAPPER_OK)
			return false;
	}
	return true;
}

static uint32_t translate(struct tables *t)
{
	uint64_t seed = 88172645463325252;
	uint32_t wrong = 0;

	for (unsigned i = 0; i < TRANSLATIONS; i++) {
		struct translation found;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		uint64_t offset = seed % ((uint64_t)PAGES << 12);
		enum mapper_status status =
			mapper_translate(&t->m, virt_unchecked(BASE + offset), &found);
		wrong += status != MAPPER_OK || found.frame.start.value != frame_of(offset >> 12);
	}
	return wrong;
}

/* ---- measuring ---- */

static double cpu_ns(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return 0;
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

static bool measure(struct tables *t, const char *what, enum reach reach,
		    uint32_t (*loop)(struct tables *t), unsigned n, unsigned rounds)
{
	double ns[MAX_ROUNDS] = { 0 };
	uint32_t wrong = loop(t); /* warm */

	for (unsigned i = 0; i < rounds; i++) {
		double began = cpu_ns();

		wrong += loop(t);
		ns[i] = (cpu_ns() - began) / n;
	}
	qsort(ns, rounds, sizeof(ns[0]), compare);
	printf("%s, over %s\t%.1f\t%.1f\t%.1f\n", what, reach_name[reach], ns[rounds / 2], ns[0],
	       ns[rounds - 1]);
	return wrong == 0;
}

static bool run(enum reach reach, unsigned rounds)
{
	struct tables t;

	return make(&t, reach) && measure(&t, "map and unmap", reach, pairs, PAIRS, rounds) &&
	       make(&t, reach) && map_all(&t) &&
	       measure(&t, "translate a random page of 1 GiB", reach, translate, TRANSLATIONS,
		       rounds);
}

int main(int argc, char **argv)
{
	const struct machine_config config = { .memory = UINT64_C(64) << 20 };
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, DECIMAL) : DEFAULT_ROUNDS;
	const char *fault;

	if (argc > 2 || rounds < 1 || rounds > MAX_ROUNDS) {
		(void)fprintf(stderr, "usage: paging [ROUNDS], 1 to %d\n", MAX_ROUNDS);
		return 2;
	}
	fault = machine_host_init(&machine, &config, &cpu);
	if (fault) {
		(void)fprintf(stderr, "paging: %s\n", fault);
		return EXIT_FAILURE;
	}
	for (enum reach reach = PLAIN; reach < N_REACHES; reach++) {
		if (run(reach, (unsigned)rounds)) continue;
		(void)fprintf(stderr, "paging: wrong results over %s\n", reach_name[reach]);
		return EXIT_FAILURE;
	}
	machine_free(&machine);
	return EXIT_SUCCESS;
}
