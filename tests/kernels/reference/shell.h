/* SPDX-License-Identifier: MIT */
/* The shell: a task that reads lines and obeys. */
#ifndef REFERENCE_SHELL_H
#define REFERENCE_SHELL_H

#include <stdbool.h>

/* Spawn the shell and the task that keeps the last line of the screen. */
bool shell_start(void);
/* Obey one line. */
void shell_obey(const char *line);

struct command {
	const char *name, *help;
	void (*run)(const char *arguments);
};
/* All commands; the last has no name. */
extern const struct command commands[];

#endif
