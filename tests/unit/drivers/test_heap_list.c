/* SPDX-License-Identifier: MIT */
#include "bimetal/heap_list.h"
#include "emu/array.h"
#include "heap_fixture.h"

static struct heap_list heap;
static void *a, *b, *c;

static void init(void)
{
	fill_arena();
	require_eq(int, heap_list_init(&heap, arena, ARENA), HEAP_OK);
}

static void *get(size_t size, size_t alignment)
{
	void *block = NULL;

	require_eq(int, heap_list_allocate(&heap, size, alignment, &block), HEAP_OK);
	check_eq(int, heap_list_check(&heap), HEAP_OK);
	return block;
}

static void give(void *block, size_t size, size_t alignment)
{
	require_eq(int, heap_list_free(&heap, block, size, alignment), HEAP_OK);
	check_eq(int, heap_list_check(&heap), HEAP_OK);
}

/* All is one hole again. */
static bool is_whole(void)
{
	return heap_list_free_bytes(&heap) == ARENA && heap_list_largest(&heap) == ARENA;
}

TestSuite(heap_list, .init = init, .timeout = 60);

Test(heap_list, the_first_hole_that_fits_is_taken)
{
	a = get(64, 8);
	b = get(32, 8);
	c = get(128, 8);
	get(16, 8);
	check_eq(ptr, a, arena);
	check_eq(ptr, b, arena + 64);
	check_eq(ptr, c, arena + 96);
	give(c, 128, 8);
	give(a, 64, 8);
	check_eq(ptr, get(65, 8), c, "the hole of 64 is too small");
	check_eq(ptr, get(16, 8), a, "the first hole, not the one that fits best");
	check_eq(ptr, get(48, 8), arena + 16);
	check_eq(ptr, get(48, 8), arena + 176, "what is left of the second");
}

Test(heap_list, a_block_takes_at_least_two_words)
{
	check_eq(sz, HEAP_GRAIN, 2 * sizeof(size_t));
	a = get(1, 1);
	b = get(1, 1);
	check_eq(u64, place(b) - place(a), HEAP_GRAIN);
	check_eq(sz, heap_list_free_bytes(&heap), ARENA - 2 * HEAP_GRAIN);
	give(a, 1, 1);
	give(b, 1, 1);
	check(is_whole());
}

Test(heap_list, neighbours_are_merged_whatever_the_order)
{
	static const uint8_t order[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					    { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		void *block[3] = { get(48, 16), get(48, 16), get(48, 16) };
		void *last = get(ARENA - 144, 16);

		for (int k = 0; k < 3; k++) give(block[order[i][k]], 48, 16);
		check_eq(sz, heap_list_largest(&heap), 144, "order %zu", i);
		check_eq(ptr, get(144, 16), arena);
		give(arena, 144, 16);
		give(last, ARENA - 144, 16);
		check(is_whole());
	}
}

Test(heap_list, blocks_are_aligned_and_what_lies_before_them_stays_free)
{
	for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
		a = get(1, 1);
		b = get(100, alignment);
		check_eq(u64, place(b) % alignment, 0, "%zu", alignment);
		check_eq(sz, heap_list_free_bytes(&heap), ARENA - HEAP_GRAIN - 112);
		give(b, 100, alignment);
		give(a, 1, 1);
		check(is_whole());
	}
}

/* linked_list_allocator before 0.10.4 lost what was left behind a block if it could not hold a
 * hole. */
Test(heap_list, nothing_is_lost_before_or_behind_a_block)
{
	uint64_t state = 7;

	for (unsigned i = 0; i < 2000; i++) {
		size_t size = 1 + random_next(&state) % 300;
		size_t alignment = (size_t)1 << random_next(&state) % 9;
		void *before = get(1 + random_next(&state) % 100, 1);
		size_t hole = 1 + random_next(&state) % 100;
		void *behind;

		b = get(hole, 1);
		behind = get(1, 1);
		give(b, hole, 1);
		a = get(size, alignment); /* sometimes in the hole, sometimes not */
		give(before, (size_t)((uint8_t *)b - (uint8_t *)before), 1);
		give(a, size, alignment);
		give(behind, 1, 1);
		require(is_whole(), "round %u", i);
	}
}

Test(heap_list, a_hole_can_be_used_to_its_last_byte)
{
	a = get(ARENA, 1);
	check_eq(ptr, a, arena);
	check_eq(sz, heap_list_largest(&heap), 0);
	b = &heap;
	check_eq(int, heap_list_allocate(&heap, 1, 1, &b), HEAP_NO_ROOM);
	check_eq(ptr, b, &heap, "an error leaves the result as it was");
	memset(a, 0, ARENA);
	give(a, ARENA, 1);
	check(is_whole() && guards_hold());
	check_eq(int, heap_list_allocate(&heap, ARENA + 1, 1, &b), HEAP_NO_ROOM);
}

