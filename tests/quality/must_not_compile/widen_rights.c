/* SPDX-License-Identifier: MIT */
/* wanted: io_ro8 */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, io_as_wo(((struct io_rw8){ 1 })), 1);
	io_write(io, io_as_wo(((struct io_ro8){ 1 })), 1); /* refused */
}
