/* SPDX-License-Identifier: MIT */
/* Memory shared with devices, in the harness: the names of drivers/io/metal/dma.h, over the
 * machine's RAM, where the models' DMA finds it. */
#ifndef BIMETAL_DMA_H
#define BIMETAL_DMA_H

/* For example:
 *
 *	static uint32_t first_word(struct bimetal_cpu *cpu)
 *	{
 *		struct dma page = dma_memory(cpu, 0x1000, 4096);
 *
 *		return dma_load32(&page, 0);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

struct dma {
	struct bimetal_cpu *cpu;
	uint64_t bus; /* physical address */
	uint32_t size;
};

/* `size` bytes of the machine's RAM from `physical` on. */
IO_INLINE struct dma dma_memory(struct bimetal_cpu *cpu, uint64_t physical, uint32_t size)
{
	return (struct dma){ .cpu = cpu, .bus = physical, .size = size };
}

IO_INLINE bool dma_holds(const struct dma *dma, uint32_t offset, uint32_t bytes)
{
	return offset <= dma->size && bytes <= dma->size - offset;
}

IO_INLINE uint64_t dma_address(const struct dma *dma, uint32_t offset) { return dma->bus + offset; }

/* The models act in program order: nothing to hold back. */
IO_INLINE void dma_wmb(void) {}
IO_INLINE void dma_rmb(void) {}
IO_INLINE void dma_mb(void) {}

/* `bytes` bytes (1, 2, 4, 8) of RAM as one number, the lowest byte first. Where no RAM is, a load
 * gives all ones and a store does nothing. */
uint64_t bimetal_dma_load(struct bimetal_cpu *cpu, uint64_t physical, uint32_t bytes);
void bimetal_dma_store(struct bimetal_cpu *cpu, uint64_t physical, uint32_t bytes, uint64_t value);

#define DMA_DEFINE_ACCESS(bits)                                                                   \
	IO_INLINE uint##bits##_t dma_load##bits(const struct dma *dma, uint32_t offset)           \
	{                                                                                         \
		if (!dma_holds(dma, offset, (bits) / 8)) return UINT##bits##_MAX;                 \
		return (uint##bits##_t)bimetal_dma_load(dma->cpu, dma->bus + offset, (bits) / 8); \
	}                                                                                         \
	IO_INLINE void dma_store##bits(const struct dma *dma, uint32_t offset,                    \
				       uint##bits##_t value)                                      \
	{                                                                                         \
		if (!dma_holds(dma, offset, (bits) / 8)) return;                                  \
		bimetal_dma_store(dma->cpu, dma->bus + offset, (bits) / 8, value);                \
	}

DMA_DEFINE_ACCESS(8)
DMA_DEFINE_ACCESS(16)
DMA_DEFINE_ACCESS(32)
DMA_DEFINE_ACCESS(64)

#endif
