/* SPDX-License-Identifier: MIT */
#include "multiboot2_info_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(multiboot2_info, .init = begin, .timeout = 60);

/* ---- the structure ---- */

Test(multiboot2_info, an_empty_structure_is_a_head_and_the_end_tag)
{
	struct mb2_tags tags;
	struct mb2_tag tag;

	require_eq(int, end(), MB2_OK);
	check_eq(u32, info.size, 16);
	tags = mb2_tags_all(&info);
	check(!mb2_tags_next(&tags, &tag));
}

Test(multiboot2_info, null_misaligned_and_short_structures_are_refused)
{
	require_eq(int, end(), MB2_OK);
	check_eq(int, mb2_info_load(NULL, raw, 16), MB2_NULL);
	check_eq(int, mb2_info_load(&info, NULL, 16), MB2_NULL);
	for (int i = 1; i < 8; i++)
		check_eq(int, mb2_info_load(&info, raw + i, 16), MB2_MISALIGNED);
	for (size_t n = 0; n < 16; n++)
		check_eq(int, mb2_info_load(&info, raw, n), MB2_TOO_SHORT, "%zu", n);
	check_eq(int, mb2_info_load(&info, raw, SIZE_MAX), MB2_OK);
}

Test(multiboot2_info, impossible_total_sizes_are_refused)
{
	require_eq(int, end(), MB2_OK);
	for (uint32_t total = 0; total < 64; total++) {
		enum mb2_status want = total % 8 || total < 8 ? MB2_BAD_TOTAL : MB2_NO_END_TAG;

		at = 0;
		put(total, 4);
		if (total == 16) want = MB2_OK;
		check_eq(int, mb2_info_load(&info, raw, sizeof(raw)), want, "%u", total);
	}
	at = 0;
	put(UINT32_MAX - 7, 4);
	check_eq(int, mb2_info_load(&info, raw, sizeof(raw)), MB2_TOO_SHORT);
}

Test(multiboot2_info, the_end_tag_must_be_8_bytes_exactly_at_the_end)
{
	static const uint32_t words[] = { 32, 0, 0, 8, 0, 8, 0, 8 };

	memcpy(raw, words, sizeof(words)); /* an end tag, then two more */
	check_eq(int, mb2_info_load(&info, raw, 32), MB2_NO_END_TAG);
	begin();
	open_tag(1);
	put(0, 1);
	close_tag();
	require_eq(int, end(), MB2_OK);
	raw[info.size - 4] = 16; /* size of the end tag */
	check_eq(int, mb2_info_load(&info, raw, info.size), MB2_BAD_TAG_SIZE);
	raw[info.size - 4] = 8;
	raw[info.size - 8] = 1; /* type of the end tag */
	check_eq(int, mb2_info_load(&info, raw, info.size), MB2_NO_END_TAG);
}

Test(multiboot2_info, tag_sizes_below_8_or_past_the_end_are_refused)
{
	begin();
	open_tag(0x1234);
	put(0, 8);
	close_tag();
	require_eq(int, end(), MB2_OK);
	for (uint64_t size = 0; size < 64; size++) {
		enum mb2_status got;

		at = 12;
		put(size, 4);
		got = mb2_info_load(&info, raw, 32);
		if (size < 8 || size > 24)
			check_eq(int, got, MB2_BAD_TAG_SIZE, "%d", (int)size);
		else if (size > 8 && size <= 16)
			check_eq(int, got, MB2_OK, "%d", (int)size);
		else
			check_ne(int, got, MB2_OK, "%d", (int)size);
	}
	for (uint64_t size = UINT32_MAX - 16; size <= UINT32_MAX; size++) {
		at = 12;
		put(size, 4);
		check_eq(int, mb2_info_load(&info, raw, 32), MB2_BAD_TAG_SIZE);
	}
}

