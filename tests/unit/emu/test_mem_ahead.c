/* SPDX-License-Identifier: MIT */
/* Memory that the host provides before a big guest touches it. */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "emu/mem.h"
#include "emu/mem_ahead.h"
#include "tests/check.h"

enum { FIRST = 0x1000 }; /* a page above 1 MiB; its number is that of the RAM's page, too */

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static struct mem mem;

static uint8_t *page(uint64_t n) { return mem.ram + n * MEM_PAGE; }

static unsigned resident(uint64_t first)
{
	unsigned char in[MEM_AHEAD_PAGES];
	unsigned n = 0;
	require_eq(int, mincore(page(first), sizeof in * MEM_PAGE, in), 0);
	for (unsigned i = 0; i < sizeof in; i++) n += in[i] & 1;
	return n;
}

/* A guest that has touched so many pages, in as many groups. */
static void guest(uint64_t touched)
{
	require(mem_init(&mem, 256 * MIB, 3 * GIB) == NULL);
	if (madvise(page(FIRST - 1), MEM_PAGE, MADV_POPULATE_WRITE))
		cr_skip("the host cannot do it");
	for (uint64_t i = 0; i < touched; i++)
		require(mem_touch(&mem, (FIRST + i * MEM_AHEAD_PAGES) * MEM_PAGE) != NULL);
}

enum { NEXT = FIRST + 2 * MEM_BIG_GUEST * MEM_AHEAD_PAGES };

Test(mem_ahead, a_big_guest_gets_sixteen_pages_at_once)
{
	uint8_t byte = 0;
	guest(MEM_BIG_GUEST);
	check_eq(uint, resident(NEXT), 0);
	require(mem_touch(&mem, (NEXT + 5) * MEM_PAGE) == page(NEXT + 5));
	check_eq(uint, resident(NEXT), MEM_AHEAD_PAGES);
	check_eq(uint, resident(NEXT + MEM_AHEAD_PAGES), 0);
	/* They are not touched for that. */
	check_eq(u8, *mem_flags(&mem, (NEXT + 6) * MEM_PAGE), 0);
	require(mem_read(&mem, (NEXT + 6) * MEM_PAGE, &byte, 1));
	check_eq(u8, byte, 0xcc);
	mem_free(&mem);
}

Test(mem_ahead, a_small_guest_gets_what_it_touches)
{
	guest(MEM_BIG_GUEST - 1);
	require(mem_touch(&mem, NEXT * MEM_PAGE) != NULL);
	check_eq(uint, resident(NEXT), 1);
	/* Touching a page again does not count. */
	for (int i = 0; i < 3; i++) require(mem_touch(&mem, NEXT * MEM_PAGE) != NULL);
	check_eq(u64, mem.n_touched, MEM_BIG_GUEST);
	mem_free(&mem);
}

/* Those that are there already were not worth it. */
Test(mem_ahead, a_group_with_a_touched_page_is_left_alone)
{
	guest(MEM_BIG_GUEST);
	require(mem_write32(&mem, NEXT * MEM_PAGE, 1));
	require(mem_touch(&mem, (NEXT + 1) * MEM_PAGE) != NULL);
	check_eq(uint, resident(NEXT), 2);
	mem_free(&mem);
}

/* A group that the end of RAM cuts, with pages of ROM behind it. */
Test(mem_ahead, the_end_of_ram)
{
	const uint64_t size = 64 * MIB + 3 * MEM_PAGE;
	require(mem_init(&mem, size, 3 * GIB) == NULL);
	mem.n_touched = MEM_BIG_GUEST;
	require(mem_touch(&mem, size - 2 * MEM_PAGE) == mem.ram + size - 2 * MEM_PAGE);
	check_eq(u8, *mem_flags(&mem, size - MEM_PAGE), 0);
	mem_free(&mem);
}
