/* SPDX-License-Identifier: MIT */
/* Offsets are a second transcription from the ACPI Specification 6.3. */
#include "tests/unit/firmware/acpi_tables_fixture.h"

/* ---- the firmware's tables ---- */

Test(acpi_tables, the_rsdp_is_of_revision_2_with_both_checksums_right)
{
	uint8_t rsdp[36];

	lay();
	require(mem_read(&mem, RSDP, rsdp, sizeof(rsdp)));
	check_eq(int, memcmp(rsdp, "RSD PTR ", 8), 0);
	check_eq(u8, sum(rsdp, 20), 0);
	check_eq(u8, sum(rsdp, 36), 0);
	check_eq(u8, rsdp[15], 2);
	check_eq(u64, peek(RSDP + 20, 4), 36);
	check_eq(u64, firmware.rsdp, RSDP);
}

Test(acpi_tables, every_table_has_a_right_checksum_and_the_same_maker)
{
	static const char *const names[] = { "FACP", "DSDT", "APIC", "HPET", "MCFG" };

	lay();
	for (unsigned i = 0; i < 5; i++) {
		size_t length;

		require_ne(u64, find(names[i]), 0, "%s", names[i]);
		check_eq(u64, find(names[i]) % 16, 0);
		length = fetch(find(names[i]));
		check_eq(u8, sum(table, length), 0, "%s", names[i]);
		check_eq(int, memcmp(table + 10, "BIMETLBIMETLPC", 14), 0, "%s", names[i]);
		check_eq(int, memcmp(table + 28, "BMTL", 4), 0, "%s", names[i]);
	}
}

Test(acpi_tables, rsdt_and_xsdt_list_the_same_tables)
{
	uint64_t rsdt, xsdt;
	size_t n;

	give("SSDT", 40, 1);
	lay();
	rsdt = peek(RSDP + 16, 4);
	xsdt = peek(RSDP + 24, 8);
	check_eq(u8, sum(table, fetch(rsdt)), 0);
	n = (fetch(rsdt) - 36) / 4;
	check_eq(int, memcmp(table, "RSDT", 4), 0);
	check_eq(u8, sum(table, fetch(xsdt)), 0);
	check_eq(int, memcmp(table, "XSDT", 4), 0);
	check_eq(sz, (fetch(xsdt) - 36) / 8, n);
	check_eq(sz, n, 5);
	for (unsigned i = 0; i < n; i++)
		check_eq(u64, peek(rsdt + 36 + 4 * i, 4), peek(xsdt + 36 + 8 * i, 8));
}

Test(acpi_tables, the_fadt_has_the_power_block_twice_and_alike)
{
	static const struct {
		unsigned at, x, port, bits;
	} block[] = { { 56, 148, 0x600, 32 },
		      { 64, 172, 0x604, 16 },
		      { 76, 208, 0x608, 32 },
		      { 80, 220, 0x620, 128 } };

	lay();
	check_eq(sz, fetch(find("FACP")), 276);
	check_eq(u8, table[8], 6);
	for (unsigned i = 0; i < 4; i++) {
		check_eq(u32, get_le32(table + block[i].at), block[i].port);
		check_eq(u8, table[block[i].x], 1);
		check_eq(u8, table[block[i].x + 1], (uint8_t)block[i].bits);
		check_eq(u32, get_le32(table + block[i].x + 4), block[i].port);
		check_eq(u32, get_le32(table + block[i].x + 8), 0);
	}
	check_eq(u8, table[88], 4);
	check_eq(u8, table[89], 2);
	check_eq(u8, table[91], 4);
	check_eq(u8, table[92], 16);
}

Test(acpi_tables, the_fadt_has_sci_commands_reset_and_flags)
{
	lay();
	(void)fetch(find("FACP"));
	check_eq(u8, table[46], 9);
	check_eq(u32, get_le32(table + 48), 0xb2);
	check_eq(u8, table[52], 2);
	check_eq(u8, table[53], 3);
	check_eq(u8, table[108], 0x32);
	check_eq(u8, table[109], 3);
	check_eq(u8, table[110], 0);
	/* Set: WBINVD, PROC_C1, no sleep button, reset register. Clear: bit 4, as the power button
	 * is a fixed one, and bit 8, as the timer has 24 bits. */
	check_eq(u32, get_le32(table + 112), 0x425);
	check_eq(u8, table[116], 1);
	check_eq(u8, table[117], 8);
	check_eq(u32, get_le32(table + 120), 0xcf9);
	check_eq(u8, table[128], 6);
}

Test(acpi_tables, the_facs_is_aligned_and_lies_in_nvs)
{
	uint64_t facs;

	lay();
	facs = peek(find("FACP") + 36, 4);
	check_eq(u64, facs % 64, 0);
	check_eq(u64, peek(find("FACP") + 132, 8), 0);
	check_eq(u64, peek(facs, 4), 0x53434146);
	check_eq(u64, peek(facs + 4, 4), 64);
	check_eq(u64, peek(facs + 32, 1), 2);
	check_eq(u64, facs, 64 * MIB - 0x1000);
}

