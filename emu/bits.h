/* SPDX-License-Identifier: MIT */
/* Masks of bits, and sizes rounded up. */
#ifndef EMU_BITS_H
#define EMU_BITS_H

#include <stdint.h>

/* The `n` lowest bits: 0 gives 0; 64 and more give all. */
static inline uint64_t low_bits(unsigned n)
{
	return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

/* The next multiple of `align`, a power of two; `value` itself, if it is one. Beyond 2^64 it wraps
 * to 0. */
static inline uint64_t align_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

#endif
