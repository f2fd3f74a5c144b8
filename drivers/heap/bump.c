/* SPDX-License-Identifier: MIT */
#include "bimetal/heap_bump.h"

#include "internal.h"

enum heap_status heap_bump_init(struct heap_bump *heap, void *memory, size_t size)
{
	if (!heap || !memory) return HEAP_NULL;
	if (size == 0) return HEAP_TOO_SMALL;
	if (size > UINTPTR_MAX - (uintptr_t)memory) return HEAP_BAD_PLACE;
	*heap = (struct heap_bump){ .bytes = memory, .size = size };
	return HEAP_OK;
}

enum heap_status heap_bump_allocate(struct heap_bump *heap, size_t size, size_t alignment,
				    void **block)
{
	enum heap_status status = heap_check_request(size, alignment);
	size_t left, gap;

	if (!heap || !block || !heap->bytes) return HEAP_NULL;
	if (status != HEAP_OK) return status;
	left = heap_bump_left(heap);
	gap = heap_gap((uintptr_t)heap->bytes + heap->next, alignment);
	if (gap > left || size > left - gap) return HEAP_NO_ROOM;
	*block = heap->bytes + heap->next + gap;
	heap->next += gap + size;
	heap->blocks++;
	return HEAP_OK;
}

enum heap_status heap_bump_free(struct heap_bump *heap, void *block, size_t size, size_t alignment)
{
	enum heap_status status = heap_check_request(size, alignment);

	if (!heap || !block || !heap->bytes) return HEAP_NULL;
	if (status != HEAP_OK) return status;
	if (heap->blocks == 0) return HEAP_NOT_ALLOCATED;
	if (!heap_contains(heap->bytes, heap->next, block, size, alignment)) return HEAP_FOREIGN;
	heap->blocks--;
	if (heap->blocks == 0) heap->next = 0;
	return HEAP_OK;
}

size_t heap_bump_left(const struct heap_bump *heap) { return heap->size - heap->next; }
