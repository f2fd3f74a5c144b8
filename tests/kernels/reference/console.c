/* SPDX-License-Identifier: MIT */
#include "console.h"

#include "machine.h"
#include "text.h"

struct console console;

enum { COM1 = 0x3f8, BAUD = 115200, LINE = 256 };

void console_init(struct wait wait)
{
	const struct uart_config config = uart_8n1(BAUD);

	console.has_uart = uart_init(&console.uart, io_port(COM1), wait, &config) == UART_OK;
	console.has_vga = vga_text_init(&console.vga, io_memory(VGA_TEXT_MEMORY, 1),
					io_port(VGA_TEXT_CRTC)) == VGA_TEXT_OK;
}

void console_polled(void)
{
	enum {
		CHARACTERS = UART_FIFO + 1
	}; /* when so many had time, and none was asked for, all are out */

	if (!console.has_uart) return;
	const struct wait wait = console.uart.wait;
	const uint64_t quiet = console.uart.char_ns * CHARACTERS;
	const bool on = wait_irq_save(&wait);
	for (uint64_t end = wait_deadline(&wait, quiet); !wait_expired(&wait, end);
	     wait_relax(&wait))
		if (uart_interrupt(&console.uart) == UART_OK) end = wait_deadline(&wait, quiet);
	(void)!uart_interrupts_off(&console.uart);
	wait_irq_restore(&wait, on);
}

/* Text that finds no way out is lost; there is nobody to tell. */
void console_write(const char *bytes, size_t n)
{
	if (console.has_uart)
		for (size_t i = 0; i < n; i++) {
			const char one[] = { bytes[i], '\0' };
			(void)!uart_print(&console.uart, one);
		}
	if (console.has_vga && !console.quiet_screen) (void)!vga_text_write(&console.vga, bytes, n);
}

void print(const char *format, ...)
{
	char line[LINE];
	va_list list;

	va_start(list, format);
	const size_t n = text_format_list(line, sizeof line, format, list);
	va_end(list);
	console_write(line, n);
}

void console_colour(enum vga_colour foreground, enum vga_colour background)
{
	if (console.has_vga) (void)!vga_text_colour(&console.vga, foreground, background);
}
