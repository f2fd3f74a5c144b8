/* SPDX-License-Identifier: MIT */
/* A small fixed random sequence for property tests, so that failures are reproducible. */
#ifndef TESTS_UNIT_EMU_RANDOM_H
#define TESTS_UNIT_EMU_RANDOM_H

#include <stdint.h>

/* Defined only in programs that record which registers a test reaches
 * (tests/quality/coverage/recorder.h). */
__attribute__((weak)) void random_used(void);

static inline uint64_t random_next(uint64_t *state)
{
	if (random_used) random_used();
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Returns a number of random size: small and huge ones are equally likely. */
static inline uint64_t random_any_size(uint64_t *state)
{
	unsigned shift = (unsigned)(random_next(state) % 64);

	return random_next(state) >> shift;
}

#endif
