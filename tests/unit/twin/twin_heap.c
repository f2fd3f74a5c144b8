/* SPDX-License-Identifier: MIT */
/* The heaps, natively and on the metal: the same sequence of requests puts the same blocks at the
 * same places. */
#include "bimetal/heap_blocks.h"
#include "bimetal/heap_bump.h"
#include "bimetal/twin.h"

enum { MEMORY = 32 * 1024, LIVE = 24, OPERATIONS = 400 };

/* Of the places of all blocks in the last test: what the native run gave. Every other must give it
 * too. */
#define PLACES 0xf4027070u

static _Alignas(4096) uint8_t memory[MEMORY];

/* A linear congruential generator: the same numbers everywhere. */
static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static uint32_t add(uint32_t sum, uint32_t value) { return (sum ^ value) * 16777619u; }

static uint32_t offset_of(const void *block) { return (uint32_t)((const uint8_t *)block - memory); }

TWIN(heap, a_bump_heap_counts_up_and_begins_again)
{
	struct heap_bump heap;
	void *a, *b;

	twin_assert_eq(heap_bump_init(&heap, memory, MEMORY), HEAP_OK);
	twin_assert_eq(heap_bump_allocate(&heap, 3, 1, &a), HEAP_OK);
	twin_assert_eq(heap_bump_allocate(&heap, 4096, 4096, &b), HEAP_OK);
	twin_expect_eq(offset_of(a), 0);
	twin_expect_eq(offset_of(b), 4096);
	twin_expect_eq(heap_bump_left(&heap), MEMORY - 8192);
	twin_expect_eq(heap_bump_free(&heap, a, 3, 1), HEAP_OK);
	twin_expect_eq(heap_bump_free(&heap, b, 4096, 4096), HEAP_OK);
	twin_expect_eq(heap_bump_free(&heap, b, 4096, 4096), HEAP_NOT_ALLOCATED);
	twin_expect_eq(heap_bump_left(&heap), MEMORY);
}

TWIN(heap, a_list_merges_and_grows)
{
	struct heap_list heap;
	void *a, *b, *c;

	twin_assert_eq(heap_list_init(&heap, memory, MEMORY / 2), HEAP_OK);
	twin_assert_eq(heap_list_allocate(&heap, 100, 8, &a), HEAP_OK);
	twin_assert_eq(heap_list_allocate(&heap, 100, 64, &b), HEAP_OK);
	twin_expect_eq(offset_of(b), 128);
	twin_expect_eq(heap_list_allocate(&heap, MEMORY / 2, 8, &c), HEAP_NO_ROOM);
	twin_expect_eq(heap_list_extend(&heap, MEMORY / 2), HEAP_OK);
	twin_assert_eq(heap_list_allocate(&heap, MEMORY / 2, 8, &c), HEAP_OK);
	twin_expect_eq(heap_list_free(&heap, b, 100, 64), HEAP_OK);
	twin_expect_eq(heap_list_free(&heap, b, 100, 64), HEAP_NOT_ALLOCATED);
	twin_expect_eq(heap_list_free(&heap, a, 100, 8), HEAP_OK);
	twin_expect_eq(heap_list_free(&heap, c, MEMORY / 2, 8), HEAP_OK);
	twin_expect_eq(heap_list_largest(&heap), MEMORY);
	twin_expect_eq(heap_list_check(&heap), HEAP_OK);
}

struct live {
	uint8_t *block;
	uint32_t size;
};

/* Fill a block with its place, or check that it still is. */
static void stamp(const struct live *l)
{
	for (uint32_t i = 0; i < l->size; i++) l->block[i] = (uint8_t)(offset_of(l->block) >> 3);
}
static bool is_stamped(const struct live *l)
{
	for (uint32_t i = 0; i < l->size; i++)
		if (l->block[i] != (uint8_t)(offset_of(l->block) >> 3)) return false;
	return true;
}

TWIN(heap, blocks_of_many_sizes_come_and_go)
{
	struct heap_blocks heap;
	struct live live[LIVE] = { { 0 } };
	uint32_t state = 14, sum = 0;

	twin_assert_eq(heap_blocks_init(&heap, memory, MEMORY), HEAP_OK);
	for (uint32_t i = 0; i < OPERATIONS; i++) {
		struct live *l = &live[next(&state) % LIVE];
		void *block;

		if (l->block) {
			twin_assert(is_stamped(l));
			twin_assert_eq(heap_blocks_free(&heap, l->block, l->size, 8), HEAP_OK);
			l->block = 0;
			continue;
		}
		l->size = 1 + (next(&state) % 4 ? next(&state) % 100 : next(&state) % 3000);
		if (heap_blocks_allocate(&heap, l->size, 8, &block) != HEAP_OK) continue;
		l->block = block;
		stamp(l);
		sum = add(sum, offset_of(block));
	}
	twin_expect_eq(heap_list_check(&heap.list), HEAP_OK);
	twin_expect_eq(sum, PLACES);
}
