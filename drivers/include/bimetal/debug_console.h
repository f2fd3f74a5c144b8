/* SPDX-License-Identifier: MIT */
/* A port that prints text from inside a virtual machine: one byte per write, no waiting. Bochs
 * introduced port 0xe9; OVMF uses 0x402. */
#ifndef BIMETAL_DEBUG_CONSOLE_H
#define BIMETAL_DEBUG_CONSOLE_H

/* For example:
 *
 *	static enum debug_console_status greet(void)
 *	{
 *		struct debug_console console;
 *		struct io io = io_port(DEBUG_CONSOLE_PORT);
 *		enum debug_console_status status = debug_console_init(&console, io);
 *
 *		if (status != DEBUG_CONSOLE_OK) return status;
 *		return debug_console_print(&console, "hello\n");
 *	}
 */

#include <stddef.h>
#include <stdint.h>

#include "bimetal/io.h"

#define DEBUG_CONSOLE_MUST_USE __attribute__((warn_unused_result))

enum debug_console_status {
	DEBUG_CONSOLE_OK,
	DEBUG_CONSOLE_NULL,     /* a null pointer */
	DEBUG_CONSOLE_BAD_BASE, /* not an I/O port, or above 0xffff */
	DEBUG_CONSOLE_ABSENT    /* the port does not read as 0xe9 */
};

enum { DEBUG_CONSOLE_PORT = 0xe9, DEBUG_CONSOLE_PORT_OVMF = 0x402 };

struct debug_console {
	struct io io;
};

/* Find the console at `io`. Reading it returns 0xe9, whatever its port address. */
DEBUG_CONSOLE_MUST_USE enum debug_console_status debug_console_init(struct debug_console *console,
								    struct io io);
/* Write `n` bytes unchanged. */
DEBUG_CONSOLE_MUST_USE enum debug_console_status
debug_console_write(const struct debug_console *console, const uint8_t *data, size_t n);
/* Write the text up to its NUL, unchanged. */
DEBUG_CONSOLE_MUST_USE enum debug_console_status
debug_console_print(const struct debug_console *console, const char *text);

#endif
