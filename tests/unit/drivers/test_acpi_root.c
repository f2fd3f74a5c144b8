/* SPDX-License-Identifier: MIT */
/* Finding the tables, and refusing data that is not one. */
#include "emu/array.h"
#include "tests/unit/drivers/acpi_fixture.h"
#include "tests/unit/emu/random.h"

static void clear(void)
{
	memset(image, 0, sizeof(image));
	n_reads = 0;
	hole = 0;
}

TestSuite(acpi_root, .init = clear, .timeout = 60);

/* ---- the RSDP ---- */

static uint64_t found(void)
{
	uint64_t at = 0;
	return acpi_find_rsdp(&memory, &at) == ACPI_OK ? at : 0;
}

Test(acpi_root, the_rsdp_is_found_between_e0000_and_fffff)
{
	static const uint64_t places[] = { 0xe0000, 0xe0010, 0xefff0, 0xf0000, 0xfffd0 };
	for (unsigned i = 0; i < ARRAY_SIZE(places); i++) {
		clear();
		rsdp(places[i], 2, RSDT, XSDT);
		check_eq(u64, found(), places[i]);
	}
	clear();
	rsdp(0xfffe0, 0, RSDT, 0);
	check_eq(u64, found(), 0xfffe0, "the short one at the very end");
}

Test(acpi_root, the_rsdp_is_found_in_the_first_kib_of_the_ebda_and_first_there)
{
	rsdp(0xf0000, 2, RSDT, XSDT);
	put(0x40e, 2, 0x9fc0);
	rsdp(0x9fff0 - 0x10, 0, RSDT, 0); /* the last place that is searched */
	check_eq(u64, found(), 0x9ffe0);
	clear();
	put(0x40e, 2, 0x9f00);
	rsdp(0x9f400, 0, RSDT, 0); /* beyond the first KiB */
	check_eq(u64, found(), 0);
}

Test(acpi_root, an_impossible_ebda_is_not_searched)
{
	static const unsigned segments[] = { 0, 0xa000, 0x9fff, 0xffff, 0xe000 };
	rsdp(0xf0000, 2, RSDT, XSDT);
	for (unsigned i = 0; i < ARRAY_SIZE(segments); i++) {
		put(0x40e, 2, segments[i]);
		n_reads = 0;
		check_eq(u64, found(), 0xf0000);
		check_lt(u32, n_reads, 0x10000 / 16 + 8, "%x", segments[i]);
	}
}

static bool read_no_screen(void *ctx, uint64_t address, uint8_t *to, uint32_t size)
{
	check(address + size <= 0xa0000 || address >= 0xe0000, "%x", (unsigned)address);
	return read_image(ctx, address, to, size);
}

Test(acpi_root, the_memory_behind_the_ebda_is_not_read)
{
	const struct acpi_memory mapped = { .read = read_no_screen };
	uint64_t at = 0;
	put(0x40e, 2, 0x9fc0);
	rsdp(0xf0000, 0, RSDT, 0);
	check_eq(int, acpi_find_rsdp(&mapped, &at), ACPI_OK);
	check_eq(u64, at, 0xf0000);
}

Test(acpi_root, the_rsdp_lies_at_multiples_of_16)
{
	rsdp(0xf0008, 2, RSDT, XSDT);
	check_eq(u64, found(), 0);
}

Test(acpi_root, a_damaged_rsdp_is_passed_over)
{
	rsdp(0xf0000, 2, RSDT, XSDT);
	image[0xf0000 + 12] ^= 1; /* both checksums are wrong */
	rsdp(0xf0040, 2, RSDT, XSDT);
	image[0xf0040 + 25] ^= 1; /* the second checksum is wrong */
	rsdp(0xf0080, 2, RSDT, XSDT);
	put(0xf0080 + 20, 4, 35);
	fix_sum(0xf0080, 35, 0xf0080 + 32);
	rsdp(0xf00c0, 2, RSDT, XSDT);
	put(0xf00c0 + 20, 4, 0xffffffff);
	rsdp(0xf0100, 2, RSDT, XSDT);
	hole = 0xf0110; /* cannot be read */
	rsdp(0xf0140, 0, RSDT, 0);
	check_eq(u64, found(), 0xf0140);
}

Test(acpi_root, where_there_is_no_rsdp_none_is_found)
{
	uint64_t at = 7, seed = 3;
	check_eq(int, acpi_find_rsdp(&memory, &at), ACPI_NOT_FOUND);
	for (unsigned i = 0; i < IMAGE; i++) image[i] = (uint8_t)random_next(&seed);
	check_eq(int, acpi_find_rsdp(&memory, &at), ACPI_NOT_FOUND);
	check_eq(u64, at, 7);
	check_lt(u32, n_reads, 50000);
}

