/* SPDX-License-Identifier: MIT */
/* wanted: 32-bit code has no access of 64 bits */
/* world: metal */
/* flags: -m32 -ffreestanding */
#include "io.h"

void driver(struct io io);
void driver(struct io io)
{
	uint64_t value = io_read32(io, 0);

	if (IO_MAX_WIDTH == 64) value = io_read64(io, 0);
	value += io_read64(io, 0); /* refused */
	io_write32(io, 0, (uint32_t)value);
}
