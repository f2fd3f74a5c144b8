/* SPDX-License-Identifier: MIT */
/* Memory that the CPU shares with devices, on real hardware. drivers/io/host/dma.h has the same
 * names for the harness's RAM.
 *
 * Each access is one instruction of the named width. Devices see stores in program order, loads are
 * made in program order, and neither moves across an access to a device register (x86 with
 * write-back memory and uncached registers: SDM Vol. 3A 8.2.2). The barriers here keep the compiler
 * from reordering. */
#ifndef BIMETAL_DMA_H
#define BIMETAL_DMA_H

/* For example:
 *
 *	static bool hand_over(const struct dma *ring, struct io device)
 *	{
 *		enum { TAIL = 0x10 };
 *
 *		dma_store32(ring, 0, (uint32_t)dma_address(ring, 0x100));
 *		dma_store32(ring, 4, 1);
 *		dma_wmb();
 *		io_write32(device, TAIL, 1);
 *		return dma_load32(ring, 4) == 1;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

/* A piece of memory: its address for the CPU, and for devices. */
struct dma {
	uintptr_t cpu;
	uint64_t bus; /* physical address, which devices use */
	uint32_t size;
};

/* Memory of `size` bytes that the kernel owns, physically contiguous, mapped at `cpu`. */
IO_INLINE struct dma dma_memory(uintptr_t cpu, uint64_t physical, uint32_t size)
{
	return (struct dma){ .cpu = cpu, .bus = physical, .size = size };
}

/* Is [offset, offset + bytes) inside the memory? */
IO_INLINE bool dma_holds(const struct dma *dma, uint32_t offset, uint32_t bytes)
{
	return offset <= dma->size && bytes <= dma->size - offset;
}

/* The address that a device uses for the byte at `offset`. */
IO_INLINE uint64_t dma_address(const struct dma *dma, uint32_t offset) { return dma->bus + offset; }

/* Barriers. dma_wmb: earlier stores reach memory before later ones. dma_rmb: the same for loads.
 * dma_mb: both. */
IO_INLINE void dma_wmb(void) { __asm__ volatile("sfence" : : : "memory"); }
IO_INLINE void dma_rmb(void) { __asm__ volatile("lfence" : : : "memory"); }
IO_INLINE void dma_mb(void) { __asm__ volatile("mfence" : : : "memory"); }

/* dma_load32(dma, offset) and so on; the offset must be aligned to the width. Outside the memory a
 * load returns all ones, and dma_store32(dma, offset, value) stores nothing. */
#define DMA_DEFINE_ACCESS(bits, suffix, modifier, out, in)                                        \
	IO_INLINE uint##bits##_t dma_load##bits(const struct dma *dma, uint32_t offset)           \
	{                                                                                         \
		uint##bits##_t value;                                                             \
		if (!dma_holds(dma, offset, (bits) / 8)) return UINT##bits##_MAX;                 \
		__asm__ volatile(IO_RECORDED("mov" suffix " %1, %" modifier "0", #bits, "0", "2") \
				 : out(value)                                                     \
				 : "m"(*(const volatile uint##bits##_t *)(dma->cpu + offset))     \
				 : "memory");                                                     \
		return value;                                                                     \
	}                                                                                         \
	IO_INLINE void dma_store##bits(const struct dma *dma, uint32_t offset,                    \
				       uint##bits##_t value)                                      \
	{                                                                                         \
		if (!dma_holds(dma, offset, (bits) / 8)) return;                                  \
		__asm__ volatile(IO_RECORDED("mov" suffix " %" modifier "1, %0", #bits, "1", "2") \
				 : "=m"(*(volatile uint##bits##_t *)(dma->cpu + offset))          \
				 : in(value)                                                      \
				 : "memory");                                                     \
	}

DMA_DEFINE_ACCESS(8, "b", "b", "=q", "iq")
DMA_DEFINE_ACCESS(16, "w", "w", "=r", "ir")
DMA_DEFINE_ACCESS(32, "l", "k", "=r", "ir")
#if UINTPTR_MAX > UINT32_MAX
DMA_DEFINE_ACCESS(64, "q", "q", "=r", "er")
#else
/* No such instruction, as in io.h. */
uint64_t dma_load64(const struct dma *dma, uint32_t offset) IO_NOT_IN_32_BITS;
void dma_store64(const struct dma *dma, uint32_t offset, uint64_t value) IO_NOT_IN_32_BITS;
#endif

#endif
