/* SPDX-License-Identifier: MIT */
/* Offsets are a second transcription from the ACPI Specification 6.3. */
#include "emu/bytes.h"
#include "harness/firmware/acpi/tables.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/emu/random.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)
enum { ROM = 0xf0000, ROM_SIZE = 0x10000, RSDP = 0xfd000, MAX_FOUND = 32 };

static struct mem mem;
static struct memory_firmware firmware;
static struct acpi_config config;
static struct acpi_table user[ACPI_MAX_USER_TABLES + 1];
static uint8_t user_bytes[ACPI_MAX_USER_TABLES + 1][256];
static char err[ACPI_ERROR_SIZE];
static uint8_t table[1 << 16];
static char scratch[] = "/tmp/bimetal-acpi-XXXXXX";

static void power_on(void)
{
	require_eq(ptr, mem_init(&mem, 64 * MIB, 0xb0000000), NULL);
	require_eq(ptr, mem_add_rom(&mem, ROM, ROM_SIZE, "", 0), NULL);
	config = acpi_config_pc;
	config.rsdp = RSDP;
	config.user = user;
}

static void power_off(void) { mem_free(&mem); }

TestSuite(acpi_tables, .init = power_on, .fini = power_off, .timeout = 60);

static uint64_t peek(uint64_t at, unsigned bytes)
{
	uint8_t raw[8] = { 0 };
	uint64_t v = 0;

	require(mem_read(&mem, at, raw, bytes));
	for (unsigned i = 0; i < bytes; i++) v |= (uint64_t)raw[i] << (8 * i);
	return v;
}

static uint8_t sum(const uint8_t *p, size_t n)
{
	uint8_t s = 0;

	while (n-- > 0) s = (uint8_t)(s + *p++);
	return s;
}

/* Reads the table at this address into `table`; returns its length. */
static size_t fetch(uint64_t at)
{
	size_t length = (size_t)peek(at + 4, 4);

	require_le(sz, length, sizeof(table));
	require(mem_read(&mem, at, table, length));
	return length;
}

static void lay(void) { require(acpi_lay(&config, &mem, &firmware, err, sizeof(err)), "%s", err); }

static void refused(const char *words)
{
	require(!acpi_lay(&config, &mem, &firmware, err, sizeof(err)));
	check_ne(ptr, strstr(err, words), NULL, "%s", err);
	check_eq(sz, firmware.n, 0);
}

/* Returns the address in the nth entry of the XSDT, or 0. */
static uint64_t entry(unsigned n)
{
	uint64_t xsdt = peek(firmware.rsdp + 24, 8);

	return 36 + 8 * (n + 1) <= peek(xsdt + 4, 4) ? peek(xsdt + 36 + 8 * n, 8) : 0;
}

static uint64_t find_nth(const char *signature, unsigned nth)
{
	for (unsigned n = 0; entry(n); n++) {
		char found[5] = "";

		require(mem_read(&mem, entry(n), found, 4));
		if (strcmp(found, signature) == 0 && nth-- == 0) return entry(n);
	}
	return 0;
}

static uint64_t find(const char *signature)
{
	if (strcmp(signature, "DSDT") == 0) return peek(find("FACP") + 140, 8);
	return find_nth(signature, 0);
}

/* Makes a user's table with this signature, of `size` bytes, with `mark` behind its header. */
static struct acpi_table *give(const char *signature, size_t size, uint8_t mark)
{
	uint8_t *p = user_bytes[config.n_user];

	memcpy(p, signature, 4);
	p[4] = (uint8_t)size;
	p[5] = (uint8_t)(size >> 8);
	p[8] = 1;
	if (size > 36) p[36] = mark;
	p[9] = (uint8_t)-sum(p, size);
	user[config.n_user] = (struct acpi_table){ p, size };
	return &user[config.n_user++];
}

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

/* ---- the user's tables ---- */

Test(acpi_tables, a_given_table_is_added)
{
	give("SSDT", 40, 0x5a);
	lay();
	require_ne(u64, find("SSDT"), 0);
	check_eq(sz, fetch(find("SSDT")), 40);
	check_eq(u8, table[36], 0x5a);
	check_ne(u64, find("APIC"), 0);
}

Test(acpi_tables, a_given_table_takes_the_place_of_ours)
{
	static const char *const names[] = { "APIC", "HPET", "MCFG", "DSDT" };

	for (unsigned i = 0; i < 4; i++) give(names[i], 60, (uint8_t)(0xa0 + i));
	lay();
	for (unsigned i = 0; i < 4; i++) {
		check_eq(sz, fetch(find(names[i])), 60, "%s", names[i]);
		check_eq(u8, table[36], (uint8_t)(0xa0 + i), "%s", names[i]);
		check_eq(u8, sum(table, 60), 0);
	}
	check_eq(u64, find_nth("APIC", 1), 0);
}

