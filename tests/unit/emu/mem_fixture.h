/* SPDX-License-Identifier: MIT */
/* Guest memory, freed after each test. */
#ifndef TESTS_UNIT_EMU_MEM_FIXTURE_H
#define TESTS_UNIT_EMU_MEM_FIXTURE_H

#include <string.h>

#include "emu/array.h"
#include "emu/mem.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

#define KIB    UINT64_C(1024)
#define MIB    (UINT64_C(1) << 20)
#define GIB    (UINT64_C(1) << 30)
#define HOLE   (UINT64_C(0xe0000000))
#define LEGACY UINT64_C(0xa0000)

static struct mem mem;

static inline void no_memory_is_lost(void) { mem_free(&mem); }

TestSuite(mem, .fini = no_memory_is_lost, .timeout = 60);

static inline uint8_t byte_at(struct mem *m, uint64_t pa)
{
	uint8_t b = 0;

	require(mem_read(m, pa, &b, 1), "nothing at %lx", pa);
	return b;
}

static inline bool touched(struct mem *m, uint64_t pa)
{
	const uint8_t *flags = mem_flags(m, pa);

	return flags && (*flags & MEM_TOUCHED);
}

#endif
