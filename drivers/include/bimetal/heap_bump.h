/* SPDX-License-Identifier: MIT */
/* A heap that only counts: a block is at the next free address, and the memory is free again when
 * as many blocks were freed as were allocated. */
#ifndef BIMETAL_HEAP_BUMP_H
#define BIMETAL_HEAP_BUMP_H

/* For example:
 *
 *	static uint64_t *first_table(void *memory, size_t size)
 *	{
 *		struct heap_bump heap;
 *		void *table = NULL;
 *
 *		if (heap_bump_init(&heap, memory, size) != HEAP_OK) return NULL;
 *		return heap_bump_allocate(&heap, 4096, 4096, &table) == HEAP_OK ? table : NULL;
 *	}
 */

#include "bimetal/heap.h"

struct heap_bump {
	uint8_t *bytes;
	size_t size, next; /* next: offset of the first free byte */
	size_t blocks;     /* allocated and not freed */
};

/* Begin with `size` bytes at `memory`, at any alignment. They belong to the heap from now on.
 * Errors: HEAP_NULL, HEAP_TOO_SMALL, HEAP_BAD_PLACE. */
HEAP_MUST_USE enum heap_status heap_bump_init(struct heap_bump *heap, void *memory, size_t size);
/* *block: `size` bytes at a multiple of `alignment`. On an error *block is unchanged. */
HEAP_MUST_USE enum heap_status heap_bump_allocate(struct heap_bump *heap, size_t size,
						  size_t alignment, void **block);
/* Give a block back. HEAP_FOREIGN: it does not lie in what was handed out. HEAP_NOT_ALLOCATED: all
 * blocks were freed before. A block that is freed twice while others live is not detected. */
HEAP_MUST_USE enum heap_status heap_bump_free(struct heap_bump *heap, void *block, size_t size,
					      size_t alignment);
/* Bytes from the next free address to the end. */
size_t heap_bump_left(const struct heap_bump *heap);

#endif
