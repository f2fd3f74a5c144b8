/* SPDX-License-Identifier: MIT */
#include "bimetal/debug_console.h"

#define BYTE ((struct io_rw8){ 0 })

enum { READS_AS = 0xe9, MAX_PORT = 0xffff };

enum debug_console_status debug_console_init(struct debug_console *console, struct io io)
{
	if (!console) return DEBUG_CONSOLE_NULL;
	if (io.space != IO_PORT || io.base > MAX_PORT) return DEBUG_CONSOLE_BAD_BASE;
	if (io_read(io, BYTE) != READS_AS) return DEBUG_CONSOLE_ABSENT;
	console->io = io;
	return DEBUG_CONSOLE_OK;
}

enum debug_console_status debug_console_write(const struct debug_console *console,
					      const uint8_t *data, size_t n)
{
	if (!console || (!data && n)) return DEBUG_CONSOLE_NULL;
	for (size_t i = 0; i < n; i++) io_write(console->io, BYTE, data[i]);
	return DEBUG_CONSOLE_OK;
}

enum debug_console_status debug_console_print(const struct debug_console *console, const char *text)
{
	if (!console || !text) return DEBUG_CONSOLE_NULL;
	for (; *text; text++) io_write(console->io, BYTE, (uint8_t)*text);
	return DEBUG_CONSOLE_OK;
}
