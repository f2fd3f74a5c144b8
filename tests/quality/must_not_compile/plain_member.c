/* SPDX-License-Identifier: MIT */
/* wanted: uint32_t|unsigned int */
#include "bimetal/registers.h"

struct block {
	struct io_cell_rw32 mode;
	uint32_t count;
};

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, IO_MEMBER(struct block, mode), 1);
	io_write(io, IO_MEMBER(struct block, count), 1); /* refused */
}
