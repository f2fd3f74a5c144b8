/* SPDX-License-Identifier: MIT */
/* Random operations against a model that keeps, for each smallest piece of the memory, whether it
 * is free, and finds the place of a block by trying every one. */
#include "bimetal/heap_blocks.h"
#include "heap_fixture.h"

enum { LIVE = 200, OPERATIONS = 20000, MEMORY = 16 * 1024, GRAINS = MEMORY / HEAP_GRAIN };

struct live {
	uint8_t *block;
	size_t size, alignment;
	uint8_t stamp;
};

static struct live live[LIVE];
static unsigned n_live;
static bool taken[GRAINS];
static uint64_t state;
static struct heap_list list;
static struct heap_blocks blocks;

static void begin(uint64_t seed)
{
	fill_arena();
	memset(taken, 0, sizeof(taken));
	n_live = 0;
	state = seed;
}

TestSuite(heap_model, .timeout = 60);

static bool is_free(unsigned at, unsigned n)
{
	if (n > GRAINS - at) return false;
	for (unsigned i = at; i < at + n; i++)
		if (taken[i]) return false;
	return true;
}

/* The first place for n pieces at this alignment; NULL: none. */
static uint8_t *expected_place(unsigned n, size_t alignment)
{
	for (unsigned i = 0; i < GRAINS; i++)
		if (place(arena + (size_t)i * HEAP_GRAIN) % alignment == 0 && is_free(i, n))
			return arena + (size_t)i * HEAP_GRAIN;
	return NULL;
}

static void mark(const uint8_t *block, unsigned n, bool as)
{
	for (unsigned i = 0; i < n; i++) taken[(size_t)(block - arena) / HEAP_GRAIN + i] = as;
}

/* Note a block, and fill it: a block that overlaps another would change its bytes. */
static void keep(uint8_t *block, size_t size, size_t alignment)
{
	struct live *l = &live[n_live++];

	*l = (struct live){ block, size, alignment, (uint8_t)random_next(&state) };
	memset(block, l->stamp, size);
}

static struct live take_any(void)
{
	unsigned i = (unsigned)(random_next(&state) % n_live);
	struct live l = live[i];

	live[i] = live[--n_live];
	for (size_t k = 0; k < l.size; k++) require_eq(u8, l.block[k], l.stamp, "byte %zu", k);
	return l;
}

static size_t random_size(void)
{
	uint64_t n = random_next(&state);

	return n % 8 ? 1 + n / 8 % 200 : 1 + n / 8 % 5000;
}

static size_t random_alignment(void)
{
	uint64_t n = random_next(&state);

	return (size_t)1 << (n % 4 ? n / 4 % 5 : n / 4 % 11);
}

static bool frees_now(void) { return n_live == LIVE || (n_live && random_next(&state) % 5 < 2); }

static void allocate_from_list(void)
{
	size_t size = random_size(), alignment = random_alignment();
	unsigned n = (unsigned)((size + HEAP_GRAIN - 1) / HEAP_GRAIN);
	uint8_t *want = expected_place(n, alignment);
	void *block = NULL;

	require_eq(int, heap_list_allocate(&list, size, alignment, &block),
		   want ? HEAP_OK : HEAP_NO_ROOM);
	require_eq(ptr, block, want);
	if (!want) return;
	mark(want, n, true);
	keep(want, size, alignment);
}

static void free_to_list(void)
{
	struct live l = take_any();

	require_eq(int, heap_list_free(&list, l.block, l.size, l.alignment), HEAP_OK);
	require_eq(int, heap_list_free(&list, l.block, l.size, l.alignment), HEAP_NOT_ALLOCATED);
	mark(l.block, (unsigned)((l.size + HEAP_GRAIN - 1) / HEAP_GRAIN), false);
}

static size_t free_in_model(void)
{
	size_t n = 0;

	for (unsigned i = 0; i < GRAINS; i++) n += !taken[i];
	return n * HEAP_GRAIN;
}

