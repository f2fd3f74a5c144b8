/* SPDX-License-Identifier: MIT */
/* Without the hole the canonical addresses are the numbers of 48 bits, in the same order: the low
 * 48 bits of an address are its rank. */
#include "bimetal/x86/address.h"

#include <stddef.h>

#define VIRT_COUNT (UINT64_C(1) << VIRT_BITS)
#define PHYS_COUNT (UINT64_C(1) << PHYS_BITS)
enum { INDEX_MASK = (1 << VIRT_INDEX_BITS) - 1, OFFSET_MASK = (1 << VIRT_PAGE_BITS) - 1 };

static uint64_t rank_of(struct virt address) { return address.value & (VIRT_COUNT - 1); }

static bool is_power(uint64_t align) { return align && (align & (align - 1)) == 0; }

/* ---- any number ---- */

enum address_status address_align_down(uint64_t value, uint64_t align, uint64_t *out)
{
	if (!out) return ADDRESS_NULL;
	if (!is_power(align)) return ADDRESS_NOT_A_POWER;
	*out = value & ~(align - 1);
	return ADDRESS_OK;
}

enum address_status address_align_up(uint64_t value, uint64_t align, uint64_t *out)
{
	if (!out) return ADDRESS_NULL;
	if (!is_power(align)) return ADDRESS_NOT_A_POWER;
	if (value > UINT64_MAX - (align - 1) && (value & (align - 1))) return ADDRESS_OVERFLOW;
	*out = value & (align - 1) ? (value | (align - 1)) + 1 : value;
	return ADDRESS_OK;
}

bool address_is_aligned(uint64_t value, uint64_t align)
{
	return is_power(align) && (value & (align - 1)) == 0;
}

/* ---- virtual ---- */

bool virt_is_canonical(uint64_t value) { return VIRT_IS_CANONICAL(value); }

struct virt virt_unchecked(uint64_t value) { return (struct virt){ value }; }

struct virt virt_truncate(uint64_t value)
{
	const uint64_t sign = UINT64_C(1) << (VIRT_BITS - 1);

	value &= VIRT_COUNT - 1;
	return virt_unchecked((value ^ sign) - sign);
}

enum address_status virt_make(uint64_t value, struct virt *out)
{
	if (!out) return ADDRESS_NULL;
	if (!virt_is_canonical(value)) return ADDRESS_NOT_CANONICAL;
	*out = virt_unchecked(value);
	return ADDRESS_OK;
}

unsigned virt_index(struct virt address, unsigned level)
{
	if (level < 1 || level > VIRT_LEVELS) return 0;
	return address.value >> (VIRT_PAGE_BITS + VIRT_INDEX_BITS * (level - 1)) & INDEX_MASK;
}

unsigned virt_page_offset(struct virt address) { return address.value & OFFSET_MASK; }

struct virt virt_of_indices(unsigned p4, unsigned p3, unsigned p2, unsigned p1, unsigned offset)
{
	const unsigned index[VIRT_LEVELS] = { p4, p3, p2, p1 };
	uint64_t value = 0;

	for (unsigned i = 0; i < VIRT_LEVELS; i++)
		value = value << VIRT_INDEX_BITS | (index[i] & INDEX_MASK);
	return virt_truncate(value << VIRT_PAGE_BITS | (offset & OFFSET_MASK));
}

enum address_status virt_add(struct virt address, uint64_t bytes, struct virt *out)
{
	if (bytes > UINT64_MAX - address.value) return ADDRESS_OVERFLOW;
	return virt_make(address.value + bytes, out);
}

enum address_status virt_subtract(struct virt address, uint64_t bytes, struct virt *out)
{
	if (bytes > address.value) return ADDRESS_OVERFLOW;
	return virt_make(address.value - bytes, out);
}

enum address_status virt_difference(struct virt start, struct virt end, uint64_t *bytes)
{
	if (!bytes) return ADDRESS_NULL;
	if (start.value > end.value) return ADDRESS_OVERFLOW;
	*bytes = end.value - start.value;
	return ADDRESS_OK;
}

