/* SPDX-License-Identifier: MIT */
/* Device registers on real x86 hardware, 32 and 64 bits. drivers/io/host/io.h has the same names
 * for the harness's bus. The include path chooses between them, so drivers need no #ifdef.
 *
 * Each access is one assembler instruction of the named width: the compiler cannot split, merge,
 * repeat or drop it. Beside it a record (struct io_record) is placed in the section
 * .bimetal.access, which is never loaded. Tools find every device access of a program there. */
#ifndef BIMETAL_IO_H
#define BIMETAL_IO_H

/* For example:
 *
 *	static void blink(uintptr_t mapped)
 *	{
 *		io_write8(io_port(0x80), 0, 0x42);
 *		io_write32(io_memory(mapped, 4), 3, 1);
 *	}
 */

#include <stdint.h>

/* Inlined even without optimisation: the address in an access record is then in the driver's
 * function. */
#define IO_INLINE static inline __attribute__((always_inline))

enum io_space { IO_MEMORY, IO_PORT };

/* Where a device's registers are. Register `reg` lies at base + reg * stride. */
struct io {
	uintptr_t base;
	uint32_t stride;
	enum io_space space;
};

/* A device at I/O ports from `base` on. */
IO_INLINE struct io io_port(uint16_t base)
{
	return (struct io){ .base = base, .stride = 1, .space = IO_PORT };
}

/* A device in memory, at an address that the kernel has mapped uncached. `stride`: bytes from one
 * register to the next; 1 where registers are named by their offset in bytes. */
IO_INLINE struct io io_memory(uintptr_t base, uint32_t stride)
{
	return (struct io){ .base = base, .stride = stride, .space = IO_MEMORY };
}

/* Another address, in either space, on the machine of `io`. */
IO_INLINE struct io io_elsewhere(struct io io, enum io_space space, uint64_t base, uint32_t stride)
{
	(void)io;
	return (struct io){ .base = (uintptr_t)base, .stride = stride, .space = space };
}

/* ---- the records ---- */

enum io_record_kind { IO_RECORD_PORT, IO_RECORD_MEMORY, IO_RECORD_SHARED, IO_RECORD_MSR };

/* One entry of .bimetal.access. */
struct io_record {
	uintptr_t address; /* of the access instruction */
	uint8_t width;     /* bits: 8, 16, 32, 64 */
	uint8_t write;
	uint8_t kind; /* enum io_record_kind; IO_RECORD_SHARED: dma.h's; _MSR: msr.h's */
	uint8_t zero[sizeof(uintptr_t) - 3];
};

#if UINTPTR_MAX > UINT32_MAX
#define IO_RECORD_ADDRESS ".quad"
#define IO_RECORD_PAD     "5"
#else
#define IO_RECORD_ADDRESS ".long"
#define IO_RECORD_PAD     "1"
#endif

#define IO_RECORDED(instruction, width, write, kind)                                    \
	"771: " instruction "\n\t"                                                      \
	".pushsection .bimetal.access,\"\",@progbits\n\t" IO_RECORD_ADDRESS " 771b\n\t" \
	".byte " width ", " write ", " kind "\n\t"                                      \
	".zero " IO_RECORD_PAD "\n\t"                                                   \
	".popsection"

/* ---- accesses, one function per width ---- */

