/* SPDX-License-Identifier: MIT */
/* wanted: no port is 64 bits wide */
/* flags: -O2 */
#include "io.h"

void driver(struct io io);
void driver(struct io io)
{
	struct io port = { .base = 0x80, .stride = 1, .space = IO_PORT };

	io_write64(io, 0, 1); /* perhaps memory */
	io_write32(port, 0, 1);
	io_write64(port, 0, 1); /* refused */
}
