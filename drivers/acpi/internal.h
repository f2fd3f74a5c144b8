/* SPDX-License-Identifier: MIT */
/* Little-endian fields, and checked reading. Internal. */
#ifndef DRIVERS_ACPI_INTERNAL_H
#define DRIVERS_ACPI_INTERNAL_H

#include <stddef.h>

#include "bimetal/acpi.h"

enum { ACPI_CHUNK = 64, ACPI_GAS_SIZE = 12 };

static inline uint16_t acpi_le16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }

static inline uint32_t acpi_le32(const uint8_t *p)
{
	return (uint32_t)acpi_le16(p) | (uint32_t)acpi_le16(p + 2) << 16;
}

static inline uint64_t acpi_le64(const uint8_t *p)
{
	return (uint64_t)acpi_le32(p) | (uint64_t)acpi_le32(p + 4) << 32;
}

/* A Generic Address Structure of ACPI_GAS_SIZE bytes. */
static inline void acpi_gas(const uint8_t *p, struct acpi_address *out)
{
	out->space = p[0];
	out->bits = p[1];
	out->offset = p[2];
	out->access = p[3];
	out->address = acpi_le64(p + 4);
}

/* Read any number of bytes. */
enum acpi_status acpi_fetch(const struct acpi_memory *memory, uint64_t address, uint8_t *to,
			    uint32_t size);
/* Read bytes [at, at + size) of a table. ACPI_BAD_LENGTH: beyond its end. */
enum acpi_status acpi_fetch_field(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
				  uint32_t at, uint8_t *to, uint32_t size);
bool acpi_is(const struct acpi_sdt *sdt, const char *signature);
/* The checks common to all tables: pointers, signature, minimum length. */
enum acpi_status acpi_expect(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
			     const char *signature, uint32_t least);

#endif
