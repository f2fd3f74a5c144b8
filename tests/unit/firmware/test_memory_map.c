/* SPDX-License-Identifier: MIT */
#include "harness/firmware/memory_map.h"
#include "tests/check.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static struct mem mem;
static struct memory_map map;

static void make(uint64_t size) { require_eq(ptr, mem_init(&mem, size, 3 * GIB), NULL); }

static void expect_range(size_t i, uint64_t base, uint64_t size, enum memory_type type)
{
	require_lt(sz, i, map.n);
	check_eq(u64, map.range[i].base, base, "range %zu", i);
	check_eq(u64, map.range[i].size, size, "range %zu", i);
	check_eq(int, map.range[i].type, type, "range %zu", i);
}

static void done(void) { mem_free(&mem); }

TestSuite(memory_map, .fini = done);

Test(memory_map, a_small_machine_has_conventional_and_extended_memory)
{
	make(64 * MIB);
	memory_map(&map, &mem);
	require_eq(sz, map.n, 5);
	expect_range(0, 0, 0x9fc00, MEMORY_AVAILABLE);
	expect_range(1, 0x9fc00, 0x400, MEMORY_RESERVED);
	expect_range(2, 0xf0000, 0x10000, MEMORY_RESERVED);
	expect_range(3, MIB, 63 * MIB, MEMORY_AVAILABLE);
	expect_range(4, 0xfee00000, 0x1000, MEMORY_RESERVED);
}

Test(memory_map, without_firmware_all_ram_is_free)
{
	static const struct memory_firmware absent = { .absent = true };

	make(64 * MIB);
	memory_map_with(&map, &mem, &absent);
	require_eq(sz, map.n, 2);
	expect_range(0, 0, 0xa0000, MEMORY_AVAILABLE);
	expect_range(1, MIB, 63 * MIB, MEMORY_AVAILABLE);
}

Test(memory_map, a_large_machine_goes_on_above_4_gib)
{
	make(5 * GIB);
	memory_map(&map, &mem);
	require_eq(sz, map.n, 6);
	expect_range(3, MIB, 3 * GIB - MIB, MEMORY_AVAILABLE);
	expect_range(4, 0xfee00000, 0x1000, MEMORY_RESERVED);
	expect_range(5, 4 * GIB, 2 * GIB, MEMORY_AVAILABLE);
}

Test(memory_map, the_smallest_machine_has_no_extended_memory)
{
	make(MIB);
	memory_map(&map, &mem);
	require_eq(sz, map.n, 4);
	expect_range(3, 0xfee00000, 0x1000, MEMORY_RESERVED);
}

Test(memory_map, roms_are_reserved_once)
{
	make(2 * MIB);
	require_eq(ptr, mem_add_rom(&mem, 0xe0000, 0x20000, "", 0), NULL);
	require_eq(ptr, mem_add_rom(&mem, 0xfffc0000, 0x40000, "", 0), NULL);
	memory_map(&map, &mem);
	require_eq(sz, map.n, 7);
	expect_range(2, 0xe0000, 0x10000, MEMORY_RESERVED);
	expect_range(3, 0xf0000, 0x10000, MEMORY_RESERVED);
	expect_range(4, MIB, MIB, MEMORY_AVAILABLE);
	expect_range(6, 0xfffc0000, 0x40000, MEMORY_RESERVED);
}

Test(memory_map, a_rom_within_the_bios_segment_adds_nothing)
{
	make(2 * MIB);
	require_eq(ptr, mem_add_rom(&mem, 0xf8000, 0x1000, "", 0), NULL);
	memory_map(&map, &mem);
	require_eq(sz, map.n, 5);
	expect_range(2, 0xf0000, 0x10000, MEMORY_RESERVED);
}

Test(memory_map, what_firmware_keeps_in_ram_has_its_own_type)
{
	static const struct memory_firmware firmware = {
		.area = { { 64 * MIB - 0x1000, 0x1000, MEMORY_ACPI_NVS },
			  { 64 * MIB - 0x9000, 0x8000, MEMORY_ACPI_RECLAIMABLE } },
		.n = 2,
	};

	make(64 * MIB);
	memory_map_with(&map, &mem, &firmware);
	require_eq(sz, map.n, 7);
	expect_range(3, MIB, 63 * MIB - 0x9000, MEMORY_AVAILABLE);
	expect_range(4, 64 * MIB - 0x9000, 0x8000, MEMORY_ACPI_RECLAIMABLE);
	expect_range(5, 64 * MIB - 0x1000, 0x1000, MEMORY_ACPI_NVS);
	expect_range(6, 0xfee00000, 0x1000, MEMORY_RESERVED);
}

Test(memory_map, a_window_outside_ram_is_listed_once)
{
	static const struct memory_firmware firmware = {
		.area = { { 0xb0000000, 0x10000000, MEMORY_RESERVED },
			  { 0xfec00000, 0x1400000, MEMORY_RESERVED } },
		.n = 2,
	};

	make(64 * MIB);
	memory_map_with(&map, &mem, &firmware);
	require_eq(sz, map.n, 8);
	expect_range(4, 0xb0000000, 0x10000000, MEMORY_RESERVED);
	expect_range(5, 0xfec00000, 0x200000, MEMORY_RESERVED);
	expect_range(6, 0xfee00000, 0x1000, MEMORY_RESERVED);
	expect_range(7, 0xfee01000, 0x11ff000, MEMORY_RESERVED);
}
