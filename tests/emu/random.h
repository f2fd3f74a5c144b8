/* SPDX-License-Identifier: MIT */
/* A small fixed random sequence for property tests: a failure is the same failure next time. */
#ifndef TESTS_EMU_RANDOM_H
#define TESTS_EMU_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A number of random size: small ones and huge ones alike. */
static inline uint64_t random_any_size(uint64_t *state)
{
	unsigned shift = (unsigned)(random_next(state) % 64);

	return random_next(state) >> shift;
}

#endif
