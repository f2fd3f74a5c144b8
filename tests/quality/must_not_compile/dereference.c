/* SPDX-License-Identifier: MIT */
/* wanted: unary|indirection */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	io_write8(io, 0, 1);
	*io.base = 1; /* refused */
}
