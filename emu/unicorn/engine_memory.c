/* SPDX-License-Identifier: MIT */
/* The build redirects calls of the engine that allocate much memory to these functions: a test
 * starts an engine thousands of times, and a short run uses little of that memory; and it matters
 * where code lies (docs/decisions/0002). */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* The end of the buffer for translated code, which most tests do not use, gets small pages: Linux
 * would clear a whole huge page at the first touch. */
enum { SMALL_PAGES_SIZE = 2 << 20 };
/* Initial size, in blocks, of the engine's block table. The engine lets it grow. */
enum { TABLE_SIZE = 1 << 10 };

void *bimetal_unicorn_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *bimetal_unicorn_mmap64(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int bimetal_unicorn_madvise(void *start, size_t size, int advice);
void bimetal_unicorn_real_table_init(void *table, void *compare, size_t size, unsigned mode);
void bimetal_unicorn_table_init(void *table, void *compare, size_t size, unsigned mode);
bool bimetal_unicorn_real_table_reset(void *uc, void *table, size_t size);
bool bimetal_unicorn_table_reset(void *uc, void *table, size_t size);

static size_t at_most(size_t size, size_t limit) { return size < limit ? size : limit; }

/* ---- the place of translated code ---- */

/* Translated code calls functions of this program at every block and every miss of the TLB. Up to 2
 * GiB away, a call is one instruction that names its target; further away the target is loaded. */
enum { PLACE_STEP = 64 << 20, REACH = INT32_MAX - PLACE_STEP };
/* What malloc() may need behind the end of the heap. */
enum { HEAP_ROOM = 256 << 20 };

static bool in_heap(uintptr_t start, size_t size)
{
	uintptr_t heap = (uintptr_t)sbrk(0);
	return start < heap + HEAP_ROOM && heap < start + size;
}

static void *map_near(size_t size, int prot, int flags)
{
	uintptr_t here = (uintptr_t)bimetal_unicorn_mmap;
	uintptr_t at = (here | (PLACE_STEP - 1)) + 1;
	for (; at - here + size < REACH; at += PLACE_STEP) {
		if (in_heap(at, size)) continue;
		void *p = mmap((void *)at, size, prot, flags | MAP_FIXED_NOREPLACE, -1, 0);
		if (p == (void *)at) return p;
		if (p != MAP_FAILED) munmap(p, size); /* Linux before 4.17 */
	}
	return MAP_FAILED;
}

/* The engine maps nothing else that can be executed. */
void *bimetal_unicorn_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	bool code = (prot & PROT_EXEC) && !at && fd < 0;
	if (code) flags |= MAP_NORESERVE;
	void *p = code ? map_near(size, prot, flags) : MAP_FAILED;
	return p != MAP_FAILED ? p : mmap(at, size, prot, flags, fd, offset);
}

/* By the name that an archive with large files calls it. */
void *bimetal_unicorn_mmap64(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	return bimetal_unicorn_mmap(at, size, prot, flags, fd, offset);
}

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
