/* SPDX-License-Identifier: MIT */
/* The Fixed ACPI Description Table (ACPI Specification 6.3, 5.2.9), signature "FACP". */
#ifndef BIMETAL_ACPI_FADT_H
#define BIMETAL_ACPI_FADT_H

/* For example:
 *
 *	static bool has_8042(const struct acpi_memory *memory, const struct acpi_root *root)
 *	{
 *		struct acpi_sdt sdt;
 *		struct acpi_fadt fadt;
 *
 *		if (acpi_find(memory, root, "FACP", 0, &sdt) != ACPI_OK) return false;
 *		if (acpi_read_fadt(memory, &sdt, &fadt) != ACPI_OK) return false;
 *		return fadt.boot_flags & ACPI_BOOT_8042;
 *	}
 */

#include "bimetal/acpi.h"

enum acpi_fadt_flag { /* the ones a kernel needs most */
		      ACPI_FADT_WBINVD = 1 << 0,
		      ACPI_FADT_TMR_VAL_EXT = 1 << 8, /* the timer has 32 bits, not 24 */
		      ACPI_FADT_RESET_REG_SUP = 1 << 10,
		      ACPI_FADT_HW_REDUCED = 1 << 20 /* no fixed hardware at all */
};

enum acpi_fadt_boot_flag { /* 5.2.9.3 */
			   ACPI_BOOT_LEGACY_DEVICES = 1 << 0,
			   ACPI_BOOT_8042 = 1 << 1,
			   ACPI_BOOT_NO_VGA = 1 << 2,
			   ACPI_BOOT_NO_MSI = 1 << 3,
			   ACPI_BOOT_NO_CMOS_RTC = 1 << 5
};

/* A block of registers. */
struct acpi_block {
	struct acpi_address at; /* address 0: no such block */
	uint8_t length;         /* bytes */
};

/* Fields that an older table does not have are 0. */
struct acpi_fadt {
	uint64_t facs, dsdt;  /* 0: none */
	uint32_t smi_command; /* I/O port; 0: there is none, the machine is always in ACPI mode */
	uint32_t flags;       /* enum acpi_fadt_flag */
	uint16_t boot_flags;  /* enum acpi_fadt_boot_flag */
	uint16_t sci_irq;
	uint8_t acpi_enable, acpi_disable; /* write these to smi_command */
	uint8_t pm_profile;
	uint8_t day_alarm, month_alarm, century; /* indices into the RTC's RAM; 0: none */
	uint8_t gpe1_base;
	uint8_t reset_value;
	bool can_reset; /* the flag is set and the register is valid */
	struct acpi_address reset;
	/* From the 64-bit fields if they are set, else from the 32-bit fields. */
	struct acpi_block pm1a_event, pm1b_event, pm1a_control, pm1b_control, pm2_control;
	struct acpi_block pm_timer, gpe0, gpe1;
};

/* Read the FADT. `sdt`: from acpi_find(memory, root, "FACP", ...). */
ACPI_MUST_USE enum acpi_status acpi_read_fadt(const struct acpi_memory *memory,
					      const struct acpi_sdt *sdt, struct acpi_fadt *fadt);

#endif
