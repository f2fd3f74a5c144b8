/* SPDX-License-Identifier: MIT */
#include "bimetal/debug_exit.h"

/* The only register, by write width. */
#define VALUE8  ((struct io_wo8){ 0 })
#define VALUE16 ((struct io_wo16){ 0 })
#define VALUE32 ((struct io_wo32){ 0 })

enum { MAX_PORT = 0xffff, BITS_PER_BYTE = 8, PATIENCE_NS = 1000000 };

enum debug_exit_status debug_exit_init(struct debug_exit *port, struct io io, struct wait wait,
				       unsigned width)
{
	if (!port) return DEBUG_EXIT_NULL;
	if (width != 8 && width != 16 && width != 32) return DEBUG_EXIT_BAD_WIDTH;
	if (io.space != IO_PORT || io.base > MAX_PORT + 1 - width / BITS_PER_BYTE)
		return DEBUG_EXIT_BAD_BASE;
	*port = (struct debug_exit){ .io = io, .wait = wait, .width = (uint8_t)width };
	return DEBUG_EXIT_OK;
}

enum debug_exit_status debug_exit(const struct debug_exit *port, uint32_t value)
{
	if (!port) return DEBUG_EXIT_NULL;
	switch (port->width) {
	case 8: io_write(port->io, VALUE8, (uint8_t)value); break;
	case 16: io_write(port->io, VALUE16, (uint16_t)value); break;
	default: io_write(port->io, VALUE32, value); break;
	}
	wait_ns(&port->wait, PATIENCE_NS);
	return DEBUG_EXIT_IGNORED;
}
