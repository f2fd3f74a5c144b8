/* SPDX-License-Identifier: MIT */
/* Device registers in the harness: the names of drivers/io/metal/io.h, answered by the models on a
 * bus. The host's struct io holds no pointer into device memory that could be used by mistake.
 *
 * A driver's code sees nothing of the harness here: what is called lies in libbimetal, and has its
 * prefix. So a kernel may have a struct device, bus or clock of its own. */
#ifndef BIMETAL_IO_H
#define BIMETAL_IO_H

/* For example:
 *
 *	static uint8_t line_status(struct bimetal_cpu *cpu)
 *	{
 *		enum { COM1 = 0x3f8, LSR = 5 };
 *
 *		return io_read8(io_port(cpu, COM1), LSR);
 *	}
 */

#include <stdint.h>

/* In place even without optimisation: what tools find beside an access is its place in the driver.
 */
#define IO_INLINE static inline __attribute__((always_inline))

/* The processor that native drivers run on. It belongs to a test's machine; bodies of twin tests
 * get what they need of it from bimetal/twin.h. */
struct bimetal_cpu;

enum io_space { IO_MEMORY, IO_PORT };
enum { IO_MAX_WIDTH = 64 }; /* bits, of one access to memory */

struct io {
	struct bimetal_cpu *cpu;
	uint64_t base; /* port number or physical address */
	uint32_t stride;
	enum io_space space;
};

/* As on the metal, but made by the test, which has the processor. */
IO_INLINE struct io io_port(struct bimetal_cpu *cpu, uint16_t base)
{
	return (struct io){ .cpu = cpu, .base = base, .stride = 1, .space = IO_PORT };
}

IO_INLINE struct io io_memory(struct bimetal_cpu *cpu, uint64_t base, uint32_t stride)
{
	return (struct io){ .cpu = cpu, .base = base, .stride = stride, .space = IO_MEMORY };
}

IO_INLINE struct io io_elsewhere(struct io io, enum io_space space, uint64_t base, uint32_t stride)
{
	return (struct io){ .cpu = io.cpu, .base = base, .stride = stride, .space = space };
}

/* Out of line, so that its return address is the place in the driver. */
uint64_t bimetal_io_read(struct bimetal_cpu *cpu, enum io_space space, uint64_t address,
			 unsigned width);
void bimetal_io_write(struct bimetal_cpu *cpu, enum io_space space, uint64_t address,
		      unsigned width, uint64_t value);

IO_INLINE uint64_t io_host_address(struct io io, uint32_t reg)
{
	return io.base + (uint64_t)reg * io.stride;
}

#define IO_DEFINE_READ(name, bits)                                                                 \
	IO_INLINE uint##bits##_t name(struct io io, uint32_t reg)                                  \
	{                                                                                          \
		return (uint##bits##_t)bimetal_io_read(io.cpu, io.space, io_host_address(io, reg), \
						       bits);                                      \
	}
#define IO_DEFINE_WRITE(name, bits)                                                        \
	IO_INLINE void name(struct io io, uint32_t reg, uint##bits##_t value)              \
	{                                                                                  \
		bimetal_io_write(io.cpu, io.space, io_host_address(io, reg), bits, value); \
	}

IO_DEFINE_READ(io_read8, 8)
IO_DEFINE_READ(io_read16, 16)
IO_DEFINE_READ(io_read32, 32)
IO_DEFINE_READ(io_host_read64, 64)
IO_DEFINE_WRITE(io_write8, 8)
IO_DEFINE_WRITE(io_write16, 16)
IO_DEFINE_WRITE(io_write32, 32)
IO_DEFINE_WRITE(io_host_write64, 64)

/* As on the metal: a port that the compiler knows to be one is refused. */
void io_has_no_port_of_64_bits(void) __attribute__((error("no port is 64 bits wide")));

IO_INLINE uint64_t io_read64(struct io io, uint32_t reg)
{
	if (__builtin_constant_p(io.space) && io.space == IO_PORT) io_has_no_port_of_64_bits();
	return io_host_read64(io, reg);
}

IO_INLINE void io_write64(struct io io, uint32_t reg, uint64_t value)
{
	if (__builtin_constant_p(io.space) && io.space == IO_PORT) io_has_no_port_of_64_bits();
	io_host_write64(io, reg, value);
}

#include "bimetal/registers.h"

#endif