/* ---- beginning and growing: RUSTSEC-2022-0063 wrote out of bounds in both ---- */

Test(heap_list, too_little_memory_is_refused_and_not_written_to)
{
	for (size_t offset = 0; offset < HEAP_GRAIN; offset++) {
		size_t lost = (HEAP_GRAIN - offset) % HEAP_GRAIN;

		for (size_t size = 0; size < 3 * HEAP_GRAIN; size++) {
			uint8_t *end = arena + ARENA;
			uint8_t *memory = end - 4 * HEAP_GRAIN + offset;
			int status;

			memset(memory, GUARD_BYTE, (size_t)(end - memory) + GUARD);
			status = heap_list_init(&heap, memory, size);
			check_eq(int, status, size < lost + HEAP_GRAIN ? HEAP_TOO_SMALL : HEAP_OK,
				 "%zu + %zu", offset, size);
			for (uint8_t *p = memory + size; p < end + GUARD; p++)
				require_eq(u8, *p, GUARD_BYTE, "%zu + %zu", offset, size);
			if (status != HEAP_OK)
				for (uint8_t *p = memory; p < memory + size; p++)
					require_eq(u8, *p, GUARD_BYTE);
			else
				check_eq(sz, heap_list_free_bytes(&heap),
					 (size - lost) / HEAP_GRAIN * HEAP_GRAIN);
		}
	}
}

Test(heap_list, it_grows_by_any_step_and_writes_only_what_it_was_given)
{
	for (size_t step = 1; step < 3 * HEAP_GRAIN; step++) {
		size_t have = HEAP_GRAIN;

		memset(arena, GUARD_BYTE, ARENA);
		require_eq(int, heap_list_init(&heap, arena, have), HEAP_OK);
		a = get(HEAP_GRAIN, 1);
		while (have + step < 1024) {
			require_eq(int, heap_list_extend(&heap, step), HEAP_OK);
			have += step;
			require_eq(int, heap_list_check(&heap), HEAP_OK);
			check_eq(sz, heap_list_free_bytes(&heap),
				 have / HEAP_GRAIN * HEAP_GRAIN - HEAP_GRAIN);
			check_eq(sz, heap_list_largest(&heap), heap_list_free_bytes(&heap));
			for (uint8_t *p = arena + have; p < arena + 1200; p++)
				require_eq(u8, *p, GUARD_BYTE, "step %zu", step);
		}
		give(a, HEAP_GRAIN, 1);
		check_eq(sz, heap_list_largest(&heap), have / HEAP_GRAIN * HEAP_GRAIN);
	}
}

Test(heap_list, it_grows_behind_a_free_end_and_behind_a_block)
{
	require_eq(int, heap_list_init(&heap, arena, 1024), HEAP_OK);
	require_eq(int, heap_list_extend(&heap, 1024), HEAP_OK);
	check_eq(sz, heap_list_largest(&heap), 2048, "merged with the hole at the end");
	a = get(2048, 1);
	require_eq(int, heap_list_extend(&heap, 1024), HEAP_OK);
	check_eq(sz, heap_list_largest(&heap), 1024);
	give(a, 2048, 1);
	check_eq(sz, heap_list_largest(&heap), 3072);
}

Test(heap_list, what_cannot_be_extended_is_not)
{
	struct heap_list none = { 0 };

	check_eq(int, heap_list_extend(NULL, 64), HEAP_NULL);
	check_eq(int, heap_list_extend(&none, 64), HEAP_NULL, "not initialised");
	check_eq(int, heap_list_extend(&heap, SIZE_MAX), HEAP_BAD_PLACE);
	check_eq(int, heap_list_extend(&heap, 0), HEAP_OK);
	check(is_whole());
}

/* ---- misuse ---- */

Test(heap_list, requests_that_make_no_sense_are_refused)
{
	struct heap_list none = { 0 };

	check_eq(int, heap_list_init(NULL, arena, 64), HEAP_NULL);
	check_eq(int, heap_list_init(&none, NULL, 64), HEAP_NULL);
	check_eq(int, heap_list_init(&none, arena, SIZE_MAX), HEAP_BAD_PLACE);
	check_eq(int, heap_list_check(&none), HEAP_NULL);
	check_eq(int, heap_list_allocate(&none, 1, 1, &a), HEAP_NULL);
	check_eq(int, heap_list_allocate(NULL, 1, 1, &a), HEAP_NULL);
	check_eq(int, heap_list_allocate(&heap, 1, 1, NULL), HEAP_NULL);
	check_eq(int, heap_list_allocate(&heap, 0, 1, &a), HEAP_BAD_SIZE);
	check_eq(int, heap_list_allocate(&heap, 1, 0, &a), HEAP_BAD_ALIGNMENT);
	check_eq(int, heap_list_allocate(&heap, 1, 48, &a), HEAP_BAD_ALIGNMENT);
	check_eq(int, heap_list_allocate(&heap, SIZE_MAX, 1, &a), HEAP_NO_ROOM);
	check_eq(int, heap_list_allocate(&heap, SIZE_MAX - HEAP_GRAIN, 1, &a), HEAP_NO_ROOM);
	check_eq(int, heap_list_allocate(&heap, 1, SIZE_MAX / 2 + 1, &a), HEAP_NO_ROOM);
	check(is_whole());
}

