/* SPDX-License-Identifier: MIT */
/* What the three heaps have in common. A heap hands out blocks of a memory that the caller owns:
 * heap_bump.h counts up, and begins again when the last block is free; heap_list.h has a list of
 * holes (first fit, neighbours are merged, the memory can grow); heap_blocks.h hands out blocks of
 * 8, 16 ... 2048 bytes in constant time, and larger ones from a list.
 *
 * A block has no header: who frees it gives the size and the alignment with which it was allocated.
 * A size is at least 1, an alignment is a power of two.
 *
 * Freestanding: no libc. All state is in the caller's structs and in free memory. A heap has no
 * lock: interrupt handlers and other processors must not use it at the same time. */
#ifndef BIMETAL_HEAP_H
#define BIMETAL_HEAP_H

/* For example:
 *
 *	static const char *advice(enum heap_status status)
 *	{
 *		if (status == HEAP_NO_ROOM) return "give the heap more memory";
 *		return heap_status_text(status);
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEAP_MUST_USE __attribute__((warn_unused_result))

enum heap_status {
	HEAP_OK,
	HEAP_NULL,          /* a null pointer */
	HEAP_BAD_PLACE,     /* the memory goes beyond the end of the address space */
	HEAP_TOO_SMALL,     /* the memory cannot hold one block */
	HEAP_BAD_SIZE,      /* a size of 0 */
	HEAP_BAD_ALIGNMENT, /* an alignment that is no power of two */
	HEAP_NO_ROOM,       /* no free memory of this size and alignment */
	HEAP_FOREIGN,       /* a block that this heap cannot have handed out so */
	HEAP_NOT_ALLOCATED, /* a block that is free: freed twice, or never allocated */
	HEAP_CORRUPT        /* free memory was written to: its list is no list any more */
};

/* A short text for messages: "ok", "no room", ... Never NULL. */
const char *heap_status_text(enum heap_status status);

#endif
