/* SPDX-License-Identifier: MIT */
#include "io.h"

enum { PORT_MASK = 0xffff, NO_PORT = 64 };

/* In the call, not behind it: what follows may be another line's. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

uint64_t io_host_read(struct host_cpu *cpu, enum io_space space, uint64_t address, unsigned width)
{
	if (space == IO_MEMORY) return host_cpu_read(cpu, BUS_MEMORY, address, width, CALLED_FROM);
	if (width == NO_PORT) return UINT64_MAX;
	return host_cpu_read(cpu, BUS_PORT, address & PORT_MASK, width, CALLED_FROM);
}

void io_host_write(struct host_cpu *cpu, enum io_space space, uint64_t address, unsigned width,
		   uint64_t value)
{
	if (space == IO_MEMORY)
		host_cpu_write(cpu, BUS_MEMORY, address, width, value, CALLED_FROM);
	else if (width != NO_PORT)
		host_cpu_write(cpu, BUS_PORT, address & PORT_MASK, width, value, CALLED_FROM);
}
