/* SPDX-License-Identifier: MIT */
/* How many instructions each block of translated code holds, and what kind of block it is. The
 * engine tells this once, when it translates; the clock needs it at every entry. */
#ifndef EMU_CPU_BLOCKS_H
#define EMU_CPU_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum block_flag {
	BLOCK_MAY_SET_IF = 1, /* ends in STI, POPF, IRET, SYSRET or SYSEXIT */
	BLOCK_PAUSE = 2,      /* ends in PAUSE: charged */
	BLOCK_CUT = 4         /* ends only because it was too long: what follows belongs to it */
};

struct block {
	uint64_t key;  /* physical address */
	uint16_t size; /* bytes; 0: empty slot, or unknown */
	uint16_t cost; /* instructions, plus what PAUSE is charged */
	uint8_t flags;
};

/* The front cache packs a block into eight bytes, so that it fits the host's first-level cache:
 * linear address bits 47..12 | size (12 bits) | flags (3) | cost (13). */
enum {
	BLOCK_FRONT_SLOTS = 4096,
	BLOCK_PAGE_SLOTS = 4096,
	BLOCK_FRONT_COST_BITS = 13,
	BLOCK_FRONT_VALUE_BITS = 16,
	BLOCK_FRONT_SIZE_BITS = 12
};

/* Which physical page the code of a linear page was last fetched from. */
struct block_page {
	uint64_t linear, physical; /* page addresses; linear | 1: valid */
};

struct blocks {
	uint64_t front[BLOCK_FRONT_SLOTS]; /* by linear address: the hot path; 0: empty */
	struct block *table;               /* by physical address, open addressing; owned */
	size_t n, capacity;                /* capacity: a power of two */
	struct block_page page[BLOCK_PAGE_SLOTS];
	bool watched; /* every entry takes the slow path: the front cache stays empty */
};

bool blocks_init(struct blocks *b);
void blocks_free(struct blocks *b);
/* A code fetch mapped this linear page to this physical one. */
void blocks_fetched(struct blocks *b, uint64_t linear, uint64_t physical);
/* The physical address a linear code address was fetched from; false: not seen. */
bool blocks_physical(const struct blocks *b, uint64_t linear, uint64_t *physical);
/* Learn a block. */
void blocks_add(struct blocks *b, uint64_t linear, struct block block);
/* Keep the front cache empty, so that no block is entered by the hot path; or use it again. */
void blocks_watch(struct blocks *b, bool on);
/* The slow path of blocks_find(): fills the front slot. Size 0: unknown. */
struct block blocks_find_slow(struct blocks *b, uint64_t linear, uint32_t size);

static inline size_t blocks_front_slot(uint64_t linear)
{
	return (linear ^ (linear >> 12)) & (BLOCK_FRONT_SLOTS - 1);
}

/* What the upper bits of a front entry must be. */
static inline uint64_t blocks_front_tag(uint64_t linear, uint32_t size)
{
	return (linear >> 12 << BLOCK_FRONT_SIZE_BITS | size) << BLOCK_FRONT_VALUE_BITS;
}

/* The hot path: false if the front cache does not hold it. */
static inline bool blocks_find_front(const struct blocks *b, uint64_t linear, uint32_t size,
				     struct block *found)
{
	uint64_t value = b->front[blocks_front_slot(linear)] ^ blocks_front_tag(linear, size);
	if (__builtin_expect(value - 1 >= (UINT64_C(1) << BLOCK_FRONT_VALUE_BITS) - 1, 0))
		return false;
	found->size = (uint16_t)size;
	found->cost = value & ((1 << BLOCK_FRONT_COST_BITS) - 1);
	found->flags = (uint8_t)(value >> BLOCK_FRONT_COST_BITS);
	return true;
}

static inline struct block blocks_find(struct blocks *b, uint64_t linear, uint32_t size)
{
	struct block found = { 0 };
	return blocks_find_front(b, linear, size, &found) ? found
							  : blocks_find_slow(b, linear, size);
}

#endif
