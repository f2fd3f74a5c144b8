/* SPDX-License-Identifier: MIT */
/* The shell: a task that reads lines and obeys. */
#ifndef REFERENCE_SHELL_H
#define REFERENCE_SHELL_H

#include <stdbool.h>
#include <stdint.h>

/* Spawn the shell and the task that keeps the last line of the screen. */
bool shell_start(void);
/* Obey one line. */
void shell_obey(const char *line);
/* Show n dots, one for each tick behind the tick `first`. Without an EOI there is only the first
 * tick of all: the wait ends after two seconds by the TSC. */
void commands_dots(uint64_t first, unsigned n);

struct command {
	const char *name, *help;
	void (*run)(const char *arguments);
};
/* All commands; the last has no name. */
extern const struct command commands[];

#endif
