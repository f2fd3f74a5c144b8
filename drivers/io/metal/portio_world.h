/* SPDX-License-Identifier: MIT */
/* What bimetal/portio.h is made of, on real hardware: the accesses of io.h, and instructions.
 * drivers/io/host/portio_world.h has the same names. Include bimetal/portio.h, not this. */
#ifndef BIMETAL_PORTIO_WORLD_H
#define BIMETAL_PORTIO_WORLD_H

#include <stdint.h>

#include "io.h"

#if UINTPTR_MAX == UINT32_MAX
uint64_t io_load64(uintptr_t at) IO_NOT_IN_32_BITS;
void io_store64(uintptr_t at, uint64_t value) IO_NOT_IN_32_BITS;
#endif

/* Without optimisation, GCC puts a NOP behind an inlined function. Then an interrupt that is
 * pending at STI would come before HLT, which sleeps through it. */
#define portio_sti() __extension__({ __asm__ volatile("sti" : : : "memory"); })
#define portio_hlt() __extension__({ __asm__ volatile("hlt" : : : "memory"); })

IO_INLINE void portio_cli(void) { __asm__ volatile("cli" : : : "memory"); }
IO_INLINE void portio_relax(void) { __asm__ volatile("pause" : : : "memory"); }

IO_INLINE uintptr_t portio_flags(void)
{
	uintptr_t flags;
	__asm__ volatile("pushf\n\tpop %0" : "=r"(flags) : : "memory");
	return flags;
}

#endif
