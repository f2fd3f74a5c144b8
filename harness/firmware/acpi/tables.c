/* SPDX-License-Identifier: MIT */
#include "harness/firmware/acpi/tables.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Generated from dsdt.asl at build time. */
extern const unsigned char acpi_dsdt_aml[];
extern const size_t acpi_dsdt_aml_size;

#define OEM_ID           "BIMETL"
#define OEM_TABLE_ID     "BIMETLPC"
#define CREATOR_ID       "BMTL"
#define GIB4             (UINT64_C(1) << 32)
#define ECAM_BYTES_A_BUS (UINT64_C(1) << 20) /* PCI Express 7.2.2: 8 devices of 32 functions */

const struct acpi_config acpi_config_pc = {
	.lapic_base = 0xfee00000,
	.ioapic_base = 0xfec00000,
	.lapic_id = 0,
	.ioapic_id = 1,
	.sci_irq = 9,
	.hpet_base = 0xfed00000,
	.hpet_id = 0x8086a301, /* 82801IB (ICH9): four timers, 64 bits, legacy routing */
	.hpet_min_tick = 0x80,
	.rcba = 0xfed1c000,
	.ecam_base = 0xb0000000,
	.ecam_last_bus = 255,
	.pm_base = 0x600,
	.acpi_enable = 0x02,
	.acpi_disable = 0x03,
};

/* ---- fields ---- */

enum header { /* ACPI 5.2.6 */
	      HEADER_SIGNATURE = 0,
	      HEADER_LENGTH = 4,
	      HEADER_REVISION = 8,
	      HEADER_CHECKSUM = 9,
	      HEADER_OEM_ID = 10,
	      HEADER_OEM_TABLE_ID = 16,
	      HEADER_OEM_REVISION = 24,
	      HEADER_CREATOR_ID = 28,
	      HEADER_CREATOR_REVISION = 32,
	      HEADER_SIZE = 36,
	      SIGNATURE_SIZE = 4
};

enum rsdp { /* 5.2.5.3 */
	    RSDP_CHECKSUM = 8,
	    RSDP_OEM_ID = 9,
	    RSDP_REVISION = 15,
	    RSDP_RSDT = 16,
	    RSDP_LENGTH = 20,
	    RSDP_XSDT = 24,
	    RSDP_EXTENDED_CHECKSUM = 32,
	    RSDP_FIRST_PART = 20, /* the bytes that its first checksum covers */
	    RSDP_REVISION_2 = 2
};

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
	    FADT_SIZE = 276,
	    FADT_REVISION = 6,
	    FADT_SIZE_ACPI_1 = 116,
	    FADT_MAX = 1024
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
	RST_CNT_RESET = 0x06,
	RCBA_BYTES = 0x4000
};

enum gas { /* 5.2.3.2 */
	   GAS_MEMORY = 0,
	   GAS_PORT = 1,
	   GAS_ANY = 0, /* access size: not said */
	   GAS_BYTE = 1,
	   GAS_WORD = 2,
	   GAS_DWORD = 3
};

enum facs { /* 5.2.10 */
	    FACS_LENGTH = 4,
	    FACS_VERSION = 32,
	    FACS_SIZE = 64,
	    FACS_VERSION_2 = 2
};

enum madt { /* 5.2.12 */
	    MADT_LAPIC_ADDRESS = 36,
	    MADT_FLAGS = 40,
	    MADT_ENTRIES = 44,
	    MADT_REVISION = 5,
	    MADT_MAX = 128,
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
	    HPET_MIN_TICK = 53,
	    HPET_SIZE = 56
};

enum mcfg { /* PCI Firmware Specification 3.0, 4.1.2 */
	    MCFG_BASE = 44,
	    MCFG_LAST_BUS = 55,
	    MCFG_SIZE = 60
};

enum layout {
	MAX_OURS = 5, /* DSDT, FADT, MADT, HPET, MCFG */
	MAX_TABLES = MAX_OURS + ACPI_MAX_USER_TABLES,
	POINTERS_MAX = HEADER_SIZE + 8 * MAX_TABLES,
	TABLE_ALIGN = 64, /* FACS: 5.2.10 */
	REVISION_1 = 1,
	LOW_MEMORY_END = 0x100000
};

static void put8(uint8_t *p, uint64_t v) { *p = (uint8_t)v; }