Test(acpi_tables, a_given_fadt_points_to_our_facs_and_dsdt)
{
	give("FACP", 244, 0xee);
	lay();
	require_eq(sz, fetch(find("FACP")), 244);
	check_eq(u8, sum(table, 244), 0);
	check_eq(u32, get_le32(table + 36), 64 * MIB - 0x1000);
	check_eq(u32, get_le32(table + 40), (uint32_t)find("DSDT"));
	check_eq(int, memcmp(table + 28, "BMTL", 4) != 0, 1);
	(void)fetch(find("DSDT"));
	check_eq(int, memcmp(table, "DSDT", 4), 0);
}

Test(acpi_tables, a_given_fadt_of_acpi_1_has_no_long_pointers)
{
	give("FACP", 116, 0);
	lay();
	require_eq(sz, fetch(find("FACP")), 116);
	check_eq(u8, sum(table, 116), 0);
	check_eq(u64, peek(peek(find("FACP") + 40, 4), 4), 0x54445344);
}

Test(acpi_tables, several_ssdts_are_kept_in_their_order)
{
	give("SSDT", 40, 1);
	give("SSDT", 40, 2);
	give("OEM1", 40, 3);
	give("OEM1", 40, 4);
	lay();
	check_eq(u64, peek(find_nth("SSDT", 0) + 36, 1), 1);
	check_eq(u64, peek(find_nth("SSDT", 1) + 36, 1), 2);
	check_eq(u64, peek(find_nth("OEM1", 1) + 36, 1), 4);
}

Test(acpi_tables, two_of_a_kind_are_refused)
{
	give("SRAT", 40, 1);
	give("SRAT", 40, 2);
	refused("two ACPI tables SRAT");
}

Test(acpi_tables, as_many_as_the_limit_fit_and_one_more_does_not)
{
	for (unsigned i = 0; i < ACPI_MAX_USER_TABLES; i++) give("SSDT", 40, (uint8_t)i);
	lay();
	check_ne(u64, find_nth("SSDT", ACPI_MAX_USER_TABLES - 1), 0);
	give("SSDT", 40, 99);
	refused("at most 16");
}

Test(acpi_tables, a_large_table_is_written_too)
{
	static uint8_t large[ACPI_MAX_TABLE] = "SSDT";

	large[4] = 0;
	large[6] = 0x10;
	large[9] = (uint8_t)-sum(large, sizeof(large));
	user[0] = (struct acpi_table){ large, sizeof(large) };
	config.n_user = 1;
	lay();
	check_eq(u64, peek(find("SSDT") + 4, 4), ACPI_MAX_TABLE);
}

static void bad(const void *bytes, size_t size, const char *words)
{
	check(!acpi_table_check(bytes, size, err, sizeof(err)), "%s", words);
	check_ne(ptr, strstr(err, words), NULL, "%s", err);
}

Test(acpi_tables, a_bad_table_is_refused_with_what_to_do)
{
	const struct acpi_table *good = give("SSDT", 40, 0);
	uint8_t t[64] = { 0 };

	memcpy(t, good->bytes, 40);
	require(acpi_table_check(t, 40, err, sizeof(err)));
	bad(t, 0, "header");
	bad(t, 35, "the file has 35 bytes, fewer than the 36");
	bad(t, 41, "length, at offset 4, is 40, but the file has 41 bytes");
	t[9]++;
	bad(t, 40, "checksum, at offset 9");
	t[9]--;
	memcpy(t, "ssdt", 4);
	bad(t, 40, "signature");
	bad("DSDT @ 0x0000000000000000\n  0000: 44", 36, "acpixtract");
	bad("DefinitionBlock (\"\", \"SSDT\", 2, \"A\")", 36, "iasl");
	bad("/* my table */ DefinitionBlock (\"\", )", 36, "iasl");
	bad("RSD PTR 0123456789012345678901234567", 36, "makes its own");
	bad("RSD ", 4, "fewer than the 36");
	bad("XSDT567890123456789012345678901234567", 36, "makes its own");
	bad("FACS567890123456789012345678901234567", 36, "makes its own");
	memset(t, 0, sizeof(t));
	memcpy(t, "FACP", 4);
	t[4] = 64;
	t[9] = (uint8_t)-sum(t, 64);
	bad(t, 64, "an FADT has 116 to 1024 bytes; this one has 64");
}

Test(acpi_tables, the_message_names_the_right_checksum)
{
	const struct acpi_table *good = give("SSDT", 40, 7);
	uint8_t t[40];
	char words[32];

	memcpy(t, good->bytes, 40);
	t[9] = (uint8_t)(t[9] + 0x30);
	snprintf(words, sizeof(words), "should be 0x%02x", good->bytes[9]);
	bad(t, 40, words);
}

Test(acpi_tables, a_bad_table_does_not_get_into_memory_unchecked)
{
	give("SSDT", 40, 0);
	user_bytes[0][12]++;
	refused("ACPI table 1: its bytes");
}

