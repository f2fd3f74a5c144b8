/* SPDX-License-Identifier: MIT */
/* The customary names of kernels, for drivers that people already have: inb(), outb(), insw(),
 * mmio_read32(), cli() and so on. On the metal they are the instructions. Natively they act on the
 * machine of the twin test that runs, so they need no handle; outside of a test the program ends
 * with a message. docs/bringing-a-driver.md leads from such a driver to a passing twin test.
 *
 * Kernels differ in the order of outb()'s arguments, so say which is yours before the #include, or
 * by a flag of the compiler. There is no default: BIMETAL_OUTB_PORT_VALUE is outb(port, value),
 * BIMETAL_OUTB_VALUE_PORT is outb(value, port).
 *
 *	#define BIMETAL_OUTB_PORT_VALUE
 *	#include "bimetal/portio.h"
 *
 *	static void send(uint8_t byte)
 *	{
 *		enum { COM1 = 0x3f8, LSR = 5, THR_EMPTY = 0x20 };
 *
 *		while (!(inb(COM1 + LSR) & THR_EMPTY)) cpu_relax();
 *		outb(COM1, byte);
 *	}
 *
 * Each access is made as in io.h: one instruction, with an access record. Drivers written anew
 * should use io.h, whose handles can be tested at any address. */
#ifndef BIMETAL_PORTIO_H
#define BIMETAL_PORTIO_H

#if defined(BIMETAL_OUTB_PORT_VALUE) && defined(BIMETAL_OUTB_VALUE_PORT)
#error "BIMETAL_OUTB_PORT_VALUE and BIMETAL_OUTB_VALUE_PORT are both defined: define only one"
#elif !defined(BIMETAL_OUTB_PORT_VALUE) && !defined(BIMETAL_OUTB_VALUE_PORT)
#error "before this header, define BIMETAL_OUTB_PORT_VALUE if you call outb(port, value), or BIMETAL_OUTB_VALUE_PORT if you call outb(value, port)"
#endif

#include <stddef.h>
#include <stdint.h>

#include "portio_world.h"

/* ---- I/O ports ---- */

IO_INLINE uint8_t inb(uint16_t port) { return io_in8(port); }
IO_INLINE uint16_t inw(uint16_t port) { return io_in16(port); }
IO_INLINE uint32_t inl(uint16_t port) { return io_in32(port); }

#ifdef BIMETAL_OUTB_PORT_VALUE
IO_INLINE void outb(uint16_t port, uint8_t value) { io_out8(port, value); }
IO_INLINE void outw(uint16_t port, uint16_t value) { io_out16(port, value); }
IO_INLINE void outl(uint16_t port, uint32_t value) { io_out32(port, value); }
#else
IO_INLINE void outb(uint8_t value, uint16_t port) { io_out8(port, value); }
IO_INLINE void outw(uint16_t value, uint16_t port) { io_out16(port, value); }
IO_INLINE void outl(uint32_t value, uint16_t port) { io_out32(port, value); }
#endif

/* Read or write `count` elements of 8, 16 or 32 bits at one port; the memory need not be aligned.
 * Every kernel has this order of arguments. Here it is a loop of single accesses instead of REP
 * INS, so that each of them has its record: a device sees the same. */
IO_INLINE void insb(uint16_t port, void *to, size_t count)
{
	uint8_t *at = (uint8_t *)to;
	while (count--) *at++ = io_in8(port);
}

IO_INLINE void outsb(uint16_t port, const void *from, size_t count)
{
	const uint8_t *at = (const uint8_t *)from;
	while (count--) io_out8(port, *at++);
}

#define PORTIO_DEFINE_STRING(bits, suffix)                                                         \
	struct portio_element##bits {                                                              \
		uint##bits##_t value;                                                              \
	} __attribute__((packed, may_alias));                                                      \
	IO_INLINE void ins##suffix(uint16_t port, void *to, size_t count)                          \
	{                                                                                          \
		struct portio_element##bits *at = (struct portio_element##bits *)to;               \
		for (; count--; at++) at->value = io_in##bits(port);                               \
	}                                                                                          \
	IO_INLINE void outs##suffix(uint16_t port, const void *from, size_t count)                 \
	{                                                                                          \
		const struct portio_element##bits *at = (const struct portio_element##bits *)from; \
		for (; count--; at++) io_out##bits(port, at->value);                               \
	}

PORTIO_DEFINE_STRING(16, w)
PORTIO_DEFINE_STRING(32, l)

/* A pause of about a microsecond for old devices: a write to port 80h, which does nothing else. */
IO_INLINE void io_wait(void)
{
	enum { POST_CODE = 0x80 };
	io_out8(POST_CODE, 0);
}

/* ---- device registers in memory: instead of volatile pointers ---- */

/* `at` is an integer, or a pointer (to anything; it is not dereferenced natively): the address that
 * the kernel has mapped, natively the physical address. There are mmio_read8 to mmio_read64, and
 * mmio_write8(at, value) to mmio_write64(at, value). Those of 64 bits do not compile in 32-bit
 * code.
 */
#define PORTIO_DEFINE_MMIO(bits)                                                             \
	IO_INLINE uint##bits##_t mmio_read##bits(uintptr_t at) { return io_load##bits(at); } \
	IO_INLINE void mmio_write##bits(uintptr_t at, uint##bits##_t value)                  \
	{                                                                                    \
		io_store##bits(at, value);                                                   \
	}

PORTIO_DEFINE_MMIO(8)
PORTIO_DEFINE_MMIO(16)
PORTIO_DEFINE_MMIO(32)
PORTIO_DEFINE_MMIO(64)

#define mmio_read8(at)          mmio_read8((uintptr_t)(at))
#define mmio_read16(at)         mmio_read16((uintptr_t)(at))
#define mmio_read32(at)         mmio_read32((uintptr_t)(at))
#define mmio_read64(at)         mmio_read64((uintptr_t)(at))
#define mmio_write8(at, value)  mmio_write8((uintptr_t)(at), value)
#define mmio_write16(at, value) mmio_write16((uintptr_t)(at), value)
#define mmio_write32(at, value) mmio_write32((uintptr_t)(at), value)
#define mmio_write64(at, value) mmio_write64((uintptr_t)(at), value)

/* ---- the processor ---- */

/* Natively an interrupt is taken at an access, a wait, or here: a loop that waits for a handler to
 * set a variable needs hlt() or cpu_relax() in it. */

/* Turn interrupts off, or on. As in hardware, one that is pending at sti() still wakes the hlt()
 * that follows at once. */
IO_INLINE void cli(void) { portio_cli(); }
IO_INLINE void sti(void) { portio_sti(); }
/* Sleep until an interrupt was taken. With interrupts off that is for ever, and the test fails. */
IO_INLINE void hlt(void) { portio_hlt(); }
#define sti() portio_sti() /* not in a function of its own: nothing may come between them */
#define hlt() portio_hlt()
/* PAUSE, for loops that poll; natively it lets virtual time pass. */
IO_INLINE void cpu_relax(void) { portio_relax(); }
/* EFLAGS. Natively only bit 9, the interrupt flag, means something. */
IO_INLINE uintptr_t readeflags(void) { return portio_flags(); }

#endif
