/* SPDX-License-Identifier: MIT */
#include "bimetal/heap_bump.h"
#include "heap_fixture.h"

static struct heap_bump heap;
static void *a, *b;

static void init(void)
{
	fill_arena();
	require_eq(int, heap_bump_init(&heap, arena, ARENA), HEAP_OK);
}

TestSuite(heap_bump, .init = init, .timeout = 60);

Test(heap_bump, blocks_follow_each_other_at_their_alignment)
{
	require_eq(int, heap_bump_allocate(&heap, 3, 1, &a), HEAP_OK);
	check_eq(ptr, a, arena);
	require_eq(int, heap_bump_allocate(&heap, 1, 1, &b), HEAP_OK);
	check_eq(ptr, b, arena + 3);
	for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
		require_eq(int, heap_bump_allocate(&heap, 5, alignment, &a), HEAP_OK);
		check_eq(u64, place(a) % alignment, 0, "%zu", alignment);
		check(place(a) > place(b) && place(a) + 5 <= place(arena) + ARENA);
		b = a;
	}
}

Test(heap_bump, memory_is_free_again_when_the_last_block_is)
{
	require_eq(int, heap_bump_allocate(&heap, ARENA, 1, &a), HEAP_OK);
	check_eq(sz, heap_bump_left(&heap), 0);
	b = &heap;
	check_eq(int, heap_bump_allocate(&heap, 1, 1, &b), HEAP_NO_ROOM);
	check_eq(ptr, b, &heap, "an error leaves the result as it was");
	require_eq(int, heap_bump_free(&heap, a, ARENA, 1), HEAP_OK);
	require_eq(int, heap_bump_allocate(&heap, 1, 1, &a), HEAP_OK);
	check_eq(int, heap_bump_allocate(&heap, ARENA - 1, 8, &b), HEAP_NO_ROOM, "7 are skipped");
	require_eq(int, heap_bump_free(&heap, a, 1, 1), HEAP_OK);
	check_eq(sz, heap_bump_left(&heap), ARENA);
	require_eq(int, heap_bump_allocate(&heap, 8, 8, &a), HEAP_OK);
	require_eq(int, heap_bump_allocate(&heap, 8, 8, &b), HEAP_OK);
	require_eq(int, heap_bump_free(&heap, a, 8, 8), HEAP_OK);
	check_eq(sz, heap_bump_left(&heap), ARENA - 16);
	require_eq(int, heap_bump_free(&heap, b, 8, 8), HEAP_OK);
	check_eq(sz, heap_bump_left(&heap), ARENA);
}

Test(heap_bump, many_blocks_fit_as_long_as_none_lives)
{
	for (unsigned i = 0; i < ARENA; i++) {
		require_eq(int, heap_bump_allocate(&heap, 8, 8, &a), HEAP_OK);
		require_eq(int, heap_bump_free(&heap, a, 8, 8), HEAP_OK);
	}
	require_eq(int, heap_bump_allocate(&heap, 8, 8, &b), HEAP_OK); /* lives */
	for (unsigned i = 1; i < ARENA / 8; i++) {
		require_eq(int, heap_bump_allocate(&heap, 8, 8, &a), HEAP_OK);
		require_eq(int, heap_bump_free(&heap, a, 8, 8), HEAP_OK);
	}
	check_eq(int, heap_bump_allocate(&heap, 8, 8, &a), HEAP_NO_ROOM);
}

Test(heap_bump, requests_that_make_no_sense_are_refused)
{
	struct heap_bump none = { 0 };

	check_eq(int, heap_bump_init(NULL, arena, 1), HEAP_NULL);
	check_eq(int, heap_bump_init(&heap, NULL, 1), HEAP_NULL);
	check_eq(int, heap_bump_init(&heap, arena, 0), HEAP_TOO_SMALL);
	check_eq(int, heap_bump_init(&heap, arena, SIZE_MAX), HEAP_BAD_PLACE);
	init();
	check_eq(int, heap_bump_allocate(NULL, 1, 1, &a), HEAP_NULL);
	check_eq(int, heap_bump_allocate(&none, 1, 1, &a), HEAP_NULL);
	check_eq(int, heap_bump_allocate(&heap, 1, 1, NULL), HEAP_NULL);
	check_eq(int, heap_bump_allocate(&heap, 0, 1, &a), HEAP_BAD_SIZE);
	check_eq(int, heap_bump_allocate(&heap, 1, 0, &a), HEAP_BAD_ALIGNMENT);
	check_eq(int, heap_bump_allocate(&heap, 1, 24, &a), HEAP_BAD_ALIGNMENT);
	check_eq(int, heap_bump_allocate(&heap, SIZE_MAX, 1, &a), HEAP_NO_ROOM);
	check_eq(int, heap_bump_allocate(&heap, 1, SIZE_MAX / 2 + 1, &a), HEAP_NO_ROOM);
	check_eq(sz, heap_bump_left(&heap), ARENA);
}

Test(heap_bump, foreign_blocks_and_blocks_freed_twice_are_told)
{
	check_eq(int, heap_bump_free(&heap, arena, 8, 8), HEAP_NOT_ALLOCATED);
	require_eq(int, heap_bump_allocate(&heap, 16, 16, &a), HEAP_OK);
	check_eq(int, heap_bump_free(&heap, arena - 16, 16, 16), HEAP_FOREIGN);
	check_eq(int, heap_bump_free(&heap, arena + 8, 16, 8), HEAP_FOREIGN);
	check_eq(int, heap_bump_free(&heap, arena + 8, 8, 16), HEAP_FOREIGN);
	check_eq(int, heap_bump_free(&heap, &heap, 8, 8), HEAP_FOREIGN);
	check_eq(int, heap_bump_free(&heap, a, 0, 8), HEAP_BAD_SIZE);
	check_eq(int, heap_bump_free(&heap, a, 8, 3), HEAP_BAD_ALIGNMENT);
	check_eq(int, heap_bump_free(&heap, NULL, 8, 8), HEAP_NULL);
	check_eq(int, heap_bump_free(NULL, a, 8, 8), HEAP_NULL);
	require_eq(int, heap_bump_free(&heap, a, 16, 16), HEAP_OK);
	check_eq(int, heap_bump_free(&heap, a, 16, 16), HEAP_NOT_ALLOCATED);
	check(guards_hold());
}

Test(heap_bump, every_status_has_a_text)
{
	check_eq(str, heap_status_text(HEAP_OK), "ok");
	for (int i = HEAP_NULL; i <= HEAP_CORRUPT; i++)
		check(strcmp(heap_status_text(i), "unknown") != 0 && heap_status_text(i)[0], "%d",
		      i);
	check_eq(str, heap_status_text(HEAP_CORRUPT + 1), "unknown");
}
