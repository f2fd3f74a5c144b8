/* SPDX-License-Identifier: MIT */
/* Tables that describe one device: the HPET (IA-PC HPET Specification 1.0a, 3.2.4) and PCI Express
 * configuration space (PCI Firmware Specification 3.0, 4.1.2). */
#ifndef BIMETAL_ACPI_DEVICES_H
#define BIMETAL_ACPI_DEVICES_H

/* For example:
 *
 *	static uint64_t hpet_address(const struct acpi_memory *memory, const struct acpi_root *root)
 *	{
 *		struct acpi_sdt sdt;
 *		struct acpi_hpet hpet;
 *
 *		if (acpi_find(memory, root, "HPET", 0, &sdt) != ACPI_OK) return 0;
 *		return acpi_read_hpet(memory, &sdt, &hpet) == ACPI_OK ? hpet.at.address : 0;
 *	}
 */

#include "bimetal/acpi.h"

struct acpi_hpet {
	struct acpi_address at;
	uint32_t id;        /* the low half of the capabilities register */
	uint16_t min_tick;  /* in ticks: the smallest period that loses no interrupt */
	uint8_t number;     /* the number of this HPET block, from 0 */
	uint8_t protection; /* page protection attributes */
};

/* Read the table "HPET". */
ACPI_MUST_USE enum acpi_status acpi_read_hpet(const struct acpi_memory *memory,
					      const struct acpi_sdt *sdt, struct acpi_hpet *hpet);

/* Configuration space of buses `first_bus` to `last_bus`. Bus b's space is at base + (b << 20):
 * `base` is bus 0's, even if first_bus is higher. */
struct acpi_ecam {
	uint64_t base;
	uint16_t segment;
	uint8_t first_bus, last_bus;
};

/* Read entry `i` (from 0) of the table "MCFG". ACPI_END: no such entry. */
ACPI_MUST_USE enum acpi_status acpi_read_ecam(const struct acpi_memory *memory,
					      const struct acpi_sdt *sdt, uint32_t i,
					      struct acpi_ecam *ecam);

#endif
