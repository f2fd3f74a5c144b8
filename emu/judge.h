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
/* Do `n` elements of `size` bytes lie in one object, as far as is known? */
bool judge_has(const struct judge *j, const void *at, size_t n, size_t size);

#endif
