/* SPDX-License-Identifier: MIT */
/* ACPI tables that the user gives, in memory and in files; and checks of all tables with iasl. */
#include "tests/unit/firmware/acpi_tables_fixture.h"

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

static char scratch[] = "/tmp/bimetal-acpi-XXXXXX";

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
