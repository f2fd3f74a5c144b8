/* SPDX-License-Identifier: MIT */
/* A cache of code pages: the physical page from which each linear page was last fetched. */
#ifndef EMU_UNICORN_CODE_PAGES_H
#define EMU_UNICORN_CODE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

enum { CODE_PAGE_SLOTS = 4096 };

struct code_pages { /* all zero: empty */
	struct {
		uint64_t linear, physical; /* page addresses; linear | 1: valid */
	} page[CODE_PAGE_SLOTS];
};

/* Record that code of this linear page was fetched from this physical page. */
void code_pages_fetched(struct code_pages *pages, uint64_t linear, uint64_t physical);
/* The physical address from which a linear code address was fetched. False: not known; later
 * fetches may have replaced it. */
bool code_pages_physical(const struct code_pages *pages, uint64_t linear, uint64_t *physical);

#endif