static void put16(uint8_t *p, uint64_t v)
{
	put8(p, v);
	put8(p + 1, v >> 8);
}

static void put32(uint8_t *p, uint64_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

static void put64(uint8_t *p, uint64_t v)
{
	put32(p, v);
	put32(p + 4, v >> 32);
}

static uint32_t get32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint8_t sum(const uint8_t *p, size_t n)
{
	uint8_t s = 0;

	while (n-- > 0) s = (uint8_t)(s + *p++);
	return s;
}

static void fix_checksum(uint8_t *table, size_t size)
{
	table[HEADER_CHECKSUM] = 0;
	table[HEADER_CHECKSUM] = (uint8_t)-sum(table, size);
}

static uint64_t align_up(uint64_t v, uint64_t to) { return (v + to - 1) & ~(to - 1); }

__attribute__((format(printf, 3, 4))) static bool fail(char *err, size_t size, const char *format,
						       ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err, size, format, args);
	va_end(args);
	return false;
}

/* ---- tables from the user ---- */

static bool is_signature(const uint8_t *p)
{
	for (unsigned i = 0; i < SIGNATURE_SIZE; i++)
		if (!((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= '0' && p[i] <= '9') || p[i] == '_'))
			return false;
	return true;
}

static bool has_signature(const uint8_t *p, const char *signature)
{
	return memcmp(p, signature, SIGNATURE_SIZE) == 0;
}

/* If the file is a known kind of text, a message that says what it is; else NULL. */
static const char *text_hint(const uint8_t *bytes, size_t size)
{
	char head[64];
	size_t n = size < sizeof(head) - 1 ? size : sizeof(head) - 1;

	memcpy(head, bytes, n);
	head[n] = '\0';
	if (strstr(head, " @ 0x"))
		return "this is the text that acpidump prints: extract the tables with acpixtract";
	if (strstr(head, "DefinitionBlock") || strncmp(head, "/*", 2) == 0 ||
	    strncmp(head, "//", 2) == 0)
		return "this is ASL source: compile it with iasl";
	return NULL;
}

/* Whether only the machine can make this table, as it depends on addresses that the machine
 * chooses. */
static bool check_kind(const uint8_t *bytes, size_t size, char *err, size_t err_size)
{
	static const char *const made_here[] = { "RSD ", "RSDT", "XSDT", "FACS" };

	for (unsigned i = 0; i < sizeof(made_here) / sizeof(made_here[0]); i++)
		if (has_signature(bytes, made_here[i]))
			return fail(err, err_size,
				    "an %.4s cannot be replaced: the machine makes its own, which "
				    "points to your tables",
				    made_here[i]);
	if (!has_signature(bytes, "FACP")) return true;
	if (size < FADT_SIZE_ACPI_1 || size > FADT_MAX)
		return fail(err, err_size, "an FADT has %d to %d bytes; this one has %zu",
			    FADT_SIZE_ACPI_1, FADT_MAX, size);
	return true;
}

bool acpi_table_check(const uint8_t *bytes, size_t size, char *err, size_t err_size)
{
	uint32_t length;
	uint8_t total;

	const char *hint = text_hint(bytes, size);

	if (hint) return fail(err, err_size, "%s", hint);
	if (size < HEADER_SIZE)
		return fail(err, err_size,
			    "the file has %zu bytes, fewer than the %d of an ACPI table's header",
			    size, HEADER_SIZE);
	if (!is_signature(bytes) && !has_signature(bytes, "RSD "))
		return fail(err, err_size,
			    "an ACPI table begins with a signature of four capital letters or "
			    "digits, such as SSDT; this one begins with %02x %02x %02x %02x",
			    bytes[0], bytes[1], bytes[2], bytes[3]);
	if (!check_kind(bytes, size, err, err_size)) return false;
	if (size > ACPI_MAX_TABLE)
		return fail(err, err_size, "the table has %zu bytes; at most %d are possible", size,
			    ACPI_MAX_TABLE);
	length = get32(bytes + HEADER_LENGTH);
	if (length != size)
		return fail(err, err_size,
			    "its length, at offset %d, is %" PRIu32 ", but the file has %zu bytes",
			    HEADER_LENGTH, length, size);
	total = sum(bytes, size);
	if (total == 0) return true;
	return fail(err, err_size,
		    "its bytes add up to 0x%02x instead of 0: the checksum, at offset %d, is "
		    "0x%02x and should be 0x%02x",
		    total, HEADER_CHECKSUM, bytes[HEADER_CHECKSUM],
		    (uint8_t)(bytes[HEADER_CHECKSUM] - total));
}

