/* SPDX-License-Identifier: MIT */
/* A port that ends the virtual machine: QEMU's isa-debug-exit, which bimetal models too. */
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

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define DEBUG_EXIT_MUST_USE __attribute__((warn_unused_result))

enum debug_exit_status {
	DEBUG_EXIT_OK,
	DEBUG_EXIT_NULL,      /* a null pointer */
	DEBUG_EXIT_BAD_BASE,  /* not an I/O port, or reaches above 0xffff */
	DEBUG_EXIT_BAD_WIDTH, /* not 8, 16 or 32 bits */
	DEBUG_EXIT_IGNORED    /* the machine still runs: no such device at this port */
};

enum { DEBUG_EXIT_PORT = 0xf4 }; /* the usual address in QEMU and bimetal */

struct debug_exit {
	struct io io;
	struct wait wait;
	uint8_t width;
};

/* Use the port at `io` with writes of `width` bits: at most the size that QEMU's iosize gives it.
 * Nothing is accessed: the port cannot be read, so only a write shows whether it is there. */
DEBUG_EXIT_MUST_USE enum debug_exit_status debug_exit_init(struct debug_exit *port, struct io io,
							   struct wait wait, unsigned width);
/* End the machine with `value`, cut to the width. Returns only if the machine still runs 1 ms
 * later: DEBUG_EXIT_IGNORED. */
DEBUG_EXIT_MUST_USE enum debug_exit_status debug_exit(const struct debug_exit *port,
						      uint32_t value);
/* The exit status of QEMU's process after `value`. It is odd, so never success. Values 128 apart
 * give the same status. */
static inline uint8_t debug_exit_process_status(uint32_t value)
{
	return (uint8_t)(value << 1 | 1);
}

#endif
