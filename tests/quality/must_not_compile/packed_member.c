/* SPDX-License-Identifier: MIT */
/* wanted: a register must be aligned to its size */
#include "bimetal/registers.h"

struct __attribute__((packed)) block {
	struct io_cell_rw8 mode;
	struct io_cell_rw32 count;
};

void driver(struct io io);
void driver(struct io io)
{
	io_write(io, IO_MEMBER(struct block, mode), 1);
	io_write(io, IO_MEMBER(struct block, count), 1); /* refused */
}
