/* SPDX-License-Identifier: MIT */
/* The ACPI tables of the machine `pc`, as its firmware would leave them in memory: RSDP, RSDT,
 * XSDT, FADT, FACS, DSDT, MADT, HPET and MCFG, and tables that a user adds. Layouts are those of
 * the ACPI Specification 6.3 (5.2), the IA-PC HPET Specification 1.0a (3.2.4) and the PCI Firmware
 * Specification 3.0 (4.1.2).
 *
 * The DSDT is dsdt.asl, compiled at build time. It has the addresses of acpi_config_pc: a machine
 * with other addresses needs another DSDT. */
#ifndef HARNESS_FIRMWARE_ACPI_TABLES_H
#define HARNESS_FIRMWARE_ACPI_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/mem.h"
#include "harness/firmware/memory_map.h"

enum {
	ACPI_MAX_USER_TABLES = 16,
	ACPI_MAX_TABLE = 1 << 20, /* bytes of one table */
	ACPI_RSDP_ALIGN = 16,     /* and its address is below 1 MiB: ACPI 5.2.5.1 */
	ACPI_RSDP_SIZE = 36,      /* of revision 2 */
	ACPI_ERROR_SIZE = 320
};

/* A whole table with its header, checked by acpi_table_check(). */
struct acpi_table {
	const uint8_t *bytes;
	size_t size;
};

/* The facts about a machine that the tables describe. Addresses are physical. */
struct acpi_config {
	uint32_t lapic_base, ioapic_base;
	uint8_t lapic_id, ioapic_id;
	uint8_t sci_irq;    /* level, active high */
	uint64_t hpet_base; /* 0: no HPET */
	uint32_t hpet_id;   /* low half of its capabilities register */
	uint16_t hpet_min_tick;
	uint64_t rcba;      /* the ICH's own registers, 16 KiB; 0: not reserved */
	uint64_t ecam_base; /* 0: no MCFG; 1 MiB per bus */
	uint8_t ecam_last_bus;
	uint16_t pm_base;                  /* PMBASE of the ICH9 */
	uint8_t acpi_enable, acpi_disable; /* written to the SMI command port */
	uint64_t rsdp;                     /* its address in ROM or RAM, a multiple of 16 */
	const struct acpi_table *user;     /* added, or replacing ours of the same signature */
	size_t n_user;                     /* at most ACPI_MAX_USER_TABLES */
};

/* The facts about the machine `pc`. The caller sets `rsdp`. */
extern const struct acpi_config acpi_config_pc;

/* Our DSDT as compiled from dsdt.asl. */
struct acpi_table acpi_dsdt(void);

/* Whether this table can be used. If not, `err` says what is wrong and what to do, without the name
 * of the file. */
bool acpi_table_check(const uint8_t *bytes, size_t size, char *err, size_t err_size);
/* Read a table from a file and check it. Free it with acpi_table_free(). False: `err` names the
 * file and says what is wrong. */
bool acpi_table_read(const char *path, struct acpi_table *table, char *err, size_t err_size);
void acpi_table_free(struct acpi_table *table);

/* Write the tables into memory: the RSDP at config->rsdp, all others at the top of the RAM below
 * the hole, and the FACS above them. `out` gets the RSDP's address and the areas for the memory
 * map: the tables (ACPI reclaimable), the FACS (ACPI NVS), and the ECAM and RCBA windows
 * (reserved). The same config and memory size give the same bytes at the same addresses, so this
 * may be repeated after a reset. False: `err` says why; memory may have been written. */
bool acpi_lay(const struct acpi_config *config, struct mem *mem, struct memory_firmware *out,
	      char *err, size_t err_size);

#endif
