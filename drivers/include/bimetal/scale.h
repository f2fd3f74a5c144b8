/* SPDX-License-Identifier: MIT */
/* Exact 64-bit products and quotients, for drivers that convert time to ticks. 32-bit code has no
 * instruction that divides 64 bits, and freestanding code has no library that does. */
#ifndef BIMETAL_SCALE_H
#define BIMETAL_SCALE_H

/* For example:
 *
 *	static uint64_t ticks_in(uint64_t ns, uint32_t hz)
 *	{
 *		return scale_by(ns, hz, 1000000000);
 *	}
 */

#include <stdint.h>

/* n / d, rounded down; *rest is the remainder. d = 0: returns all ones, *rest is n. */
static inline uint64_t scale_divide(uint64_t n, uint64_t d, uint64_t *rest)
{
	enum { TOP = 63 };
	uint64_t quotient = 0;

	*rest = n;
	if (d == 0) return UINT64_MAX;
	for (int i = TOP; i >= 0; i--) {
		if (*rest >> i < d) continue;
		*rest -= d << i;
		quotient |= UINT64_C(1) << i;
	}
	return quotient;
}

/* a * mul / div, exact and rounded down. UINT64_MAX if the result does not fit, or if div is 0. */
static inline uint64_t scale_by(uint64_t a, uint32_t mul, uint32_t div)
{
	enum { HALF = 32 };
	uint64_t rest, unused, whole = scale_divide(a, div, &rest);

	if (div == 0) return UINT64_MAX;
	uint64_t part = scale_divide(rest * mul, div, &unused); /* rest < div: it fits */
	uint64_t low = (whole & UINT32_MAX) * mul, high = (whole >> HALF) * mul;
	if (high > UINT32_MAX || low > UINT64_MAX - (high << HALF)) return UINT64_MAX;
	whole = (high << HALF) + low;
	return part > UINT64_MAX - whole ? UINT64_MAX : whole + part;
}

#endif
