/* SPDX-License-Identifier: MIT */
/* Device registers in the harness: the names of drivers/io/metal/io.h, answered by the models on a
 * bus. The host's struct io holds no pointer into device memory that could be used by mistake. */
#ifndef IO_H
#define IO_H

#include <stdint.h>

#include "host_cpu.h"

/* In place even without optimisation: what tools find beside an access is its place in the driver.
 */
#define IO_INLINE static inline __attribute__((always_inline))

enum io_space { IO_MEMORY, IO_PORT };
enum { IO_MAX_WIDTH = 64 }; /* bits, of one access to memory */

struct io {
	struct host_cpu *cpu;
	uint64_t base; /* port number or physical address */
	uint32_t stride;
	enum io_space space;
};

/* As on the metal, but made by the test, which has the processor. */
IO_INLINE struct io io_port(struct host_cpu *cpu, uint16_t base)
{
	return (struct io){ .cpu = cpu, .base = base, .stride = 1, .space = IO_PORT };
}

IO_INLINE struct io io_memory(struct host_cpu *cpu, uint64_t base, uint32_t stride)
{
	return (struct io){ .cpu = cpu, .base = base, .stride = stride, .space = IO_MEMORY };
}

IO_INLINE struct io io_elsewhere(struct io io, enum io_space space, uint64_t base, uint32_t stride)
{
	return (struct io){ .cpu = io.cpu, .base = base, .stride = stride, .space = space };
}

/* Out of line, so that its return address is the place in the driver. */
uint64_t io_host_read(struct host_cpu *cpu, enum io_space space, uint64_t address, unsigned width);
void io_host_write(struct host_cpu *cpu, enum io_space space, uint64_t address, unsigned width,
		   uint64_t value);

IO_INLINE uint64_t io_host_address(struct io io, uint32_t reg)
{
	return io.base + (uint64_t)reg * io.stride;
}

#define IO_DEFINE_ACCESS(bits)                                                                  \
	IO_INLINE uint##bits##_t io_read##bits(struct io io, uint32_t reg)                      \
	{                                                                                       \
		return (uint##bits##_t)io_host_read(io.cpu, io.space, io_host_address(io, reg), \
						    bits);                                      \
	}                                                                                       \
	IO_INLINE void io_write##bits(struct io io, uint32_t reg, uint##bits##_t value)         \
	{                                                                                       \
		io_host_write(io.cpu, io.space, io_host_address(io, reg), bits, value);         \
	}

IO_DEFINE_ACCESS(8)
IO_DEFINE_ACCESS(16)
IO_DEFINE_ACCESS(32)
IO_DEFINE_ACCESS(64)

#include "bimetal/registers.h"

#endif
