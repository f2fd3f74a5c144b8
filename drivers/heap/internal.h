/* SPDX-License-Identifier: MIT */
/* What the heaps share. Internal. */
#ifndef DRIVERS_HEAP_INTERNAL_H
#define DRIVERS_HEAP_INTERNAL_H

#include "bimetal/heap.h"

/* Whether somebody can ask for such a block at all. */
static inline enum heap_status heap_check_request(size_t size, size_t alignment)
{
	if (size == 0) return HEAP_BAD_SIZE;
	return alignment && !(alignment & (alignment - 1)) ? HEAP_OK : HEAP_BAD_ALIGNMENT;
}

/* Bytes from `address` to the next multiple of `alignment`, a power of two. */
static inline size_t heap_gap(uintptr_t address, size_t alignment)
{
	return (size_t)(0 - address) & (alignment - 1);
}

/* Whether `size` bytes at `block`, a multiple of `alignment`, lie in the `room` bytes at `bytes`.
 */
static inline bool heap_contains(const uint8_t *bytes, size_t room, const void *block, size_t size,
				 size_t alignment)
{
	uintptr_t at = (uintptr_t)block;
	uintptr_t base = (uintptr_t)bytes;

	return at >= base && at - base <= room && size <= room - (at - base) &&
	       heap_gap(at, alignment) == 0;
}

#endif
