/* SPDX-License-Identifier: MIT */
#include "emu/x86/tlb_hash.h"
#include "tests/check.h"

static struct tlb_hash hash;

static void power_on(void) { hash = (struct tlb_hash){ .slots = 0 }; }
static void power_off(void) { tlb_hash_free(&hash); }
TestSuite(tlb_hash, .init = power_on, .fini = power_off, .timeout = 60);

static void put(uint64_t key, uint64_t value)
{
	struct tlb_slot *slot = tlb_hash_put(&hash, key);
	require(slot != NULL);
	slot->value = value;
}

/* 0: not there. */
static uint64_t get(uint64_t key)
{
	const struct tlb_slot *slot = tlb_hash_find(&hash, key);
	return slot ? slot->value : 0;
}

Test(tlb_hash, finds_what_was_put)
{
	check_eq(ptr, tlb_hash_find(&hash, 1), NULL);
	for (uint64_t i = 1; i <= 10000; i++) put(i << 12 | 12, i);
	for (uint64_t i = 1; i <= 10000; i++) require_eq(u64, get(i << 12 | 12), i);
	check_eq(u64, get(10001 << 12 | 12), 0);
	put(5 << 12 | 12, 77);
	check_eq(u64, get(5 << 12 | 12), 77);
}

Test(tlb_hash, a_removed_slot_hides_no_other)
{
	for (uint64_t i = 1; i <= 30; i++) put(i, i); /* in a table of 64 they collide */
	for (uint64_t i = 1; i <= 30; i += 2) tlb_hash_remove(&hash, i);
	for (uint64_t i = 1; i <= 30; i++) check_eq(u64, get(i), i % 2 ? 0 : i);
	tlb_hash_remove(&hash, 1);
	put(1, 5);
	check_eq(u64, get(1), 5);
	check_eq(u64, tlb_hash_find(&hash, 1)->pc, 0, "a new slot is zero");
}

/* Putting and removing for ever does not fill the table. */
Test(tlb_hash, removed_slots_are_used_again)
{
	for (uint64_t i = 1; i <= 100000; i++) {
		put(i, i);
		tlb_hash_remove(&hash, i);
	}
	check_le(sz, hash.slots, 1024);
	check_eq(u64, get(100000), 0);
}

Test(tlb_hash, clear_removes_all)
{
	put(1, 1);
	put(2, 2);
	tlb_hash_clear(&hash);
	check_eq(u64, get(1), 0);
	put(1, 3);
	check_eq(u64, get(1), 3);
	check_eq(u64, get(2), 0);
}

/* The number that tells used slots from old ones wraps. */
Test(tlb_hash, old_slots_do_not_come_back)
{
	put(1, 1);
	hash.epoch = UINT32_MAX;
	put(2, 2);
	check_eq(u64, get(2), 2);
	tlb_hash_clear(&hash);
	check_eq(u64, get(1), 0);
	check_eq(u64, get(2), 0);
}

static bool is_odd(const struct tlb_slot *slot, uint64_t which) { return slot->key % 2 == which; }

Test(tlb_hash, sweep_removes_some)
{
	for (uint64_t i = 1; i <= 100; i++) put(i, i);
	tlb_hash_sweep(&hash, is_odd, 1);
	for (uint64_t i = 1; i <= 100; i++) check_eq(u64, get(i), i % 2 ? 0 : i);
}

Test(tlb_hash, a_copy_is_equal_and_apart)
{
	struct tlb_hash copy = { .slots = 0 };
	for (uint64_t i = 1; i <= 100; i++) put(i, i);
	tlb_hash_remove(&hash, 7);
	require(tlb_hash_copy(&copy, &hash));
	tlb_hash_clear(&hash);
	for (uint64_t i = 1; i <= 100; i++) {
		const struct tlb_slot *slot = tlb_hash_find(&copy, i);
		check_eq(u64, slot ? slot->value : 0, i == 7 ? 0 : i);
	}
	require(tlb_hash_copy(&copy, &hash));
	check_eq(ptr, tlb_hash_find(&copy, 1), NULL);
	struct tlb_hash empty = { .slots = 0 };
	require(tlb_hash_copy(&copy, &empty));
	check_eq(ptr, tlb_hash_find(&copy, 1), NULL);
	tlb_hash_free(&copy);
}

/* At its limit it forgets, and goes on. */
Test(tlb_hash, is_bounded)
{
	for (uint64_t i = 1; i <= TLB_HASH_MAX; i++) put(i, i);
	check_le(sz, hash.slots, TLB_HASH_MAX);
	check_eq(u64, get(TLB_HASH_MAX), TLB_HASH_MAX);
	check_eq(u64, get(1), 0);
}
