/* SPDX-License-Identifier: MIT */
#include "harness/firmware/acpi/tables.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/bits.h"
#include "emu/bytes.h"
#include "harness/firmware/acpi/own_tables.h"
#include "harness/support/files.h"

/* Generated from dsdt.asl at build time. */
extern const unsigned char acpi_dsdt_aml[];
extern const size_t acpi_dsdt_aml_size;

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

enum facs { /* 5.2.10 */
	    FACS_LENGTH = 4,
	    FACS_VERSION = 32,
	    FACS_SIZE = 64,
	    FACS_VERSION_2 = 2
};

enum layout {
	MAX_OURS = 5, /* DSDT, FADT, MADT, HPET, MCFG */
	MAX_TABLES = MAX_OURS + ACPI_MAX_USER_TABLES,
	POINTERS_MAX = HEADER_SIZE + 8 * MAX_TABLES,
	TABLE_ALIGN = 64, /* FACS: 5.2.10 */
	LOW_MEMORY_END = 0x100000,
	RCBA_BYTES = 0x4000 /* of an ICH9 */
};

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

	for (unsigned i = 0; i < ARRAY_SIZE(made_here); i++)
		if (acpi_has_signature(bytes, made_here[i]))
			return fail(err, err_size,
				    "an %.4s cannot be replaced: the machine makes its own, which "
				    "points to your tables",
				    made_here[i]);
	if (!acpi_has_signature(bytes, "FACP")) return true;
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
	if (!is_signature(bytes) && !acpi_has_signature(bytes, "RSD "))
		return fail(err, err_size,
			    "an ACPI table begins with a signature of four capital letters or "
			    "digits, such as SSDT; this one begins with %02x %02x %02x %02x",
			    bytes[0], bytes[1], bytes[2], bytes[3]);
	if (!check_kind(bytes, size, err, err_size)) return false;
	if (size > ACPI_MAX_TABLE)
		return fail(err, err_size, "the table has %zu bytes; at most %d are possible", size,
			    ACPI_MAX_TABLE);
	length = get_le32(bytes + HEADER_LENGTH);
	if (length != size)
		return fail(err, err_size,
			    "its length, at offset %d, is %" PRIu32 ", but the file has %zu bytes",
			    HEADER_LENGTH, length, size);
	total = acpi_sum(bytes, size);
	if (total == 0) return true;
	return fail(err, err_size,
		    "its bytes add up to 0x%02x instead of 0: the checksum, at offset %d, is "
		    "0x%02x and should be 0x%02x",
		    total, HEADER_CHECKSUM, bytes[HEADER_CHECKSUM],
		    (uint8_t)(bytes[HEADER_CHECKSUM] - total));
}

/* More than a table may have: acpi_table_check() tells what is wrong with a longer file. */
enum { FILE_MAX = 64 << 20 };

bool acpi_table_read(const char *path, struct acpi_table *table, char *err, size_t err_size)
{
	char reason[ACPI_ERROR_SIZE];
	uint8_t *bytes;

	if (file_read(path, FILE_MAX, &bytes, &table->size, err, err_size) != FILE_READ)
		return false;
	table->bytes = bytes;
	if (acpi_table_check(table->bytes, table->size, reason, sizeof(reason))) return true;
	acpi_table_free(table);
	return fail(err, err_size, "%s: %s", path, reason);
}

void acpi_table_free(struct acpi_table *table)
{
	free((uint8_t *)(uintptr_t)table->bytes);
	*table = (struct acpi_table){ 0 };
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
		if (acpi_has_signature(c->user[i].bytes, signature)) return &c->user[i];
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
		if (acpi_has_signature(bytes, ours[i])) return true;
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
		size = acpi_make_fadt(t->config, t->fadt);
	}
	t->table[t->n++] = (struct placed){ t->fadt, size, 0 };
}

static void collect(struct tables *t)
{
	const struct acpi_config *c = t->config;

	add(t, "DSDT", acpi_dsdt_aml, acpi_dsdt_aml_size);
	add_fadt(t);
	add(t, "APIC", t->madt, acpi_make_madt(c, t->madt));
	add(t, "HPET", t->hpet, acpi_make_hpet(c, t->hpet));
	add(t, "MCFG", t->mcfg, acpi_make_mcfg(c, t->mcfg));
	for (size_t i = 0; i < c->n_user; i++)
		if (!is_ours(c->user[i].bytes))
			t->table[t->n++] = (struct placed){ c->user[i].bytes, c->user[i].size, 0 };
	acpi_fix_checksum(t->madt, get_le32(t->madt + HEADER_LENGTH));
	acpi_fix_checksum(t->hpet, sizeof(t->hpet));
	acpi_fix_checksum(t->mcfg, sizeof(t->mcfg));
}

