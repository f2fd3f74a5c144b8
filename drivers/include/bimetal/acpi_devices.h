/* SPDX-License-Identifier: MIT */
/* Tables that tell of one device: the HPET (IA-PC HPET Specification 1.0a, 3.2.4) and PCI Express
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
	uint32_t id;        /* the low half of its capabilities register */
	uint16_t min_tick;  /* smallest period that loses no interrupt */
	uint8_t number;     /* which of several it is */
	uint8_t protection; /* of its page */
};

/* `sdt`: "HPET". */
ACPI_MUST_USE enum acpi_status acpi_read_hpet(const struct acpi_memory *memory,
					      const struct acpi_sdt *sdt, struct acpi_hpet *hpet);

/* The configuration space of some buses: bus b's at base + (b << 20), whichever is the first. */
struct acpi_ecam {
	uint64_t base;
	uint16_t segment;
	uint8_t first_bus, last_bus;
};

/* `sdt`: "MCFG". Entry `i` from 0 on; ACPI_END: there are no more. */
ACPI_MUST_USE enum acpi_status acpi_read_ecam(const struct acpi_memory *memory,
					      const struct acpi_sdt *sdt, uint32_t i,
					      struct acpi_ecam *ecam);

#endif
