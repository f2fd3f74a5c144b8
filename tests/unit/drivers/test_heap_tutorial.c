/* SPDX-License-Identifier: MIT */
/* What "Writing an OS" asks of its heap of 100 KiB: each of its tests, with each heap. */
#include "bimetal/heap_blocks.h"
#include "bimetal/heap_bump.h"
#include "heap_fixture.h"

static struct heap_bump bump;
static struct heap_list list;
static struct heap_blocks blocks;

static enum heap_status bump_get(size_t size, size_t alignment, void **block)
{
	return heap_bump_allocate(&bump, size, alignment, block);
}
static enum heap_status bump_give(void *block, size_t size, size_t alignment)
{
	return heap_bump_free(&bump, block, size, alignment);
}
static enum heap_status list_get(size_t size, size_t alignment, void **block)
{
	return heap_list_allocate(&list, size, alignment, block);
}
static enum heap_status list_give(void *block, size_t size, size_t alignment)
{
	return heap_list_free(&list, block, size, alignment);
}
static enum heap_status blocks_get(size_t size, size_t alignment, void **block)
{
	return heap_blocks_allocate(&blocks, size, alignment, block);
}
static enum heap_status blocks_give(void *block, size_t size, size_t alignment)
{
	return heap_blocks_free(&blocks, block, size, alignment);
}

static const struct kind {
	const char *name;
	enum heap_status (*get)(size_t size, size_t alignment, void **block);
	enum heap_status (*give)(void *block, size_t size, size_t alignment);
} kinds[] = { { "bump", bump_get, bump_give },
	      { "list", list_get, list_give },
	      { "blocks", blocks_get, blocks_give },
	      { NULL, NULL, NULL } };

static void init_all(void)
{
	fill_arena();
	require_eq(int, heap_bump_init(&bump, arena, ARENA), HEAP_OK);
}

/* The heaps share the arena, so only one is used at a time. */
static void begin(const struct kind *k)
{
	fill_arena();
	if (k->get == list_get) require_eq(int, heap_list_init(&list, arena, ARENA), HEAP_OK);
	if (k->get == blocks_get) require_eq(int, heap_blocks_init(&blocks, arena, ARENA), HEAP_OK);
	if (k->get == bump_get) require_eq(int, heap_bump_init(&bump, arena, ARENA), HEAP_OK);
}

static uint64_t *number(const struct kind *k, uint64_t value)
{
	void *block = NULL;

	require_eq(int, k->get(sizeof(value), sizeof(value), &block), HEAP_OK, "%s", k->name);
	*(uint64_t *)block = value;
	return block;
}

TestSuite(heap_tutorial, .init = init_all, .timeout = 60);

Test(heap_tutorial, two_simple_blocks)
{
	for (const struct kind *k = kinds; k->name; k++) {
		begin(k);
		uint64_t *one = number(k, 41), *two = number(k, 13);

		check_eq(u64, *one, 41, "%s", k->name);
		check_eq(u64, *two, 13, "%s", k->name);
		check_eq(int, k->give(one, 8, 8), HEAP_OK);
		check_eq(int, k->give(two, 8, 8), HEAP_OK);
	}
}

/* A vector that doubles when it is full, and copies its elements. */
Test(heap_tutorial, a_vector_that_grows)
{
	enum { N = 1000 };

	for (const struct kind *k = kinds; k->name; k++) {
		size_t room = 4;
		uint64_t sum = 0;
		void *old = NULL, *vector = NULL;

		begin(k);
		require_eq(int, k->get(room * 8, 8, &vector), HEAP_OK);
		for (uint64_t i = 0; i < N; i++) {
			if (i == room) {
				old = vector;
				require_eq(int, k->get(room * 16, 8, &vector), HEAP_OK);
				memcpy(vector, old, room * 8);
				require_eq(int, k->give(old, room * 8, 8), HEAP_OK);
				room *= 2;
			}
			((uint64_t *)vector)[i] = i;
		}
		for (uint64_t i = 0; i < N; i++) sum += ((uint64_t *)vector)[i];
		check_eq(u64, sum, (uint64_t)(N - 1) * N / 2, "%s", k->name);
		check_eq(int, k->give(vector, room * 8, 8), HEAP_OK);
	}
}

Test(heap_tutorial, as_many_blocks_one_after_the_other_as_the_heap_has_bytes)
{
	for (const struct kind *k = kinds; k->name; k++) {
		begin(k);
		for (uint64_t i = 0; i < ARENA; i++) {
			uint64_t *block = number(k, i);

			if (*block != i || k->give(block, 8, 8) != HEAP_OK)
				require(false, "%s", k->name);
		}
	}
}

/* A bump heap cannot do this. */
Test(heap_tutorial, the_same_with_one_block_that_lives)
{
	for (const struct kind *k = kinds + 1; k->name; k++) {
		uint64_t *lives;

		begin(k);
		lives = number(k, 1);
		for (uint64_t i = 0; i < ARENA; i++) {
			uint64_t *block = number(k, i);

			if (*block != i || k->give(block, 8, 8) != HEAP_OK)
				require(false, "%s", k->name);
		}
		check_eq(u64, *lives, 1, "%s", k->name);
		check_eq(int, k->give(lives, 8, 8), HEAP_OK);
		check(guards_hold());
	}
}