/* Signatures of which a machine may have several tables: 5.2.11.2, 5.2.11.3, and OEMx. */
static bool may_repeat(const uint8_t *bytes)
{
	return acpi_has_signature(bytes, "SSDT") || acpi_has_signature(bytes, "PSDT") ||
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
	uint8_t rest = acpi_sum(dsdt->bytes + HEADER_SIZE, dsdt->size - HEADER_SIZE);

	memcpy(head, dsdt->bytes, HEADER_SIZE);
	if (dsdt->bytes == acpi_dsdt_aml)
		acpi_header(head, "DSDT", head[HEADER_REVISION], dsdt->size);
	head[HEADER_CHECKSUM] = 0;
	head[HEADER_CHECKSUM] = (uint8_t) - (acpi_sum(head, HEADER_SIZE) + rest);
	return mem_load(mem, dsdt->address, dsdt->bytes, dsdt->size) &&
	       mem_load(mem, dsdt->address, head, HEADER_SIZE);
}

/* The RSDT or XSDT lists all tables but the DSDT, to which the FADT points. */
static bool write_pointers(const struct tables *t, struct mem *mem, uint64_t at,
			   const char *signature, unsigned width)
{
	uint8_t table[POINTERS_MAX] = { 0 };
	size_t size = HEADER_SIZE + (t->n - 1) * width;

	acpi_header(table, signature, ACPI_REVISION_1, size);
	for (size_t i = 1; i < t->n; i++) {
		uint8_t *p = table + HEADER_SIZE + (i - 1) * width;

		if (width == 8) put_le64(p, t->table[i].address);
		if (width == 4) put_le32(p, t->table[i].address);
	}
	acpi_fix_checksum(table, size);
	return mem_load(mem, at, table, size);
}

static bool write_facs(const struct tables *t, struct mem *mem)
{
	uint8_t facs[FACS_SIZE] = { 'F', 'A', 'C', 'S' };

	put_le32(facs + FACS_LENGTH, FACS_SIZE);
	facs[FACS_VERSION] = FACS_VERSION_2;
	return mem_load(mem, t->facs, facs, sizeof(facs));
}

static bool write_tables(struct tables *t, struct mem *mem)
{
	bool ok = write_facs(t, mem) && write_dsdt(t, mem);

	acpi_point_fadt(t->fadt, t->table[1].size, t->facs, t->table[0].address);
	for (size_t i = 1; ok && i < t->n; i++)
		ok = mem_load(mem, t->table[i].address, t->table[i].bytes, t->table[i].size);
	return ok && write_pointers(t, mem, t->rsdt, "RSDT", 4) &&
	       write_pointers(t, mem, t->xsdt, "XSDT", 8);
}

static bool write_rsdp(const struct tables *t, struct mem *mem, char *err, size_t err_size)
{
	uint8_t rsdp[ACPI_RSDP_SIZE] = { 'R', 'S', 'D', ' ', 'P', 'T', 'R', ' ' };
	uint64_t at = t->config->rsdp;

	memcpy(rsdp + RSDP_OEM_ID, ACPI_OEM_ID, sizeof(ACPI_OEM_ID) - 1);
	rsdp[RSDP_REVISION] = RSDP_REVISION_2;
	put_le32(rsdp + RSDP_RSDT, t->rsdt);
	put_le32(rsdp + RSDP_LENGTH, sizeof(rsdp));
	put_le64(rsdp + RSDP_XSDT, t->xsdt);
	rsdp[RSDP_CHECKSUM] = (uint8_t)-acpi_sum(rsdp, RSDP_FIRST_PART);
	rsdp[RSDP_EXTENDED_CHECKSUM] = (uint8_t)-acpi_sum(rsdp, sizeof(rsdp));
	if (at % ACPI_RSDP_ALIGN || !mem_load(mem, at, rsdp, sizeof(rsdp)))
		return fail(err, err_size,
			    "the RSDP cannot lie at 0x%" PRIx64 ": no memory, or no multiple of %d",
			    at, ACPI_RSDP_ALIGN);
	return true;
}

_Static_assert(MEMORY_FIRMWARE_MAX >= 4, "room for the areas that tell() knows");

static void reserve(struct memory_firmware *out, uint64_t base, uint64_t size)
{
	out->area[out->n++] = (struct memory_range){ base, size, MEMORY_RESERVED };
}

/* Four areas at most. */
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
