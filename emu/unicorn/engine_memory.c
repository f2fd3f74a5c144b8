/* SPDX-License-Identifier: MIT */
/* The build lets the engine's calls for memory that a short run hardly uses call these here
 * instead: a test starts an engine thousands of times. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

/* Of the buffer for translated code, what most tests do not fill. Linux would clear all of a huge
 * page at the first touch. */
enum { SMALL_PAGES_SIZE = 2 << 20 };
/* Blocks of code that the engine's table of them has room for, before it grows by itself. */
enum { TABLE_SIZE = 1 << 10 };

int bimetal_unicorn_madvise(void *start, size_t size, int advice);
void bimetal_unicorn_real_table_init(void *table, void *compare, size_t size, unsigned mode);
void bimetal_unicorn_table_init(void *table, void *compare, size_t size, unsigned mode);
bool bimetal_unicorn_real_table_reset(void *uc, void *table, size_t size);
bool bimetal_unicorn_table_reset(void *uc, void *table, size_t size);

static size_t at_most(size_t size, size_t limit) { return size < limit ? size : limit; }

int bimetal_unicorn_madvise(void *start, size_t size, int advice)
{
	size_t small = advice == MADV_HUGEPAGE ? at_most(size, SMALL_PAGES_SIZE) : 0;
	return madvise((char *)start + small, size - small, advice);
}

void bimetal_unicorn_table_init(void *table, void *compare, size_t size, unsigned mode)
{
	bimetal_unicorn_real_table_init(table, compare, at_most(size, TABLE_SIZE), mode);
}

bool bimetal_unicorn_table_reset(void *uc, void *table, size_t size)
{
	return bimetal_unicorn_real_table_reset(uc, table, at_most(size, TABLE_SIZE));
}
