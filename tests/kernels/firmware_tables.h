/* SPDX-License-Identifier: MIT */
/* Reading the tables that firmware leaves in memory. */
#ifndef TESTS_KERNELS_FIRMWARE_TABLES_H
#define TESTS_KERNELS_FIRMWARE_TABLES_H

#include "k.h"

/* A little-endian number. */
static inline uint64_t get(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0) v = v << 8 | p[bytes];
	return v;
}

static inline const uint8_t *at(uint64_t address) { return (const uint8_t *)(uintptr_t)address; }

/* The sum of `n` bytes, which a right checksum makes 0. */
static inline uint8_t sum(const uint8_t *p, uint64_t n)
{
	uint8_t s = 0;

	while (n-- > 0) s = (uint8_t)(s + *p++);
	return s;
}

#endif
