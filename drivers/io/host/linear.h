/* SPDX-License-Identifier: MIT */
/* Memory by its linear address, in the harness: the names of drivers/io/metal/linear.h, over the
 * machine's RAM.
 *
 * The address is translated as the processor's control registers say, by the machine's own page
 * walk, which sets the bits A and D. While paging is off it is physical; so it is until CR3 is
 * first written (it reads 0), as if a loader had left an identity mapping. What cannot be
 * translated is handled as interrupt 14, or 13 if the address is not canonical; when its handler is
 * done, a load gives all ones, and a store has done nothing. Each access is translated anew: there
 * is no TLB. */
#ifndef BIMETAL_LINEAR_H
#define BIMETAL_LINEAR_H

/* For example:
 *
 *	static uint64_t first_entry(struct bimetal_cpu *cpu, uint64_t table)
 *	{
 *		struct linear memory = linear_memory(cpu, table, 4096);
 *
 *		return linear_load64(memory, 0);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

struct linear {
	struct bimetal_cpu *cpu; /* NULL: memory of this process */
	uint64_t base, last;
};

IO_INLINE struct linear linear_memory(struct bimetal_cpu *cpu, uint64_t base, uint64_t size)
{
	return (struct linear){ .cpu = cpu, .base = base, .last = size ? size - 1 : 0 };
}

IO_INLINE struct linear linear_all(struct bimetal_cpu *cpu)
{
	return (struct linear){ .cpu = cpu, .last = UINT64_MAX };
}

/* Plain memory of the test's process, at a pointer. */
IO_INLINE struct linear linear_of_process(void *memory, uint64_t size)
{
	return (struct linear){ .base = (uintptr_t)memory, .last = size ? size - 1 : 0 };
}

IO_INLINE bool linear_holds(struct linear memory, uint64_t offset)
{
	const uint64_t rest = sizeof(uint64_t) - 1;

	return memory.last >= rest && offset <= memory.last - rest;
}

/* Out of line, as in io.h. */
uint64_t bimetal_linear_load64(struct bimetal_cpu *cpu, uint64_t address);
void bimetal_linear_store64(struct bimetal_cpu *cpu, uint64_t address, uint64_t value);

IO_INLINE uint64_t linear_load64(struct linear memory, uint64_t offset)
{
	if (!linear_holds(memory, offset)) return UINT64_MAX;
	if (memory.cpu) return bimetal_linear_load64(memory.cpu, memory.base + offset);
	return *(const volatile uint64_t *)(uintptr_t)(memory.base + offset);
}

IO_INLINE void linear_store64(struct linear memory, uint64_t offset, uint64_t value)
{
	if (!linear_holds(memory, offset)) return;
	if (memory.cpu)
		bimetal_linear_store64(memory.cpu, memory.base + offset, value);
	else
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
