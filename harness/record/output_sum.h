/* SPDX-License-Identifier: MIT */
/* A checksum of everything that a guest wrote to one output, to compare runs. Starts all zero. */
#ifndef HARNESS_RECORD_OUTPUT_SUM_H
#define HARNESS_RECORD_OUTPUT_SUM_H

#include <stdint.h>

struct output_sum {
	uint64_t bytes;
	uint64_t hash; /* 64-bit FNV-1a, plus 1 for each byte so that leading zeroes count */
};

static inline void output_sum_add(struct output_sum *sum, uint8_t byte)
{
	const uint64_t prime = UINT64_C(0x100000001b3);
	sum->hash = (sum->hash ^ byte) * prime + 1;
	sum->bytes++;
}

#endif
