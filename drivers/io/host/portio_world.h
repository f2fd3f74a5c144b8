/* SPDX-License-Identifier: MIT */
/* What bimetal/portio.h is made of, in the harness: accesses to the machine of the twin test that
 * runs. The functions lie in libbimetal-twin, which knows it. Include bimetal/portio.h, not this.
 */
#ifndef BIMETAL_PORTIO_WORLD_H
#define BIMETAL_PORTIO_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

/* Out of line, as in io.h. If no test runs: a message, and the program ends with status 2. */
uint64_t bimetal_here_read(enum io_space space, uint64_t address, unsigned width);
void bimetal_here_write(enum io_space space, uint64_t address, unsigned width, uint64_t value);
void bimetal_here_cli(void);
void bimetal_here_sti(void);
void bimetal_here_hlt(void);
void bimetal_here_relax(void);
bool bimetal_here_interrupts(void); /* is the interrupt flag set? */

#define PORTIO_DEFINE_PORT(bits)                                               \
	IO_INLINE uint##bits##_t io_in##bits(uint16_t port)                    \
	{                                                                      \
		return (uint##bits##_t)bimetal_here_read(IO_PORT, port, bits); \
	}                                                                      \
	IO_INLINE void io_out##bits(uint16_t port, uint##bits##_t value)       \
	{                                                                      \
		bimetal_here_write(IO_PORT, port, bits, value);                \
	}
#define PORTIO_DEFINE_MEMORY(bits)                                             \
	IO_INLINE uint##bits##_t io_load##bits(uintptr_t at)                   \
	{                                                                      \
		return (uint##bits##_t)bimetal_here_read(IO_MEMORY, at, bits); \
	}                                                                      \
	IO_INLINE void io_store##bits(uintptr_t at, uint##bits##_t value)      \
	{                                                                      \
		bimetal_here_write(IO_MEMORY, at, bits, value);                \
	}

PORTIO_DEFINE_PORT(8)
PORTIO_DEFINE_PORT(16)
PORTIO_DEFINE_PORT(32)
PORTIO_DEFINE_MEMORY(8)
PORTIO_DEFINE_MEMORY(16)
PORTIO_DEFINE_MEMORY(32)
PORTIO_DEFINE_MEMORY(64)

IO_INLINE void portio_cli(void) { bimetal_here_cli(); }
IO_INLINE void portio_sti(void) { bimetal_here_sti(); }
IO_INLINE void portio_hlt(void) { bimetal_here_hlt(); }
IO_INLINE void portio_relax(void) { bimetal_here_relax(); }

IO_INLINE uintptr_t portio_flags(void)
{
	enum { ALWAYS = 1 << 1, INTERRUPT = 1 << 9 };
	return ALWAYS | (bimetal_here_interrupts() ? INTERRUPT : 0);
}

#endif
