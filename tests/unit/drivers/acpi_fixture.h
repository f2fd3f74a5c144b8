/* SPDX-License-Identifier: MIT */
/* The first MiB of a machine, for tables made by hand; memory above cannot be read. */
#ifndef TESTS_UNIT_DRIVERS_ACPI_FIXTURE_H
#define TESTS_UNIT_DRIVERS_ACPI_FIXTURE_H

#include "bimetal/acpi.h"
#include "tests/check.h"

#include <string.h>

enum { IMAGE = 1 << 20, RSDP = 0xf0010, XSDT = 0x80000, RSDT = 0x81000, TABLE = 0x82000 };

static uint8_t image[IMAGE];
static unsigned n_reads;
static uint64_t hole; /* address of 16 bytes that cannot be read; 0: none */

static bool read_image(void *ctx, uint64_t address, uint8_t *to, uint32_t size)
{
	(void)ctx;
	n_reads++;
	require(size >= 1 && size <= 64, "%u bytes at once", size);
	if (address > IMAGE || size > IMAGE - address) return false;
	if (hole && address < hole + 16 && address + size > hole) return false;
	memcpy(to, image + address, size);
	return true;
}

static const struct acpi_memory memory = { .read = read_image };

static inline void put(uint64_t at, unsigned bytes, uint64_t value)
{
	for (unsigned i = 0; i < bytes; i++) image[at + i] = (uint8_t)(value >> 8 * i);
}

/* Puts a Generic Address Structure. */
static inline void put_gas(uint64_t at, unsigned space, unsigned bits, unsigned access,
			   uint64_t address)
{
	put(at, 1, space);
	put(at + 1, 1, bits);
	put(at + 3, 1, access);
	put(at + 4, 8, address);
}

static inline void fix_sum(uint64_t at, uint32_t length, uint64_t sum_at)
{
	uint8_t sum = 0;
	image[sum_at] = 0;
	for (uint32_t i = 0; i < length; i++) sum = (uint8_t)(sum + image[at + i]);
	image[sum_at] = (uint8_t)-sum;
}

/* Corrects the checksum of the table of this length at this address. */
static inline void sign(uint64_t at, uint32_t length) { fix_sum(at, length, at + 9); }

static inline void header(uint64_t at, const char *signature, uint32_t length)
{
	memcpy(image + at, signature, 4);
	put(at + 4, 4, length);
	image[at + 8] = 1;
	memcpy(image + at + 10, "OEMIDSTABLEIDS", 14);
	sign(at, length);
}

static inline void rsdp(uint64_t at, unsigned revision, uint64_t rsdt, uint64_t xsdt)
{
	memcpy(image + at, "RSD PTR ", 8);
	memcpy(image + at + 9, "OEMIDS", 6);
	put(at + 15, 1, revision);
	put(at + 16, 4, rsdt);
	fix_sum(at, 20, at + 8);
	if (revision < 2) return;
	put(at + 20, 4, 36);
	put(at + 24, 8, xsdt);
	fix_sum(at, 36, at + 32);
}

/* Makes an XSDT of these tables, and returns it as the root. */
static inline struct acpi_root root_of(const uint64_t *tables, uint32_t n)
{
	struct acpi_root root;
	for (uint32_t i = 0; i < n; i++) put(XSDT + 36 + 8 * i, 8, tables[i]);
	header(XSDT, "XSDT", 36 + 8 * n);
	rsdp(RSDP, 2, 0, XSDT);
	require_eq(int, acpi_read_root(&memory, RSDP, &root), ACPI_OK);
	return root;
}

/* Makes a table at TABLE, and reads its header. */
static inline struct acpi_sdt only_table(const char *signature, uint32_t length)
{
	struct acpi_sdt sdt;
	header(TABLE, signature, length);
	require_eq(int, acpi_read_sdt(&memory, TABLE, &sdt), ACPI_OK);
	return sdt;
}

#endif
