/* SPDX-License-Identifier: MIT */
/* The variables of a program that live as long as it, as debugging information has them: where they
 * are, and how large. */
#ifndef HARNESS_DIAGNOSIS_VARIABLES_H
#define HARNESS_DIAGNOSIS_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct variables_visitor {
	/* For each file that was compiled with debugging information, by its path. False: its
	 * variables are not wanted. */
	bool (*unit)(void *ctx, const char *file);
	/* For each variable, or each piece of one that the compiler took apart: its address as
	 * linked. Those of functions are among them, those of threads are not. */
	void (*variable)(void *ctx, uint64_t address, uint64_t size);
	void *ctx;
};

/* Read the ELF file at `image`, which is not changed. False: it has no debugging information. */
bool variables_visit(uint8_t *image, size_t size, const struct variables_visitor *v);

#endif
