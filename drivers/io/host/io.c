/* SPDX-License-Identifier: MIT */
#include "io.h"

#include "host_cpu.h"

enum { PORT_MASK = 0xffff, NO_PORT = 64 };

/* An address inside the caller's CALL instruction. The one behind it may belong to another line. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

uint64_t bimetal_io_read(struct bimetal_cpu *cpu, enum io_space space, uint64_t address,
			 unsigned width)
{
	if (space == IO_MEMORY) return host_cpu_read(cpu, BUS_MEMORY, address, width, CALLED_FROM);
	if (width == NO_PORT) return UINT64_MAX;
	return host_cpu_read(cpu, BUS_PORT, address & PORT_MASK, width, CALLED_FROM);
}

void bimetal_io_write(struct bimetal_cpu *cpu, enum io_space space, uint64_t address,
		      unsigned width, uint64_t value)
{
	if (space == IO_MEMORY)
		host_cpu_write(cpu, BUS_MEMORY, address, width, value, CALLED_FROM);
	else if (width != NO_PORT)
		host_cpu_write(cpu, BUS_PORT, address & PORT_MASK, width, value, CALLED_FROM);
}
