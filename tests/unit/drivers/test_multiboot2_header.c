/* SPDX-License-Identifier: MIT */
#include "bimetal/multiboot2_header.h"
#include "emu/bytes.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/emu/random.h"

static _Alignas(8) uint8_t image[2 * MB2_HEADER_SEARCH];
static _Alignas(8) uint8_t built[512];
static struct mb2_header h;
static struct mb2_header_builder b;

static void put_magic(uint8_t *p, uint32_t architecture, uint32_t length)
{
	put_le32(p, 0xe85250d6);
	put_le32(p + 4, architecture);
	put_le32(p + 8, length);
	put_le32(p + 12, 0u - 0xe85250d6 - architecture - length);
}

static void put_tag(uint8_t *p, uint16_t type, uint16_t flags, uint32_t size)
{
	put_le16(p, type);
	put_le16(p + 2, flags);
	put_le32(p + 4, size);
}

/* Puts the smallest possible header at this offset of the image. */
static void put_least(size_t offset)
{
	put_magic(image + offset, 0, 24);
	put_tag(image + offset + 16, 0, 0, 8);
}

static void init(void) { memset(image, 0x90, sizeof(image)); }

TestSuite(multiboot2_header, .init = init, .timeout = 60);

/* ---- finding ---- */

Test(multiboot2_header, a_header_is_found_at_any_multiple_of_8_in_the_first_32_kib)
{
	for (size_t at = 0; at <= 32768 - 24; at += 8) {
		init();
		put_least(at);
		require_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_OK, "%zu", at);
		require_eq(sz, h.offset, at);
		at += 8 * 50;
	}
	init();
	put_least(32768 - 24);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_OK);
	check_eq(u32, h.length, 24);
	check_eq(u32, h.architecture, 0);
}

Test(multiboot2_header, a_header_that_ends_beyond_32_kib_is_not_found)
{
	put_least(32768 - 16);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_TOO_SHORT);
	check_eq(sz, h.offset, 32768 - 16);
	init();
	put_least(32768 - 8);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_NOT_FOUND);
	init();
	put_least(32768);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_NOT_FOUND);
}

Test(multiboot2_header, magic_at_other_offsets_is_passed_over)
{
	for (size_t at = 1; at < 8; at++) {
		init();
		put_least(at);
		check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_NOT_FOUND);
		put_least(at + 40 + 8 - at % 8);
		check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_OK);
	}
}

Test(multiboot2_header, images_cut_anywhere_are_refused)
{
	put_least(64);
	for (size_t n = 0; n < 64 + 24; n++) {
		uint8_t *block = malloc(n + 1);

		memcpy(block, image, n);
		check_eq(int, mb2_header_find(block, n, &h),
			 n < 64 + 16 ? MB2_NOT_FOUND : MB2_TOO_SHORT, "%zu", n);
		free(block);
	}
	check_eq(int, mb2_header_find(image, 64 + 24, &h), MB2_OK);
	check_eq(int, mb2_header_find(NULL, 64, &h), MB2_NULL);
	check_eq(int, mb2_header_find(image, 64, NULL), MB2_NULL);
}

Test(multiboot2_header, a_wrong_checksum_is_reported_with_the_right_one_and_passed_over)
{
	put_least(16);
	image[16 + 12] ^= 1;
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_BAD_CHECKSUM);
	check_eq(sz, h.offset, 16);
	check_eq(u32, h.expected, 0u - 0xe85250d6 - 24);
	check_eq(u32, h.checksum, h.expected ^ 1);
	put_least(256);
	image[256 + 12] ^= 2;
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_BAD_CHECKSUM);
	check_eq(sz, h.offset, 16);
	put_least(512);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_OK);
	check_eq(sz, h.offset, 512);
}

Test(multiboot2_header, impossible_lengths_are_refused)
{
	for (uint32_t length = 0; length < 64; length++) {
		enum mb2_status want = length < 16 ? MB2_BAD_TOTAL : MB2_NO_END_TAG;

		put_least(0);
		put_magic(image, 0, length);
		if (length == 24 || (length > 16 && length % 8)) want = MB2_OK;
		check_eq(int, mb2_header_find(image, sizeof(image), &h), want, "%u", length);
	}
	put_magic(image, 0, 0xfffffff8);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_TOO_SHORT);
}

