/* SPDX-License-Identifier: MIT */
/* Where the kernel's text goes: COM1, and a window of the screen. */
#ifndef REFERENCE_CONSOLE_H
#define REFERENCE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/uart_16550.h"
#include "bimetal/vga_text.h"
#include "wait.h"

struct console {
	struct uart uart;
	struct vga_text vga;
	bool has_uart, has_vga;
	bool quiet_screen; /* text goes to the serial port alone */
};

extern struct console console;

/* Find the UART and the screen; either may be absent. */
void console_init(struct wait wait);
/* From now on without interrupts: what is buffered is sent first. For the end of the kernel. */
void console_polled(void);
void console_write(const char *bytes, size_t n);
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The colour of what is printed on the screen from now on. */
void console_colour(enum vga_colour foreground, enum vga_colour background);

#endif