Test(multiboot2_info, tags_come_in_order_and_by_type)
{
	struct mb2_tags tags;
	struct mb2_tag tag;
	const uint32_t types[] = { 77, 3, 77, 1, 0x80000000 };

	for (int i = 0; i < 5; i++) {
		open_tag(types[i]);
		put(i, 1 + i);
		close_tag();
	}
	require_eq(int, end(), MB2_OK);
	tags = mb2_tags_all(&info);
	for (int i = 0; i < 5; i++) {
		require(mb2_tags_next(&tags, &tag));
		check_eq(u32, tag.type, types[i]);
		check_eq(u32, tag.size, 9 + i);
		check_eq(u32, mb2_tag_payload(&tag).size, 1 + i);
		check_eq(u8, mb2_tag_payload(&tag).bytes[0], i);
	}
	check(!mb2_tags_next(&tags, &tag));
	check(!mb2_tags_next(&tags, &tag));
	tags = mb2_tags_of(&info, 77);
	require(mb2_tags_next(&tags, &tag));
	require(mb2_tags_next(&tags, &tag));
	check_eq(u8, mb2_tag_payload(&tag).bytes[0], 2);
	check(!mb2_tags_next(&tags, &tag));
}

/* ---- strings and modules ---- */

Test(multiboot2_info, strings_end_at_their_first_nul)
{
	struct mb2_string s;

	single(1, "root=/dev/sda\0garbage", 22);
	require_eq(int, mb2_get_command_line(&info, &s), MB2_OK);
	check_eq(str, s.text, "root=/dev/sda");
	check_eq(u32, s.length, 13);
	check_eq(int, mb2_get_loader_name(&info, &s), MB2_NOT_FOUND);
	single(2, "", 1);
	require_eq(int, mb2_get_loader_name(&info, &s), MB2_OK);
	check_eq(u32, s.length, 0);
}

Test(multiboot2_info, a_string_without_end_or_not_utf8_is_refused)
{
	struct mb2_string s;

	single(1, "no end", 6);
	check_eq(int, mb2_get_command_line(&info, &s), MB2_BAD_STRING);
	single(1, "", 0);
	check_eq(int, mb2_get_command_line(&info, &s), MB2_BAD_STRING);
	single(1, "\xc3(", 3);
	check_eq(int, mb2_get_command_line(&info, &s), MB2_NOT_UTF8);
	single(1, "a\xe2\x82", 4);
	check_eq(int, mb2_get_command_line(&info, &s), MB2_NOT_UTF8);
}

static void put_module(uint32_t start, uint32_t stop, const char *text)
{
	open_tag(3);
	put(start, 4);
	put(stop, 4);
	put_bytes(text, strlen(text) + 1);
	close_tag();
}

Test(multiboot2_info, modules_repeat)
{
	struct mb2_tags tags;
	struct mb2_tag tag;
	struct mb2_module m;

	put_module(0x200000, 0x200100, "initrd");
	open_tag(2);
	put(0, 1);
	close_tag();
	put_module(0x300000, 0x300000, "");
	put_module(2, 1, "backwards");
	require_eq(int, end(), MB2_OK);
	tags = mb2_tags_of(&info, MB2_TAG_MODULE);
	require(mb2_tags_next(&tags, &tag));
	require_eq(int, mb2_read_module(&tag, &m), MB2_OK);
	check_eq(u32, m.start, 0x200000);
	check_eq(u32, m.end, 0x200100);
	check_eq(str, m.text.text, "initrd");
	require(mb2_tags_next(&tags, &tag));
	check_eq(int, mb2_read_module(&tag, &m), MB2_OK); /* an empty file */
	require(mb2_tags_next(&tags, &tag));
	check_eq(int, mb2_read_module(&tag, &m), MB2_BAD_VALUE);
	check(!mb2_tags_next(&tags, &tag));
	tag.type = MB2_TAG_SMBIOS;
	check_eq(int, mb2_read_module(&tag, &m), MB2_BAD_VALUE);
}

static enum mb2_status first_module(void)
{
	struct mb2_tags tags = mb2_tags_of(&info, MB2_TAG_MODULE);
	struct mb2_module m = { .start = 7 };
	struct mb2_tag tag;

	require(mb2_tags_next(&tags, &tag));
	enum mb2_status status = mb2_read_module(&tag, &m);
	if (status != MB2_OK) check_eq(u32, m.start, 7, "unchanged");
	return status;
}

Test(multiboot2_info, a_module_cut_anywhere_is_refused)
{
	CUT(3, "\0\0\x20\0\0\0\x30\0abc", 12, first_module());
}

