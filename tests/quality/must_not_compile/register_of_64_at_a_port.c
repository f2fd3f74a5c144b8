/* SPDX-License-Identifier: MIT */
/* wanted: no port is 64 bits wide */
/* flags: -O2 */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	struct io port = io_elsewhere(io, IO_PORT, 0x80, 1);
	uint64_t value = io_read(port, ((struct io_ro32){ 0 }));

	value += io_read(port, ((struct io_ro64){ 0 })); /* refused */
	io_write32(io, 0, (uint32_t)value);
}
