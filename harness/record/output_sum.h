/* SPDX-License-Identifier: MIT */
/* A sum over all that a guest wrote to one output, to compare runs with. Plain data; all zero is
 * the sum of nothing. */
#ifndef HARNESS_RECORD_OUTPUT_SUM_H
#define HARNESS_RECORD_OUTPUT_SUM_H

#include <stdint.h>

struct output_sum {
	uint64_t bytes;
	uint64_t hash; /* after FNV-1a of 64 bits; the added 1 makes leading zeroes count */
};

static inline void output_sum_add(struct output_sum *sum, uint8_t byte)
{
	const uint64_t prime = UINT64_C(0x100000001b3);
	sum->hash = (sum->hash ^ byte) * prime + 1;
	sum->bytes++;
}

#endif