/* ---- all together ---- */

/* As from GRUB 2.04 on EFI: not in numeric order, no memory map, boot services running. */
Test(multiboot2_info, the_order_of_tags_is_free)
{
	uint8_t rsdp[36];
	struct mb2_elf_sections s;
	struct mb2_elf_section e;
	struct mb2_memory_map map;
	struct mb2_string text;
	struct mb2_rsdp r;
	uint64_t pointer;
	uint32_t base;

	make_rsdp(rsdp);
	open_tag(21);
	put(0x100000, 4);
	close_tag();
	open_tag(1);
	put(0, 1);
	close_tag();
	open_tag(2);
	put_bytes("GRUB 2.04-1ubuntu44.2", 22);
	close_tag();
	open_tag(9);
	put(4, 4);
	put(64, 4);
	put(3, 4);
	put_section64(0, 0, 0, 0);
	put_section64(0x1b, 1, 0x100000, 0x30);
	put_section64(0x21, 1, 0x100030, 0x37e);
	put_section64(0x11, 3, 0x5d7000, 0x8eb0d); /* the names lie outside */
	close_tag();
	open_tag(12);
	put(0x79ee018, 8);
	close_tag();
	open_tag(14);
	put_bytes(rsdp, 20);
	close_tag();
	open_tag(15);
	put_bytes(rsdp, 36);
	close_tag();
	open_tag(18);
	close_tag();
	open_tag(20);
	put(0x6d36618, 8);
	close_tag();
	require_eq(int, end(), MB2_OK);
	require_eq(int, mb2_get_load_base(&info, &base), MB2_OK);
	check_eq(u32, base, 0x100000);
	require_eq(int, mb2_get_command_line(&info, &text), MB2_OK);
	check_eq(u32, text.length, 0);
	require_eq(int, mb2_get_loader_name(&info, &text), MB2_OK);
	check_eq(str, text.text, "GRUB 2.04-1ubuntu44.2");
	require_eq(int, mb2_get_elf_sections(&info, &s), MB2_OK);
	require_eq(int, mb2_elf_string_table(&s, &e), MB2_OK);
	check_eq(u64, e.address, 0x5d7000);
	require_eq(int, mb2_get_efi64_system_table(&info, &pointer), MB2_OK);
	require_eq(int, mb2_get_rsdp_v1(&info, &r), MB2_OK);
	require_eq(int, mb2_get_rsdp_v2(&info, &r), MB2_OK);
	require_eq(int, mb2_get_efi64_image_handle(&info, &pointer), MB2_OK);
	check_eq(u64, pointer, 0x6d36618);
	check_eq(int, mb2_get_memory_map(&info, &map), MB2_NOT_FOUND);
	check(mb2_efi_boot_services_run(&info));
}

Test(multiboot2_info, the_first_of_two_tags_of_a_type_counts)
{
	uint32_t base;

	for (uint32_t i = 1; i < 3; i++) {
		open_tag(21);
		put(i, 4);
		close_tag();
	}
	require_eq(int, end(), MB2_OK);
	require_eq(int, mb2_get_load_base(&info, &base), MB2_OK);
	check_eq(u32, base, 1);
}

Test(multiboot2_info, garbage_is_read_within_its_bounds)
{
	uint64_t random = 2;

	for (int round = 0; round < 20000; round++) {
		uint32_t size = 16 + 8 * (uint32_t)(random_next(&random) % 32);
		uint8_t *block = aligned_alloc(8, size);
		struct mb2_tags tags;
		struct mb2_tag tag;
		uint32_t walked = 0;

		for (uint32_t i = 0; i < size; i++)
			block[i] =
				random_next(&random) % 3 ? 0 : (uint8_t)(random_next(&random) % 40);
		memcpy(block, &size, 4);
		if (mb2_info_load(&info, block, size) == MB2_OK) {
			tags = mb2_tags_all(&info);
			while (mb2_tags_next(&tags, &tag)) {
				require(tag.bytes >= block + 8);
				require(tag.bytes + tag.size <= block + size - 8);
				walked++;
			}
			require_lt(u32, walked, size / 8);
		}
		free(block);
	}
}
