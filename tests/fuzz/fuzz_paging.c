/* SPDX-License-Identifier: MIT */
/* Arbitrary page tables, and operations of a mapper on them. An operation that fails changes
 * nothing; what one does is seen by translating; and translating agrees with the machine's own page
 * walk, whatever the tables hold. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bimetal/x86/mapper.h"
#include "emu/x86/bits.h"
#include "emu/x86/paging.h"
#include "host_cpu.h"
#include "linear.h"

enum {
	FRAME = 4096,
	N_TABLES = 24,
	FIRST_FREE = 8,
	MEMORY = N_TABLES * FRAME,
	MAX_OPERATIONS = 64
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
	if (holds) return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

/* ---- the input: bytes, zeros behind the end ---- */

static const uint8_t *input;
static size_t left;

static uint64_t take(unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes && left; i++, left--) value |= (uint64_t)*input++ << 8 * i;
	return value;
}

static unsigned take_index(void)
{
	static const uint16_t some[] = { 0, 1, 2, 255, 256, 300, 510, 511 };
	uint64_t byte = take(1);

	return byte < 8 ? some[byte] : (unsigned)(byte * 2);
}

static struct virt take_address(void)
{
	unsigned p4 = take_index(), p3 = take_index(), p2 = take_index(), p1 = take_index();

	return virt_of_indices(p4, p3, p2, p1, 0);
}

static enum page_size take_size(void) { return (enum page_size)(take(1) % 4); }

/* ---- memory, and what it was ---- */

static struct mem mem;
static struct bimetal_cpu cpu;
static struct frame_bitmap bitmap;
static uint32_t words[1];
static uint8_t before[MEMORY], after[MEMORY];
static uint64_t free_before;

static void keep(void)
{
	require(mem_read(&mem, 0, before, MEMORY), "memory");
	free_before = bitmap.n_free;
}

static void judge(enum mapper_status status)
{
	if (status == MAPPER_OK) return;
	require(mem_read(&mem, 0, after, MEMORY), "memory");
	require(memcmp(before, after, MEMORY) == 0, "what fails changes no table");
	require(bitmap.n_free == free_before, "what fails takes no frame");
}

/* Small tables that lead to each other are likely. */
static void poke(void)
{
	uint64_t table = take(1) % N_TABLES, index = take_index(), entry = take(8);

	if (entry & 0x800) entry = (entry & 0xfff) | (entry >> 12) % (N_TABLES + 1) * FRAME;
	require(mem_write64(&mem, table * FRAME + index * 8, entry), "memory");
}

/* ---- operations ---- */

static void translate(const struct mapper *m, struct virt address)
{
	const struct paging_mode mode = { .cr0 = CR0_PG | CR0_PE | CR0_WP,
					  .cr3 = 0,
					  .cr4 = CR4_PAE,
					  .efer = EFER_LME | EFER_LMA | EFER_NXE };
	struct page_walk walk = paging_walk(&mode, &mem, address.value, PAGE_READ, false, false);
	struct phys at = PHYS(0);
	enum mapper_status status = mapper_translate_address(m, address, &at);

	require((status == MAPPER_OK) == walk.present, "the machine agrees on what is mapped");
	require(status != MAPPER_OK || at.value == walk.pa, "the machine agrees on the address");
}

static void map(struct mapper *m, const struct frame_source *frames)
{
	struct page page = { take_address(), take_size() };
	struct frame frame = { { take(5) << 12 }, page.size }, found;
	uint64_t flags = take(8);
	enum mapper_status status = flush_page(mapper_map(m, page, frame, flags, frames));

	judge(status);
	if (status != MAPPER_OK) return;
	require(mapper_translate_page(m, page, &found) == MAPPER_OK, "what was mapped is");
	require(found.start.value == frame.start.value, "to its frame");
}

static void unmap(struct mapper *m)
{
	struct page page = { take_address(), take_size() };
	struct frame was, found;
	enum mapper_status known = mapper_translate_page(m, page, &was);
	enum mapper_status status = flush_page(mapper_unmap(m, page, &found));

	judge(status);
	if (status != MAPPER_OK) return;
	require(known == MAPPER_OK && was.start.value == found.start.value, "its frame is told");
	require(mapper_translate_page(m, page, &was) == MAPPER_NOT_MAPPED, "what was unmapped is");
}

static void change_flags(struct mapper *m)
{
	struct page page = { take_address(), take_size() };
	uint64_t flags = take(8);
	unsigned level = (unsigned)take(1) % 8;

	if (level < 4)
		judge(flush_page(mapper_update_flags(m, page, flags)));
	else
		judge(flush_tables(mapper_set_table_flags(m, page, level - 3, flags)));
}

static void clean_up(struct mapper *m, const struct frame_source *frames)
{
	struct page_range range = { { take_address(), take_size() }, take(6) };
	enum mapper_status status;
	uint64_t freed = 0;

	status = mapper_clean_up(m, range, frames, &freed);
	if (!freed) judge(status == MAPPER_OK ? MAPPER_NOT_MAPPED : status); /* nothing changed */
}

static void operate(struct mapper *m, const struct frame_source *frames)
{
	keep();
	switch (take(1) % 8) {
	case 0:
	case 1:
	case 2: poke(); break;
	case 3: map(m, frames); break;
	case 4: unmap(m); break;
	case 5: change_flags(m); break;
	case 6: clean_up(m, frames); break;
	default: translate(m, take_address()); break;
	}
}

/* Once for all inputs. */
static void power_on(void)
{
	if (cpu.mem) return;
	require(mem_init(&mem, 1 << 20, UINT64_C(3) << 30) == NULL, "memory");
	cpu.mem = &mem;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pte_rules rules = { PTE_INTEL, PAGING_PHYS_BITS, true, true };
	const struct tlb none = { 0 };
	struct frame_source frames;
	struct mapper m;

	power_on();
	input = data;
	left = size;
	require(mem_set(&mem, 0, 0, MEMORY), "memory");
	require(frame_bitmap_init(&bitmap, words, PHYS(0), N_TABLES) == FRAMES_OK, "frames");
	require(frame_bitmap_free(&bitmap, FIRST_FREE * FRAME, MEMORY - FIRST_FREE * FRAME) ==
			FRAMES_OK,
		"frames");
	frames = frame_bitmap_source(&bitmap);
	require(mapper_at_offset(&m, linear_memory(&cpu, 0, MEMORY), PHYS(0), &rules, &none) ==
			MAPPER_OK,
		"a mapper");
	for (unsigned i = 0; left && i < MAX_OPERATIONS; i++) operate(&m, &frames);
	return 0;
}
