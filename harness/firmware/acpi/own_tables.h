/* SPDX-License-Identifier: MIT */
/* The tables that acpi_lay() makes by itself, and fields that all tables have. Only the files of
 * this folder include this. */
#ifndef HARNESS_FIRMWARE_ACPI_OWN_TABLES_H
#define HARNESS_FIRMWARE_ACPI_OWN_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/firmware/acpi/tables.h"

#define ACPI_OEM_ID "BIMETL"

enum header { /* ACPI 5.2.6 */
	      HEADER_SIGNATURE = 0,
	      HEADER_LENGTH = 4,
	      HEADER_REVISION = 8,
	      HEADER_CHECKSUM = 9,
	      HEADER_OEM_ID = 10,
	      HEADER_OEM_TABLE_ID = 16,
	      HEADER_OEM_REVISION = 24,
	      HEADER_CREATOR_ID = 28,
	      HEADER_CREATOR_REVISION = 32,
	      HEADER_SIZE = 36,
	      SIGNATURE_SIZE = 4
};

/* Bytes of tables, or room for them. */
enum acpi_size {
	FADT_SIZE_ACPI_1 = 116,
	FADT_SIZE = 276,
	FADT_MAX = 1024,
	MADT_MAX = 128,
	HPET_SIZE = 56,
	MCFG_SIZE = 60
};

enum { ACPI_REVISION_1 = 1 };

bool acpi_has_signature(const uint8_t *table, const char *signature);
/* All bytes added up. */
uint8_t acpi_sum(const uint8_t *bytes, size_t n);
/* Make the bytes of a table add up to 0. */
void acpi_fix_checksum(uint8_t *table, size_t size);
/* Fill in the header, but for the checksum. */
void acpi_header(uint8_t *table, const char *signature, unsigned revision, size_t size);

/* Make a table in zeroed memory of the size above, without its checksum, and give its size; 0: the
 * machine has not what it tells of. */
size_t acpi_make_fadt(const struct acpi_config *config, uint8_t *table);
size_t acpi_make_madt(const struct acpi_config *config, uint8_t *table);
size_t acpi_make_hpet(const struct acpi_config *config, uint8_t *table);
size_t acpi_make_mcfg(const struct acpi_config *config, uint8_t *table);
/* Write the addresses into an FADT, ours or the user's, and its checksum. */
void acpi_point_fadt(uint8_t *fadt, size_t size, uint64_t facs, uint64_t dsdt);

#endif
