/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "harness/machine/digest.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

static struct digest d, e;
static char hex_d[33], hex_e[33];

static void start(void) { require(digest_init(&d) && digest_init(&e)); }

static void stop(void)
{
	digest_free(&d);
	digest_free(&e);
}

static void begin_anew(struct digest *one)
{
	digest_free(one);
	require(digest_init(one));
}

TestSuite(digest, .init = start, .fini = stop, .timeout = 60);

static void expect_same(const char *why)
{
	digest_hex(&d, hex_d);
	digest_hex(&e, hex_e);
	check_eq(int, strcmp(hex_d, hex_e), 0, "%s: %s, %s", why, hex_d, hex_e);
}

static void expect_other(const char *why)
{
	digest_hex(&d, hex_d);
	digest_hex(&e, hex_e);
	check_ne(int, strcmp(hex_d, hex_e), 0, "%s", why);
}

/* The digest of no bytes is a published constant of XXH3-128 with seed 0. */
Test(digest, no_bytes_have_their_published_digest)
{
	digest_hex(&d, hex_d);
	check_eq(str, hex_d, "99aa06d3014798d86001c324468d497f");
}

Test(digest, appended_bytes_continue_the_digest)
{
	digest_bytes(&d, "ab", 2);
	digest_bytes(&d, "c", 1);
	digest_bytes(&e, "a", 1);
	digest_bytes(&e, NULL, 0);
	digest_bytes(&e, "bc", 2);
	expect_same("the same bytes");
	digest_bytes(&e, "", 1);
	expect_other("one zero byte more");
}

/* Small records are collected, large ones are hashed at once. */
Test(digest, splitting_the_bytes_does_not_change_the_digest)
{
	static uint8_t bytes[100000];
	uint64_t random = 0xd16e57;

	for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)random_next(&random);
	digest_bytes(&e, bytes, sizeof bytes);
	for (unsigned round = 0; round < 50; round++) {
		begin_anew(&d);
		for (size_t at = 0, n; at < sizeof bytes; at += n) {
			uint64_t dice = random_next(&random);
			n = (size_t)(dice >> 32) % (dice & 1 ? 64 : 9000);
			if (n > sizeof bytes - at) n = sizeof bytes - at;
			digest_bytes(&d, bytes + at, n);
			if (dice % 100 == 99) digest_hex(&d, hex_d);
		}
		expect_same("cut otherwise");
	}
}

Test(digest, a_copy_has_what_was_not_hashed_yet)
{
	static const struct access a = { .addr = 1, .width = 8 }, b = { .addr = 2, .width = 8 };
	char before[33];

	for (unsigned n = 0; n < 300; n++) {
		digest_access(&d, &a);
		digest_access(&e, &b);
		digest_access(&e, &b);
		digest_copy(&e, &d);
		expect_same("copied");
	}
	digest_hex(&d, before);
	digest_access(&e, &b);
	digest_hex(&d, hex_d);
	check_eq(str, hex_d, before, "what the copy hears is its own");
}

Test(digest, records_and_large_pieces_keep_their_order)
{
	static const uint8_t page[4096] = { 1 };
	static const struct access a = { .addr = 1, .width = 8 };

	digest_access(&d, &a);
	digest_bytes(&d, page, sizeof page);
	digest_bytes(&e, page, sizeof page);
	digest_access(&e, &a);
	expect_other("swapped");
}

/* However full the room for collected records is when an access comes. */
Test(digest, an_access_has_room_behind_any_number_of_bytes)
{
	static const uint8_t bytes[4096 / 2];
	static const struct access a = { .addr = 0x3f8, .value = 0x41, .width = 8 };

	for (size_t n = sizeof(bytes) - 64; n <= sizeof(bytes); n++) {
		begin_anew(&d);
		begin_anew(&e);
		digest_bytes(&d, bytes, sizeof(bytes));
		digest_bytes(&d, bytes, n);
		digest_access(&d, &a);
		digest_access(&d, &a);
		for (size_t i = 0; i < sizeof(bytes) + n; i++) digest_bytes(&e, bytes, 1);
		digest_hex(&e, hex_e); /* and so it is hashed */
		digest_access(&e, &a);
		digest_access(&e, &a);
		expect_same("the same bytes and accesses");
	}
}

