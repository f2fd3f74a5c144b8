/* SPDX-License-Identifier: MIT */
/* A small random number generator (splitmix64, in the public domain), the same on every host. */
#ifndef TESTS_CPU_DIFFERENTIAL_RANDOM_H
#define TESTS_CPU_DIFFERENTIAL_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* 0 to n - 1; n > 0. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
	return (uint32_t)((random_next(r) >> 32) * n >> 32);
}

static inline bool random_percent(struct random *r, uint32_t percent)
{
	return random_below(r, 100) < percent;
}

#define RANDOM_OF(r, array) ((array)[random_below(r, (uint32_t)(sizeof(array) / sizeof(array)[0]))])

#endif
