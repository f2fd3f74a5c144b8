/* SPDX-License-Identifier: MIT */
/* The Multiple APIC Description Table (ACPI Specification 6.3, 5.2.12), signature "APIC": one entry
 * for each interrupt controller and for each input that needs special treatment.
 *
 *	static unsigned count_ioapics(const struct acpi_memory *memory, const struct acpi_sdt *sdt)
 *	{
 *		struct acpi_madt madt;
 *		struct acpi_madt_entry entry;
 *		unsigned n = 0;
 *
 *		if (acpi_madt_begin(memory, sdt, &madt) != ACPI_OK) return 0;
 *		while (acpi_madt_next(&madt, &entry) == ACPI_OK)
 *			if (entry.type == ACPI_MADT_IOAPIC) n++;
 *		return n;
 *	}
 */
#ifndef BIMETAL_ACPI_MADT_H
#define BIMETAL_ACPI_MADT_H

#include "bimetal/acpi.h"

enum acpi_madt_type {
	ACPI_MADT_LAPIC = 0x0,           /* processor */
	ACPI_MADT_IOAPIC = 0x1,          /* ioapic */
	ACPI_MADT_OVERRIDE = 0x2,        /* override */
	ACPI_MADT_NMI_SOURCE = 0x3,      /* nmi_source */
	ACPI_MADT_LAPIC_NMI = 0x4,       /* lapic_nmi */
	ACPI_MADT_LAPIC_ADDRESS = 0x5,   /* lapic_address: replaces the table's 32-bit address */
	ACPI_MADT_IOSAPIC = 0x6,         /* ioapic */
	ACPI_MADT_LSAPIC = 0x7,          /* processor: its ID and EID in 16 bits */
	ACPI_MADT_PLATFORM_SOURCE = 0x8, /* platform_source */
	ACPI_MADT_X2APIC = 0x9,          /* processor */
	ACPI_MADT_X2APIC_NMI = 0xa,      /* lapic_nmi */
	ACPI_MADT_GICC = 0xb, /* this one and those without a member name are not decoded */
	ACPI_MADT_GICD = 0xc,
	ACPI_MADT_GIC_MSI = 0xd,
	ACPI_MADT_GICR = 0xe,
	ACPI_MADT_GIC_ITS = 0xf,
	ACPI_MADT_WAKEUP = 0x10 /* wakeup */
};

enum {
	ACPI_MADT_PCAT_COMPAT = 1, /* in struct acpi_madt.flags: there is a pair of 8259s too */

	ACPI_PROCESSOR_ENABLED = 1, /* flags of a processor */
	ACPI_PROCESSOR_ONLINE_CAPABLE = 2,

	/* MPS INTI flags of an input (5.2.12.5). */
	ACPI_INTI_POLARITY = 0x3, /* 0: as the bus has it, 1: active high, 3: active low */
	ACPI_INTI_TRIGGER = 0xc   /* 0: as the bus has it, 4: edge, 12: level */
};

#define ACPI_ALL_PROCESSORS 0xffffffffu /* as a UID: every processor */

struct acpi_madt_entry {
	uint64_t address; /* physical address, for types that are not decoded */
	uint8_t type;     /* enum acpi_madt_type, or a newer type */
	uint8_t length;
	union { /* the member named beside the type */
		struct {
			uint32_t uid, id, flags;
		} processor;
		struct {
			uint64_t address;
			uint32_t gsi_base; /* global interrupt number of the first input */
			uint8_t id;
		} ioapic;
		struct {
			uint32_t gsi;
			uint16_t flags;
			uint8_t bus, irq; /* ISA IRQ `irq` is connected to global input `gsi` */
		} override;
		struct {
			uint32_t gsi;
			uint16_t flags;
		} nmi_source;
		struct {
			uint32_t uid; /* or ACPI_ALL_PROCESSORS */
			uint16_t flags;
			uint8_t lint; /* local APIC input: 0 or 1 */
		} lapic_nmi;
		uint64_t lapic_address;
		struct {
			uint32_t gsi, source_flags;
			uint16_t flags;
			uint8_t type, processor_id, processor_eid, vector;
		} platform_source;
		struct {
			uint64_t mailbox;
			uint16_t version;
		} wakeup;
	} u;
};

/* The position of a walk through the entries. */
struct acpi_madt {
	struct acpi_memory memory;
	uint64_t address;
	uint32_t length, at; /* bytes in the table; offset of the next entry */
	uint32_t
		lapic_address; /* physical address; each processor finds its own local APIC there */
	uint32_t flags;
};

/* Begin a walk. `sdt`: from acpi_find(memory, root, "APIC", ...). */
ACPI_MUST_USE enum acpi_status acpi_madt_begin(const struct acpi_memory *memory,
					       const struct acpi_sdt *sdt, struct acpi_madt *madt);
/* Read the next entry, of any type. ACPI_END: there are no more. After an error the walk cannot go
 * on. */
ACPI_MUST_USE enum acpi_status acpi_madt_next(struct acpi_madt *madt,
					      struct acpi_madt_entry *entry);

#endif
