/* SPDX-License-Identifier: MIT */
/* The structures that depend on the size of memory; tests/kernels/smbios.c tests the others. */
#include "harness/firmware/smbios.h"
#include "tests/check.h"

#include <string.h>

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)
enum { ROM = 0xf0000, ENTRY = 0xf5060, TABLE = 0xf6000 };

static struct mem mem;
static uint8_t entry[SMBIOS_ENTRY_SIZE], table[SMBIOS_TABLE_MAX];

TestSuite(smbios, .timeout = 60);

static void lay(uint64_t ram)
{
	const struct smbios_config config = { .cpu_signature = 0x60fb2,
					      .cpu_features = 0x78bfbff,
					      .cpu_mhz = 1000,
					      .entry = ENTRY,
					      .table = TABLE };

	require_eq(ptr, mem_init(&mem, ram, 0xb0000000), NULL);
	require_eq(ptr, mem_add_rom(&mem, ROM, 0x10000, "", 0), NULL);
	require(smbios_lay(&config, &mem));
	require(mem_read(&mem, ENTRY, entry, sizeof(entry)));
	require(mem_read(&mem, TABLE, table, sizeof(table)));
	mem_free(&mem);
}

static uint64_t le(const uint8_t *p, unsigned n)
{
	uint64_t v = 0;

	while (n-- > 0) v = v << 8 | p[n];
	return v;
}

/* Finds the n-th structure of this type, from 0; NULL: none. */
static const uint8_t *find(uint8_t type, unsigned n)
{
	const uint8_t *s = table, *end = table + le(entry + 22, 2);

	while (s < end) {
		if (s[0] == type && n-- == 0) return s;
		for (s += s[1]; s[0] || s[1]; s++) continue;
		s += 2;
	}
	return NULL;
}

#define FOUND(type, n) require_ne(ptr, find(type, n), NULL)

Test(smbios, the_entry_point_leads_to_the_structures)
{
	lay(64 * MIB);
	check_eq(int, memcmp(entry, "_SM_", 4), 0);
	check_eq(int, memcmp(entry + 16, "_DMI_", 5), 0);
	check_eq(u64, le(entry + 24, 4), TABLE);
	check_eq(u8, entry[6], 2);
	check_eq(u8, entry[7], 8);
	FOUND(4, 0);
	check_eq(u64, le(find(4, 0) + 8, 4), 0x60fb2);
	check_eq(u64, le(find(4, 0) + 12, 4), 0x78bfbff);
	FOUND(127, 0);
	check_eq(ptr, find(127, 1), NULL);
}

Test(smbios, memory_is_one_device_and_what_it_is_mapped_to)
{
	lay(64 * MIB);
	FOUND(17, 0);
	check_eq(u64, le(find(17, 0) + 12, 2), 64);
	FOUND(19, 0);
	check_eq(u64, le(find(19, 0) + 4, 4), 0);
	check_eq(u64, le(find(19, 0) + 8, 4), 64 * 1024 - 1);
	check_eq(ptr, find(19, 1), NULL);
	FOUND(16, 0);
	check_eq(u64, le(find(16, 0) + 7, 4), 64 * 1024);
}

Test(smbios, memory_above_the_hole_is_a_second_stretch)
{
	lay(4 * GIB);
	FOUND(19, 1);
	check_eq(u64, le(find(19, 0) + 8, 4), 0xb0000000 / 1024 - 1);
	check_eq(u64, le(find(19, 1) + 4, 4), 4 * 1024 * 1024);
	check_eq(u64, le(find(19, 1) + 8, 4), (4 * GIB + 4 * GIB - 0xb0000000) / 1024 - 1);
	check_eq(u64, le(find(17, 0) + 12, 2), 4096);
}
