/* SPDX-License-Identifier: MIT */
/* An 8-bit latch, the device of these modules: what it holds is read back. It has an input that
 * sets it, and a lint for the value 0. */
#ifndef TESTS_SYSTEM_MODULE_LATCH_H
#define TESTS_SYSTEM_MODULE_LATCH_H

#include "bimetal/model.h"

struct latch {
	struct device dev;
	void (*output)(void *ctx, uint8_t byte);
	void *output_ctx;
	struct clock *clock;
	unsigned timer;
	struct latch_state {
		uint64_t reg[1];
	} s;
};

enum { LATCH_HELD, LATCH_N_REGS };

/* A loop in a function of a header, which is not inlined. */
static __attribute__((noinline, unused)) void latch_spin(int *volatile *until)
{
	while (!*until) continue;
}

#endif