Test(heap_model, a_list_puts_every_block_where_the_model_does)
{
	begin(1);
	require_eq(int, heap_list_init(&list, arena, MEMORY), HEAP_OK);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		if (frees_now())
			free_to_list();
		else
			allocate_from_list();
		require_eq(int, heap_list_check(&list), HEAP_OK, "operation %u", i);
		require_eq(sz, heap_list_free_bytes(&list), free_in_model(), "operation %u", i);
	}
	while (n_live) free_to_list();
	check_eq(sz, heap_list_largest(&list), MEMORY);
	check(guards_hold());
}

static void allocate_from_blocks(void)
{
	size_t size = random_size(), alignment = random_alignment();
	void *block = NULL;
	uint8_t *bytes;

	if (heap_blocks_allocate(&blocks, size, alignment, &block) != HEAP_OK) {
		require_eq(ptr, block, NULL);
		return;
	}
	bytes = block;
	require_eq(u64, place(block) % alignment, 0);
	require(bytes >= arena && bytes + size <= arena + MEMORY);
	keep(bytes, size, alignment);
}

static void free_to_blocks(void)
{
	struct live l = take_any();

	require_eq(int, heap_blocks_free(&blocks, l.block, l.size, l.alignment), HEAP_OK);
	require_eq(int, heap_blocks_free(&blocks, l.block, l.size, l.alignment),
		   HEAP_NOT_ALLOCATED);
}

Test(heap_model, blocks_never_overlap_and_keep_their_bytes)
{
	begin(2);
	require_eq(int, heap_blocks_init(&blocks, arena, MEMORY), HEAP_OK);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		if (frees_now())
			free_to_blocks();
		else
			allocate_from_blocks();
		require_eq(int, heap_list_check(&blocks.list), HEAP_OK, "operation %u", i);
	}
	while (n_live) free_to_blocks();
	check(guards_hold());
}

/* ---- memory that something else writes to: calls end, and stay in their memory ---- */

static void spoil(void)
{
	size_t at = random_next(&state) % MEMORY / sizeof(size_t) * sizeof(size_t);
	size_t value = (size_t)random_any_size(&state);

	if (random_next(&state) % 2) value = place(arena) + value % MEMORY;
	if (random_next(&state) % 2) value &= ~(size_t)(HEAP_GRAIN - 1);
	memcpy(arena + at, &value, sizeof(value));
}

static void use_blindly(void)
{
	void *block = NULL;
	size_t size = random_size();
	int status;

	switch (random_next(&state) % 6) {
	case 0: status = heap_list_allocate(&list, size, random_alignment(), &block); break;
	case 1: status = heap_blocks_allocate(&blocks, size, random_alignment(), &block); break;
	case 2:
		status = heap_list_free(&list, arena + random_next(&state) % MEMORY, size, 1);
		break;
	case 3:
		status = heap_blocks_free(&blocks, arena + random_next(&state) % MEMORY, size, 1);
		break;
	case 4: status = heap_list_check(&list); break;
	default: status = heap_list_largest(&list) > MEMORY ? -1 : HEAP_OK;
	}
	require(status >= HEAP_OK && status <= HEAP_CORRUPT);
	if (block) require(place(block) >= place(arena) && place(block) < place(arena) + MEMORY);
}

Test(heap_model, garbage_in_free_memory_leads_nowhere_else)
{
	begin(3);
	for (unsigned round = 0; round < 300; round++) {
		/* Two heaps in the same memory: each spoils the other's lists. */
		require_eq(int, heap_list_init(&list, arena, MEMORY), HEAP_OK);
		require_eq(int, heap_blocks_init(&blocks, arena, MEMORY), HEAP_OK);
		memset(arena + MEMORY, GUARD_BYTE, ARENA - MEMORY);
		for (unsigned i = 0; i < 100; i++) {
			use_blindly();
			if (i % 3 == 0) spoil();
		}
		for (uint8_t *p = arena + MEMORY; p < arena + ARENA; p++)
			require_eq(u8, *p, GUARD_BYTE, "round %u", round);
		require(guards_hold(), "round %u", round);
	}
}
