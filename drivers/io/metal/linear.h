/* SPDX-License-Identifier: MIT */
/* Memory by its linear address, as the processor translates it, on real hardware.
 * drivers/io/host/linear.h has the same names for the harness.
 *
 * For memory that the processor itself reads too, such as page tables: each access is one of 64
 * bits, which the compiler neither drops nor splits (in 32-bit code it is two of 32 bits). Memory
 * shared with devices is accessed by dma.h. */
#ifndef BIMETAL_LINEAR_H
#define BIMETAL_LINEAR_H

/* For example:
 *
 *	static uint64_t first_entry(uintptr_t table)
 *	{
 *		struct linear memory = linear_memory(table, 4096);
 *
 *		return linear_load64(memory, 0);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

/* The last byte, not the size: all of the address space has 2^64 bytes. */
struct linear {
	uint64_t base, last; /* the first linear address; offset of the last byte */
};

/* `size` bytes from the linear address `base` on. */
IO_INLINE struct linear linear_memory(uint64_t base, uint64_t size)
{
	return (struct linear){ .base = base, .last = size ? size - 1 : 0 };
}

/* All linear addresses. */
IO_INLINE struct linear linear_all(void) { return (struct linear){ .last = UINT64_MAX }; }

/* Are the 8 bytes at `offset` inside? */
IO_INLINE bool linear_holds(struct linear memory, uint64_t offset)
{
	const uint64_t rest = sizeof(uint64_t) - 1;

	return memory.last >= rest && offset <= memory.last - rest;
}

/* The value at base + offset, which must be a multiple of 8. Outside the memory a load returns all
 * ones, and a store does nothing. */
IO_INLINE uint64_t linear_load64(struct linear memory, uint64_t offset)
{
	if (!linear_holds(memory, offset)) return UINT64_MAX;
	return *(const volatile uint64_t *)(uintptr_t)(memory.base + offset);
}

IO_INLINE void linear_store64(struct linear memory, uint64_t offset, uint64_t value)
{
	if (!linear_holds(memory, offset)) return;
	*(volatile uint64_t *)(uintptr_t)(memory.base + offset) = value;
}

/* The same at a pointer to plain memory: on the host, to memory of this process. */
IO_INLINE uint64_t linear_load64_at(const uint64_t *from)
{
	return *(const volatile uint64_t *)from;
}

IO_INLINE void linear_store64_at(uint64_t *to, uint64_t value) { *(volatile uint64_t *)to = value; }

/* The same memory, but no more than `size` bytes of it. */
IO_INLINE struct linear linear_up_to(struct linear memory, uint64_t size)
{
	uint64_t last = size ? size - 1 : 0;

	if (memory.last > last) memory.last = last;
	return memory;
}

#endif
