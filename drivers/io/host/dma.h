/* SPDX-License-Identifier: MIT */
/* Memory shared with devices, in the harness: the names of drivers/io/metal/dma.h, over the
 * machine's RAM, where the models' DMA finds it. */
#ifndef DMA_H
#define DMA_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/mem.h"
#include "io.h"

struct dma {
	struct mem *mem;
	uint64_t bus; /* physical address */
	uint32_t size;
};

/* `size` bytes of the machine's RAM from `physical` on. */
static inline struct dma dma_memory(struct host_cpu *cpu, uint64_t physical, uint32_t size)
{
	return (struct dma){ .mem = cpu->mem, .bus = physical, .size = size };
}

static inline bool dma_holds(const struct dma *dma, uint32_t offset, uint32_t bytes)
{
	return offset <= dma->size && bytes <= dma->size - offset;
}

static inline uint64_t dma_address(const struct dma *dma, uint32_t offset)
{
	return dma->bus + offset;
}

/* The models act in program order: nothing to hold back. */
static inline void dma_wmb(void) {}
static inline void dma_rmb(void) {}
static inline void dma_mb(void) {}

#define DMA_DEFINE_ACCESS(bits)                                                                  \
	static inline uint##bits##_t dma_load##bits(const struct dma *dma, uint32_t offset)      \
	{                                                                                        \
		uint8_t byte[(bits) / 8];                                                        \
		uint64_t value = 0;                                                              \
		if (!dma_holds(dma, offset, (bits) / 8) ||                                       \
		    !mem_read(dma->mem, dma->bus + offset, byte, sizeof(byte)))                  \
			return UINT##bits##_MAX;                                                 \
		for (unsigned i = 0; i < sizeof(byte); i++) value |= (uint64_t)byte[i] << 8 * i; \
		return (uint##bits##_t)value;                                                    \
	}                                                                                        \
	static inline void dma_store##bits(const struct dma *dma, uint32_t offset,               \
					   uint##bits##_t value)                                 \
	{                                                                                        \
		uint8_t byte[(bits) / 8];                                                        \
		if (!dma_holds(dma, offset, (bits) / 8)) return;                                 \
		for (unsigned i = 0; i < sizeof(byte); i++)                                      \
			byte[i] = (uint8_t)((uint64_t)value >> 8 * i);                           \
		(void)mem_write(dma->mem, dma->bus + offset, byte, sizeof(byte));                \
	}

DMA_DEFINE_ACCESS(8)
DMA_DEFINE_ACCESS(16)
DMA_DEFINE_ACCESS(32)
DMA_DEFINE_ACCESS(64)

#endif
