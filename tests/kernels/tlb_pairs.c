/* SPDX-License-Identifier: MIT */
/* For docs/performance.md: maps a page, writes to it, unmaps it with INVLPG; PAIRS times. */
#define PAGING 4
#include "pagefaults_window.h"

enum { PAIRS = 1000000, PAGES = 512 };

void kernel_main(void)
{
	volatile pte_t *entry = window_pt;
	init_tables();
	init_window();
	map(0, P | W);
	for (uint32_t i = 0; i < PAIRS; i++) {
		unsigned n = i % PAGES;
		entry[n] = (uintptr_t)frame[n % FRAMES] | P | W;
		*(volatile uint32_t *)AT_PAGE(n) = i;
		entry[n] = 0;
		invlpg(AT_PAGE(n));
	}
	check("the last write", *(uint32_t *)frame[(PAIRS - 1) % PAGES % FRAMES], PAIRS - 1);
	finish();
}
