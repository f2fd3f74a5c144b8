/* SPDX-License-Identifier: MIT */
/* wanted: io_wo16 */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, ((struct io_wo16){ 5 }), 1);
	(void)io_read(io, ((struct io_wo16){ 5 })); /* refused */
}
