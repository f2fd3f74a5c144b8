/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/debug.h"

#include <stddef.h>

enum { /* DR7: two enable bits for each breakpoint, then four bits from 16 on */
       ENABLES = 2,
       LOCAL = 1 << 0,
       GLOBAL = 1 << 1,
       ENABLE = 3,
       FIELDS_LSB = 16,
       FIELD_BITS = 4,
       FIELD = 0xf,
       WHEN = 3,
       LENGTH_LSB = 2
};

/* The encodings of 1, 2, 8 and 4 bytes, in the order of LEN (SDM Vol. 3B 17.2.4). */
static const uint8_t lengths[] = { 1, 2, 8, 4 };

enum dr7_status dr7_set(uint64_t *dr7, unsigned n, const struct dr7_breakpoint *breakpoint,
			uint64_t address)
{
	unsigned length = 0;

	if (!dr7 || !breakpoint) return DR7_NULL_POINTER;
	if (n >= DR_BREAKPOINTS) return DR7_BAD_NUMBER;
	if ((unsigned)breakpoint->when > WHEN) return DR7_BAD_WHEN;
	while (length < sizeof(lengths) && lengths[length] != breakpoint->bytes) length++;
	if (length == sizeof(lengths)) return DR7_BAD_SIZE;
	if (breakpoint->when == DR7_EXECUTE && length) return DR7_BAD_SIZE;
	if (address & (breakpoint->bytes - 1U)) return DR7_UNALIGNED;

	unsigned enables = n * ENABLES, field = FIELDS_LSB + n * FIELD_BITS;
	uint64_t value = *dr7 & ~((uint64_t)ENABLE << enables) & ~((uint64_t)FIELD << field);
	value |= (uint64_t)(breakpoint->local ? LOCAL : 0) << enables;
	value |= (uint64_t)(breakpoint->global ? GLOBAL : 0) << enables;
	value |= ((uint64_t)breakpoint->when | (uint64_t)length << LENGTH_LSB) << field;
	*dr7 = value | X86_DR7_ONE;
	return DR7_OK;
}

struct dr7_breakpoint dr7_get(uint64_t dr7, unsigned n)
{
	if (n >= DR_BREAKPOINTS) return (struct dr7_breakpoint){ 0 };
	unsigned enable = (unsigned)(dr7 >> n * ENABLES) & ENABLE;
	unsigned field = (unsigned)(dr7 >> (FIELDS_LSB + n * FIELD_BITS)) & FIELD;

	return (struct dr7_breakpoint){ .when = (enum dr7_when)(field & WHEN),
					.bytes = lengths[field >> LENGTH_LSB],
					.local = enable & LOCAL,
					.global = enable & GLOBAL };
}
