/* SPDX-License-Identifier: MIT */
/* For marks.c, which makes a mark at the write to the debug console. A short test follows: it
 * writes to 16 pages, and ends. */
#include "k.h"

enum { PAGES = 16, PAGE_BYTES = 4096, DEBUG_CONSOLE = 0xe9, DEBUG_EXIT = 0xf4, PASSED = 0x10 };

static volatile uint32_t page[PAGES][PAGE_BYTES / sizeof(uint32_t)]
	__attribute__((aligned(PAGE_BYTES)));

void kernel_main(void)
{
	outb(DEBUG_CONSOLE, 'm');
	for (unsigned i = 0; i < PAGES; i++) page[i][i]++;
	outb(DEBUG_EXIT, page[3][3] == 1 ? PASSED : 0);
	for (;;) __asm__ volatile("hlt");
}
