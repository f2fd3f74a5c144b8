/* SPDX-License-Identifier: MIT */
/* wanted: int */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, ((struct io_rw8){ 3 }), 1);
	io_write(io, 3, 1); /* refused */
}