enum address_status virt_forward(struct virt address, uint64_t steps, struct virt *out)
{
	if (!out) return ADDRESS_NULL;
	if (steps > VIRT_COUNT - 1 - rank_of(address)) return ADDRESS_OVERFLOW;
	*out = virt_truncate(rank_of(address) + steps);
	return ADDRESS_OK;
}

enum address_status virt_backward(struct virt address, uint64_t steps, struct virt *out)
{
	if (!out) return ADDRESS_NULL;
	if (steps > rank_of(address)) return ADDRESS_OVERFLOW;
	*out = virt_truncate(rank_of(address) - steps);
	return ADDRESS_OK;
}

enum address_status virt_steps_between(struct virt start, struct virt end, uint64_t *steps)
{
	if (!steps) return ADDRESS_NULL;
	if (rank_of(start) > rank_of(end)) return ADDRESS_OVERFLOW;
	*steps = rank_of(end) - rank_of(start);
	return ADDRESS_OK;
}

/* A canonical address is a multiple of 2^n, n <= 48, if its rank is one; of a larger power, only 0
 * is a multiple. */
enum address_status virt_align_down(struct virt address, uint64_t align, struct virt *out)
{
	uint64_t rank;
	enum address_status status = address_align_down(rank_of(address), align, &rank);

	if (!out) return ADDRESS_NULL;
	if (status == ADDRESS_OK) *out = virt_truncate(rank);
	return status;
}

enum address_status virt_align_up(struct virt address, uint64_t align, struct virt *out)
{
	uint64_t rank;
	enum address_status status = address_align_up(rank_of(address), align, &rank);

	if (!out) return ADDRESS_NULL;
	if (status != ADDRESS_OK) return status;
	if (rank >= VIRT_COUNT) return ADDRESS_OVERFLOW;
	*out = virt_truncate(rank);
	return ADDRESS_OK;
}

/* ---- physical ---- */

enum address_status phys_make(uint64_t value, struct phys *out)
{
	if (!out) return ADDRESS_NULL;
	if (!PHYS_IS_VALID(value)) return ADDRESS_TOO_LARGE;
	*out = (struct phys){ value };
	return ADDRESS_OK;
}

struct phys phys_truncate(uint64_t value) { return (struct phys){ value & (PHYS_COUNT - 1) }; }

enum address_status phys_add(struct phys address, uint64_t bytes, struct phys *out)
{
	if (!out) return ADDRESS_NULL;
	if (address.value >= PHYS_COUNT || bytes > PHYS_COUNT - 1 - address.value)
		return ADDRESS_OVERFLOW;
	*out = (struct phys){ address.value + bytes };
	return ADDRESS_OK;
}

enum address_status phys_subtract(struct phys address, uint64_t bytes, struct phys *out)
{
	if (!out) return ADDRESS_NULL;
	if (bytes > address.value) return ADDRESS_OVERFLOW;
	*out = (struct phys){ address.value - bytes };
	return ADDRESS_OK;
}

enum address_status phys_difference(struct phys start, struct phys end, uint64_t *bytes)
{
	if (!bytes) return ADDRESS_NULL;
	if (start.value > end.value) return ADDRESS_OVERFLOW;
	*bytes = end.value - start.value;
	return ADDRESS_OK;
}

enum address_status phys_align_down(struct phys address, uint64_t align, struct phys *out)
{
	return out ? address_align_down(address.value, align, &out->value) : ADDRESS_NULL;
}

enum address_status phys_align_up(struct phys address, uint64_t align, struct phys *out)
{
	uint64_t value;
	enum address_status status = address_align_up(address.value, align, &value);

	if (!out) return ADDRESS_NULL;
	if (status != ADDRESS_OK) return status;
	return phys_make(value, out) == ADDRESS_OK ? ADDRESS_OK : ADDRESS_OVERFLOW;
}
