/* SPDX-License-Identifier: MIT */
/* wanted: io_ro32 */
#include "bimetal/registers.h"

void driver(struct io io);
void driver(struct io io)
{
	(void)io_update(io, ((struct io_rw32){ 4 }), 1, 2);
	(void)io_update(io, ((struct io_ro32){ 4 }), 1, 2); /* refused */
}
