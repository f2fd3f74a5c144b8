/* SPDX-License-Identifier: MIT */
#include "bimetal/heap_blocks.h"
#include "heap_fixture.h"

static struct heap_blocks heap;
static void *a, *b;

static void init(void)
{
	fill_arena();
	require_eq(int, heap_blocks_init(&heap, arena, ARENA), HEAP_OK);
}

static void *get(size_t size, size_t alignment)
{
	void *block = NULL;

	require_eq(int, heap_blocks_allocate(&heap, size, alignment, &block), HEAP_OK);
	return block;
}

static void give(void *block, size_t size, size_t alignment)
{
	require_eq(int, heap_blocks_free(&heap, block, size, alignment), HEAP_OK);
}

TestSuite(heap_blocks, .init = init, .timeout = 60);

Test(heap_blocks, the_smallest_size_that_fits_is_taken)
{
	check_eq(sz, heap_blocks_size(1, 1), 8);
	check_eq(sz, heap_blocks_size(8, 8), 8);
	for (size_t size = 16; size <= 2048; size *= 2) {
		check_eq(sz, heap_blocks_size(size / 2 + 1, 1), size);
		check_eq(sz, heap_blocks_size(size, 1), size);
		check_eq(sz, heap_blocks_size(1, size), size, "an alignment counts as a size");
	}
	check_eq(sz, heap_blocks_size(2049, 1), 0);
	check_eq(sz, heap_blocks_size(1, 4096), 0);
}

Test(heap_blocks, a_freed_block_is_the_next_of_its_size)
{
	for (size_t size = 8; size <= 2048; size *= 2) {
		a = get(size, 1);
		b = get(size, 1);
		check(a != b);
		give(a, size, 1);
		check_eq(ptr, get(size / 2 + 1, 1), a);
		give(b, size, 1);
		check_eq(ptr, get(size, size), b);
		check_eq(u64, place(a) % size, 0, "%zu", size);
		check_eq(u64, place(b) % size, 0, "%zu", size);
	}
}

Test(heap_blocks, blocks_of_a_size_stay_in_its_list)
{
	size_t before;

	a = get(64, 8);
	before = heap_list_free_bytes(&heap.list);
	give(a, 64, 8);
	check_eq(sz, heap_list_free_bytes(&heap.list), before);
	b = get(128, 8);
	check(a != b);
	check_eq(ptr, get(33, 8), a);
}

Test(heap_blocks, larger_blocks_come_from_the_list_and_go_back_to_it)
{
	size_t before = heap_list_free_bytes(&heap.list);

	a = get(2049, 8);
	b = get(16, 4096);
	check_eq(u64, place(b) % 4096, 0);
	check_eq(sz, heap_list_free_bytes(&heap.list), before - 2064 - 16);
	give(a, 2049, 8);
	give(b, 16, 4096);
	check_eq(sz, heap_list_free_bytes(&heap.list), before);
	check_eq(sz, heap_list_largest(&heap.list), before);
}

Test(heap_blocks, the_map_takes_a_bit_for_every_smallest_block)
{
	check_eq(ptr, heap.map, arena);
	check_eq(u64, place(heap.list.bytes) - place(arena), ARENA / HEAP_GRAIN / 8);
	for (size_t size = 1; size < 600; size++) {
		int status;

		memset(arena, GUARD_BYTE, ARENA);
		status = heap_blocks_init(&heap, arena + 1, size);
		for (uint8_t *p = arena + 1 + size; p < arena + 1024; p++)
			require_eq(u8, *p, GUARD_BYTE, "%zu", size);
		if (status != HEAP_OK) {
			check_eq(int, status, HEAP_TOO_SMALL);
			check(size < 3 * HEAP_GRAIN, "%zu", size);
			continue;
		}
		while (heap_blocks_allocate(&heap, 8, 8, &a) == HEAP_OK) {
			memset(a, 0, 8);
			check(place(a) > place(heap.map) &&
			      place(a) + 8 <= place(arena) + 1 + size);
			require_eq(int, heap_list_check(&heap.list), HEAP_OK);
		}
		for (uint8_t *p = arena + 1 + size; p < arena + 1024; p++)
			require_eq(u8, *p, GUARD_BYTE, "%zu", size);
	}
}

