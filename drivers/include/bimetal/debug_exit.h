/* SPDX-License-Identifier: MIT */
/* The port that ends a virtual machine: QEMU's isa-debug-exit, bimetal's. */
#ifndef BIMETAL_DEBUG_EXIT_H
#define BIMETAL_DEBUG_EXIT_H

/* For example:
 *
 *	static enum debug_exit_status end(struct wait wait, uint32_t value)
 *	{
 *		struct debug_exit port;
 *		enum debug_exit_status status =
 *			debug_exit_init(&port, io_port(DEBUG_EXIT_PORT), wait, 8);
 *
 *		return status == DEBUG_EXIT_OK ? debug_exit(&port, value) : status;
 *	}
 */

#include <stdint.h>

#include "io.h"
#include "wait.h"

#define DEBUG_EXIT_MUST_USE __attribute__((warn_unused_result))

enum debug_exit_status {
	DEBUG_EXIT_OK,
	DEBUG_EXIT_NULL,      /* a null pointer */
	DEBUG_EXIT_BAD_BASE,  /* not at ports, or beyond the last one */
	DEBUG_EXIT_BAD_WIDTH, /* other than 8, 16 or 32 bits */
	DEBUG_EXIT_IGNORED    /* the machine goes on: nobody is at this port */
};

enum { DEBUG_EXIT_PORT = 0xf4 }; /* where both are by convention */

struct debug_exit {
	struct io io;
	struct wait wait;
	uint8_t width;
};

/* The port at `io`, to be written with `width` bits: no more than QEMU's iosize. No access: it
 * cannot be read, so whether it is there is only known by trying. */
DEBUG_EXIT_MUST_USE enum debug_exit_status debug_exit_init(struct debug_exit *port, struct io io,
							   struct wait wait, unsigned width);
/* End the machine with `value`, cut to the width. Comes back, with DEBUG_EXIT_IGNORED, only if 1 ms
 * later the machine is still there. */
DEBUG_EXIT_MUST_USE enum debug_exit_status debug_exit(const struct debug_exit *port,
						      uint32_t value);
/* The exit status that QEMU's process has after `value`: odd, so never success, and the same for
 * values 128 apart. */
static inline uint8_t debug_exit_process_status(uint32_t value)
{
	return (uint8_t)(value << 1 | 1);
}

#endif