static bool read_whole(FILE *f, struct acpi_table *table, const char **why)
{
	size_t capacity = ACPI_MAX_TABLE + 1; /* one more, to detect a file that is too long */
	uint8_t *bytes = malloc(capacity);

	*why = strerror(ENOMEM);
	if (!bytes) return false;
	table->size = fread(bytes, 1, capacity, f);
	table->bytes = bytes;
	if (!ferror(f)) return true;
	*why = strerror(errno);
	free(bytes);
	return false;
}

bool acpi_table_read(const char *path, struct acpi_table *table, char *err, size_t err_size)
{
	FILE *f = fopen(path, "rb");
	char reason[ACPI_ERROR_SIZE];
	const char *why;
	bool ok;

	if (!f) return fail(err, err_size, "%s: %s", path, strerror(errno));
	ok = read_whole(f, table, &why);
	(void)fclose(f);
	if (!ok) return fail(err, err_size, "%s: %s", path, why);
	if (acpi_table_check(table->bytes, table->size, reason, sizeof(reason))) return true;
	acpi_table_free(table);
	return fail(err, err_size, "%s: %s", path, reason);
}

void acpi_table_free(struct acpi_table *table)
{
	free((uint8_t *)(uintptr_t)table->bytes);
	*table = (struct acpi_table){ 0 };
}

/* ---- our own tables ---- */

static void header(uint8_t *table, const char *signature, unsigned revision, size_t size)
{
	memcpy(table + HEADER_SIGNATURE, signature, SIGNATURE_SIZE);
	put32(table + HEADER_LENGTH, size);
	put8(table + HEADER_REVISION, revision);
	memcpy(table + HEADER_OEM_ID, OEM_ID, sizeof(OEM_ID) - 1);
	memcpy(table + HEADER_OEM_TABLE_ID, OEM_TABLE_ID, sizeof(OEM_TABLE_ID) - 1);
	put32(table + HEADER_OEM_REVISION, 1);
	memcpy(table + HEADER_CREATOR_ID, CREATOR_ID, sizeof(CREATOR_ID) - 1);
	put32(table + HEADER_CREATOR_REVISION, 1);
}

static void gas(uint8_t *p, enum gas space, unsigned bits, enum gas access, uint64_t address)
{
	put8(p, space);
	put8(p + 1, bits);
	put8(p + 3, access);
	put64(p + 4, address);
}

/* Add a block of registers in both forms that an FADT has: that of ACPI 1.0 and the later one. */
static void fadt_block(uint8_t *fadt, enum fadt at, enum fadt x_at, unsigned port, unsigned bytes,
		       enum gas access)
{
	put32(fadt + at, port);
	gas(fadt + x_at, GAS_PORT, bytes * 8, access, port);
}

static void point_fadt(uint8_t *fadt, size_t size, uint64_t facs, uint64_t dsdt)
{
	put32(fadt + FADT_FIRMWARE_CTRL, facs);
	put32(fadt + FADT_DSDT, dsdt);
	if (size >= FADT_X_FIRMWARE_CTRL + 8) put64(fadt + FADT_X_FIRMWARE_CTRL, 0);
	if (size >= FADT_X_DSDT + 8) put64(fadt + FADT_X_DSDT, dsdt);
	fix_checksum(fadt, size);
}

