/* SPDX-License-Identifier: MIT */
#include "emu/cpu/blocks.h"

#include <stdlib.h>
#include <string.h>

enum { INITIAL_CAPACITY = 1 << 14, PAGE_SHIFT = 12, PAGE_OFFSET = 0xfff };

bool blocks_init(struct blocks *b)
{
	memset(b->front, 0, sizeof b->front);
	memset(b->page, 0, sizeof b->page);
	b->watched = false;
	b->n = 0;
	b->capacity = INITIAL_CAPACITY;
	b->table = calloc(b->capacity, sizeof *b->table);
	return b->table != NULL;
}

void blocks_free(struct blocks *b) { free(b->table); }

static size_t page_slot(uint64_t linear) { return (linear >> PAGE_SHIFT) & (BLOCK_PAGE_SLOTS - 1); }

void blocks_fetched(struct blocks *b, uint64_t linear, uint64_t physical)
{
	struct block_page *p = &b->page[page_slot(linear)];
	uint64_t page = linear & ~(uint64_t)PAGE_OFFSET;
	physical &= ~(uint64_t)PAGE_OFFSET;
	if (p->linear == (page | 1) && p->physical == physical) return;
	/* Other code at the same linear addresses: what the front knows is void. */
	bool moved = p->linear == (page | 1);
	*p = (struct block_page){ page | 1, physical };
	if (moved) memset(b->front, 0, sizeof b->front);
}

bool blocks_physical(const struct blocks *b, uint64_t linear, uint64_t *physical)
{
	const struct block_page *p = &b->page[page_slot(linear)];
	if (p->linear != ((linear & ~(uint64_t)PAGE_OFFSET) | 1)) return false;
	*physical = p->physical | (linear & PAGE_OFFSET);
	return true;
}

static size_t hash(const struct blocks *b, uint64_t key, uint32_t size)
{
	uint64_t h = (key ^ (uint64_t)size << 44) * UINT64_C(0x9e3779b97f4a7c15);
	return (h >> 20) & (b->capacity - 1);
}

/* The slot of this block, or the empty one where it belongs. Never full: see grow(). */
static struct block *slot(const struct blocks *b, uint64_t key, uint32_t size)
{
	size_t i = hash(b, key, size);
	while (b->table[i].size && (b->table[i].key != key || b->table[i].size != size))
		i = (i + 1) & (b->capacity - 1);
	return &b->table[i];
}

static bool grow(struct blocks *b)
{
	struct blocks bigger = { .capacity = b->capacity * 2 };
	bigger.table = calloc(bigger.capacity, sizeof *bigger.table);
	if (!bigger.table) return false;
	for (size_t i = 0; i < b->capacity; i++) {
		const struct block *old = &b->table[i];
		if (old->size) *slot(&bigger, old->key, old->size) = *old;
	}
	free(b->table);
	b->table = bigger.table;
	b->capacity = bigger.capacity;
	return true;
}

void blocks_add(struct blocks *b, uint64_t linear, struct block block)
{
	if (!block.size || !blocks_physical(b, linear, &block.key)) return;
	if (b->n >= b->capacity / 2 && !grow(b)) return;
	struct block *s = slot(b, block.key, block.size);
	if (!s->size) b->n++;
	*s = block;
	b->front[blocks_front_slot(linear)] = 0;
}

void blocks_watch(struct blocks *b, bool on)
{
	b->watched = on;
	if (on) memset(b->front, 0, sizeof b->front);
}

struct block blocks_find_slow(struct blocks *b, uint64_t linear, uint32_t size)
{
	uint64_t key = 0;
	struct block found = { 0 };
	if (!blocks_physical(b, linear, &key)) return found;
	found = *slot(b, key, size);
	bool fits = !b->watched && found.size && found.size < 1 << BLOCK_FRONT_SIZE_BITS &&
		    found.cost < 1 << BLOCK_FRONT_COST_BITS;
	if (fits)
		b->front[blocks_front_slot(linear)] =
			blocks_front_tag(linear, size) |
			(uint64_t)found.flags << BLOCK_FRONT_COST_BITS | found.cost;
	return found;
}
