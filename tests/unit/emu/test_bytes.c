/* SPDX-License-Identifier: MIT */
#include "emu/bytes.h"

#include <string.h>

#include "tests/check.h"

/* unaligned */
static const uint8_t bytes[] = { 0xff, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88, 0xff };

Test(bytes, are_read_in_either_order)
{
	check_eq(u64, get_le16(bytes + 1), 0x8201);
	check_eq(u64, get_le32(bytes + 1), 0x84038201);
	check_eq(u64, get_le64(bytes + 1), UINT64_C(0x8807860584038201));
	check_eq(u64, get_be32(bytes + 1), 0x01820384);
	check_eq(u64, get_be64(bytes + 1), UINT64_C(0x0182038405860788));
}

Test(bytes, are_read_in_any_number_up_to_eight)
{
	check_eq(u64, get_le(bytes + 1, 0), 0);
	check_eq(u64, get_le(bytes + 1, 1), 0x01);
	check_eq(u64, get_le(bytes + 1, 3), 0x038201);
	check_eq(u64, get_le(bytes + 1, 7), UINT64_C(0x07860584038201));
	check_eq(u64, get_le(bytes + 1, 8), get_le64(bytes + 1));
}

static uint8_t room[12];

static void check_room(size_t n, const uint8_t *want)
{
	for (size_t i = 0; i < sizeof(room); i++)
		check_eq(u8, room[i], i >= 1 && i <= n ? want[i - 1] : 0x5a, "byte %zu of %zu", i,
			 n);
	memset(room, 0x5a, sizeof(room));
}

Test(bytes, are_written_in_either_order_and_nowhere_else)
{
	static const uint8_t little[] = { 0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0, 0 };
	static const uint8_t big[] = { 0x05, 0x06, 0x07, 0x08 };
	const uint64_t value = UINT64_C(0x0102030405060708);

	memset(room, 0x5a, sizeof(room));
	put_le16(room + 1, value);
	check_room(2, little);
	put_le32(room + 1, value);
	check_room(4, little);
	put_le64(room + 1, value);
	check_room(8, little);
	for (size_t n = 0; n <= 10; n++) {
		put_le(room + 1, value, n);
		check_room(n, little);
	}
	put_be16(room + 1, value);
	check_room(2, big + 2);
	put_be32(room + 1, value);
	check_room(4, big);
}
