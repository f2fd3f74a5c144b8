/* SPDX-License-Identifier: MIT */
/* From the RSDP to the tables. */
#include "internal.h"

enum {
	BDA_EBDA_SEGMENT = 0x40e,
	SEGMENT_SHIFT = 4,
	LOW_MEMORY_END = 0xa0000,
	EBDA_SEARCHED = 1024,
	BIOS_BASE = 0xe0000,
	BIOS_SIZE = 0x20000,
	RSDP_ALIGN = 16
};

enum { /* 5.2.5.3 */
       RSDP_SIGNATURE_SIZE = 8,
       RSDP_OEM_ID = 9,
       RSDP_REVISION = 15,
       RSDP_RSDT = 16,
       RSDP_LENGTH = 20,
       RSDP_XSDT = 24,
       RSDP_SIZE_1 = 20, /* size of revision 0, and of the part under the first checksum */
       RSDP_SIZE_2 = 36,
       RSDP_MAX_LENGTH = 4096,
       RSDP_REVISION_2 = 2
};

enum { /* 5.2.6 */
       SDT_LENGTH = 4,
       SDT_REVISION = 8,
       SDT_OEM_ID = 10,
       SDT_OEM_TABLE_ID = 16,
       SDT_OEM_REVISION = 24
};

enum { XSDT_ENTRY = 8, RSDT_ENTRY = 4 };

/* ---- reading ---- */

enum acpi_status acpi_fetch(const struct acpi_memory *memory, uint64_t address, uint8_t *to,
			    uint32_t size)
{
	if (size > UINT64_MAX - address) return ACPI_UNREADABLE;
	for (uint32_t at = 0; at < size; at += ACPI_CHUNK) {
		uint32_t n = size - at < ACPI_CHUNK ? size - at : ACPI_CHUNK;
		if (!memory->read(memory->ctx, address + at, to + at, n)) return ACPI_UNREADABLE;
	}
	return ACPI_OK;
}

enum acpi_status acpi_fetch_field(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
				  uint32_t at, uint8_t *to, uint32_t size)
{
	if (at > sdt->length || size > sdt->length - at) return ACPI_BAD_LENGTH;
	return acpi_fetch(memory, sdt->address + at, to, size);
}

/* ACPI_OK: the bytes add up to 0. */
static enum acpi_status check_sum(const struct acpi_memory *memory, uint64_t address, uint32_t size)
{
	uint8_t chunk[ACPI_CHUNK], sum = 0;

	while (size) {
		uint32_t n = size < ACPI_CHUNK ? size : ACPI_CHUNK;
		enum acpi_status status = acpi_fetch(memory, address, chunk, n);
		if (status) return status;
		for (uint32_t i = 0; i < n; i++) sum = (uint8_t)(sum + chunk[i]);
		address += n;
		size -= n;
	}
	return sum ? ACPI_BAD_CHECKSUM : ACPI_OK;
}

static bool same(const uint8_t *bytes, const char *text, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (bytes[i] != (uint8_t)text[i]) return false;
	return true;
}

/* ---- RSDP ---- */

/* Bytes after the signature are read only if the signature is right: after the last candidate of
 * the extended BIOS data area comes video memory. */
static enum acpi_status read_rsdp(const struct acpi_memory *memory, uint64_t at, uint8_t *rsdp)
{
	enum acpi_status status = acpi_fetch(memory, at, rsdp, RSDP_SIGNATURE_SIZE);

	if (status) return status;
	if (!same(rsdp, "RSD PTR ", RSDP_SIGNATURE_SIZE)) return ACPI_BAD_SIGNATURE;
	status = acpi_fetch(memory, at, rsdp, RSDP_SIZE_1);
	if (status) return status;
	status = check_sum(memory, at, RSDP_SIZE_1);
	if (status || rsdp[RSDP_REVISION] < RSDP_REVISION_2) return status;
	status = acpi_fetch(memory, at, rsdp, RSDP_SIZE_2);
	if (status) return status;
	uint32_t length = acpi_le32(rsdp + RSDP_LENGTH);
	if (length < RSDP_SIZE_2 || length > RSDP_MAX_LENGTH) return ACPI_BAD_LENGTH;
	return check_sum(memory, at, length);
}

/* Skip what cannot be read, and what has the signature but is no valid RSDP. */
static enum acpi_status search(const struct acpi_memory *memory, uint64_t base, uint32_t size,
			       uint64_t *found)
{
	uint8_t rsdp[RSDP_SIZE_2];

	for (uint32_t at = 0; at < size; at += RSDP_ALIGN) {
		if (read_rsdp(memory, base + at, rsdp)) continue;
		*found = base + at;
		return ACPI_OK;
	}
	return ACPI_NOT_FOUND;
}

enum acpi_status acpi_find_rsdp(const struct acpi_memory *memory, uint64_t *rsdp)
{
	uint8_t word[2];

	if (!memory || !memory->read || !rsdp) return ACPI_NULL;
	if (acpi_fetch(memory, BDA_EBDA_SEGMENT, word, sizeof(word)) == ACPI_OK) {
		uint32_t ebda = (uint32_t)acpi_le16(word) << SEGMENT_SHIFT;
		bool sane = ebda && ebda <= LOW_MEMORY_END - EBDA_SEARCHED;
		if (sane && search(memory, ebda, EBDA_SEARCHED, rsdp) == ACPI_OK) return ACPI_OK;
	}
	return search(memory, BIOS_BASE, BIOS_SIZE, rsdp);
}