/* ---- the root ---- */

Test(acpi_root, revision_0_leads_to_the_rsdt_and_revision_2_to_the_xsdt)
{
	struct acpi_root root;
	header(RSDT, "RSDT", 36 + 3 * 4);
	header(XSDT, "XSDT", 36 + 2 * 8);
	rsdp(RSDP, 0, RSDT, 0);
	require_eq(int, acpi_read_root(&memory, RSDP, &root), ACPI_OK);
	check(root.table == RSDT && root.n == 3 && root.entry_size == 4 && root.revision == 0);
	rsdp(RSDP, 2, RSDT, XSDT);
	require_eq(int, acpi_read_root(&memory, RSDP, &root), ACPI_OK);
	check(root.table == XSDT && root.n == 2 && root.entry_size == 8 && root.revision == 2);
	check(memcmp(root.oem_id, "OEMIDS", 6) == 0);
	rsdp(RSDP, 2, RSDT, 0);
	require_eq(int, acpi_read_root(&memory, RSDP, &root), ACPI_OK);
	check_eq(u64, root.table, RSDT, "without an XSDT the RSDT will do");
}

static int root_status(void)
{
	struct acpi_root root;
	return (int)acpi_read_root(&memory, RSDP, &root);
}

Test(acpi_root, a_bad_list_is_an_error_of_its_own_kind)
{
	rsdp(RSDP, 2, RSDT, XSDT);
	check_eq(int, root_status(), ACPI_BAD_LENGTH, "zeroes");
	header(XSDT, "RSDT", 36);
	check_eq(int, root_status(), ACPI_BAD_SIGNATURE);
	header(XSDT, "XSDT", 36);
	check_eq(int, root_status(), ACPI_OK, "an empty one is none");
	image[XSDT + 20] ^= 4;
	check_eq(int, root_status(), ACPI_BAD_CHECKSUM);
	static const uint32_t lengths[] = { 0, 1, 35, 40, 36 + 8 * 1025, 0x80000000, 0xffffffff };
	for (unsigned i = 0; i < ARRAY_SIZE(lengths); i++) {
		header(XSDT, "XSDT", 36);
		put(XSDT + 4, 4, lengths[i]);
		check_eq(int, root_status(), ACPI_BAD_LENGTH, "%u", lengths[i]);
	}
	rsdp(RSDP, 2, RSDT, IMAGE - 20);
	check_eq(int, root_status(), ACPI_UNREADABLE);
	rsdp(RSDP, 2, RSDT, UINT64_MAX - 10);
	check_eq(int, root_status(), ACPI_UNREADABLE, "wraps");
	rsdp(RSDP, 0, 0, 0);
	check_eq(int, root_status(), ACPI_BAD_VALUE);
	image[RSDP] = 'X';
	check_eq(int, root_status(), ACPI_BAD_SIGNATURE);
}

/* ---- tables ---- */

Test(acpi_root, tables_are_found_by_signature_and_count)
{
	static const uint64_t tables[] = { 0x90000, 0, 0x91000, IMAGE + 5, 0x92000, 0x93000 };
	struct acpi_root root = root_of(tables, 6);
	struct acpi_sdt sdt;
	put(0x90000 + 24, 4, 0x12345678);
	header(0x90000, "AAAA", 40);
	header(0x91000, "SSDT", 50);
	header(0x92000, "AAAB", 36);
	put(0x92000 + 4, 4, 3); /* not even a header */
	header(0x93000, "SSDT", 60);
	require_eq(int, acpi_find(&memory, &root, "AAAA", 0, &sdt), ACPI_OK);
	check(sdt.address == 0x90000 && sdt.length == 40 && sdt.revision == 1);
	check(memcmp(sdt.signature, "AAAA", 4) == 0);
	check_eq(u32, sdt.oem_revision, 0x12345678);
	check(memcmp(sdt.oem_id, "OEMIDS", 6) == 0);
	check(memcmp(sdt.oem_table_id, "TABLEIDS", 8) == 0);
	require_eq(int, acpi_find(&memory, &root, "SSDT", 0, &sdt), ACPI_OK);
	check_eq(u32, sdt.length, 50);
	require_eq(int, acpi_find(&memory, &root, "SSDT", 1, &sdt), ACPI_OK);
	check_eq(u32, sdt.length, 60);
	check_eq(int, acpi_find(&memory, &root, "SSDT", 2, &sdt), ACPI_NOT_FOUND);
	check_eq(int, acpi_find(&memory, &root, "AAAB", 0, &sdt), ACPI_NOT_FOUND);
	image[0x90000 + 38] ^= 1;
	check_eq(int, acpi_find(&memory, &root, "AAAA", 0, &sdt), ACPI_BAD_CHECKSUM);
}