Test(digest, reading_it_does_not_end_it)
{
	digest_bytes(&d, "ab", 2);
	digest_hex(&d, hex_d);
	digest_bytes(&d, "c", 1);
	digest_bytes(&e, "abc", 3);
	expect_same("after a look");
	check_eq(sz, strlen(hex_d), 32);
	check_eq(sz, strspn(hex_d, "0123456789abcdef"), 32);
}

Test(digest, a_copy_is_independent)
{
	digest_bytes(&d, "snapshot", 8);
	digest_bytes(&e, "something else", 14);
	digest_copy(&e, &d);
	expect_same("copied");
	digest_bytes(&d, "x", 1);
	expect_other("the original went on");
	digest_bytes(&e, "x", 1);
	expect_same("so did the copy");
	digest_copy(&d, &d);
	expect_same("copied to itself");
}

Test(digest, every_part_of_an_access_counts_except_the_observer)
{
	static const struct access base = {
		.time_ns = 5, .pc = 6, .addr = 0x3f8, .value = 7, .width = 8, .space = BUS_PORT
	};
	struct access change[6];

	for (unsigned i = 0; i < 6; i++) change[i] = base;
	change[0].time_ns++;
	change[1].addr++;
	change[2].value++;
	change[3].width = 16;
	change[4].write = true;
	change[5].space = BUS_MEMORY;
	for (unsigned i = 0; i < 6; i++) {
		stop();
		start();
		digest_access(&d, &base);
		digest_access(&e, &change[i]);
		expect_other("one part changed");
	}
	stop();
	start();
	digest_access(&d, &base);
	change[0] = base;
	change[0].pc = 0x1000; /* the pc of a stepped run differs */
	digest_access(&e, &change[0]);
	expect_same("another pc");
}

Test(digest, every_part_of_an_interrupt_counts)
{
	static const struct irq_event base = {
		.time_ns = 1, .pc = 2, .error_code = 3, .fault_addr = 4, .vector = 14
	};
	struct irq_event change[6];

	for (unsigned i = 0; i < 6; i++) change[i] = base;
	change[0].time_ns++;
	change[1].pc++;
	change[2].error_code++;
	change[3].fault_addr++;
	change[4].vector++;
	change[5].kind = IRQ_EVENT_EXCEPTION;
	for (unsigned i = 0; i < 6; i++) {
		stop();
		start();
		digest_irq(&d, &base);
		digest_irq(&e, &change[i]);
		expect_other("one part changed");
	}
}

Test(digest, the_order_of_events_counts)
{
	static const struct access one = { .addr = 1, .width = 8 }, two = { .addr = 2, .width = 8 };

	digest_access(&d, &one);
	digest_access(&d, &two);
	digest_access(&e, &two);
	digest_access(&e, &one);
	expect_other("swapped");
}

/* Records have one byte order, whatever the host's: this value must hold everywhere. */
Test(digest, an_access_is_digested_as_documented_bytes)
{
	static const struct access a = {
		.time_ns = 0x0102, .addr = 0x3f8, .value = 0xa5, .width = 8, .write = true
	};
	static const uint8_t bytes[28] = {
		'A', 1, 0, 8, 0x02, 0x01, [12] = 0xf8, 0x03, [20] = 0xa5
	};

	digest_access(&d, &a);
	digest_bytes(&e, bytes, sizeof bytes);
	expect_same("layout");
}

Test(digest, freeing_twice_is_fine)
{
	digest_free(&d);
	digest_free(&d);
	check_eq(ptr, d.state, NULL);
}

static void expect_dma_counts(const char *what, struct dma_event changed)
{
	struct dma_event base = { .time_ns = 1, .addr = 2, .len = 3, .data = 4 };

	digest_dma(&d, &base);
	digest_dma(&e, &changed);
	expect_other(what);
}

Test(digest, every_part_of_a_transfer_counts)
{
	struct dma_event base = { .time_ns = 1, .addr = 2, .len = 3, .data = 4 }, c;

	digest_dma(&d, &base);
	digest_dma(&e, &base);
	expect_same("the same transfer");
	for (unsigned i = 0; i < 7; i++) {
		c = base;
		if (i == 0) c.time_ns++;
		if (i == 1) c.addr++;
		if (i == 2) c.len++;
		if (i == 3) c.data++;
		if (i == 4) c.write = true;
		if (i == 5) c.message = true;
		if (i == 6) c.outcome = DMA_NOWHERE;
		stop();
		start();
		expect_dma_counts("another transfer", c);
	}
}
