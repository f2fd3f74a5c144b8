/* SPDX-License-Identifier: MIT */
#include "io.h"

enum { PORT_MASK = 0xffff, NO_PORT = 64 };

static uint64_t address(struct io io, uint32_t reg)
{
	uint64_t at = io.base + (uint64_t)reg * io.stride;
	return io.space == IO_PORT ? at & PORT_MASK : at;
}

static enum bus_space space(struct io io) { return io.space == IO_PORT ? BUS_PORT : BUS_MEMORY; }

/* In the call, not behind it: what follows may be another line's. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

uint64_t io_host_read(struct io io, uint32_t reg, unsigned width)
{
	if (io.space == IO_PORT && width == NO_PORT) return UINT64_MAX;
	return host_cpu_read(io.cpu, space(io), address(io, reg), width, CALLED_FROM);
}

void io_host_write(struct io io, uint32_t reg, unsigned width, uint64_t value)
{
	if (io.space == IO_PORT && width == NO_PORT) return;
	host_cpu_write(io.cpu, space(io), address(io, reg), width, value, CALLED_FROM);
}
