/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/code_pages.h"

#include <stddef.h>

enum { PAGE_SHIFT = 12, PAGE_OFFSET = 0xfff };

static size_t slot(uint64_t linear) { return (linear >> PAGE_SHIFT) & (CODE_PAGE_SLOTS - 1); }

void code_pages_fetched(struct code_pages *pages, uint64_t linear, uint64_t physical)
{
	size_t i = slot(linear);
	pages->page[i].linear = (linear & ~(uint64_t)PAGE_OFFSET) | 1;
	pages->page[i].physical = physical & ~(uint64_t)PAGE_OFFSET;
}

bool code_pages_physical(const struct code_pages *pages, uint64_t linear, uint64_t *physical)
{
	size_t i = slot(linear);
	if (pages->page[i].linear != ((linear & ~(uint64_t)PAGE_OFFSET) | 1)) return false;
	*physical = pages->page[i].physical | (linear & PAGE_OFFSET);
	return true;
}
