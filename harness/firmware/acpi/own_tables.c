/* SPDX-License-Identifier: MIT */
#include "harness/firmware/acpi/own_tables.h"

#include <string.h>

#include "emu/bytes.h"

#define OEM_TABLE_ID "BIMETLPC"
#define CREATOR_ID   "BMTL"

enum fadt { /* 5.2.9 */
	    FADT_FIRMWARE_CTRL = 36,
	    FADT_DSDT = 40,
	    FADT_PREFERRED_PM_PROFILE = 45,
	    FADT_SCI_INT = 46,
	    FADT_SMI_CMD = 48,
	    FADT_ACPI_ENABLE = 52,
	    FADT_ACPI_DISABLE = 53,
	    FADT_PM1A_EVT_BLK = 56,
	    FADT_PM1A_CNT_BLK = 64,
	    FADT_PM_TMR_BLK = 76,
	    FADT_GPE0_BLK = 80,
	    FADT_PM1_EVT_LEN = 88,
	    FADT_PM1_CNT_LEN = 89,
	    FADT_PM_TMR_LEN = 91,
	    FADT_GPE0_BLK_LEN = 92,
	    FADT_P_LVL2_LAT = 96,
	    FADT_P_LVL3_LAT = 98,
	    FADT_CENTURY = 108,
	    FADT_IAPC_BOOT_ARCH = 109,
	    FADT_FLAGS = 112,
	    FADT_RESET_REG = 116,
	    FADT_RESET_VALUE = 128,
	    FADT_X_FIRMWARE_CTRL = 132,
	    FADT_X_DSDT = 140,
	    FADT_X_PM1A_EVT_BLK = 148,
	    FADT_X_PM1A_CNT_BLK = 172,
	    FADT_X_PM_TMR_BLK = 208,
	    FADT_X_GPE0_BLK = 220,
	    FADT_REVISION = 6
};

enum fadt_value {
	PROFILE_DESKTOP = 1,
	NO_C2 = 101,  /* us: above 100, there is none */
	NO_C3 = 1001, /* us: above 1000 */
	CENTURY_IN_CMOS = 0x32,
	BOOT_LEGACY_DEVICES = 1 << 0,
	BOOT_8042 = 1 << 1,
	FLAG_WBINVD = 1 << 0,
	FLAG_PROC_C1 = 1 << 2,
	FLAG_NO_SLEEP_BUTTON = 1 << 5, /* PWR_BUTTON stays 0: there is a fixed power button */
	FLAG_RESET_REG_SUP = 1 << 10
};

/* 82801IB (ICH9) 13.8.3 and 13.5: offsets from PMBASE, and fixed ports. */
enum ich9 {
	PM1_EVT = 0x00,
	PM1_EVT_BYTES = 4,
	PM1_CNT = 0x04,
	PM1_CNT_BYTES = 2,
	PM1_TMR = 0x08,
	PM1_TMR_BYTES = 4,
	GPE0 = 0x20,
	GPE0_BYTES = 16,
	APM_CNT = 0xb2,
	RST_CNT = 0xcf9,
	RST_CNT_RESET = 0x06
};

enum gas { /* 5.2.3.2 */
	   GAS_MEMORY = 0,
	   GAS_PORT = 1,
	   GAS_ANY = 0, /* access size: not said */
	   GAS_BYTE = 1,
	   GAS_WORD = 2,
	   GAS_DWORD = 3
};

enum madt { /* 5.2.12 */
	    MADT_LAPIC_ADDRESS = 36,
	    MADT_FLAGS = 40,
	    MADT_ENTRIES = 44,
	    MADT_REVISION = 5,
	    PCAT_COMPAT = 1,
	    ENTRY_LAPIC = 0,
	    ENTRY_IOAPIC = 1,
	    ENTRY_OVERRIDE = 2,
	    ENTRY_LAPIC_NMI = 4,
	    LAPIC_ENABLED = 1,
	    MPS_CONFORMS = 0,
	    MPS_LEVEL_HIGH = 0xd,
	    ALL_PROCESSORS = 0xff,
	    LINT1 = 1,
	    TIMER_IRQ = 0,
	    TIMER_PIN = 2
};

