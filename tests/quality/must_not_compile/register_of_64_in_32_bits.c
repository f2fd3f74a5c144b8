/* SPDX-License-Identifier: MIT */
/* wanted: 32-bit code has no access of 64 bits */
/* world: metal */
/* flags: -m32 -ffreestanding */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, ((struct io_rw32){ 0 }), 1);
	io_write(io, ((struct io_rw64){ 0 }), 1); /* refused */
}