Test(heap_list, a_block_freed_twice_is_told_and_nothing_changes)
{
	a = get(64, 8);
	b = get(64, 8);
	c = get(64, 8);
	give(b, 64, 8);
	check_eq(int, heap_list_free(&heap, b, 64, 8), HEAP_NOT_ALLOCATED);
	check_eq(int, heap_list_free(&heap, (uint8_t *)b + 16, 16, 8), HEAP_NOT_ALLOCATED);
	check_eq(int, heap_list_free(&heap, a, 80, 8), HEAP_NOT_ALLOCATED, "into the hole");
	check_eq(int, heap_list_free(&heap, (uint8_t *)b + 48, 64, 8), HEAP_NOT_ALLOCATED);
	give(a, 64, 8);
	give(c, 64, 8);
	check(is_whole());
	check_eq(int, heap_list_free(&heap, c, 64, 8), HEAP_NOT_ALLOCATED);
	check(is_whole());
}

Test(heap_list, foreign_blocks_are_told)
{
	a = get(ARENA, 1);
	check_eq(int, heap_list_free(&heap, arena - 16, 16, 8), HEAP_FOREIGN);
	check_eq(int, heap_list_free(&heap, arena + ARENA, 16, 8), HEAP_FOREIGN);
	check_eq(int, heap_list_free(&heap, arena + ARENA - 16, 32, 8), HEAP_FOREIGN);
	check_eq(int, heap_list_free(&heap, arena + 8, 16, 8), HEAP_FOREIGN,
		 "no block begins there");
	check_eq(int, heap_list_free(&heap, arena + 32, 16, 64), HEAP_FOREIGN);
	check_eq(int, heap_list_free(&heap, arena, SIZE_MAX, 8), HEAP_FOREIGN);
	check_eq(int, heap_list_free(&heap, NULL, 16, 8), HEAP_NULL);
	check_eq(int, heap_list_free(NULL, a, 16, 8), HEAP_NULL);
	check_eq(int, heap_list_free(&heap, a, 0, 8), HEAP_BAD_SIZE);
	check_eq(int, heap_list_free(&heap, a, 16, 6), HEAP_BAD_ALIGNMENT);
	give(a, ARENA, 1);
}

Test(heap_list, a_list_that_was_written_over_is_told)
{
	static const size_t garbage[][2] = {
		{ 0, 0 },         { 8, 0 },     { ARENA, 1 },         { SIZE_MAX, 0 },
		{ 2 * ARENA, 0 }, { 64, 0x10 }, { SIZE_MAX - 15, 0 }, { ARENA - 48, 0 },
	};
	static const size_t far[2] = { 64, SIZE_MAX - 15 };

	for (size_t i = 0; i < ARRAY_SIZE(garbage); i++) {
		init();
		a = get(64, 8);
		memcpy((uint8_t *)a + 64, garbage[i], sizeof(garbage[i])); /* an overflow */
		check_eq(int, heap_list_check(&heap), HEAP_CORRUPT, "%zu", i);
		check_eq(int, heap_list_free(&heap, a, 64, 8), HEAP_CORRUPT, "%zu", i);
		check_eq(int, heap_list_allocate(&heap, 64, 8, &b), HEAP_CORRUPT, "%zu", i);
		check_eq(int, heap_list_extend(&heap, 64), HEAP_CORRUPT, "%zu", i);
		heap_list_largest(&heap);
		check(guards_hold());
	}
	for (size_t step = 16; step <= 64; step += 16) { /* the next hole overlaps, or touches */
		const size_t near[2] = { 64, place(arena) + 64 + step };

		init();
		a = get(64, 8);
		memcpy((uint8_t *)a + 64, near, sizeof(near));
		check_eq(int, heap_list_allocate(&heap, 64, 8, &b), HEAP_CORRUPT, "%zu", step);
	}
	init(); /* here only the next hole is wrong, which not everybody looks at */
	a = get(64, 8);
	memcpy((uint8_t *)a + 64, far, sizeof(far));
	check_eq(int, heap_list_check(&heap), HEAP_CORRUPT);
	check_eq(int, heap_list_allocate(&heap, 65, 8, &b), HEAP_CORRUPT);
	check_eq(sz, heap_list_largest(&heap), 64);
}