/* ---- tables ---- */

static enum acpi_status read_header(const struct acpi_memory *memory, uint64_t address,
				    struct acpi_sdt *sdt)
{
	uint8_t raw[ACPI_HEADER_SIZE];

	if (address == 0) return ACPI_BAD_VALUE;
	enum acpi_status status = acpi_fetch(memory, address, raw, sizeof(raw));
	if (status) return status;
	sdt->address = address;
	sdt->length = acpi_le32(raw + SDT_LENGTH);
	sdt->oem_revision = acpi_le32(raw + SDT_OEM_REVISION);
	sdt->revision = raw[SDT_REVISION];
	for (unsigned i = 0; i < ACPI_SIGNATURE_SIZE; i++) sdt->signature[i] = raw[i];
	for (unsigned i = 0; i < sizeof(sdt->oem_id); i++) sdt->oem_id[i] = raw[SDT_OEM_ID + i];
	for (unsigned i = 0; i < sizeof(sdt->oem_table_id); i++)
		sdt->oem_table_id[i] = raw[SDT_OEM_TABLE_ID + i];
	if (sdt->length < ACPI_HEADER_SIZE || sdt->length > ACPI_MAX_LENGTH) return ACPI_BAD_LENGTH;
	return sdt->length > UINT64_MAX - address ? ACPI_BAD_LENGTH : ACPI_OK;
}

enum acpi_status acpi_read_sdt(const struct acpi_memory *memory, uint64_t address,
			       struct acpi_sdt *sdt)
{
	if (!memory || !memory->read || !sdt) return ACPI_NULL;
	enum acpi_status status = read_header(memory, address, sdt);
	return status ? status : check_sum(memory, address, sdt->length);
}

bool acpi_is(const struct acpi_sdt *sdt, const char *signature)
{
	return same(sdt->signature, signature, ACPI_SIGNATURE_SIZE);
}

enum acpi_status acpi_expect(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
			     const char *signature, uint32_t least)
{
	if (!memory || !memory->read || !sdt) return ACPI_NULL;
	if (!acpi_is(sdt, signature)) return ACPI_BAD_SIGNATURE;
	return sdt->length < least ? ACPI_BAD_LENGTH : ACPI_OK;
}

/* ---- XSDT and RSDT ---- */

static enum acpi_status read_list(const struct acpi_memory *memory, uint64_t address,
				  const char *signature, uint8_t entry_size, struct acpi_root *root)
{
	struct acpi_sdt sdt;
	enum acpi_status status = read_header(memory, address, &sdt);

	if (status) return status;
	if (!acpi_is(&sdt, signature)) return ACPI_BAD_SIGNATURE;
	uint32_t bytes = sdt.length - ACPI_HEADER_SIZE;
	if (bytes % entry_size || bytes / entry_size > ACPI_MAX_ENTRIES) return ACPI_BAD_LENGTH;
	status = check_sum(memory, address, sdt.length);
	if (status) return status;
	root->table = address;
	root->entry_size = entry_size;
	root->n = bytes / entry_size;
	return ACPI_OK;
}

enum acpi_status acpi_read_root(const struct acpi_memory *memory, uint64_t rsdp,
				struct acpi_root *root)
{
	uint8_t raw[RSDP_SIZE_2];

	if (!memory || !memory->read || !root) return ACPI_NULL;
	enum acpi_status status = read_rsdp(memory, rsdp, raw);
	if (status) return status;
	root->revision = raw[RSDP_REVISION];
	for (unsigned i = 0; i < sizeof(root->oem_id); i++) root->oem_id[i] = raw[RSDP_OEM_ID + i];
	bool extended = root->revision >= RSDP_REVISION_2;
	uint64_t xsdt = extended ? acpi_le64(raw + RSDP_XSDT) : 0;
	if (xsdt) return read_list(memory, xsdt, "XSDT", XSDT_ENTRY, root);
	return read_list(memory, acpi_le32(raw + RSDP_RSDT), "RSDT", RSDT_ENTRY, root);
}

enum acpi_status acpi_entry(const struct acpi_memory *memory, const struct acpi_root *root,
			    uint32_t i, uint64_t *address)
{
	uint8_t raw[XSDT_ENTRY];

	if (!memory || !memory->read || !root || !address) return ACPI_NULL;
	if (i >= root->n) return ACPI_END;
	bool wide = root->entry_size == XSDT_ENTRY;
	uint64_t at = root->table + ACPI_HEADER_SIZE + (uint64_t)i * root->entry_size;
	enum acpi_status status = acpi_fetch(memory, at, raw, wide ? XSDT_ENTRY : RSDT_ENTRY);
	if (!status) *address = wide ? acpi_le64(raw) : acpi_le32(raw);
	return status;
}

enum acpi_status acpi_find(const struct acpi_memory *memory, const struct acpi_root *root,
			   const char *signature, uint32_t nth, struct acpi_sdt *sdt)
{
	uint64_t address = 0;

	if (!memory || !memory->read || !root || !signature || !sdt) return ACPI_NULL;
	for (uint32_t i = 0; i < root->n && i < ACPI_MAX_ENTRIES; i++) {
		enum acpi_status status = acpi_entry(memory, root, i, &address);
		if (status) return status;
		if (read_header(memory, address, sdt) || !acpi_is(sdt, signature)) continue;
		if (nth-- == 0) return check_sum(memory, address, sdt->length);
	}
	return ACPI_NOT_FOUND;
}
