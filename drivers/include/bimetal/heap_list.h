/* SPDX-License-Identifier: MIT */
/* A heap that keeps its holes in a list, in order of address. A block is cut from the first hole
 * that fits (first fit); a freed block is merged with the holes before and behind it.
 *
 * Sizes are rounded up to HEAP_GRAIN, the size of a hole's entry in the list. So what is left of a
 * hole, before a block for its alignment or behind it, is always large enough to be a hole itself:
 * nothing is lost. */
#ifndef BIMETAL_HEAP_LIST_H
#define BIMETAL_HEAP_LIST_H

/* For example:
 *
 *	static enum heap_status copy_of_page(struct heap_list *heap, void **page)
 *	{
 *		enum heap_status status = heap_list_allocate(heap, 4096, 4096, page);
 *
 *		if (status != HEAP_OK) return status;
 *		return heap_list_free(heap, *page, 4096, 4096);
 *	}
 */

#include "bimetal/heap.h"

enum { HEAP_GRAIN = 2 * sizeof(size_t) }; /* the smallest block, in bytes */

struct heap_hole;

struct heap_list {
	uint8_t *bytes;          /* the first byte used, at a multiple of HEAP_GRAIN */
	size_t size;             /* bytes used from there: a multiple of HEAP_GRAIN */
	size_t pending;          /* bytes behind them that do not make a block yet */
	size_t free;             /* bytes in holes */
	struct heap_hole *first; /* the hole with the lowest address */
};

/* Begin with `size` bytes at `memory`, at any alignment: it is rounded to whole blocks. The memory
 * belongs to the heap from now on. Errors: HEAP_NULL, HEAP_TOO_SMALL (nothing was written),
 * HEAP_BAD_PLACE. */
HEAP_MUST_USE enum heap_status heap_list_init(struct heap_list *heap, void *memory, size_t size);
/* `by` more bytes, directly behind the memory, belong to the heap. What does not make a block yet
 * waits for the next call, and is not written to. Errors: HEAP_NULL (not initialised),
 * HEAP_BAD_PLACE. */
HEAP_MUST_USE enum heap_status heap_list_extend(struct heap_list *heap, size_t by);
/* *block: `size` bytes at a multiple of `alignment`. On an error *block is unchanged. */
HEAP_MUST_USE enum heap_status heap_list_allocate(struct heap_list *heap, size_t size,
						  size_t alignment, void **block);
/* Give a block back, with the size and alignment with which it was allocated. HEAP_FOREIGN: it
 * cannot be a block of this heap. HEAP_NOT_ALLOCATED: a part of it is free. A wrong size, or a
 * block freed twice whose memory was allocated again meanwhile, is not detected. */
HEAP_MUST_USE enum heap_status heap_list_free(struct heap_list *heap, void *block, size_t size,
					      size_t alignment);
/* Bytes in holes, and of the largest hole. */
size_t heap_list_free_bytes(const struct heap_list *heap);
size_t heap_list_largest(const struct heap_list *heap);
/* Read the whole list. HEAP_CORRUPT: holes are not in order, touch, or lie outside of the memory.
 */
HEAP_MUST_USE enum heap_status heap_list_check(const struct heap_list *heap);

#endif
