/* SPDX-License-Identifier: MIT */
/* wanted: 32-bit code has no access of 64 bits */
/* world: metal */
/* flags: -m32 -ffreestanding */
#include "io.h"

void driver(struct io io);
void driver(struct io io)
{
	if (IO_MAX_WIDTH == 64) io_write64(io, 0, 1);
	io_write64(io, 0, 1); /* refused */
}
