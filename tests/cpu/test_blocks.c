/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "emu/cpu/blocks.h"

static struct blocks blocks;

static void power_on(void) { cr_assert(blocks_init(&blocks)); }
static void power_off(void) { blocks_free(&blocks); }

TestSuite(blocks, .init = power_on, .fini = power_off, .timeout = 10);

static struct block block(uint16_t size, uint16_t cost)
{
	return (struct block){ .size = size, .cost = cost };
}

Test(blocks, what_was_added_is_found_by_its_linear_address)
{
	blocks_fetched(&blocks, 0x401000, 0x7000);
	blocks_add(&blocks, 0x401010, block(20, 5));
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5));
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5), "and from the front");
}

Test(blocks, two_sizes_at_one_address_are_two_blocks)
{
	blocks_fetched(&blocks, 0x401000, 0x7000);
	blocks_add(&blocks, 0x401010, block(20, 5));
	blocks_add(&blocks, 0x401010, block(8, 2));
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 8).cost, 2));
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5));
}

Test(blocks, another_process_at_the_same_address_has_its_own_count)
{
	blocks_fetched(&blocks, 0x401000, 0x7000);
	blocks_add(&blocks, 0x401010, block(20, 5));
	cr_assert(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5));
	blocks_fetched(&blocks, 0x401000, 0x9000);
	blocks_add(&blocks, 0x401010, block(20, 6));
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 6));
	blocks_fetched(&blocks, 0x401000, 0x7000);
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5),
		  "back in the first process, without a new translation");
}

Test(blocks, retranslated_code_replaces_its_count)
{
	blocks_fetched(&blocks, 0x1000, 0x1000);
	blocks_add(&blocks, 0x1000, block(6, 2));
	cr_assert(eq(u16, blocks_find(&blocks, 0x1000, 6).cost, 2));
	blocks_add(&blocks, 0x1000, block(6, 3));
	cr_expect(eq(u16, blocks_find(&blocks, 0x1000, 6).cost, 3));
}

Test(blocks, thousands_of_blocks_survive_growth)
{
	enum { N = 50000 };
	for (uint64_t i = 0; i < N; i++) {
		uint64_t at = 0x100000 + i * 16;
		blocks_fetched(&blocks, at, at);
		blocks_add(&blocks, at, block(7, (uint16_t)(i % 999 + 1)));
	}
	for (uint64_t i = 0; i < N; i++) {
		uint64_t at = 0x100000 + i * 16;
		blocks_fetched(&blocks, at, at);
		cr_assert(eq(u16, blocks_find(&blocks, at, 7).cost, (uint16_t)(i % 999 + 1)));
	}
}

Test(blocks, an_unknown_block_has_no_size)
{
	cr_expect(eq(u16, blocks_find(&blocks, 0x5000, 9).size, 0));
	blocks_fetched(&blocks, 0x5000, 0x5000);
	blocks_add(&blocks, 0x5000, block(9, 3));
	cr_expect(eq(u16, blocks_find(&blocks, 0x5000, 9).size, 9));
}

Test(blocks, while_watched_the_front_cache_stays_empty)
{
	struct block found;
	blocks_fetched(&blocks, 0x401000, 0x7000);
	blocks_add(&blocks, 0x401010, block(20, 5));
	cr_assert(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5));
	cr_assert(blocks_find_front(&blocks, 0x401010, 20, &found));
	blocks_watch(&blocks, true);
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5));
	cr_expect(not(blocks_find_front(&blocks, 0x401010, 20, &found)));
	blocks_watch(&blocks, false);
	cr_expect(eq(u16, blocks_find(&blocks, 0x401010, 20).cost, 5));
	cr_expect(blocks_find_front(&blocks, 0x401010, 20, &found));
}
