/* SPDX-License-Identifier: MIT */
/* Exact products and quotients of 64 bits, for drivers that turn time into ticks: 32-bit code has
 * no instruction to divide 64 bits, and no library here.
 *
 * Pure: no device is accessed. */
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

/* n / d, rounded down, with the remainder in *rest. d = 0: all ones, and n remains. */
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

/* a * mul / div, rounded down exactly; UINT64_MAX where that does not fit, and for div = 0. */
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