Test(acpi_tables, random_bytes_are_refused_or_written_and_nothing_breaks)
{
	uint64_t seed = 42;

	for (unsigned round = 0; round < 2000; round++) {
		uint8_t t[128];
		size_t size = random_next(&seed) % (sizeof(t) + 1);

		for (size_t i = 0; i < size; i++) t[i] = (uint8_t)random_next(&seed);
		if (round % 2 && size >= 36) {
			memcpy(t, round % 4 == 1 ? "SSDT" : "MCFG", 4);
			memset(t + 4, 0, 4);
			t[4] = (uint8_t)size;
			t[9] = (uint8_t)(t[9] - sum(t, size));
		}
		config.n_user = 0;
		if (!acpi_table_check(t, size, err, sizeof(err))) {
			check_ne(chr, err[0], 0);
			continue;
		}
		user[0] = (struct acpi_table){ t, size };
		config.n_user = 1;
		lay();
	}
}

/* ---- files ---- */

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
	FILE *f = fopen(path_of(name), "wb");

	require_ne(ptr, f, NULL);
	require_eq(sz, fwrite(bytes, 1, size, f), size);
	fclose(f);
}

static bool shell(const char *command)
{
	/* The command has only constants and our own folder. NOLINTNEXTLINE(cert-env33-c) */
	return system(command) == 0;
}

static void remove_scratch(void)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
	check(shell(command));
}

Test(acpi_tables, a_file_is_read_and_a_bad_one_is_named)
{
	const struct acpi_table *good = give("SSDT", 40, 7);
	struct acpi_table got = { 0 };

	require_ne(ptr, mkdtemp(scratch), NULL);
	write_file("good.aml", good->bytes, 40);
	write_file("short.aml", good->bytes, 39);
	require(acpi_table_read(path_of("good.aml"), &got, err, sizeof(err)), "%s", err);
	check_eq(sz, got.size, 40);
	check_eq(int, memcmp(got.bytes, good->bytes, 40), 0);
	acpi_table_free(&got);
	check(!acpi_table_read(path_of("short.aml"), &got, err, sizeof(err)));
	check_ne(ptr, strstr(err, "short.aml: its length"), NULL, "%s", err);
	check(!acpi_table_read(path_of("none.aml"), &got, err, sizeof(err)));
	check_ne(ptr, strstr(err, "none.aml: cannot open the file: No such file"), NULL, "%s", err);
	check(!acpi_table_read(scratch, &got, err, sizeof(err)));
	check_ne(ptr, strstr(err, scratch), NULL, "%s", err);
	remove_scratch();
}

Test(acpi_tables, a_file_too_long_is_refused)
{
	static uint8_t large[ACPI_MAX_TABLE + 2] = "SSDT";
	struct acpi_table got = { 0 };

	require_ne(ptr, mkdtemp(scratch), NULL);
	write_file("large.aml", large, sizeof(large));
	check(!acpi_table_read(path_of("large.aml"), &got, err, sizeof(err)));
	check_ne(ptr, strstr(err, "at most 1048576"), NULL, "%s", err);
	remove_scratch();
}

/* ---- checks with iasl ---- */

/* Runs iasl in the temporary folder. True: it succeeded without warnings. */
static bool iasl(const char *arguments, const char *name)
{
	char command[512];

	snprintf(
		command, sizeof(command),
		"cd '%s' && '%s' %s '%s' >log 2>&1 && ! grep -nEi "
		"'checksum|invalid|warning +[0-9]|remark +[0-9]|error +[0-9]|ACPI (Error|Warning)' "
		"log || { cat '%s'/log; false; }",
		scratch, IASL, arguments, name, scratch);
	return shell(command);
}

/* Disassembles the table, compiles it again, and compares all but the name of the compiler. */
static void round_trip(const char *signature)
{
	size_t length = fetch(find(signature));
	static uint8_t again[sizeof(table) + 1];
	char binary[16], source[16];
	FILE *f;

	snprintf(binary, sizeof(binary), "%s.dat", signature);
	snprintf(source, sizeof(source), "%s.dsl", signature);
	write_file(binary, table, length);
	require(iasl("-d", binary), "%s", signature);
	require(iasl("-we -vr -p again", source), "%s", signature);
	f = fopen(path_of("again.aml"), "rb");
	require_ne(ptr, f, NULL);
	check_eq(sz, fread(again, 1, sizeof(again), f), length, "%s", signature);
	fclose(f);
	again[9] = table[9]; /* checksum; then the creator's name and revision */
	memcpy(again + 28, table + 28, 8);
	check_eq(int, memcmp(again, table, length), 0, "%s", signature);
}

Test(acpi_tables, iasl_disassembles_them_and_compiles_the_same_bytes)
{
	static const char *const names[] = { "FACP", "APIC", "HPET", "MCFG", "DSDT" };

	require_ne(ptr, mkdtemp(scratch), NULL);
	lay();
	for (unsigned i = 0; i < 5; i++) round_trip(names[i]);
	remove_scratch();
}