#define IO_DEFINE_LOAD(bits, suffix, modifier, constraint)                                        \
	IO_INLINE uint##bits##_t io_load##bits(uintptr_t at)                                      \
	{                                                                                         \
		uint##bits##_t value;                                                             \
		__asm__ volatile(IO_RECORDED("mov" suffix " %1, %" modifier "0", #bits, "0", "1") \
				 : constraint(value)                                              \
				 : "m"(*(const volatile uint##bits##_t *)at));                    \
		return value;                                                                     \
	}
#define IO_DEFINE_STORE(bits, suffix, modifier, constraint)                                       \
	IO_INLINE void io_store##bits(uintptr_t at, uint##bits##_t value)                         \
	{                                                                                         \
		__asm__ volatile(IO_RECORDED("mov" suffix " %" modifier "1, %0", #bits, "1", "1") \
				 : "=m"(*(volatile uint##bits##_t *)at)                           \
				 : constraint(value));                                            \
	}
#define IO_DEFINE_IN(bits, suffix, modifier)                                                      \
	IO_INLINE uint##bits##_t io_in##bits(uint16_t port)                                       \
	{                                                                                         \
		uint##bits##_t value;                                                             \
		__asm__ volatile(IO_RECORDED("in" suffix " %w1, %" modifier "0", #bits, "0", "0") \
				 : "=a"(value)                                                    \
				 : "Nd"(port));                                                   \
		return value;                                                                     \
	}
#define IO_DEFINE_OUT(bits, suffix, modifier)                                                      \
	IO_INLINE void io_out##bits(uint16_t port, uint##bits##_t value)                           \
	{                                                                                          \
		__asm__ volatile(IO_RECORDED("out" suffix " %" modifier "0, %w1", #bits, "1", "0") \
				 :                                                                 \
				 : "a"(value), "Nd"(port));                                        \
	}
#define IO_DEFINE_ACCESS(bits)                                                              \
	IO_INLINE uint##bits##_t io_read##bits(struct io io, uint32_t reg)                  \
	{                                                                                   \
		uintptr_t at = io.base + (uintptr_t)reg * io.stride;                        \
		return io.space == IO_PORT ? io_in##bits((uint16_t)at) : io_load##bits(at); \
	}                                                                                   \
	IO_INLINE void io_write##bits(struct io io, uint32_t reg, uint##bits##_t value)     \
	{                                                                                   \
		uintptr_t at = io.base + (uintptr_t)reg * io.stride;                        \
		if (io.space == IO_PORT)                                                    \
			io_out##bits((uint16_t)at, value);                                  \
		else                                                                        \
			io_store##bits(at, value);                                          \
	}

IO_DEFINE_LOAD(8, "b", "b", "=q")
IO_DEFINE_LOAD(16, "w", "w", "=r")
IO_DEFINE_LOAD(32, "l", "k", "=r")
IO_DEFINE_STORE(8, "b", "b", "iq")
IO_DEFINE_STORE(16, "w", "w", "ir")
IO_DEFINE_STORE(32, "l", "k", "ir")
IO_DEFINE_IN(8, "b", "b")
IO_DEFINE_IN(16, "w", "w")
IO_DEFINE_IN(32, "l", "k")
IO_DEFINE_OUT(8, "b", "b")
IO_DEFINE_OUT(16, "w", "w")
IO_DEFINE_OUT(32, "l", "k")
IO_DEFINE_ACCESS(8)
IO_DEFINE_ACCESS(16)
IO_DEFINE_ACCESS(32)

/* 64-bit accesses. They exist only in memory (I/O ports have at most 32 bits) and only in 64-bit
 * code (other code has no such instruction). Others do not compile: in 32-bit code, unless the
 * compiler sees that the access is never reached (if (IO_MAX_WIDTH == 64) ...); at a port, if the
 * compiler knows that it is one, which needs optimisation. At a port that it does not know, nothing
 * is accessed, and reads return all ones. */
#if UINTPTR_MAX > UINT32_MAX
enum { IO_MAX_WIDTH = 64 }; /* bits in one access to memory */

IO_DEFINE_LOAD(64, "q", "q", "=r")
IO_DEFINE_STORE(64, "q", "q", "er")

void io_has_no_port_of_64_bits(void) __attribute__((error("no port is 64 bits wide")));

IO_INLINE uint64_t io_read64(struct io io, uint32_t reg)
{
	if (__builtin_constant_p(io.space) && io.space == IO_PORT) io_has_no_port_of_64_bits();
	if (io.space == IO_PORT) return UINT64_MAX;
	return io_load64(io.base + (uintptr_t)reg * io.stride);
}

IO_INLINE void io_write64(struct io io, uint32_t reg, uint64_t value)
{
	if (__builtin_constant_p(io.space) && io.space == IO_PORT) io_has_no_port_of_64_bits();
	if (io.space == IO_MEMORY) io_store64(io.base + (uintptr_t)reg * io.stride, value);
}
#else
enum { IO_MAX_WIDTH = 32 };

#define IO_NOT_IN_32_BITS __attribute__((error("32-bit code has no access of 64 bits")))
uint64_t io_read64(struct io io, uint32_t reg) IO_NOT_IN_32_BITS;
void io_write64(struct io io, uint32_t reg, uint64_t value) IO_NOT_IN_32_BITS;
#endif

#include "bimetal/registers.h"

#endif
