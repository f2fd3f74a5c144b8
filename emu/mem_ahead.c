/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "emu/mem_ahead.h"

#include <stdbool.h>
#include <sys/mman.h>

#include "emu/mem.h"

/* Linux 5.14; older ones refuse it. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static bool any_touched(const struct mem *mem, uint64_t first)
{
	uint8_t any = 0;
	for (uint64_t i = 0; i < MEM_AHEAD_PAGES; i++) any |= mem->flags[first + i];
	return any & MEM_TOUCHED;
}

void mem_ahead(struct mem *mem, uint64_t index)
{
	uint64_t first = index & ~(uint64_t)(MEM_AHEAD_PAGES - 1);
	if (mem->n_touched++ < MEM_BIG_GUEST) return;
	if ((first + MEM_AHEAD_PAGES) * MEM_PAGE > mem->ram_size || any_touched(mem, first)) return;
	(void)madvise(mem->ram + first * MEM_PAGE, (size_t)MEM_AHEAD_PAGES * MEM_PAGE,
		      MADV_POPULATE_WRITE);
}
