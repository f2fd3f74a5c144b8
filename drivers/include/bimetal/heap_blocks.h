/* SPDX-License-Identifier: MIT */
/* A heap of blocks of fixed sizes: 8, 16, 32 ... 2048 bytes, each size with a list of free blocks.
 * A block comes from the list of the smallest size that fits, in constant time; if that is empty,
 * or if no size fits, from a heap_list. Blocks of the fixed sizes stay in their lists.
 *
 * A map with a bit for every HEAP_GRAIN bytes tells which blocks of the fixed sizes are allocated;
 * it takes the first 128th of the memory (a 64th on a CPU of 32 bits). */
#ifndef BIMETAL_HEAP_BLOCKS_H
#define BIMETAL_HEAP_BLOCKS_H

/* For example:
 *
 *	static enum heap_status first_block(struct heap_blocks *heap, void *memory, void **block)
 *	{
 *		enum heap_status status = heap_blocks_init(heap, memory, 100 * 1024);
 *
 *		return status == HEAP_OK ? heap_blocks_allocate(heap, 24, 8, block) : status;
 *	}
 */

#include "bimetal/heap.h"
#include "bimetal/heap_list.h"

enum { HEAP_BLOCK_MIN = 8, HEAP_BLOCK_MAX = 2048, HEAP_BLOCK_SIZES = 9 };

struct heap_block;

struct heap_blocks {
	struct heap_list list;
	uint8_t *map;
	struct heap_block *free[HEAP_BLOCK_SIZES]; /* [i]: blocks of 8 << i bytes */
};

/* Begin with `size` bytes at `memory`, at any alignment. They belong to the heap from now on.
 * Errors: HEAP_NULL, HEAP_TOO_SMALL, HEAP_BAD_PLACE. */
HEAP_MUST_USE enum heap_status heap_blocks_init(struct heap_blocks *heap, void *memory,
						size_t size);
/* *block: `size` bytes at a multiple of `alignment`. On an error *block is unchanged. */
HEAP_MUST_USE enum heap_status heap_blocks_allocate(struct heap_blocks *heap, size_t size,
						    size_t alignment, void **block);
/* Give a block back, with the size and alignment with which it was allocated. Errors are those of
 * heap_list_free(); a block of a fixed size that is freed twice is always told
 * (HEAP_NOT_ALLOCATED), unless it was allocated again meanwhile. */
HEAP_MUST_USE enum heap_status heap_blocks_free(struct heap_blocks *heap, void *block, size_t size,
						size_t alignment);
/* The size of the block for such a request: 8 to 2048, or 0: it comes from the list. */
size_t heap_blocks_size(size_t size, size_t alignment);

#endif