Test(multiboot2_header, a_length_that_is_no_multiple_of_8_is_noted_and_the_end_tag_decides)
{
	struct mb2_header_tag tag;
	uint32_t at = 0;

	put_magic(image, 0, 44);
	put_tag(image + 16, 6, 0, 20);
	put_tag(image + 40, 0, 0, 8);
	require_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_OK);
	check(h.odd_length);
	check_eq(u32, h.length, 48);
	check(mb2_header_next(&h, &at, &tag));
	check_eq(u16, tag.type, 6);
	check(!mb2_header_next(&h, &at, &tag));
	/* A tag without padding: the bytes at the next multiple of 8 are not a tag. */
	put_tag(image + 36, 0, 0, 8);
	put_tag(image + 40, 8, 0, 0);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_BAD_TAG_SIZE);
	check_eq(int, mb2_header_load(image, 44, &h), MB2_TOO_SHORT);
}

Test(multiboot2_header, the_chain_of_tags_is_checked)
{
	put_magic(image, 0, 48);
	put_tag(image + 16, 6, 0, 8);
	put_tag(image + 24, 9, 0, 12);
	put_tag(image + 40, 0, 0, 8);
	require_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_OK);
	put_tag(image + 24, 9, 0, 24);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_NO_END_TAG);
	put_tag(image + 24, 9, 0, 25);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_BAD_TAG_SIZE);
	put_tag(image + 24, 9, 0, 0xffffffff);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_BAD_TAG_SIZE);
	put_tag(image + 24, 9, 0, 7);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_BAD_TAG_SIZE);
	put_tag(image + 24, 0, 0, 8);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_NO_END_TAG);
	put_tag(image + 24, 9, 0, 12);
	put_tag(image + 40, 0, 0, 16);
	check_eq(int, mb2_header_find(image, sizeof(image), &h), MB2_BAD_TAG_SIZE);
}

Test(multiboot2_header, a_header_is_loaded_where_its_address_tag_says)
{
	put_least(8);
	check_eq(int, mb2_header_load(image + 8, 24, &h), MB2_OK);
	check_eq(int, mb2_header_load(image, 24, &h), MB2_NOT_FOUND);
	check_eq(int, mb2_header_load(image + 8, 15, &h), MB2_TOO_SHORT);
	check_eq(int, mb2_header_load(NULL, 24, &h), MB2_NULL);
}

/* ---- tags, built and read ---- */

#define ADDED(call) require_eq(int, (call), MB2_OK)

static void begin(void) { ADDED(mb2_header_begin(&b, built, sizeof(built), MB2_ARCH_I386)); }

static void finish(void)
{
	uint32_t length;

	ADDED(mb2_header_finish(&b, &length));
	ADDED(mb2_header_load(built, length, &h));
	require_eq(u32, h.length, length);
}

static struct mb2_header_tag nth(unsigned n)
{
	struct mb2_header_tag tag;
	uint32_t at = 0;

	for (unsigned i = 0; i <= n; i++) require(mb2_header_next(&h, &at, &tag));
	return tag;
}

