/* SPDX-License-Identifier: MIT */
/* A memory for heaps, between guards that nobody may write to. */
#ifndef TESTS_UNIT_DRIVERS_HEAP_FIXTURE_H
#define TESTS_UNIT_DRIVERS_HEAP_FIXTURE_H

#include <string.h>

#include "tests/check.h"
#include "tests/unit/emu/random.h"

enum { ARENA = 100 * 1024, GUARD = 256, GUARD_BYTE = 0xee };

static _Alignas(4096) uint8_t guarded[GUARD + ARENA + GUARD];
static uint8_t *const arena = guarded + GUARD; /* a multiple of 256 */

/* Random contents, as memory has them. */
static inline void fill_arena(void)
{
	uint64_t state = 0x68656170;

	memset(guarded, GUARD_BYTE, sizeof(guarded));
	for (size_t i = 0; i < ARENA; i++) arena[i] = (uint8_t)random_next(&state);
}

/* Nothing outside of the arena was written to. */
static inline bool guards_hold(void)
{
	for (const uint8_t *p = guarded; p < guarded + sizeof(guarded); p++)
		if (*p != GUARD_BYTE && (p < arena || p >= arena + ARENA)) return false;
	return true;
}

static inline uintptr_t place(const void *p) { return (uintptr_t)p; }

#endif
