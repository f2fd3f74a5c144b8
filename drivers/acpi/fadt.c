/* SPDX-License-Identifier: MIT */
/* The FADT. Each version of it is the previous one with fields appended. */
#include "bimetal/acpi_fadt.h"
#include "internal.h"

enum { /* 5.2.9 */
       FIRMWARE_CTRL = 36,
       DSDT = 40,
       PM_PROFILE = 45,
       SCI_INT = 46,
       SMI_CMD = 48,
       ENABLE = 52,
       DISABLE = 53,
       PM1A_EVT = 56,
       PM1B_EVT = 60,
       PM1A_CNT = 64,
       PM1B_CNT = 68,
       PM2_CNT = 72,
       PM_TMR = 76,
       GPE0 = 80,
       GPE1 = 84,
       PM1_EVT_LEN = 88,
       PM1_CNT_LEN = 89,
       PM2_CNT_LEN = 90,
       PM_TMR_LEN = 91,
       GPE0_LEN = 92,
       GPE1_LEN = 93,
       GPE1_BASE = 94,
       DAY_ALRM = 106,
       MON_ALRM = 107,
       CENTURY = 108,
       IAPC_BOOT_ARCH = 109,
       FLAGS = 112,
       RESET_REG = 116,
       RESET_VALUE = 128,
       X_FIRMWARE_CTRL = 132,
       X_DSDT = 140,
       X_PM1A_EVT = 148,
       X_PM1B_EVT = 160,
       X_PM1A_CNT = 172,
       X_PM1B_CNT = 184,
       X_PM2_CNT = 196,
       X_PM_TMR = 208,
       X_GPE0 = 220,
       X_GPE1 = 232,
       SIZE_ACPI_1 = 116,
       SIZE_KNOWN = 244 /* end of the fields that are read here */
};

enum { BITS_PER_BYTE = 8, MAX_BITS = 255 };

static void read_block(const uint8_t *t, unsigned at, unsigned x_at, unsigned length_at,
		       struct acpi_block *block)
{
	acpi_gas(t + x_at, &block->at);
	block->length = t[length_at];
	if (block->at.address) return;
	unsigned bits = block->length * (unsigned)BITS_PER_BYTE;
	block->at.space = ACPI_SPACE_PORT;
	block->at.bits = (uint8_t)(bits < MAX_BITS ? bits : MAX_BITS);
	block->at.offset = 0;
	block->at.access = 0;
	block->at.address = acpi_le32(t + at);
}

static void read_blocks(const uint8_t *t, struct acpi_fadt *f)
{
	read_block(t, PM1A_EVT, X_PM1A_EVT, PM1_EVT_LEN, &f->pm1a_event);
	read_block(t, PM1B_EVT, X_PM1B_EVT, PM1_EVT_LEN, &f->pm1b_event);
	read_block(t, PM1A_CNT, X_PM1A_CNT, PM1_CNT_LEN, &f->pm1a_control);
	read_block(t, PM1B_CNT, X_PM1B_CNT, PM1_CNT_LEN, &f->pm1b_control);
	read_block(t, PM2_CNT, X_PM2_CNT, PM2_CNT_LEN, &f->pm2_control);
	read_block(t, PM_TMR, X_PM_TMR, PM_TMR_LEN, &f->pm_timer);
	read_block(t, GPE0, X_GPE0, GPE0_LEN, &f->gpe0);
	read_block(t, GPE1, X_GPE1, GPE1_LEN, &f->gpe1);
}

static uint64_t pointer(const uint8_t *t, unsigned at, unsigned x_at)
{
	uint64_t wide = acpi_le64(t + x_at);

	return wide ? wide : acpi_le32(t + at);
}

static void read_reset(const uint8_t *t, struct acpi_fadt *f)
{
	acpi_gas(t + RESET_REG, &f->reset);
	f->reset_value = t[RESET_VALUE];
	/* 4.8.3.6: the reset register is one byte, in memory, at a port or in PCI configuration
	 * space. */
	f->can_reset = f->flags & ACPI_FADT_RESET_REG_SUP && f->reset.address &&
		       f->reset.bits == BITS_PER_BYTE && f->reset.offset == 0 &&
		       f->reset.space <= ACPI_SPACE_PCI;
}

enum acpi_status acpi_read_fadt(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
				struct acpi_fadt *fadt)
{
	uint8_t t[SIZE_KNOWN];
	enum acpi_status status = acpi_expect(memory, sdt, "FACP", SIZE_ACPI_1);

	if (status) return status;
	if (!fadt) return ACPI_NULL;
	uint32_t size = sdt->length < SIZE_KNOWN ? sdt->length : SIZE_KNOWN;
	status = acpi_fetch_field(memory, sdt, 0, t, size);
	if (status) return status;
	while (size < SIZE_KNOWN) t[size++] = 0;
	fadt->facs = pointer(t, FIRMWARE_CTRL, X_FIRMWARE_CTRL);
	fadt->dsdt = pointer(t, DSDT, X_DSDT);
	fadt->smi_command = acpi_le32(t + SMI_CMD);
	fadt->flags = acpi_le32(t + FLAGS);
	fadt->boot_flags = acpi_le16(t + IAPC_BOOT_ARCH);
	fadt->sci_irq = acpi_le16(t + SCI_INT);
	fadt->acpi_enable = t[ENABLE];
	fadt->acpi_disable = t[DISABLE];
	fadt->pm_profile = t[PM_PROFILE];
	fadt->day_alarm = t[DAY_ALRM];
	fadt->month_alarm = t[MON_ALRM];
	fadt->century = t[CENTURY];
	fadt->gpe1_base = t[GPE1_BASE];
	read_reset(t, fadt);
	read_blocks(t, fadt);
	return ACPI_OK;
}
