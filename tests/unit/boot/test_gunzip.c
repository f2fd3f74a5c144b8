/* SPDX-License-Identifier: MIT */
#include "harness/boot/gunzip.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MAX = 1 << 20 };

static uint8_t packed[8192];
static size_t packed_size;
static uint8_t *out;
static size_t out_size;
static char err[200];

static void pack(const void *bytes, size_t size)
{
	z_stream z = { 0 };

	require_eq(int, deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)bytes;
	z.avail_in = (uInt)size;
	z.next_out = packed + packed_size;
	z.avail_out = (uInt)(sizeof(packed) - packed_size);
	require_eq(int, deflate(&z, Z_FINISH), Z_STREAM_END);
	packed_size += z.total_out;
	deflateEnd(&z);
}

static bool unpack(size_t max)
{
	return gunzip(packed, packed_size, max, &out, &out_size, err, sizeof(err));
}

static void done(void) { free(out); }

TestSuite(gunzip, .fini = done);

Test(gunzip, unpacks_what_gzip_packed)
{
	pack("hello, world", 12);
	require(gunzip_recognises(packed, packed_size));
	require(unpack(MAX), "%s", err);
	require_eq(sz, out_size, 12);
	check_eq(int, memcmp(out, "hello, world", 12), 0);
}

Test(gunzip, joins_members_that_follow_each_other)
{
	pack("one", 3);
	pack("two", 3);
	require(unpack(MAX), "%s", err);
	require_eq(sz, out_size, 6);
	check_eq(int, memcmp(out, "onetwo", 6), 0);
}

Test(gunzip, ignores_what_is_behind_the_last_member)
{
	pack("one", 3);
	memset(packed + packed_size, 0, 100);
	packed_size += 100;
	require(unpack(MAX), "%s", err);
	check_eq(sz, out_size, 3);
}

Test(gunzip, an_empty_member_gives_no_bytes)
{
	pack("", 0);
	require(unpack(MAX), "%s", err);
	check_eq(sz, out_size, 0);
}

Test(gunzip, refuses_data_that_ends_early_wherever_it_is_cut)
{
	pack("hello, world", 12);
	for (size_t cut = 10; cut < packed_size; cut++) {
		check(!gunzip(packed, cut, MAX, &out, &out_size, err, sizeof(err)));
		check_ne(ptr, strstr(err, "ends early"), NULL, "cut at %zu: %s", cut, err);
		check_eq(ptr, out, NULL);
	}
}

Test(gunzip, refuses_a_wrong_checksum)
{
	pack("hello, world", 12);
	packed[packed_size - 8] ^= 1;
	require(!unpack(MAX));
	check_ne(ptr, strstr(err, "incorrect data check"), NULL, "%s", err);
}

Test(gunzip, refuses_a_damaged_second_member)
{
	pack("one", 3);
	pack("two", 3);
	packed[packed_size - 8] ^= 1;
	require(!unpack(MAX));
	check_ne(ptr, strstr(err, "offset"), NULL, "%s", err);
}

Test(gunzip, refuses_one_byte_more_than_the_limit)
{
	static uint8_t zeroes[300000];

	pack(zeroes, sizeof(zeroes));
	require(unpack(sizeof(zeroes)), "%s", err);
	check_eq(sz, out_size, sizeof(zeroes));
	free(out);
	out = NULL;
	require(!unpack(sizeof(zeroes) - 1));
	check_ne(ptr, strstr(err, "more than 299999 bytes"), NULL, "%s", err);
}

Test(gunzip, does_not_recognise_other_bytes)
{
	static const uint8_t zip[16] = "PK\3\4";
	static const uint8_t store[16] = { 0x1f, 0x8b, 7 };
	static const uint8_t right[16] = { 0x1f, 0x8b, 8 };

	check(!gunzip_recognises(zip, sizeof(zip)));
	check(!gunzip_recognises(store, sizeof(store)));
	check(gunzip_recognises(right, sizeof(right)));
	check(!gunzip_recognises(right, 9));
}
