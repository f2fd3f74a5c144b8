/* SPDX-License-Identifier: MIT */
/* The ACPI tables (ACPI Specification 6.3, 5.2): finding, checking and walking them. What each
 * table holds: acpi_fadt.h, acpi_madt.h, acpi_devices.h. AML is not interpreted.
 *
 * Firmware writes the tables, and firmware has bugs. So every field is checked before it is used,
 * every walk is bounded, and every fault is returned as an error. Memory is read through the
 * caller's function: the kernel maps only what is asked for.
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
 * Freestanding: no libc, no heap. All state is in the caller's structs. No device is accessed. */
#ifndef BIMETAL_ACPI_H
#define BIMETAL_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#define ACPI_MUST_USE __attribute__((warn_unused_result))

enum acpi_status {
	ACPI_OK,
	ACPI_END,        /* no more entries */
	ACPI_NOT_FOUND,  /* no RSDP; no such table */
	ACPI_NULL,       /* a null pointer */
	ACPI_UNREADABLE, /* the caller's function cannot read there */
	ACPI_BAD_LENGTH, /* too short, too long, or not whole entries */
	ACPI_BAD_CHECKSUM,
	ACPI_BAD_SIGNATURE, /* not the expected table */
	ACPI_BAD_VALUE      /* a field has a value that the specification forbids */
};

enum {
	ACPI_SIGNATURE_SIZE = 4,
	ACPI_HEADER_SIZE = 36,
	ACPI_MAX_LENGTH = 1 << 24, /* bytes in a table; real ones are far smaller */
	ACPI_MAX_ENTRIES = 1024    /* in the RSDT or XSDT */
};

/* How to read physical memory. */
struct acpi_memory {
	/* Copy `size` bytes (1 to 64) at `address`, any alignment, into `to`. Return false if some
	 * of them cannot be read. */
	bool (*read)(void *ctx, uint64_t address, uint8_t *to, uint32_t size);
	void *ctx;
};

/* The RSDT or XSDT that the RSDP points to. */
struct acpi_root {
	uint8_t revision;   /* of the RSDP: 0 is ACPI 1.0 */
	uint8_t entry_size; /* bytes: 8 in the XSDT, 4 in the RSDT */
	uint8_t oem_id[6];
	uint32_t n;     /* entries */
	uint64_t table; /* physical address of the XSDT or, if there is none, of the RSDT */
};

/* A System Description Table's header (5.2.6). */
struct acpi_sdt {
	uint64_t address; /* of the header */
	uint32_t length;  /* bytes, header included */
	uint32_t oem_revision;
	uint8_t signature[ACPI_SIGNATURE_SIZE];
	uint8_t revision;
	uint8_t oem_id[6], oem_table_id[8];
};

/* The address of a register: a Generic Address Structure (5.2.3.2). */
enum acpi_space { ACPI_SPACE_MEMORY = 0, ACPI_SPACE_PORT = 1, ACPI_SPACE_PCI = 2 };

struct acpi_address {
	uint64_t address; /* 0: there is no such register */
	uint8_t space;    /* enum acpi_space or another value */
	uint8_t bits;     /* register width */
	uint8_t offset;   /* of the lowest bit */
	uint8_t access;   /* access size: 0 is undefined, else 1 << (access - 1) bytes */
};

/* Find the RSDP of a PC with a BIOS (5.2.5.1): in the first KiB of the extended BIOS data area, or
 * between E0000h and FFFFFh, at a multiple of 16, with correct checksums. (UEFI keeps its RSDP in
 * its configuration table.) */
ACPI_MUST_USE enum acpi_status acpi_find_rsdp(const struct acpi_memory *memory, uint64_t *rsdp);
/* Check the RSDP at this address and the XSDT or RSDT that it points to. */
ACPI_MUST_USE enum acpi_status acpi_read_root(const struct acpi_memory *memory, uint64_t rsdp,
					      struct acpi_root *root);
/* The physical address in entry `i`. Some firmware leaves 0, which is no table. ACPI_END: i is not
 * below root->n. */
ACPI_MUST_USE enum acpi_status acpi_entry(const struct acpi_memory *memory,
					  const struct acpi_root *root, uint32_t i,
					  uint64_t *address);
/* Read and check the header of the table at this address (from acpi_entry() or the FADT's DSDT
 * field). The checksum covers the whole table. */
ACPI_MUST_USE enum acpi_status acpi_read_sdt(const struct acpi_memory *memory, uint64_t address,
					     struct acpi_sdt *sdt);
/* Find the `nth` table (from 0) with this signature of four characters. Tables whose header cannot
 * be read are skipped. */
ACPI_MUST_USE enum acpi_status acpi_find(const struct acpi_memory *memory,
					 const struct acpi_root *root, const char *signature,
					 uint32_t nth, struct acpi_sdt *sdt);

#endif
