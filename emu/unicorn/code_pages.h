/* SPDX-License-Identifier: MIT */
/* Which physical page the code of a linear page was last fetched from. */
#ifndef EMU_UNICORN_CODE_PAGES_H
#define EMU_UNICORN_CODE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

enum { CODE_PAGE_SLOTS = 4096 };

struct code_pages { /* all zero: none */
	struct {
		uint64_t linear, physical; /* page addresses; linear | 1: valid */
	} page[CODE_PAGE_SLOTS];
};

/* A code fetch mapped this linear page to this physical one. */
void code_pages_fetched(struct code_pages *pages, uint64_t linear, uint64_t physical);
/* The physical address that a linear code address was fetched from; false: not seen, or forgotten
 * for another page's sake. */
bool code_pages_physical(const struct code_pages *pages, uint64_t linear, uint64_t *physical);

#endif
