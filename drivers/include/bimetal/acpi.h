/* SPDX-License-Identifier: MIT */
/* The ACPI tables (ACPI Specification 6.3, 5.2): finding them, checking them, walking through them.
 * What single tables say: acpi_fadt.h, acpi_madt.h, acpi_devices.h. No AML.
 *
 * Firmware wrote the tables, and firmware errs: nothing in them is believed before it was checked,
 * every walk has an end, and what is wrong comes back as an error. Memory is read through the
 * caller's function, so that the kernel maps what is asked for and nothing else.
 *
 *	static enum acpi_status find_madt(const struct acpi_memory *memory, struct acpi_sdt *madt)
 *	{
 *		struct acpi_root root;
 *		uint64_t rsdp;
 *		enum acpi_status status = acpi_find_rsdp(memory, &rsdp);
 *
 *		if (status == ACPI_OK) status = acpi_read_root(memory, rsdp, &root);
 *		return status == ACPI_OK ? acpi_find(memory, &root, "APIC", 0, madt) : status;
 *	}
 *
 * Pure and freestanding: no libc, no heap, no device, no state but the caller's. */
#ifndef BIMETAL_ACPI_H
#define BIMETAL_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#define ACPI_MUST_USE __attribute__((warn_unused_result))

enum acpi_status {
	ACPI_OK,
	ACPI_END,        /* there is no further one */
	ACPI_NOT_FOUND,  /* no RSDP; no such table */
	ACPI_NULL,       /* a null pointer */
	ACPI_UNREADABLE, /* the caller's function cannot read there */
	ACPI_BAD_LENGTH, /* shorter than its contents, longer than anything, or not whole */
	ACPI_BAD_CHECKSUM,
	ACPI_BAD_SIGNATURE, /* another table than the one expected */
	ACPI_BAD_VALUE      /* a field holds what the specification excludes */
};

enum {
	ACPI_SIGNATURE_SIZE = 4,
	ACPI_HEADER_SIZE = 36,
	ACPI_MAX_LENGTH = 1 << 24, /* of a table, bytes: far beyond any */
	ACPI_MAX_ENTRIES = 1024    /* of the RSDT or XSDT */
};

/* How to read physical memory. */
struct acpi_memory {
	/* Copy `size` bytes (1 to 64) from `address` on, any alignment, to `to`. False: some of
	 * them cannot be read. */
	bool (*read)(void *ctx, uint64_t address, uint8_t *to, uint32_t size);
	void *ctx;
};

/* What the RSDP leads to. */
struct acpi_root {
	uint8_t revision;   /* of the RSDP: 0 is ACPI 1.0 */
	uint8_t entry_size; /* bytes: 8 in the XSDT, 4 in the RSDT */
	uint8_t oem_id[6];
	uint32_t n;     /* entries */
	uint64_t table; /* the XSDT or, where there is none, the RSDT */
};

/* A System Description Table's header (5.2.6). */
struct acpi_sdt {
	uint64_t address; /* of the header */
	uint32_t length;  /* with the header */
	uint32_t oem_revision;
	uint8_t signature[ACPI_SIGNATURE_SIZE];
	uint8_t revision;
	uint8_t oem_id[6], oem_table_id[8];
};

/* A register's place: a Generic Address Structure (5.2.3.2). */
enum acpi_space { ACPI_SPACE_MEMORY = 0, ACPI_SPACE_PORT = 1, ACPI_SPACE_PCI = 2 };

struct acpi_address {
	uint64_t address; /* 0: there is no such register */
	uint8_t space;    /* enum acpi_space, or others */
	uint8_t bits;     /* width of the register */
	uint8_t offset;   /* of its lowest bit */
	uint8_t access;   /* 0: not said; else 1 << (access - 1) bytes */
};

/* The RSDP of a PC with a BIOS (5.2.5.1): in the first KiB of the extended BIOS data area, or
 * between E0000h and FFFFFh, at a multiple of 16, its checksums right. (UEFI's is in its
 * configuration table.) */
ACPI_MUST_USE enum acpi_status acpi_find_rsdp(const struct acpi_memory *memory, uint64_t *rsdp);
/* Check the RSDP at this address, and the XSDT or RSDT it points to. */
ACPI_MUST_USE enum acpi_status acpi_read_root(const struct acpi_memory *memory, uint64_t rsdp,
					      struct acpi_root *root);
/* Address of entry `i`; 0, as some firmware has it, is none. ACPI_END: i is not below root->n. */
ACPI_MUST_USE enum acpi_status acpi_entry(const struct acpi_memory *memory,
					  const struct acpi_root *root, uint32_t i,
					  uint64_t *address);
/* The table at this address (of an entry, or the FADT's DSDT): its header, checked with the whole
 * table's checksum. */
ACPI_MUST_USE enum acpi_status acpi_read_sdt(const struct acpi_memory *memory, uint64_t address,
					     struct acpi_sdt *sdt);
/* The `nth` table (from 0) with this signature, four characters; tables of which not even the
 * header can be read are passed over. */
ACPI_MUST_USE enum acpi_status acpi_find(const struct acpi_memory *memory,
					 const struct acpi_root *root, const char *signature,
					 uint32_t nth, struct acpi_sdt *sdt);

#endif