Test(acpi_tables, the_madt_has_one_processor_one_io_apic_two_overrides_and_an_nmi)
{
	static const uint8_t entries[] = {
		0, 8,  0,    0, 1, 0, 0,    0,                   /* local APIC 0, enabled */
		1, 12, 1,    0, 0, 0, 0xc0, 0xfe, 0,    0, 0, 0, /* I/O APIC 1 */
		2, 10, 0,    0, 2, 0, 0,    0,    0,    0,       /* IRQ 0 to pin 2 */
		2, 10, 0,    9, 9, 0, 0,    0,    0x0d, 0,       /* SCI: level, high */
		4, 6,  0xff, 0, 0, 1                             /* LINT1 */
	};

	lay();
	require_eq(sz, fetch(find("APIC")), 44 + sizeof(entries));
	check_eq(u32, get_le32(table + 36), 0xfee00000);
	check_eq(u32, get_le32(table + 40), 1);
	check_eq(int, memcmp(table + 44, entries, sizeof(entries)), 0);
}

Test(acpi_tables, hpet_and_mcfg_have_the_addresses_of_their_windows)
{
	lay();
	require_eq(sz, fetch(find("HPET")), 56);
	check_eq(u32, get_le32(table + 36), config.hpet_id);
	check_eq(u8, table[40], 0);
	check_eq(u32, get_le32(table + 44), 0xfed00000);
	check_eq(u8, table[52], 0);
	check_eq(u8, table[53], 0x80);
	require_eq(sz, fetch(find("MCFG")), 60);
	check_eq(u32, get_le32(table + 44), 0xb0000000);
	check_eq(u32, get_le32(table + 48), 0);
	check_eq(u32, get_le32(table + 52), 0xff000000);
}

Test(acpi_tables, what_a_machine_lacks_has_no_table)
{
	config.hpet_base = 0;
	config.ecam_base = 0;
	config.rcba = 0;
	lay();
	check_eq(u64, find("HPET"), 0);
	check_eq(u64, find("MCFG"), 0);
	check_ne(u64, find("APIC"), 0);
	check_eq(sz, firmware.n, 2);
}

Test(acpi_tables, the_areas_for_the_memory_map_hold_the_tables)
{
	lay();
	require_eq(sz, firmware.n, 4);
	check_eq(int, firmware.area[0].type, MEMORY_ACPI_RECLAIMABLE);
	check_eq(u64, firmware.area[0].base % 4096, 0);
	check_le(u64, firmware.area[0].base, find("DSDT"));
	check_eq(u64, firmware.area[0].base + firmware.area[0].size, 64 * MIB - 0x1000);
	check_eq(int, firmware.area[1].type, MEMORY_ACPI_NVS);
	check_eq(u64, firmware.area[1].base, 64 * MIB - 0x1000);
	check_eq(u64, firmware.area[1].size, 0x1000);
	check_eq(int, firmware.area[2].type, MEMORY_RESERVED);
	check_eq(u64, firmware.area[2].base, 0xb0000000);
	check_eq(u64, firmware.area[2].size, 0x10000000);
	check_eq(int, firmware.area[3].type, MEMORY_RESERVED);
	check_eq(u64, firmware.area[3].base, 0xfed1c000);
	check_eq(u64, firmware.area[3].size, 0x4000);
}

Test(acpi_tables, with_memory_above_the_hole_they_lie_below_it)
{
	mem_free(&mem);
	require_eq(ptr, mem_init(&mem, 5 * GIB, 0xb0000000), NULL);
	require_eq(ptr, mem_add_rom(&mem, ROM, ROM_SIZE, "", 0), NULL);
	lay();
	check_eq(u64, firmware.area[1].base, 0xb0000000 - 0x1000);
	check_lt(u64, find("MCFG"), 0xb0000000);
}

static void lay_on_zeroes(uint8_t *bytes, size_t room)
{
	lay();
	require_le(u64, firmware.area[0].size, room);
	require(mem_set(&mem, firmware.area[0].base, 0, firmware.area[0].size));
	lay();
	require(mem_read(&mem, firmware.area[0].base, bytes, firmware.area[0].size));
}

Test(acpi_tables, writing_the_tables_twice_gives_the_same_bytes)
{
	static uint8_t first[0x8000], second[0x8000];

	lay_on_zeroes(first, sizeof(first));
	lay_on_zeroes(second, sizeof(second));
	check_eq(int, memcmp(first, second, sizeof(first)), 0);
}

Test(acpi_tables, too_little_memory_is_refused_with_a_message)
{
	mem_free(&mem);
	require_eq(ptr, mem_init(&mem, MIB, 0xb0000000), NULL);
	refused("-m");
}

Test(acpi_tables, an_rsdp_outside_of_memory_or_misaligned_is_refused)
{
	config.rsdp = 0xd0000;
	refused("RSDP");
	config.rsdp = RSDP + 8;
	refused("RSDP");
}
