/* SPDX-License-Identifier: MIT */
/* The build redirects calls of the engine that allocate much memory to these functions, because a
 * test starts an engine thousands of times and a short run uses little of that memory. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

/* The end of the buffer for translated code, which most tests do not use, gets small pages: Linux
 * would clear a whole huge page at the first touch. */
enum { SMALL_PAGES_SIZE = 2 << 20 };
/* Initial size, in blocks, of the engine's block table. The engine lets it grow. */
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
