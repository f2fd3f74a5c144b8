/* SPDX-License-Identifier: MIT */
/* Marks of pages, and copies of memory. */
#include "tests/unit/emu/mem_fixture.h"

/* ---- marks ---- */

static uint64_t told_pa, told_len;
static unsigned told;

static void written(void *ctx, uint64_t pa, uint64_t len)
{
	(void)ctx;
	told++;
	told_pa = pa;
	told_len = len;
}

Test(mem, host_writes_mark_pages_dirty_and_are_notified)
{
	uint8_t buf[3 * MEM_PAGE] = { 0 };

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	mem.written = written;
	require(mem_write(&mem, 0x1ffe, buf, 4));
	check_eq(u8, *mem_flags(&mem, 0x1000), MEM_TOUCHED | MEM_WRITTEN);
	check_eq(u8, *mem_flags(&mem, 0x2000), MEM_TOUCHED | MEM_WRITTEN);
	check_eq(u8, *mem_flags(&mem, 0x3000), 0);
	check_eq(u64, told_pa, 0x1ffe);
	check_eq(u64, told_len, 4);
	require(mem_set(&mem, 0x10000, 1, sizeof buf));
	check_eq(uint, told, 2);
	check_eq(u64, told_len, sizeof buf);
	require(mem_load(&mem, 0x20000, buf, 1));
	check_eq(uint, told, 3);
	check(mem_read(&mem, 0x10000, buf, 1));
	check(!mem_write(&mem, LEGACY, buf, 1));
	check(mem_write(&mem, 0, buf, 0));
	check_eq(uint, told, 3);
}

Test(mem, touching_a_page_does_not_mark_it_dirty)
{
	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	mem_touch(&mem, 0x1000);
	check_eq(u8, *mem_flags(&mem, 0x1000), MEM_TOUCHED);
}

static uint64_t visited[8];
static unsigned n_visited;

static void visit(void *ctx, uint64_t pa, const uint8_t *page)
{
	check_eq(ptr, page, mem_touch(ctx, pa));
	if (n_visited < 8) visited[n_visited] = pa;
	n_visited++;
}

Test(mem, touched_ram_is_visited_in_the_order_of_addresses)
{
	require(mem_init(&mem, 5 * GIB, HOLE) == NULL);
	require(mem_add_rom(&mem, 0xf0000, 64 * KIB, NULL, 0) == NULL);
	mem_touch(&mem, 4 * GIB + 0x5123);
	mem_touch(&mem, 0x9f123);
	mem_touch(&mem, MIB);
	mem_touch(&mem, HOLE - 1);
	mem_for_touched(&mem, visit, &mem);
	require_eq(uint, n_visited, 4);
	check_eq(u64, visited[0], 0x9f000);
	check_eq(u64, visited[1], MIB);
	check_eq(u64, visited[2], HOLE - MEM_PAGE);
	check_eq(u64, visited[3], 4 * GIB + 0x5000);
}

/* ---- snapshots ---- */

Test(mem, a_copy_holds_what_was_touched_and_forgets_the_rest)
{
	struct mem to;

	require(mem_init(&mem, 5 * GIB, HOLE) == NULL);
	require(mem_init(&to, 5 * GIB, HOLE) == NULL);
	mem_set_random(&mem, 3);
	require(mem_write32(&mem, 0x5000, 0x12345678));
	require(mem_write32(&mem, 4 * GIB, 0x9abcdef0));
	mem_touch(&mem, 0x7000);
	require(mem_write32(&to, 0x5004, 0xffffffff));
	require(mem_write32(&to, 0x9000, 0xffffffff));
	mem_copy(&to, &mem);

	for (uint64_t pa = 0; pa < 0x10000; pa++)
		require_eq(u8, byte_at(&to, pa), byte_at(&mem, pa));
	check_eq(u8, byte_at(&to, 4 * GIB + 3), 0x9a);
	check(touched(&to, 0x5000) && touched(&to, 0x7000) && touched(&to, 4 * GIB));
	check(!touched(&to, 0x9000));
	check_eq(u8, *mem_flags(&to, 0x5000), MEM_TOUCHED | MEM_WRITTEN);
	check_eq(u8, *mem_flags(&to, 0x7000), MEM_TOUCHED);
	/* From here on, a write to one does not change the other. */
	require(mem_write32(&to, 0x5000, 0));
	check_eq(u8, byte_at(&mem, 0x5000), 0x78);
	mem_free(&to);
}

Test(mem, a_copy_leaves_the_marks_of_the_engine_alone_and_notifies_it)
{
	struct mem to;

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	require(mem_init(&to, 2 * MIB, HOLE) == NULL);
	mem_touch(&mem, 0x1000);
	*mem_flags(&mem, 0x1000) |= MEM_CODE | MEM_WGRANT;
	mem_touch(&to, 0x2000);
	*mem_flags(&to, 0x2000) |= MEM_CODE | MEM_TRANSLATED;
	to.written = written;
	mem_copy(&to, &mem);
	check_eq(u8, *mem_flags(&to, 0x1000), MEM_TOUCHED);
	check_eq(u8, *mem_flags(&to, 0x2000), MEM_CODE | MEM_TRANSLATED);
	check_eq(uint, told, 1);
	check_eq(u64, told_pa, 0x2000);
	mem_free(&to);
}

Test(mem, a_copy_takes_rom_along)
{
	struct mem to;

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	require(mem_init(&to, 2 * MIB, HOLE) == NULL);
	require(mem_add_rom(&mem, 0xf0000, MEM_PAGE, "\x01", 1) == NULL);
	require(mem_add_rom(&to, 0xf0000, MEM_PAGE, "\x02", 1) == NULL);
	mem_copy(&to, &mem);
	check_eq(u8, byte_at(&to, 0xf0000), 1);
	mem_free(&to);
}

Test(mem, a_copy_to_memory_of_another_size_does_nothing)
{
	struct mem to;

	require(mem_init(&mem, 4 * MIB, HOLE) == NULL);
	require(mem_init(&to, 2 * MIB, HOLE) == NULL);
	require(mem_write32(&mem, 3 * MIB, 0));
	require(mem_write32(&mem, 0, 0));
	mem_copy(&to, &mem);
	check(!touched(&to, 0));
	mem_copy(&mem, &mem);
	check(touched(&mem, 0));
	mem_free(&to);
}
