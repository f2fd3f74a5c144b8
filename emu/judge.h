/* SPDX-License-Identifier: MIT */
/* For the files that judge descriptions from outside: what is wrong goes into a buffer. */
#ifndef EMU_JUDGE_H
#define EMU_JUDGE_H

#include "emu/model.h"

struct judge {
	char *buf; /* where the message goes: `size` bytes */
	size_t size;
	model_room *room; /* NULL: no sizes of objects are known */
};

/* Write the message, cut to fit. Returns j->buf. */
__attribute__((format(printf, 2, 3))) const char *refuse(const struct judge *j, const char *format,
							 ...);
/* How many elements of `size` bytes the array has from `at` on; where that is not known, more than
 * any has. */
size_t judge_count(const struct judge *j, const void *at, size_t size);

#endif
