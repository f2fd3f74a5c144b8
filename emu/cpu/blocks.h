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
	BLOCK_PAUSE = 2       /* ends in PAUSE: charged */
};

struct block {
	uint64_t key;  /* front: linear address; table: physical address */
	uint16_t size; /* bytes; 0: empty slot */
	uint16_t cost; /* instructions, plus what PAUSE is charged */
	uint8_t flags;
};

enum { BLOCK_FRONT_SLOTS = 4096, BLOCK_PAGE_SLOTS = 4096 };

/* Which physical page the code of a linear page was last fetched from. */
struct block_page {
	uint64_t linear, physical; /* page addresses; linear | 1: valid */
};

struct blocks {
	struct block front[BLOCK_FRONT_SLOTS]; /* by linear address: the hot path */
	struct block *table;                   /* by physical address, open addressing; owned */
	size_t n, capacity;                    /* capacity: a power of two */
	struct block_page page[BLOCK_PAGE_SLOTS];
};

bool blocks_init(struct blocks *b);
void blocks_free(struct blocks *b);
/* A code fetch mapped this linear page to this physical one. */
void blocks_fetched(struct blocks *b, uint64_t linear, uint64_t physical);
/* The physical address a linear code address was fetched from; false: not seen. */
bool blocks_physical(const struct blocks *b, uint64_t linear, uint64_t *physical);
/* Learn a block. */
void blocks_add(struct blocks *b, uint64_t linear, struct block block);
/* The slow path of blocks_find(): fills the front slot. Size 0: unknown. */
struct block blocks_find_slow(struct blocks *b, uint64_t linear, uint32_t size);

static inline size_t blocks_front_slot(uint64_t linear)
{
	return (linear ^ (linear >> 12)) & (BLOCK_FRONT_SLOTS - 1);
}

static inline struct block blocks_find(struct blocks *b, uint64_t linear, uint32_t size)
{
	const struct block *f = &b->front[blocks_front_slot(linear)];
	if (__builtin_expect(f->key == linear && f->size == size, 1)) return *f;
	return blocks_find_slow(b, linear, size);
}

#endif