Test(multiboot2_header, every_tag_is_read_as_it_was_built)
{
	const uint32_t request[] = { 1, 6, 0xabcdef };
	const struct mb2_header_address address = { 1, 2, 3, 4 };
	const struct mb2_header_framebuffer framebuffer = { 1024, 768, 32 };
	const struct mb2_header_relocatable relocatable = { 0x1000, 0xfffff000, 0x200000, 2 };
	struct mb2_header_request request_back;
	struct mb2_header_address address_back;
	struct mb2_header_framebuffer framebuffer_back;
	struct mb2_header_relocatable relocatable_back;
	struct mb2_header_tag tag;
	uint32_t word, at = 0;

	memset(built, 0xa5, sizeof(built));
	begin();
	ADDED(mb2_header_add_request(&b, false, request, 3));
	ADDED(mb2_header_add_address(&b, true, &address));
	ADDED(mb2_header_add_entry(&b, false, MB2_HEADER_ENTRY, 0x100010));
	ADDED(mb2_header_add_console(&b, true, 3));
	ADDED(mb2_header_add_framebuffer(&b, false, &framebuffer));
	ADDED(mb2_header_add_bare(&b, true, MB2_HEADER_MODULE_ALIGN));
	ADDED(mb2_header_add_bare(&b, false, MB2_HEADER_EFI_BOOT_SERVICES));
	ADDED(mb2_header_add_entry(&b, true, MB2_HEADER_EFI32_ENTRY, 8));
	ADDED(mb2_header_add_entry(&b, true, MB2_HEADER_EFI64_ENTRY, 9));
	ADDED(mb2_header_add_relocatable(&b, true, &relocatable));
	ADDED(mb2_header_add_tag(&b, true, 777, (const uint8_t *)"abc", 3));
	finish();
	for (unsigned i = 0; i < 10; i++) {
		tag = nth(i);
		check_eq(u16, tag.type, i + 1);
		check_eq(int, tag.optional, 0x3aa >> (i)&1, "%u", i);
	}
	tag = nth(0);
	check_eq(u32, tag.size, 20);
	ADDED(mb2_header_read_request(&tag, &request_back));
	check_eq(u32, request_back.n, 3);
	require(mb2_header_requested(&request_back, 2, &word));
	check_eq(u32, word, 0xabcdef);
	check(!mb2_header_requested(&request_back, 3, &word));
	tag = nth(1);
	check_eq(u32, tag.size, 24);
	ADDED(mb2_header_read_address(&tag, &address_back));
	check_eq(int, memcmp(&address, &address_back, sizeof(address)), 0);
	tag = nth(2);
	check_eq(u32, tag.size, 12);
	ADDED(mb2_header_read_entry(&tag, &word));
	check_eq(u32, word, 0x100010);
	tag = nth(3);
	ADDED(mb2_header_read_console(&tag, &word));
	check_eq(u32, word, MB2_CONSOLE_REQUIRED | MB2_CONSOLE_EGA_TEXT);
	tag = nth(4);
	check_eq(u32, tag.size, 20);
	ADDED(mb2_header_read_framebuffer(&tag, &framebuffer_back));
	check_eq(int, memcmp(&framebuffer, &framebuffer_back, sizeof(framebuffer)), 0);
	tag = nth(5);
	ADDED(mb2_header_check_bare(&tag));
	tag = nth(6);
	ADDED(mb2_header_check_bare(&tag));
	tag = nth(8);
	ADDED(mb2_header_read_entry(&tag, &word));
	check_eq(u32, word, 9);
	tag = nth(9);
	check_eq(u32, tag.size, 24);
	ADDED(mb2_header_read_relocatable(&tag, &relocatable_back));
	check_eq(int, memcmp(&relocatable, &relocatable_back, sizeof(relocatable)), 0);
	tag = nth(10);
	check_eq(u32, tag.size, 11);
	check_eq(u8, tag.bytes[11], 0, "padding");
	while (mb2_header_next(&h, &at, &tag)) check_eq(u32, (uint32_t)(tag.bytes - built) % 8, 0);
	check(!mb2_header_next(&h, &at, &tag));
}

Test(multiboot2_header, tags_of_wrong_size_or_type_are_refused)
{
	struct mb2_header_request request;
	struct mb2_header_address address;
	struct mb2_header_framebuffer framebuffer;
	struct mb2_header_relocatable relocatable;
	uint32_t word;
	const uint8_t payload[64] = { 0 };

	for (uint16_t type = 1; type <= 11; type++) {
		for (uint32_t size = 0; size < 32; size++) {
			struct mb2_header_tag tag;

			begin();
			ADDED(mb2_header_add_tag(&b, false, type, payload, size));
			finish();
			tag = nth(0);
			check_eq(int, mb2_header_read_request(&tag, &request) == MB2_OK,
				 type == 1 && size % 4 == 0);
			check_eq(int, mb2_header_read_address(&tag, &address) == MB2_OK,
				 type == 2 && size == 16);
			check_eq(int, mb2_header_read_entry(&tag, &word) == MB2_OK,
				 (type == 3 || type == 8 || type == 9) && size == 4);
			check_eq(int, mb2_header_read_console(&tag, &word) == MB2_OK,
				 type == 4 && size == 4);
			check_eq(int, mb2_header_read_framebuffer(&tag, &framebuffer) == MB2_OK,
				 type == 5 && size == 12);
			check_eq(int, mb2_header_check_bare(&tag) == MB2_OK,
				 (type == 6 || type == 7) && size == 0);
			check_eq(int, mb2_header_read_relocatable(&tag, &relocatable) == MB2_OK,
				 type == 10 && size == 16);
		}
	}
}

