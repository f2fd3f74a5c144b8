/* SPDX-License-Identifier: MIT */
#include "bimetal/heap.h"

const char *heap_status_text(enum heap_status status)
{
	static const char *const text[] = {
		[HEAP_OK] = "ok",
		[HEAP_NULL] = "a null pointer",
		[HEAP_BAD_PLACE] = "memory beyond the end of the address space",
		[HEAP_TOO_SMALL] = "memory too small for one block",
		[HEAP_BAD_SIZE] = "a size of 0",
		[HEAP_BAD_ALIGNMENT] = "an alignment that is no power of two",
		[HEAP_NO_ROOM] = "no room",
		[HEAP_FOREIGN] = "no block of this heap",
		[HEAP_NOT_ALLOCATED] = "a block that is not allocated",
		[HEAP_CORRUPT] = "free memory that was written to",
	};

	return (unsigned)status < sizeof(text) / sizeof(text[0]) ? text[status] : "unknown";
}
