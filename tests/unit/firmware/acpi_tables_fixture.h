/* SPDX-License-Identifier: MIT */
/* Makes a machine's ACPI tables, and finds them in its memory. */
#ifndef TESTS_UNIT_FIRMWARE_ACPI_TABLES_FIXTURE_H
#define TESTS_UNIT_FIRMWARE_ACPI_TABLES_FIXTURE_H

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

static inline void power_on(void)
{
	require_eq(ptr, mem_init(&mem, 64 * MIB, 0xb0000000), NULL);
	require_eq(ptr, mem_add_rom(&mem, ROM, ROM_SIZE, "", 0), NULL);
	config = acpi_config_pc;
	config.rsdp = RSDP;
	config.user = user;
}

static inline void power_off(void) { mem_free(&mem); }

TestSuite(acpi_tables, .init = power_on, .fini = power_off, .timeout = 60);

static inline uint64_t peek(uint64_t at, unsigned bytes)
{
	uint8_t raw[8] = { 0 };
	uint64_t v = 0;

	require(mem_read(&mem, at, raw, bytes));
	for (unsigned i = 0; i < bytes; i++) v |= (uint64_t)raw[i] << (8 * i);
	return v;
}

static inline uint8_t sum(const uint8_t *p, size_t n)
{
	uint8_t s = 0;

	while (n-- > 0) s = (uint8_t)(s + *p++);
	return s;
}

/* Reads the table at this address into `table`; returns its length. */
static inline size_t fetch(uint64_t at)
{
	size_t length = (size_t)peek(at + 4, 4);

	require_le(sz, length, sizeof(table));
	require(mem_read(&mem, at, table, length));
	return length;
}

static inline void lay(void)
{
	require(acpi_lay(&config, &mem, &firmware, err, sizeof(err)), "%s", err);
}

static inline void refused(const char *words)
{
	require(!acpi_lay(&config, &mem, &firmware, err, sizeof(err)));
	check_ne(ptr, strstr(err, words), NULL, "%s", err);
	check_eq(sz, firmware.n, 0);
}

/* Returns the address in the nth entry of the XSDT, or 0. */
static inline uint64_t entry(unsigned n)
{
	uint64_t xsdt = peek(firmware.rsdp + 24, 8);

	return 36 + 8 * (n + 1) <= peek(xsdt + 4, 4) ? peek(xsdt + 36 + 8 * n, 8) : 0;
}

static inline uint64_t find_nth(const char *signature, unsigned nth)
{
	for (unsigned n = 0; entry(n); n++) {
		char found[5] = "";

		require(mem_read(&mem, entry(n), found, 4));
		if (strcmp(found, signature) == 0 && nth-- == 0) return entry(n);
	}
	return 0;
}

static inline uint64_t find(const char *signature)
{
	if (strcmp(signature, "DSDT") == 0) return peek(find("FACP") + 140, 8);
	return find_nth(signature, 0);
}

/* Makes a user's table with this signature, of `size` bytes, with `mark` behind its header. */
static inline struct acpi_table *give(const char *signature, size_t size, uint8_t mark)
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

#endif
