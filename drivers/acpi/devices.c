/* SPDX-License-Identifier: MIT */
/* HPET and MCFG. */
#include "bimetal/acpi_devices.h"
#include "internal.h"

enum { /* IA-PC HPET 1.0a, 3.2.4 */
       HPET_ID = 36,
       HPET_ADDRESS = 40,
       HPET_NUMBER = 52,
       HPET_MIN_TICK = 53,
       HPET_PROTECTION = 55,
       HPET_SIZE = 56
};

enum { /* PCI Firmware Specification 3.0, 4.1.2 */
       MCFG_ENTRIES = 44,
       MCFG_ENTRY_SIZE = 16,
       ECAM_SEGMENT = 8,
       ECAM_FIRST_BUS = 10,
       ECAM_LAST_BUS = 11
};

enum acpi_status acpi_read_hpet(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
				struct acpi_hpet *hpet)
{
	uint8_t t[HPET_SIZE];
	enum acpi_status status = acpi_expect(memory, sdt, "HPET", HPET_SIZE);

	if (status) return status;
	if (!hpet) return ACPI_NULL;
	status = acpi_fetch_field(memory, sdt, 0, t, sizeof(t));
	if (status) return status;
	acpi_gas(t + HPET_ADDRESS, &hpet->at);
	hpet->id = acpi_le32(t + HPET_ID);
	hpet->number = t[HPET_NUMBER];
	hpet->min_tick = acpi_le16(t + HPET_MIN_TICK);
	hpet->protection = t[HPET_PROTECTION];
	bool placed = hpet->at.space == ACPI_SPACE_MEMORY && hpet->at.address;
	return placed ? ACPI_OK : ACPI_BAD_VALUE;
}

enum acpi_status acpi_read_ecam(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
				uint32_t i, struct acpi_ecam *ecam)
{
	uint8_t raw[MCFG_ENTRY_SIZE];
	enum acpi_status status = acpi_expect(memory, sdt, "MCFG", MCFG_ENTRIES);

	if (status) return status;
	if (!ecam) return ACPI_NULL;
	uint32_t bytes = sdt->length - MCFG_ENTRIES;
	if (bytes % MCFG_ENTRY_SIZE) return ACPI_BAD_LENGTH;
	if (i >= bytes / MCFG_ENTRY_SIZE) return ACPI_END;
	status =
		acpi_fetch_field(memory, sdt, MCFG_ENTRIES + i * MCFG_ENTRY_SIZE, raw, sizeof(raw));
	if (status) return status;
	ecam->base = acpi_le64(raw);
	ecam->segment = acpi_le16(raw + ECAM_SEGMENT);
	ecam->first_bus = raw[ECAM_FIRST_BUS];
	ecam->last_bus = raw[ECAM_LAST_BUS];
	bool sound = ecam->base && ecam->first_bus <= ecam->last_bus;
	return sound ? ACPI_OK : ACPI_BAD_VALUE;
}
