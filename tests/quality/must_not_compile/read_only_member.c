/* SPDX-License-Identifier: MIT */
/* wanted: io_ro32 */
#include "bimetal/registers.h"

struct block {
	struct io_cell_ro32 id;
	struct io_cell_rw32 mode;
};

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, IO_MEMBER(struct block, mode), 1);
	io_write(io, IO_MEMBER(struct block, id), 1); /* refused */
}
