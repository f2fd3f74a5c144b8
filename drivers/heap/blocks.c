/* SPDX-License-Identifier: MIT */
#include "bimetal/heap_blocks.h"

#include "internal.h"

enum { BITS = 8 };

/* A free block. The caller's memory may have any type. */
struct __attribute__((may_alias)) heap_block {
	struct heap_block *next;
};

_Static_assert(sizeof(struct heap_block) <= HEAP_BLOCK_MIN, "a link fits into each block");
_Static_assert(HEAP_BLOCK_MIN << (HEAP_BLOCK_SIZES - 1) == HEAP_BLOCK_MAX, "each size has a list");

size_t heap_blocks_size(size_t size, size_t alignment)
{
	size_t least = size > alignment ? size : alignment;
	size_t block = HEAP_BLOCK_MIN;

	if (least > HEAP_BLOCK_MAX) return 0;
	while (block < least) block *= 2;
	return block;
}

/* The list of blocks of this size. */
static struct heap_block **list_of(struct heap_blocks *heap, size_t block)
{
	unsigned i = 0;

	while ((size_t)HEAP_BLOCK_MIN << i < block) i++;
	return &heap->free[i];
}

/* ---- the map: which blocks of the fixed sizes are allocated ---- */

static size_t grain_of(const struct heap_blocks *heap, const void *block)
{
	return (size_t)((const uint8_t *)block - heap->list.bytes) / HEAP_GRAIN;
}

static bool is_allocated(const struct heap_blocks *heap, const void *block)
{
	size_t i = grain_of(heap, block);

	return heap->map[i / BITS] >> i % BITS & 1;
}

static void toggle(struct heap_blocks *heap, const void *block)
{
	size_t i = grain_of(heap, block);

	heap->map[i / BITS] = (uint8_t)(heap->map[i / BITS] ^ 1u << i % BITS);
}

/* Whether there can be a block of this size here. */
static bool is_place(const struct heap_blocks *heap, const void *block, size_t size)
{
	size_t alignment = size < HEAP_GRAIN ? HEAP_GRAIN : size;

	return heap_contains(heap->list.bytes, heap->list.size, block, size, alignment);
}

/* ---- what callers see ---- */

enum heap_status heap_blocks_init(struct heap_blocks *heap, void *memory, size_t size)
{
	size_t map = (size / HEAP_GRAIN + BITS - 1) / BITS;
	struct heap_list list;
	enum heap_status status;

	if (!heap || !memory) return HEAP_NULL;
	if (size > UINTPTR_MAX - (uintptr_t)memory) return HEAP_BAD_PLACE;
	if (map >= size) return HEAP_TOO_SMALL;
	status = heap_list_init(&list, (uint8_t *)memory + map, size - map);
	if (status != HEAP_OK) return status;
	*heap = (struct heap_blocks){ .list = list, .map = memory };
	for (size_t i = 0; i < map; i++) heap->map[i] = 0;
	return HEAP_OK;
}

/* Take the first block of a list that is not empty. */
static enum heap_status pop(struct heap_blocks *heap, struct heap_block **list, size_t size,
			    void **block)
{
	struct heap_block *first = *list;

	if (!is_place(heap, first, size) || is_allocated(heap, first)) return HEAP_CORRUPT;
	*list = first->next;
	*block = first;
	return HEAP_OK;
}

enum heap_status heap_blocks_allocate(struct heap_blocks *heap, size_t size, size_t alignment,
				      void **block)
{
	enum heap_status status = heap_check_request(size, alignment);
	struct heap_block **list;
	size_t fixed;

	if (!heap || !block || !heap->map) return HEAP_NULL;
	if (status != HEAP_OK) return status;
	fixed = heap_blocks_size(size, alignment);
	if (!fixed) return heap_list_allocate(&heap->list, size, alignment, block);
	list = list_of(heap, fixed);
	if (*list)
		status = pop(heap, list, fixed, block);
	else
		status = heap_list_allocate(&heap->list, fixed, fixed, block);
	if (status == HEAP_OK) toggle(heap, *block);
	return status;
}

enum heap_status heap_blocks_free(struct heap_blocks *heap, void *block, size_t size,
				  size_t alignment)
{
	enum heap_status status = heap_check_request(size, alignment);
	struct heap_block **list, *freed = block;
	size_t fixed;

	if (!heap || !block || !heap->map) return HEAP_NULL;
	if (status != HEAP_OK) return status;
	fixed = heap_blocks_size(size, alignment);
	if (!is_place(heap, block, fixed ? fixed : HEAP_GRAIN)) return HEAP_FOREIGN;
	if (!fixed)
		return is_allocated(heap, block)
			       ? HEAP_FOREIGN
			       : heap_list_free(&heap->list, block, size, alignment);
	if (!is_allocated(heap, block)) return HEAP_NOT_ALLOCATED;
	list = list_of(heap, fixed);
	toggle(heap, block);
	freed->next = *list;
	*list = freed;
	return HEAP_OK;
}
