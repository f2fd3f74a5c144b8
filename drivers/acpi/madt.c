/* SPDX-License-Identifier: MIT */
/* The entries of the MADT: type, length, then contents that depend on the type. */
#include "bimetal/acpi_madt.h"
#include "internal.h"

enum { LAPIC_ADDRESS = 36, FLAGS = 40, ENTRIES = 44, ENTRY_HEAD = 2, DECODED = 16 };

enum { ALL_IN_8_BITS = 0xff, BITS_PER_BYTE = 8 };

/* The minimum length of an entry of this type (5.2.12.2 and on). For types that are not decoded:
 * its head. */
static uint8_t least(uint8_t type)
{
	static const uint8_t lengths[] = {
		[ACPI_MADT_LAPIC] = 8,
		[ACPI_MADT_IOAPIC] = 12,
		[ACPI_MADT_OVERRIDE] = 10,
		[ACPI_MADT_NMI_SOURCE] = 8,
		[ACPI_MADT_LAPIC_NMI] = 6,
		[ACPI_MADT_LAPIC_ADDRESS] = 12,
		[ACPI_MADT_IOSAPIC] = 16,
		[ACPI_MADT_LSAPIC] = 16,
		[ACPI_MADT_PLATFORM_SOURCE] = 16,
		[ACPI_MADT_X2APIC] = 16,
		[ACPI_MADT_X2APIC_NMI] = 12,
		[ACPI_MADT_WAKEUP] = 16,
	};
	return type < sizeof(lengths) && lengths[type] ? lengths[type] : ENTRY_HEAD;
}

static void decode_processor(const uint8_t *p, struct acpi_madt_entry *e)
{
	switch (e->type) {
	case ACPI_MADT_LAPIC:
		e->u.processor.uid = p[2];
		e->u.processor.id = p[3];
		e->u.processor.flags = acpi_le32(p + 4);
		break;
	case ACPI_MADT_LSAPIC:
		e->u.processor.uid = acpi_le32(p + 12);
		e->u.processor.id = (uint32_t)p[3] << BITS_PER_BYTE | p[4];
		e->u.processor.flags = acpi_le32(p + 8);
		break;
	default: /* x2APIC */
		e->u.processor.uid = acpi_le32(p + 12);
		e->u.processor.id = acpi_le32(p + 4);
		e->u.processor.flags = acpi_le32(p + 8);
		break;
	}
}

static void decode_ioapic(const uint8_t *p, struct acpi_madt_entry *e)
{
	bool sapic = e->type == ACPI_MADT_IOSAPIC;

	e->u.ioapic.id = p[2];
	e->u.ioapic.address = sapic ? acpi_le64(p + 8) : acpi_le32(p + 4);
	e->u.ioapic.gsi_base = acpi_le32(sapic ? p + 4 : p + 8);
}

static void decode_lapic_nmi(const uint8_t *p, struct acpi_madt_entry *e)
{
	if (e->type == ACPI_MADT_X2APIC_NMI) {
		e->u.lapic_nmi.flags = acpi_le16(p + 2);
		e->u.lapic_nmi.uid = acpi_le32(p + 4);
		e->u.lapic_nmi.lint = p[8];
		return;
	}
	e->u.lapic_nmi.uid = p[2] == ALL_IN_8_BITS ? ACPI_ALL_PROCESSORS : p[2];
	e->u.lapic_nmi.flags = acpi_le16(p + 3);
	e->u.lapic_nmi.lint = p[5];
}

static void decode_platform_source(const uint8_t *p, struct acpi_madt_entry *e)
{
	e->u.platform_source.flags = acpi_le16(p + 2);
	e->u.platform_source.type = p[4];
	e->u.platform_source.processor_id = p[5];
	e->u.platform_source.processor_eid = p[6];
	e->u.platform_source.vector = p[7];
	e->u.platform_source.gsi = acpi_le32(p + 8);
	e->u.platform_source.source_flags = acpi_le32(p + 12);
}

static void decode(const uint8_t *p, struct acpi_madt_entry *e)
{
	switch (e->type) {
	case ACPI_MADT_LAPIC:
	case ACPI_MADT_LSAPIC:
	case ACPI_MADT_X2APIC: decode_processor(p, e); break;
	case ACPI_MADT_IOAPIC:
	case ACPI_MADT_IOSAPIC: decode_ioapic(p, e); break;
	case ACPI_MADT_OVERRIDE:
		e->u.override.bus = p[2];
		e->u.override.irq = p[3];
		e->u.override.gsi = acpi_le32(p + 4);
		e->u.override.flags = acpi_le16(p + 8);
		break;
	case ACPI_MADT_NMI_SOURCE:
		e->u.nmi_source.flags = acpi_le16(p + 2);
		e->u.nmi_source.gsi = acpi_le32(p + 4);
		break;
	case ACPI_MADT_LAPIC_NMI:
	case ACPI_MADT_X2APIC_NMI: decode_lapic_nmi(p, e); break;
	case ACPI_MADT_LAPIC_ADDRESS: e->u.lapic_address = acpi_le64(p + 4); break;
	case ACPI_MADT_PLATFORM_SOURCE: decode_platform_source(p, e); break;
	case ACPI_MADT_WAKEUP:
		e->u.wakeup.version = acpi_le16(p + 2);
		e->u.wakeup.mailbox = acpi_le64(p + 8);
		break;
	default: break;
	}
}

enum acpi_status acpi_madt_begin(const struct acpi_memory *memory, const struct acpi_sdt *sdt,
				 struct acpi_madt *madt)
{
	uint8_t raw[ENTRIES - LAPIC_ADDRESS];
	enum acpi_status status = acpi_expect(memory, sdt, "APIC", ENTRIES);

	if (status) return status;
	if (!madt) return ACPI_NULL;
	status = acpi_fetch_field(memory, sdt, LAPIC_ADDRESS, raw, sizeof(raw));
	if (status) return status;
	madt->memory = *memory;
	madt->address = sdt->address;
	madt->length = sdt->length;
	madt->at = ENTRIES;
	madt->lapic_address = acpi_le32(raw);
	madt->flags = acpi_le32(raw + (FLAGS - LAPIC_ADDRESS));
	return ACPI_OK;
}

static enum acpi_status read_entry(struct acpi_madt *madt, struct acpi_madt_entry *entry)
{
	uint8_t raw[DECODED];
	uint32_t left = madt->length - madt->at;

	if (left < ENTRY_HEAD) return ACPI_BAD_LENGTH;
	entry->address = madt->address + madt->at;
	enum acpi_status status = acpi_fetch(&madt->memory, entry->address, raw, ENTRY_HEAD);
	if (status) return status;
	entry->type = raw[0];
	entry->length = raw[1];
	if (entry->length < least(entry->type) || entry->length > left) return ACPI_BAD_LENGTH;
	uint32_t n = entry->length < DECODED ? entry->length : DECODED;
	status = acpi_fetch(&madt->memory, entry->address, raw, n);
	if (!status) decode(raw, entry);
	return status;
}

enum acpi_status acpi_madt_next(struct acpi_madt *madt, struct acpi_madt_entry *entry)
{
	if (!madt || !entry) return ACPI_NULL;
	if (madt->at >= madt->length) return ACPI_END;
	enum acpi_status status = read_entry(madt, entry);
	madt->at = status ? madt->length : madt->at + entry->length;
	return status;
}