Test(acpi_root, entries_are_returned_one_by_one)
{
	static const uint64_t tables[] = { 0x90000, UINT64_C(0x123456789abcdef0) };
	struct acpi_root root = root_of(tables, 2);
	uint64_t at = 0;
	require_eq(int, acpi_entry(&memory, &root, 1, &at), ACPI_OK);
	check_eq(u64, at, tables[1]);
	check_eq(int, acpi_entry(&memory, &root, 2, &at), ACPI_END);
	check_eq(int, acpi_entry(&memory, &root, UINT32_MAX, &at), ACPI_END);
	put(RSDT + 36, 4, 0xfedcba98);
	header(RSDT, "RSDT", 40);
	rsdp(RSDP, 0, RSDT, 0);
	require_eq(int, acpi_read_root(&memory, RSDP, &root), ACPI_OK);
	require_eq(int, acpi_entry(&memory, &root, 0, &at), ACPI_OK);
	check_eq(u64, at, 0xfedcba98);
}

Test(acpi_root, a_list_that_leads_to_itself_is_walked_once)
{
	static uint64_t tables[ACPI_MAX_ENTRIES];
	struct acpi_sdt sdt;
	for (unsigned i = 0; i < ACPI_MAX_ENTRIES; i++) tables[i] = XSDT;
	struct acpi_root root = root_of(tables, ACPI_MAX_ENTRIES);
	n_reads = 0;
	check_eq(int, acpi_find(&memory, &root, "APIC", 0, &sdt), ACPI_NOT_FOUND);
	check_le(u32, n_reads, 2 * ACPI_MAX_ENTRIES);
	root.n = UINT32_MAX; /* spoilt by the caller */
	check_eq(int, acpi_find(&memory, &root, "APIC", 0, &sdt), ACPI_NOT_FOUND);
}

Test(acpi_root, a_table_is_whole_or_an_error)
{
	struct acpi_sdt sdt;
	header(IMAGE - 100, "LAST", 100);
	check_eq(int, acpi_read_sdt(&memory, IMAGE - 100, &sdt), ACPI_OK);
	put(IMAGE - 100 + 4, 4, 101);
	check_eq(int, acpi_read_sdt(&memory, IMAGE - 100, &sdt), ACPI_UNREADABLE);
	put(IMAGE - 100 + 4, 4, ACPI_MAX_LENGTH + 1);
	check_eq(int, acpi_read_sdt(&memory, IMAGE - 100, &sdt), ACPI_BAD_LENGTH);
	check_eq(int, acpi_read_sdt(&memory, 0, &sdt), ACPI_BAD_VALUE);
	header(TABLE, "HOLE", 100);
	hole = TABLE + 70;
	check_eq(int, acpi_read_sdt(&memory, TABLE, &sdt), ACPI_UNREADABLE);
}

Test(acpi_root, null_pointers_are_errors)
{
	struct acpi_memory none = { 0 };
	struct acpi_root root = { 0 };
	struct acpi_sdt sdt;
	uint64_t at;
	check_eq(int, acpi_find_rsdp(NULL, &at), ACPI_NULL);
	check_eq(int, acpi_find_rsdp(&none, &at), ACPI_NULL);
	check_eq(int, acpi_find_rsdp(&memory, NULL), ACPI_NULL);
	check_eq(int, acpi_read_root(NULL, RSDP, &root), ACPI_NULL);
	check_eq(int, acpi_read_root(&memory, RSDP, NULL), ACPI_NULL);
	check_eq(int, acpi_entry(&memory, NULL, 0, &at), ACPI_NULL);
	check_eq(int, acpi_entry(&memory, &root, 0, NULL), ACPI_NULL);
	check_eq(int, acpi_read_sdt(&memory, 0, NULL), ACPI_NULL);
	check_eq(int, acpi_read_sdt(&none, 0, &sdt), ACPI_NULL);
	check_eq(int, acpi_find(&memory, &root, NULL, 0, &sdt), ACPI_NULL);
	check_eq(int, acpi_find(&memory, NULL, "APIC", 0, &sdt), ACPI_NULL);
	check_eq(int, acpi_find(&memory, &root, "APIC", 0, NULL), ACPI_NULL);
	check_eq(u32, n_reads, 0);
}
