/* SPDX-License-Identifier: MIT */
/* Page tables in a machine's memory, with frames for more, a mapper that reaches them, and the
 * machine's own page walk to hold against. The memory is dirty: no byte of it is zero. */
#ifndef TESTS_UNIT_DRIVERS_X86_TABLES_FIXTURE_H
#define TESTS_UNIT_DRIVERS_X86_TABLES_FIXTURE_H

#include <string.h>

#include "bimetal/x86/mapper.h"
#include "emu/x86/bits.h"
#include "emu/x86/paging.h"
#include "tests/unit/drivers/host_fixture.h"

enum {
	ROOT = 0x10000,
	FIRST_FRAME = 0x11000,
	END_OF_FRAMES = 0xa0000, /* the legacy window begins here */
	N_FRAMES = (END_OF_FRAMES - FIRST_FRAME) / 4096,
	RAM_KEPT = END_OF_FRAMES
};

#define RW (PTE_PRESENT | PTE_WRITABLE)

static const struct pte_rules rules = { PTE_INTEL, PAGING_PHYS_BITS, true, true };
static struct mapper mapper;
static struct frame_bitmap bitmap;
static struct frame_source frames;
static uint32_t bitmap_words[(N_FRAMES + 31) / 32];
static uint8_t kept[RAM_KEPT], now[RAM_KEPT];
static uint64_t kept_free;

/* ---- what was flushed ---- */

enum { MAX_FLUSHED = 64 };
static struct {
	uint64_t page[MAX_FLUSHED];
	unsigned n, n_all;
} flushed;

static inline void note_page(void *ctx, struct virt address)
{
	(void)ctx;
	if (flushed.n < MAX_FLUSHED) flushed.page[flushed.n] = address.value;
	flushed.n++;
}

static inline void note_all(void *ctx)
{
	(void)ctx;
	flushed.n_all++;
}

static const struct tlb tlb = { .page = note_page, .all = note_all };

/* ---- the mapper ---- */

static inline struct page_table *table_at(void *ctx, struct phys table)
{
	(void)ctx;
	/* The fixture's memory is one piece of RAM. */
	return (struct page_table *)(void *)mem_touch(&mem, table.value);
}

static inline void make_mapper(enum mapper_reach reach)
{
	struct phys root = PHYS(ROOT);
	enum mapper_status status;

	mem_set(&mem, ROOT, 0, 4096);
	if (reach == MAPPER_BY_POINTER)
		status = mapper_by_pointer(&mapper, table_at, NULL, root, &rules, &tlb);
	else
		status = mapper_at_offset(&mapper, linear_memory(&cpu, 0, RAM_KEPT), root, &rules,
					  &tlb);
	require_eq(int, status, MAPPER_OK);
	require_eq(int, frame_bitmap_init(&bitmap, bitmap_words, PHYS(FIRST_FRAME), N_FRAMES),
		   FRAMES_OK);
	require_eq(int, frame_bitmap_free(&bitmap, FIRST_FRAME, END_OF_FRAMES - FIRST_FRAME),
		   FRAMES_OK);
	frames = frame_bitmap_source(&bitmap);
	memset(&flushed, 0, sizeof(flushed));
}

static inline void tables_power_on(void)
{
	host_power_on();
	make_mapper(MAPPER_BY_OFFSET);
}

/* ---- memory as it was ---- */

static inline void keep(void)
{
	require(mem_read(&mem, 0, kept, sizeof(kept)));
	kept_free = bitmap.n_free;
}

static inline bool is_as_kept(void)
{
	require(mem_read(&mem, 0, now, sizeof(now)));
	return memcmp(kept, now, sizeof(kept)) == 0 && bitmap.n_free == kept_free;
}

static inline uint64_t entry_at(uint64_t table, unsigned index)
{
	uint64_t entry = 0;

	require(mem_read64(&mem, table + index * UINT64_C(8), &entry));
	return entry;
}

static inline void set_entry(uint64_t table, unsigned index, uint64_t entry)
{
	require(mem_write64(&mem, table + index * UINT64_C(8), entry));
}

/* ---- short forms ---- */

static inline struct page page_at(uint64_t start, enum page_size size)
{
	return (struct page){ virt_unchecked(start), size };
}

static inline struct frame frame_at(uint64_t start, enum page_size size)
{
	return (struct frame){ { start }, size };
}

static inline enum mapper_status map(uint64_t page, uint64_t frame, enum page_size size,
				     uint64_t flags)
{
	return flush_page(
		mapper_map(&mapper, page_at(page, size), frame_at(frame, size), flags, &frames));
}

static inline enum mapper_status unmap(uint64_t page, enum page_size size, struct frame *frame)
{
	return flush_page(mapper_unmap(&mapper, page_at(page, size), frame));
}

/* ---- the machine's own walk ---- */

static inline struct page_walk walk_as(uint64_t address, enum page_access access, bool user)
{
	struct paging_mode mode = { .cr0 = CR0_PG | CR0_PE | CR0_WP,
				    .cr3 = ROOT,
				    .cr4 = CR4_PAE,
				    .efer = EFER_LME | EFER_LMA | EFER_NXE };

	return paging_walk(&mode, &mem, address, access, user, false);
}

static inline struct page_walk walk(uint64_t address) { return walk_as(address, PAGE_READ, false); }

#endif