Test(heap_blocks, a_block_freed_twice_is_told_however_many_are_free)
{
	void *block[100];

	for (int i = 0; i < 100; i++) block[i] = get(24, 8);
	for (int i = 0; i < 100; i++) give(block[i], 24, 8);
	for (int i = 0; i < 100; i++)
		check_eq(int, heap_blocks_free(&heap, block[i], 24, 8), HEAP_NOT_ALLOCATED);
	a = get(5000, 8);
	check_eq(int, heap_blocks_free(&heap, a, 24, 8), HEAP_NOT_ALLOCATED, "another size");
	give(a, 5000, 8);
	check_eq(int, heap_blocks_free(&heap, a, 5000, 8), HEAP_NOT_ALLOCATED);
	a = get(24, 8);
	check_eq(int, heap_blocks_free(&heap, a, 5000, 8), HEAP_FOREIGN, "a block of a fixed size");
	give(a, 24, 8);
}

Test(heap_blocks, foreign_blocks_are_told)
{
	a = get(64, 8);
	check_eq(int, heap_blocks_free(&heap, heap.map, 8, 8), HEAP_FOREIGN);
	check_eq(int, heap_blocks_free(&heap, arena - 64, 64, 8), HEAP_FOREIGN);
	check_eq(int, heap_blocks_free(&heap, arena + ARENA, 64, 8), HEAP_FOREIGN);
	check_eq(int, heap_blocks_free(&heap, (uint8_t *)a + 32, 64, 8), HEAP_FOREIGN);
	check_eq(int, heap_blocks_free(&heap, (uint8_t *)a + 8, 8, 8), HEAP_FOREIGN);
	check_eq(int, heap_blocks_free(&heap, (uint8_t *)a + 32, 16, 8), HEAP_NOT_ALLOCATED);
	check_eq(int, heap_blocks_free(&heap, arena - 4096, 4096, 8), HEAP_FOREIGN);
	check_eq(int, heap_blocks_free(&heap, NULL, 64, 8), HEAP_NULL);
	check_eq(int, heap_blocks_free(NULL, a, 64, 8), HEAP_NULL);
	check_eq(int, heap_blocks_free(&heap, a, 0, 8), HEAP_BAD_SIZE);
	check_eq(int, heap_blocks_free(&heap, a, 64, 5), HEAP_BAD_ALIGNMENT);
	give(a, 64, 8);
}

Test(heap_blocks, a_list_that_was_written_over_is_told)
{
	uint8_t *const outside[] = { arena - 64, arena, arena + ARENA, NULL };
	void *wild;

	for (int i = 0; outside[i]; i++) {
		init();
		a = get(64, 8);
		give(a, 64, 8);
		memcpy(a, &outside[i], sizeof(outside[i])); /* a use after free */
		check_eq(ptr, get(64, 8), a);
		check_eq(int, heap_blocks_allocate(&heap, 64, 8, &b), HEAP_CORRUPT, "%d", i);
	}
	init();
	a = get(64, 8);
	b = get(64, 8);
	give(a, 64, 8);
	memcpy(a, &b, sizeof(b)); /* a block that is allocated */
	check_eq(ptr, get(64, 8), a);
	check_eq(int, heap_blocks_allocate(&heap, 64, 8, &wild), HEAP_CORRUPT);
}

Test(heap_blocks, requests_that_make_no_sense_are_refused)
{
	struct heap_blocks none = { .map = NULL };

	check_eq(int, heap_blocks_init(NULL, arena, 64), HEAP_NULL);
	check_eq(int, heap_blocks_init(&none, NULL, 64), HEAP_NULL);
	check_eq(int, heap_blocks_init(&none, arena, SIZE_MAX), HEAP_BAD_PLACE);
	check_eq(int, heap_blocks_init(&none, arena, 0), HEAP_TOO_SMALL);
	check_eq(int, heap_blocks_allocate(&none, 1, 1, &a), HEAP_NULL);
	check_eq(int, heap_blocks_allocate(NULL, 1, 1, &a), HEAP_NULL);
	check_eq(int, heap_blocks_allocate(&heap, 1, 1, NULL), HEAP_NULL);
	check_eq(int, heap_blocks_allocate(&heap, 0, 1, &a), HEAP_BAD_SIZE);
	check_eq(int, heap_blocks_allocate(&heap, 1, 3, &a), HEAP_BAD_ALIGNMENT);
	check_eq(int, heap_blocks_allocate(&heap, SIZE_MAX, 1, &a), HEAP_NO_ROOM);
	a = get(ARENA / 2, 8);
	b = &heap;
	check_eq(int, heap_blocks_allocate(&heap, ARENA / 2, 8, &b), HEAP_NO_ROOM);
	check_eq(ptr, b, &heap, "an error leaves the result as it was");
}
