/* SPDX-License-Identifier: MIT */
/* wanted: io_wo8 */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, ((struct io_wo8){ 2 }), 1);
	(void)io_update(io, ((struct io_wo8){ 2 }), 1, 2); /* refused */
}
