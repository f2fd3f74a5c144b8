/* SPDX-License-Identifier: MIT */
/* wanted: io_ro8 */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	(void)io_read(io, ((struct io_ro8){ 5 }));
	io_write(io, ((struct io_ro8){ 5 }), 1); /* refused */
}
