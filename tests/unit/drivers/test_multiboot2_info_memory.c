/* SPDX-License-Identifier: MIT */
#include "multiboot2_info_fixture.h"

TestSuite(multiboot2_info, .init = begin, .timeout = 60);

Test(multiboot2_info, basic_memory_and_boot_device_have_one_size)
{
	struct mb2_basic_memory m;
	struct mb2_boot_device d;
	static const uint32_t words[] = { 639, 0x1fb80, 0xffffffff, 0 };

	single(4, words, 8);
	require_eq(int, mb2_get_basic_memory(&info, &m), MB2_OK);
	check_eq(u32, m.lower_kib, 639);
	check_eq(u32, m.upper_kib, 0x1fb80);
	single(5, words, 12);
	require_eq(int, mb2_get_boot_device(&info, &d), MB2_OK);
	check_eq(u32, d.bios_device, 639);
	check_eq(u32, d.partition, 0x1fb80);
	check_eq(u32, d.sub_partition, MB2_NO_PARTITION);
	CUT(4, words, 8, mb2_get_basic_memory(&info, &m));
	CUT(5, words, 12, mb2_get_boot_device(&info, &d));
	single(4, words, 12);
	check_eq(int, mb2_get_basic_memory(&info, &m), MB2_BAD_SIZE);
	single(5, words, 16);
	check_eq(int, mb2_get_boot_device(&info, &d), MB2_BAD_SIZE);
}

enum { MAP_VERSION = 0x01020304 };

static void put_map(uint32_t entry_size, uint32_t n, uint32_t rest)
{
	begin();
	open_tag(6);
	put(entry_size, 4);
	put(MAP_VERSION, 4);
	for (uint32_t i = 0; i < n; i++) {
		put(0x100000ull * i, 8);
		put(0x1234567890ull + i, 8);
		put(1 + i % 5, 4);
		put(0xffffffff, 4); /* reserved */
		for (uint32_t extra = 24; extra < entry_size; extra++) put(0xdd, 1);
	}
	for (uint32_t i = 0; i < rest; i++) put(0, 1);
	close_tag();
	require_eq(int, end(), MB2_OK);
}

Test(multiboot2_info, every_range_of_a_memory_map_is_counted_the_last_one_too)
{
	struct mb2_memory_map map;
	struct mb2_memory_range r;

	for (uint32_t n = 0; n < 8; n++) {
		for (uint32_t size = 24; size <= 48; size += 8) {
			put_map(size, n, 0);
			require_eq(int, mb2_get_memory_map(&info, &map), MB2_OK);
			check_eq(u32, map.n, n);
			check_eq(u32, map.entry_version, MAP_VERSION);
			for (uint32_t i = 0; i < n; i++) {
				require(mb2_memory_map_range(&map, i, &r));
				check_eq(u64, r.base, 0x100000ull * i);
				check_eq(u64, r.length, 0x1234567890ull + i);
				check_eq(u32, r.type, 1 + i % 5);
			}
			check(!mb2_memory_map_range(&map, n, &r));
			check(!mb2_memory_map_range(&map, UINT32_MAX, &r));
		}
	}
}

Test(multiboot2_info, memory_maps_of_odd_entries_are_refused)
{
	struct mb2_memory_map map;

	for (uint32_t size = 0; size < 24; size++) {
		put_map(size, 1, 0);
		check_eq(int, mb2_get_memory_map(&info, &map), MB2_BAD_VALUE, "%u", size);
	}
	put_map(28, 1, 0);
	check_eq(int, mb2_get_memory_map(&info, &map), MB2_BAD_VALUE);
	for (uint32_t rest = 1; rest < 24; rest++) {
		put_map(24, 2, rest);
		check_eq(int, mb2_get_memory_map(&info, &map), MB2_BAD_SIZE, "%u", rest);
	}
	put_map(0x80000000, 0, 0);
	check_eq(int, mb2_get_memory_map(&info, &map), MB2_OK);
	check_eq(u32, map.n, 0);
}

/* ---- the firmware's map ---- */

static void put_efi_map(uint32_t stride, uint32_t n, uint32_t rest, bool running)
{
	begin();
	open_tag(17);
	put(stride, 4);
	put(1, 4);
	for (uint32_t i = 0; i < n; i++) {
		put(7 - i % 8, 4);
		put(0xffffffff, 4);
		put(0x1000ull * i, 8);
		put(0xabc000ull * i, 8);
		put(i + 1, 8);
		put(0xf, 8);
		for (uint32_t extra = 40; extra < stride; extra++) put(0xdd, 1);
	}
	for (uint32_t i = 0; i < rest; i++) put(0, 1);
	close_tag();
	if (running) {
		open_tag(18);
		close_tag();
	}
	require_eq(int, end(), MB2_OK);
}

Test(multiboot2_info, efi_descriptors_are_walked_by_the_firmwares_stride)
{
	struct mb2_efi_memory_map map;
	struct mb2_efi_descriptor d;

	for (uint32_t stride = 40; stride <= 64; stride += 8) {
		put_efi_map(stride, 10, 0, false);
		require_eq(int, mb2_get_efi_memory_map(&info, &map), MB2_OK);
		check_eq(u32, map.n, 10);
		check_eq(u32, map.descriptor_version, 1);
		for (uint32_t i = 0; i < 10; i++) {
			require(mb2_efi_descriptor(&map, i, &d));
			check_eq(u32, d.type, 7 - i % 8);
			check_eq(u64, d.physical, 0x1000ull * i);
			check_eq(u64, d.virt, 0xabc000ull * i);
			check_eq(u64, d.n_pages, i + 1);
			check_eq(u64, d.attribute, 15);
		}
		check(!mb2_efi_descriptor(&map, 10, &d));
	}
}

Test(multiboot2_info, an_efi_map_of_odd_descriptors_is_refused)
{
	struct mb2_efi_memory_map map;

	put_efi_map(32, 1, 0, false);
	check_eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_VALUE);
	put_efi_map(0, 0, 0, false);
	check_eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_VALUE);
	put_efi_map(44, 1, 0, false);
	check_eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_VALUE);
	put_efi_map(48, 2, 8, false);
	check_eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_SIZE);
}

Test(multiboot2_info, the_efi_map_is_hidden_while_boot_services_run)
{
	struct mb2_efi_memory_map map;

	put_efi_map(48, 2, 0, true);
	check(mb2_efi_boot_services_run(&info));
	check_eq(int, mb2_get_efi_memory_map(&info, &map), MB2_NOT_FINAL);
	put_efi_map(48, 2, 0, false);
	check(!mb2_efi_boot_services_run(&info));
	check_eq(int, mb2_get_efi_memory_map(&info, &map), MB2_OK);
}