static size_t make_fadt(const struct acpi_config *c, uint8_t *t)
{
	header(t, "FACP", FADT_REVISION, FADT_SIZE);
	put8(t + FADT_PREFERRED_PM_PROFILE, PROFILE_DESKTOP);
	put16(t + FADT_SCI_INT, c->sci_irq);
	put32(t + FADT_SMI_CMD, APM_CNT);
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
	put16(t + FADT_P_LVL2_LAT, NO_C2);
	put16(t + FADT_P_LVL3_LAT, NO_C3);
	put8(t + FADT_CENTURY, CENTURY_IN_CMOS);
	put16(t + FADT_IAPC_BOOT_ARCH, BOOT_LEGACY_DEVICES | BOOT_8042);
	put32(t + FADT_FLAGS,
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
	put32(e + 4, gsi);
	put16(e + 8, flags);
	return e + 10;
}

static size_t make_madt(const struct acpi_config *c, uint8_t *t)
{
	uint8_t *e = t + MADT_ENTRIES;
	size_t size;

	put32(t + MADT_LAPIC_ADDRESS, c->lapic_base);
	put32(t + MADT_FLAGS, PCAT_COMPAT);

	put8(e, ENTRY_LAPIC); /* local APIC of processor 0, \_SB.CPU0 */
	put8(e + 1, 8);
	put8(e + 3, c->lapic_id);
	put32(e + 4, LAPIC_ENABLED);
	e += 8;

	put8(e, ENTRY_IOAPIC);
	put8(e + 1, 12);
	put8(e + 2, c->ioapic_id);
	put32(e + 4, c->ioapic_base);
	put32(e + 8, 0); /* the first global system interrupt */
	e += 12;

	e = madt_override(e, TIMER_IRQ, TIMER_PIN, MPS_CONFORMS);
	e = madt_override(e, c->sci_irq, c->sci_irq, MPS_LEVEL_HIGH);

	put8(e, ENTRY_LAPIC_NMI);
	put8(e + 1, 6);
	put8(e + 2, ALL_PROCESSORS);
	put16(e + 3, MPS_CONFORMS);
	put8(e + 5, LINT1);
	e += 6;

	size = (size_t)(e - t);
	header(t, "APIC", MADT_REVISION, size);
	return size;
}

static size_t make_hpet(const struct acpi_config *c, uint8_t *t)
{
	if (!c->hpet_base) return 0;
	header(t, "HPET", REVISION_1, HPET_SIZE);
	put32(t + HPET_ID, c->hpet_id);
	gas(t + HPET_ADDRESS, GAS_MEMORY, 64, GAS_ANY, c->hpet_base);
	put16(t + HPET_MIN_TICK, c->hpet_min_tick);
	return HPET_SIZE;
}

static size_t make_mcfg(const struct acpi_config *c, uint8_t *t)
{
	if (!c->ecam_base) return 0;
	header(t, "MCFG", REVISION_1, MCFG_SIZE);
	put64(t + MCFG_BASE, c->ecam_base);
	put8(t + MCFG_LAST_BUS, c->ecam_last_bus);
	return MCFG_SIZE;
}

struct acpi_table acpi_dsdt(void)
{
	return (struct acpi_table){ acpi_dsdt_aml, acpi_dsdt_aml_size };
}

/* ---- laying them out ---- */

struct placed {
	const uint8_t *bytes;
	size_t size;
	uint64_t address;
};

struct tables {
	const struct acpi_config *config;
	struct placed table[MAX_TABLES]; /* the DSDT first, the FADT second */
	size_t n;
	uint8_t fadt[FADT_MAX], madt[MADT_MAX], hpet[HPET_SIZE], mcfg[MCFG_SIZE];
	uint64_t facs, rsdt, xsdt, base;
};

static const struct acpi_table *given(const struct acpi_config *c, const char *signature)
{
	for (size_t i = 0; i < c->n_user; i++)
		if (has_signature(c->user[i].bytes, signature)) return &c->user[i];
	return NULL;
}

/* Add our table, or the user's with the same signature. */
static void add(struct tables *t, const char *signature, const uint8_t *bytes, size_t size)
{
	const struct acpi_table *instead = given(t->config, signature);

	if (instead) {
		bytes = instead->bytes;
		size = instead->size;
	}
	if (size) t->table[t->n++] = (struct placed){ bytes, size, 0 };
}

static bool is_ours(const uint8_t *bytes)
{
	static const char *const ours[MAX_OURS] = { "DSDT", "FACP", "APIC", "HPET", "MCFG" };

	for (unsigned i = 0; i < MAX_OURS; i++)
		if (has_signature(bytes, ours[i])) return true;
	return false;
}

static void add_fadt(struct tables *t)
{
	const struct acpi_table *instead = given(t->config, "FACP");
	size_t size;

	if (instead) {
		size = instead->size;
		memcpy(t->fadt, instead->bytes, size);
	} else {
		size = make_fadt(t->config, t->fadt);
	}
	t->table[t->n++] = (struct placed){ t->fadt, size, 0 };
}

static void collect(struct tables *t)
{
	const struct acpi_config *c = t->config;

	add(t, "DSDT", acpi_dsdt_aml, acpi_dsdt_aml_size);
	add_fadt(t);
	add(t, "APIC", t->madt, make_madt(c, t->madt));
	add(t, "HPET", t->hpet, make_hpet(c, t->hpet));
	add(t, "MCFG", t->mcfg, make_mcfg(c, t->mcfg));
	for (size_t i = 0; i < c->n_user; i++)
		if (!is_ours(c->user[i].bytes))
			t->table[t->n++] = (struct placed){ c->user[i].bytes, c->user[i].size, 0 };
	fix_checksum(t->madt, get32(t->madt + HEADER_LENGTH));
	fix_checksum(t->hpet, sizeof(t->hpet));
	fix_checksum(t->mcfg, sizeof(t->mcfg));
}

/* Signatures of which a machine may have several tables: 5.2.11.2, 5.2.11.3, and OEMx. */
static bool may_repeat(const uint8_t *bytes)
{
	return has_signature(bytes, "SSDT") || has_signature(bytes, "PSDT") ||
	       memcmp(bytes, "OEM", 3) == 0;
}

static bool check_config(const struct acpi_config *c, char *err, size_t err_size)
{
	if (c->n_user > ACPI_MAX_USER_TABLES)
		return fail(err, err_size, "%zu ACPI tables: at most %d can be added", c->n_user,
			    ACPI_MAX_USER_TABLES);
	for (size_t i = 0; i < c->n_user; i++) {
		const struct acpi_table *t = &c->user[i];
		char why[ACPI_ERROR_SIZE];

		if (!acpi_table_check(t->bytes, t->size, why, sizeof(why)))
			return fail(err, err_size, "ACPI table %zu: %s", i + 1, why);
		for (size_t j = 0; j < i; j++)
			if (!may_repeat(t->bytes) &&
			    memcmp(t->bytes, c->user[j].bytes, SIGNATURE_SIZE) == 0)
				return fail(
					err, err_size,
					"two ACPI tables %.4s: only of SSDTs can a machine have "
					"more than one",
					(const char *)t->bytes);
	}
	return true;
}

/* From the top of the RAM below the hole downwards: a page with the FACS, then pages of tables. */
static bool place(struct tables *t, const struct mem *mem, char *err, size_t err_size)
{
	uint64_t top = mem->ram_below_hole < GIB4 ? mem->ram_below_hole : GIB4;
	uint64_t pointers = align_up(HEADER_SIZE + 8 * (t->n - 1), TABLE_ALIGN);
	uint64_t need = 2 * pointers, at;

	for (size_t i = 0; i < t->n; i++) need += align_up(t->table[i].size, TABLE_ALIGN);
	need = align_up(need, MEM_PAGE);
	if (top < LOW_MEMORY_END + need + MEM_PAGE)
		return fail(err, err_size,
			    "no room for %" PRIu64 " KiB of ACPI tables between 1 MiB and the end "
			    "of %" PRIu64 " MiB of RAM: give the machine more with -m",
			    (need + MEM_PAGE) / 1024, mem->ram_size >> 20);
	t->facs = top - MEM_PAGE;
	t->base = at = t->facs - need;
	t->rsdt = at;
	t->xsdt = at + pointers;
	at = t->xsdt + pointers;
	for (size_t i = 0; i < t->n; i++) {
		t->table[i].address = at;
		at += align_up(t->table[i].size, TABLE_ALIGN);
	}
	return true;
}

/* Clear the version of iasl, so that the bytes do not depend on it. */
static bool write_dsdt(const struct tables *t, struct mem *mem)
{
	const struct placed *dsdt = &t->table[0];
	uint8_t head[HEADER_SIZE];
	uint8_t rest = sum(dsdt->bytes + HEADER_SIZE, dsdt->size - HEADER_SIZE);

	memcpy(head, dsdt->bytes, HEADER_SIZE);
	if (dsdt->bytes == acpi_dsdt_aml) header(head, "DSDT", head[HEADER_REVISION], dsdt->size);
	head[HEADER_CHECKSUM] = 0;
	head[HEADER_CHECKSUM] = (uint8_t) - (sum(head, HEADER_SIZE) + rest);
	return mem_load(mem, dsdt->address, dsdt->bytes, dsdt->size) &&
	       mem_load(mem, dsdt->address, head, HEADER_SIZE);
}

/* The RSDT or XSDT lists all tables but the DSDT, to which the FADT points. */
static bool write_pointers(const struct tables *t, struct mem *mem, uint64_t at,
			   const char *signature, unsigned width)
{
	uint8_t table[POINTERS_MAX] = { 0 };
	size_t size = HEADER_SIZE + (t->n - 1) * width;

	header(table, signature, REVISION_1, size);
	for (size_t i = 1; i < t->n; i++) {
		uint8_t *p = table + HEADER_SIZE + (i - 1) * width;

		if (width == 8) put64(p, t->table[i].address);
		if (width == 4) put32(p, t->table[i].address);
	}
	fix_checksum(table, size);
	return mem_load(mem, at, table, size);
}

static bool write_facs(const struct tables *t, struct mem *mem)
{
	uint8_t facs[FACS_SIZE] = { 'F', 'A', 'C', 'S' };

	put32(facs + FACS_LENGTH, FACS_SIZE);
	put8(facs + FACS_VERSION, FACS_VERSION_2);
	return mem_load(mem, t->facs, facs, sizeof(facs));
}

static bool write_tables(struct tables *t, struct mem *mem)
{
	bool ok = write_facs(t, mem) && write_dsdt(t, mem);

	point_fadt(t->fadt, t->table[1].size, t->facs, t->table[0].address);
	for (size_t i = 1; ok && i < t->n; i++)
		ok = mem_load(mem, t->table[i].address, t->table[i].bytes, t->table[i].size);
	return ok && write_pointers(t, mem, t->rsdt, "RSDT", 4) &&
	       write_pointers(t, mem, t->xsdt, "XSDT", 8);
}

static bool write_rsdp(const struct tables *t, struct mem *mem, char *err, size_t err_size)
{
	uint8_t rsdp[ACPI_RSDP_SIZE] = { 'R', 'S', 'D', ' ', 'P', 'T', 'R', ' ' };
	uint64_t at = t->config->rsdp;

	memcpy(rsdp + RSDP_OEM_ID, OEM_ID, sizeof(OEM_ID) - 1);
	put8(rsdp + RSDP_REVISION, RSDP_REVISION_2);
	put32(rsdp + RSDP_RSDT, t->rsdt);
	put32(rsdp + RSDP_LENGTH, sizeof(rsdp));
	put64(rsdp + RSDP_XSDT, t->xsdt);
	rsdp[RSDP_CHECKSUM] = (uint8_t)-sum(rsdp, RSDP_FIRST_PART);
	rsdp[RSDP_EXTENDED_CHECKSUM] = (uint8_t)-sum(rsdp, sizeof(rsdp));
	if (at % ACPI_RSDP_ALIGN || !mem_load(mem, at, rsdp, sizeof(rsdp)))
		return fail(err, err_size,
			    "the RSDP cannot lie at 0x%" PRIx64 ": no memory, or no multiple of %d",
			    at, ACPI_RSDP_ALIGN);
	return true;
}

static void reserve(struct memory_firmware *out, uint64_t base, uint64_t size)
{
	out->area[out->n++] = (struct memory_range){ base, size, MEMORY_RESERVED };
}

static void tell(const struct tables *t, struct memory_firmware *out)
{
	const struct acpi_config *c = t->config;

	*out = (struct memory_firmware){ .rsdp = c->rsdp };
	out->area[out->n++] =
		(struct memory_range){ t->base, t->facs - t->base, MEMORY_ACPI_RECLAIMABLE };
	out->area[out->n++] = (struct memory_range){ t->facs, MEM_PAGE, MEMORY_ACPI_NVS };
	if (c->ecam_base) reserve(out, c->ecam_base, (c->ecam_last_bus + 1u) * ECAM_BYTES_A_BUS);
	if (c->rcba) reserve(out, c->rcba, RCBA_BYTES);
}

bool acpi_lay(const struct acpi_config *config, struct mem *mem, struct memory_firmware *out,
	      char *err, size_t err_size)
{
	struct tables t = { .config = config };

	*out = (struct memory_firmware){ 0 };
	if (!check_config(config, err, err_size)) return false;
	collect(&t);
	if (!place(&t, mem, err, err_size)) return false;
	if (!write_tables(&t, mem))
		return fail(err, err_size, "the ACPI tables cannot be written to RAM");
	if (!write_rsdp(&t, mem, err, err_size)) return false;
	tell(&t, out);
	return true;
}
