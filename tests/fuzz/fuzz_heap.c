/* SPDX-License-Identifier: MIT */
/* Requests to a heap, in its own memory of exactly its size: blocks never overlap, keep their
 * bytes, and the list of holes stays one. With garbage written into the memory, calls still stay in
 * it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bimetal/heap_blocks.h"
#include "bimetal/heap_bump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIVE = 64, MOST = 65536 };
enum kind { BUMP, LIST, BLOCKS, KINDS };

struct live {
	uint8_t *block;
	size_t size, alignment;
};

static struct {
	enum kind kind;
	bool spoiled; /* somebody else wrote into the memory */
	uint8_t *memory;
	size_t size, room; /* room: for heap_list_extend() */
	struct heap_bump bump;
	struct heap_list list;
	struct heap_blocks blocks;
	struct live live[LIVE];
} t;

struct input {
	const uint8_t *at, *end;
};

static void require(bool holds, const char *what)
{
	if (holds) return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

static unsigned take(struct input *in) { return in->at < in->end ? *in->at++ : 0; }

static size_t take_size(struct input *in)
{
	unsigned low = take(in), high = take(in);

	return high == UINT8_MAX ? SIZE_MAX - low : low | (high & 0x1f) << 8;
}

static enum heap_status allocate(size_t size, size_t alignment, void **block)
{
	switch (t.kind) {
	case BUMP: return heap_bump_allocate(&t.bump, size, alignment, block);
	case LIST: return heap_list_allocate(&t.list, size, alignment, block);
	default: return heap_blocks_allocate(&t.blocks, size, alignment, block);
	}
}

static enum heap_status give_back(void *block, size_t size, size_t alignment)
{
	switch (t.kind) {
	case BUMP: return heap_bump_free(&t.bump, block, size, alignment);
	case LIST: return heap_list_free(&t.list, block, size, alignment);
	default: return heap_blocks_free(&t.blocks, block, size, alignment);
	}
}

static uint8_t stamp(const struct live *l) { return (uint8_t)(1 + (l - t.live)); }

static void add(struct live *l, struct input *in)
{
	size_t size = take_size(in);
	size_t alignment = (size_t)1 << take(in) % 14;
	void *block = NULL;
	enum heap_status status = allocate(size, alignment, &block);

	require((status == HEAP_OK) == (block != NULL), "a block comes with success");
	if (!block) return;
	require((uintptr_t)block % alignment == 0, "a block is aligned");
	require((uint8_t *)block >= t.memory && (size_t)((uint8_t *)block - t.memory) <= t.size &&
			size <= t.size - (size_t)((uint8_t *)block - t.memory),
		"a block lies in the memory");
	if (t.spoiled) return;
	*l = (struct live){ block, size, alignment };
	memset(block, stamp(l), size);
}

static void drop(struct live *l)
{
	for (size_t i = 0; i < l->size; i++)
		require(l->block[i] == stamp(l), "a block keeps its bytes");
	require(give_back(l->block, l->size, l->alignment) == HEAP_OK, "a block can be freed");
	if (t.kind != BUMP)
		require(give_back(l->block, l->size, l->alignment) == HEAP_NOT_ALLOCATED,
			"but not twice");
	l->block = NULL;
}

static void drop_anything(struct input *in)
{
	size_t at = take_size(in), size = take_size(in);

	if (!t.spoiled) return; /* a wrong block is not always told */
	(void)give_back(t.memory + at % (t.size + 1), size, (size_t)1 << take(in) % 14);
}

static void extend(struct input *in)
{
	size_t by = take_size(in);

	if (t.kind != LIST || (by > t.room - t.size && by < MOST)) return;
	if (heap_list_extend(&t.list, by) == HEAP_OK) t.size += by;
	require(t.size <= t.room, "no memory beyond the address space");
}

static void spoil(struct input *in)
{
	size_t at = take_size(in) % t.size;

	t.spoiled = true;
	for (unsigned i = 0; i < sizeof(size_t) && at + i < t.size; i++)
		t.memory[at + i] = (uint8_t)take(in);
}

static bool begin(struct input *in)
{
	memset(&t, 0, sizeof(t));
	t.kind = take(in) % KINDS;
	t.size = take_size(in) % MOST;
	t.room = t.size + (t.kind == LIST ? take_size(in) % MOST : 0);
	t.memory = malloc(t.room ? t.room : 1);
	require(t.memory != NULL, "memory");
	memset(t.memory, 0xa5, t.room);
	switch (t.kind) {
	case BUMP: return heap_bump_init(&t.bump, t.memory, t.size) == HEAP_OK;
	case LIST: return heap_list_init(&t.list, t.memory, t.size) == HEAP_OK;
	default: return heap_blocks_init(&t.blocks, t.memory, t.size) == HEAP_OK;
	}
}

static void step(struct input *in)
{
	unsigned what = take(in);
	struct live *l = &t.live[what % LIVE];

	switch (what / LIVE) {
	case 0:
	case 1:
		if (l->block && !t.spoiled)
			drop(l);
		else
			add(l, in);
		break;
	case 2: extend(in); break;
	default:
		if (what % 2)
			spoil(in);
		else
			drop_anything(in);
	}
	if (t.spoiled || t.kind == BUMP) return;
	require(heap_list_check(t.kind == LIST ? &t.list : &t.blocks.list) == HEAP_OK,
		"the list is sound");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };

	if (begin(&in))
		while (in.at < in.end) step(&in);
	if (t.kind == LIST) (void)heap_list_largest(&t.list);
	free(t.memory);
	return 0;
}