static enum mb2_status relocatable(uint32_t min, uint32_t max, uint32_t align, uint32_t preference)
{
	const struct mb2_header_relocatable r = { min, max, align, preference };
	struct mb2_header_relocatable back;
	struct mb2_header_tag tag;

	begin();
	ADDED(mb2_header_add_relocatable(&b, false, &r));
	finish();
	tag = nth(0);
	return mb2_header_read_relocatable(&tag, &back);
}

Test(multiboot2_header, relocation_wishes_that_make_no_sense_are_refused)
{
	check_eq(int, relocatable(0, 0xffffffff, 0, 0), MB2_OK);
	check_eq(int, relocatable(5, 5, 1, 1), MB2_OK);
	check_eq(int, relocatable(6, 5, 1, 1), MB2_BAD_VALUE);
	check_eq(int, relocatable(0, 5, 3, 1), MB2_BAD_VALUE);
	check_eq(int, relocatable(0, 5, 0x80000000, 2), MB2_OK);
	check_eq(int, relocatable(0, 5, 1, 3), MB2_BAD_VALUE);
}

Test(multiboot2_header, a_full_buffer_says_so_and_can_still_be_finished)
{
	const struct mb2_header_address address = { 1, 2, 3, 4 };

	for (size_t room = 24; room < 128; room++) {
		uint8_t *block = aligned_alloc(8, (room + 7) & ~(size_t)7);
		uint32_t length = 0;

		require_eq(int, mb2_header_begin(&b, block, room, 0), MB2_OK);
		while (mb2_header_add_address(&b, false, &address) == MB2_OK) continue;
		while (mb2_header_add_entry(&b, false, 3, 1) == MB2_OK) continue;
		while (mb2_header_add_bare(&b, false, 6) == MB2_OK) continue;
		require_eq(int, mb2_header_finish(&b, &length), MB2_OK);
		check_gt(sz, length + 8, room);
		require_eq(int, mb2_header_load(block, room, &h), MB2_OK);
		free(block);
	}
	for (size_t room = 0; room < 24; room++)
		check_eq(int, mb2_header_begin(&b, built, room, 0), MB2_NO_ROOM);
}

Test(multiboot2_header, what_cannot_be_built_is_refused)
{
	check_eq(int, mb2_header_begin(NULL, built, 512, 0), MB2_NULL);
	check_eq(int, mb2_header_begin(&b, NULL, 512, 0), MB2_NULL);
	for (int i = 1; i < 8; i++)
		check_eq(int, mb2_header_begin(&b, built + i, 256, 0), MB2_MISALIGNED);
	begin();
	check_eq(int, mb2_header_add_tag(&b, false, MB2_HEADER_END, NULL, 0), MB2_BAD_VALUE);
	check_eq(int, mb2_header_add_tag(&b, false, 99, NULL, 1), MB2_NULL);
	check_eq(int, mb2_header_add_tag(&b, false, 99, built, UINT32_MAX), MB2_NO_ROOM);
	check_eq(int, mb2_header_add_request(&b, false, NULL, 1), MB2_NULL);
	check_eq(int, mb2_header_add_request(&b, false, (const uint32_t *)built, 0x40000000),
		 MB2_NO_ROOM);
	check_eq(int, mb2_header_add_entry(&b, false, 4, 0), MB2_BAD_VALUE);
	check_eq(int, mb2_header_add_bare(&b, false, 3), MB2_BAD_VALUE);
	finish();
	check_eq(u32, h.length, 24);
}

Test(multiboot2_header, garbage_is_read_within_its_bounds)
{
	uint64_t random = 9;

	for (int round = 0; round < 20000; round++) {
		size_t size = 16 + random_next(&random) % 200;
		uint8_t *block = malloc(size);
		struct mb2_header_tag tag;
		uint32_t at = 0;

		for (size_t i = 0; i < size; i++)
			block[i] =
				random_next(&random) % 3 ? 0 : (uint8_t)(random_next(&random) % 30);
		put_magic(block, 0, (uint32_t)size & ~7u);
		if (mb2_header_find(block, size, &h) == MB2_OK)
			while (mb2_header_next(&h, &at, &tag))
				require(tag.bytes + tag.size <= block + size);
		free(block);
	}
}
