/* SPDX-License-Identifier: MIT */
/* The sides that boot the monitor: this emulator, and QEMU. */
#ifndef TESTS_CPU_DIFFERENTIAL_SIDE_H
#define TESTS_CPU_DIFFERENTIAL_SIDE_H

#include "program.h"

struct side {
	const char *name;    /* "here", "qemu" */
	const char *program; /* path of the emulator */
	const char *monitor; /* path of the monitor's image */
	bool qemu;
	unsigned deaths, boots, hangs; /* counted */
	bool lost;                     /* the last boot was ended by a signal */
	char last_words[512];          /* the emulator's messages before its last crash */
};

/* Runs all `n` programs, in batches. If one ends the emulator, its ending is ENDING_DIED, and the
 * next boot begins behind it. False, with a message on standard error, if the emulator does not
 * start at all. */
bool side_run(struct side *side, const struct program *programs, unsigned n,
	      struct outcome *outcomes);

/* Reads records (program.h) out of `bytes`; returns how many of the `n` programs, in their order,
 * had a whole one. */
unsigned records_read(const uint8_t *bytes, size_t size, const struct program *programs, unsigned n,
		      struct outcome *outcomes);

#endif
