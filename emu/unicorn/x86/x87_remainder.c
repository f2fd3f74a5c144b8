/* SPDX-License-Identifier: MIT */
/* FPREM and FPREM1 (unread: SDM Vol. 2A): exact; in steps if the exponents are far apart. */
#include "emu/unicorn/x86/x87.h"

enum { EXPONENT = 0x7fff, SIGN = 0x8000, STEP = 64, STEP_LEAST = 32 };
enum { C0 = 1 << 8, C1 = 1 << 9, C2 = 1 << 10, C3 = 1 << 14 };
#define QUIET (UINT64_C(1) << 62)

static const struct env_extended indefinite = { .significand = UINT64_C(3) << 62,
						.exponent = 0xffff };

static int exponent_of(const struct env_extended *r) { return r->exponent & EXPONENT; }
static bool is_infinite(const struct env_extended *r)
{
	return exponent_of(r) == EXPONENT && !(r->significand << 1);
}
static bool is_nan(const struct env_extended *r)
{
	return exponent_of(r) == EXPONENT && r->significand << 1;
}
/* Unsupported: the integer bit contradicts the exponent (unread: SDM Vol. 1 table 8-3). */
static bool is_unsupported(const struct env_extended *r)
{
	return exponent_of(r) && !(r->significand >> 63);
}

/* unread: SDM Vol. 1 table 4-7: the NaN with the larger significand, made quiet. */
static void put_nan(struct env_float *f, struct env_extended *a, const struct env_extended *b)
{
	bool a_is = is_nan(a), b_is = is_nan(b);
	bool signalling =
		(a_is && !(a->significand & QUIET)) || (b_is && !(b->significand & QUIET));
	bool second = b_is && (!a_is || (b->significand | QUIET) > (a->significand | QUIET));
	if (second) *a = *b;
	a->significand |= QUIET;
	if (signalling) f->x87.flags |= FLOAT_IE;
}

/* Handle special cases. True: it was one. */
static bool special(struct env_float *f, struct env_extended *a, const struct env_extended *b)
{
	bool unsupported = is_unsupported(a) || is_unsupported(b);
	if (!unsupported && (is_nan(a) || is_nan(b))) {
		put_nan(f, a, b);
		return true;
	}
	if (unsupported || is_infinite(a) || !b->significand) {
		*a = indefinite;
		f->x87.flags |= FLOAT_IE;
		return true;
	}
	return is_infinite(b) || !a->significand;
}

/* The significand with its integer bit set, and the matching exponent. */
static uint64_t normal(const struct env_extended *r, int *exponent)
{
	int shift = __builtin_clzll(r->significand);
	*exponent = (exponent_of(r) ? exponent_of(r) : 1) - shift;
	return r->significand << shift;
}

static void put(struct env_extended *r, uint64_t significand, int exponent, uint16_t sign)
{
	if (significand) {
		int shift = __builtin_clzll(significand);
		if (shift > exponent - 1) shift = exponent - 1;
		/* A shift to the right, for a denormal number, loses only zeros. */
		significand = shift < 0 ? significand >> -shift : significand << shift;
		exponent = significand >> 63 ? exponent - shift : 0;
	} else {
		exponent = 0;
	}
	*r = (struct env_extended){ .significand = significand,
				    .exponent = (uint16_t)(exponent | sign) };
}

/* The remainder of a * 2^distance / b, and the low bits of the quotient. */
static uint64_t divide(uint64_t a, uint64_t b, int distance, uint64_t *quotient)
{
	unsigned __int128 rest = a;
	uint64_t q = 0;
	for (int i = distance; i >= 0; i--) {
		q <<= 1;
		if (rest >= b) {
			rest -= b;
			q |= 1;
		}
		if (i) rest <<= 1;
	}
	*quotient = q;
	return (uint64_t)rest;
}

void x87_remainder(struct env_float *f, bool nearest)
{
	struct env_extended *a = &f->reg[f->top & 7], *b = &f->reg[(f->top + 1) & 7];
	int ea, eb;
	f->status &= (uint16_t) ~(C0 | C1 | C2 | C3);
	if (special(f, a, b)) return;
	uint16_t sign = a->exponent & SIGN;
	uint64_t sa = normal(a, &ea), sb = normal(b, &eb), q = 0;
	int distance = ea - eb;
	if (distance < -1 || (distance < 0 && !nearest)) return;
	if (distance >= STEP) {
		int step = STEP_LEAST + distance % STEP_LEAST;
		uint64_t rest = divide(sa, sb, step, &q);
		put(a, rest, eb + distance - step, sign);
		f->status |= C2;
		return;
	}
	/* For a distance of -1 the unit is half of b's. */
	unsigned __int128 unit = distance < 0 ? (unsigned __int128)sb << 1 : sb;
	uint64_t rest = distance < 0 ? sa : divide(sa, sb, distance, &q);
	unsigned __int128 twice = (unsigned __int128)rest << 1;
	if (nearest && (twice > unit || (twice == unit && (q & 1)))) {
		rest = (uint64_t)(unit - rest);
		sign ^= SIGN;
		q++;
	}
	put(a, rest, distance < 0 ? ea : eb, sign);
	f->status |= (uint16_t)((q & 4 ? C0 : 0) | (q & 2 ? C3 : 0) | (q & 1 ? C1 : 0));
}
