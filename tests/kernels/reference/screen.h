/* SPDX-License-Identifier: MIT */
/* The picture: a title, a panel with the steps of the start, one about the machine, a window for
 * the shell, and a line with what goes on. */
#ifndef REFERENCE_SCREEN_H
#define REFERENCE_SCREEN_H

#include <stdbool.h>

enum { SHELL_ROW = 14, SHELL_ROWS = 10, STATUS_ROW = 24 };

/* Paint the frame; the console then writes into the shell's window. */
void screen_paint(void);
/* One step of the start: its line in the panel and on the serial line. */
void screen_step(bool good, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The panel about the machine. */
void screen_machine(void);
/* The last line, anew. */
void screen_status(void);

#endif