enum hpet { /* IA-PC HPET 1.0a, 3.2.4 */
	    HPET_ID = 36,
	    HPET_ADDRESS = 40,
	    HPET_MIN_TICK = 53
};

enum mcfg { /* PCI Firmware Specification 3.0, 4.1.2 */
	    MCFG_BASE = 44,
	    MCFG_LAST_BUS = 55
};

/* ---- fields ---- */

static void put8(uint8_t *p, uint64_t v) { *p = (uint8_t)v; }

uint8_t acpi_sum(const uint8_t *bytes, size_t n)
{
	uint8_t s = 0;

	while (n-- > 0) s = (uint8_t)(s + *bytes++);
	return s;
}

void acpi_fix_checksum(uint8_t *table, size_t size)
{
	table[HEADER_CHECKSUM] = 0;
	table[HEADER_CHECKSUM] = (uint8_t)-acpi_sum(table, size);
}

bool acpi_has_signature(const uint8_t *table, const char *signature)
{
	return memcmp(table, signature, SIGNATURE_SIZE) == 0;
}

void acpi_header(uint8_t *table, const char *signature, unsigned revision, size_t size)
{
	memcpy(table + HEADER_SIGNATURE, signature, SIGNATURE_SIZE);
	put_le32(table + HEADER_LENGTH, size);
	put8(table + HEADER_REVISION, revision);
	memcpy(table + HEADER_OEM_ID, ACPI_OEM_ID, sizeof(ACPI_OEM_ID) - 1);
	memcpy(table + HEADER_OEM_TABLE_ID, OEM_TABLE_ID, sizeof(OEM_TABLE_ID) - 1);
	put_le32(table + HEADER_OEM_REVISION, 1);
	memcpy(table + HEADER_CREATOR_ID, CREATOR_ID, sizeof(CREATOR_ID) - 1);
	put_le32(table + HEADER_CREATOR_REVISION, 1);
}

/* ---- tables ---- */

static void gas(uint8_t *p, enum gas space, unsigned bits, enum gas access, uint64_t address)
{
	put8(p, space);
	put8(p + 1, bits);
	put8(p + 3, access);
	put_le64(p + 4, address);
}

/* Add a block of registers in both forms that an FADT has: that of ACPI 1.0 and the later one. */
static void fadt_block(uint8_t *fadt, enum fadt at, enum fadt x_at, unsigned port, unsigned bytes,
		       enum gas access)
{
	put_le32(fadt + at, port);
	gas(fadt + x_at, GAS_PORT, bytes * 8, access, port);
}

void acpi_point_fadt(uint8_t *fadt, size_t size, uint64_t facs, uint64_t dsdt)
{
	put_le32(fadt + FADT_FIRMWARE_CTRL, facs);
	put_le32(fadt + FADT_DSDT, dsdt);
	if (size >= FADT_X_FIRMWARE_CTRL + 8) put_le64(fadt + FADT_X_FIRMWARE_CTRL, 0);
	if (size >= FADT_X_DSDT + 8) put_le64(fadt + FADT_X_DSDT, dsdt);
	acpi_fix_checksum(fadt, size);
}

size_t acpi_make_fadt(const struct acpi_config *c, uint8_t *t)
{
	acpi_header(t, "FACP", FADT_REVISION, FADT_SIZE);
	put8(t + FADT_PREFERRED_PM_PROFILE, PROFILE_DESKTOP);
	put_le16(t + FADT_SCI_INT, c->sci_irq);
	put_le32(t + FADT_SMI_CMD, APM_CNT);
	put8(t + FADT_ACPI_ENABLE, c->acpi_enable);
	put8(t + FADT_ACPI_DISABLE, c->acpi_disable);
	fadt_block(t, FADT_PM1A_EVT_BLK, FADT_X_PM1A_EVT_BLK, c->pm_base + PM1_EVT, PM1_EVT_BYTES,
		   GAS_WORD);
	fadt_block(t, FADT_PM1A_CNT_BLK, FADT_X_PM1A_CNT_BLK, c->pm_base + PM1_CNT, PM1_CNT_BYTES,
		   GAS_WORD);
	fadt_block(t, FADT_PM_TMR_BLK, FADT_X_PM_TMR_BLK, c->pm_base + PM1_TMR, PM1_TMR_BYTES,
		   GAS_DWORD);
	fadt_block(t, FADT_GPE0_BLK, FADT_X_GPE0_BLK, c->pm_base + GPE0, GPE0_BYTES, GAS_BYTE);
	put8(t + FADT_PM1_EVT_LEN, PM1_EVT_BYTES);
	put8(t + FADT_PM1_CNT_LEN, PM1_CNT_BYTES);
	put8(t + FADT_PM_TMR_LEN, PM1_TMR_BYTES);
	put8(t + FADT_GPE0_BLK_LEN, GPE0_BYTES);
	put_le16(t + FADT_P_LVL2_LAT, NO_C2);
	put_le16(t + FADT_P_LVL3_LAT, NO_C3);
	put8(t + FADT_CENTURY, CENTURY_IN_CMOS);
	put_le16(t + FADT_IAPC_BOOT_ARCH, BOOT_LEGACY_DEVICES | BOOT_8042);
	put_le32(t + FADT_FLAGS,
		 FLAG_WBINVD | FLAG_PROC_C1 | FLAG_NO_SLEEP_BUTTON | FLAG_RESET_REG_SUP);
	gas(t + FADT_RESET_REG, GAS_PORT, 8, GAS_BYTE, RST_CNT);
	put8(t + FADT_RESET_VALUE, RST_CNT_RESET);
	return FADT_SIZE;
}

static uint8_t *madt_override(uint8_t *e, unsigned irq, unsigned gsi, unsigned flags)
{
	put8(e, ENTRY_OVERRIDE);
	put8(e + 1, 10);
	put8(e + 3, irq);
	put_le32(e + 4, gsi);
	put_le16(e + 8, flags);
	return e + 10;
}

size_t acpi_make_madt(const struct acpi_config *c, uint8_t *t)
{
	uint8_t *e = t + MADT_ENTRIES;
	size_t size;

	put_le32(t + MADT_LAPIC_ADDRESS, c->lapic_base);
	put_le32(t + MADT_FLAGS, PCAT_COMPAT);

	put8(e, ENTRY_LAPIC); /* local APIC of processor 0, \_SB.CPU0 */
	put8(e + 1, 8);
	put8(e + 3, c->lapic_id);
	put_le32(e + 4, LAPIC_ENABLED);
	e += 8;

	put8(e, ENTRY_IOAPIC);
	put8(e + 1, 12);
	put8(e + 2, c->ioapic_id);
	put_le32(e + 4, c->ioapic_base);
	put_le32(e + 8, 0); /* the first global system interrupt */
	e += 12;

	e = madt_override(e, TIMER_IRQ, TIMER_PIN, MPS_CONFORMS);
	e = madt_override(e, c->sci_irq, c->sci_irq, MPS_LEVEL_HIGH);

	put8(e, ENTRY_LAPIC_NMI);
	put8(e + 1, 6);
	put8(e + 2, ALL_PROCESSORS);
	put_le16(e + 3, MPS_CONFORMS);
	put8(e + 5, LINT1);
	e += 6;

	size = (size_t)(e - t);
	acpi_header(t, "APIC", MADT_REVISION, size);
	return size;
}

size_t acpi_make_hpet(const struct acpi_config *c, uint8_t *t)
{
	if (!c->hpet_base) return 0;
	acpi_header(t, "HPET", ACPI_REVISION_1, HPET_SIZE);
	put_le32(t + HPET_ID, c->hpet_id);
	gas(t + HPET_ADDRESS, GAS_MEMORY, 64, GAS_ANY, c->hpet_base);
	put_le16(t + HPET_MIN_TICK, c->hpet_min_tick);
	return HPET_SIZE;
}

size_t acpi_make_mcfg(const struct acpi_config *c, uint8_t *t)
{
	if (!c->ecam_base) return 0;
	acpi_header(t, "MCFG", ACPI_REVISION_1, MCFG_SIZE);
	put_le64(t + MCFG_BASE, c->ecam_base);
	put8(t + MCFG_LAST_BUS, c->ecam_last_bus);
	return MCFG_SIZE;
}
