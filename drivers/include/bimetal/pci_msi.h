/* SPDX-License-Identifier: MIT */
/* Message signalled interrupts: MSI and MSI-X (PCI Local Bus Specification 3.0, 6.8). A function
 * must have at most one of the two enabled, and needs PCI_COMMAND_MASTER to send. */
#ifndef BIMETAL_PCI_MSI_H
#define BIMETAL_PCI_MSI_H

/* For example:
 *
 *	static enum pci_status interrupt_by(uint8_t vector, const struct pci *pci,
 *					    struct pci_place place, struct pci_msi *msi)
 *	{
 *		struct pci_message message = pci_message_to(0, vector);
 *		enum pci_status status = pci_msi_init(pci, place, msi);
 *
 *		return status == PCI_OK ? pci_msi_enable(msi, &message, 1) : status;
 *	}
 */

#include "bimetal/pci.h"

/* ---- registers, by offset from the capability ---- */

enum {
	PCI_MSI_CONTROL = 2,
	PCI_MSI_ADDRESS = 4,
	PCI_MSI_DATA_32 = 8, /* with 32-bit addresses; what follows lies there too */
	PCI_MSI_UPPER = 8,
	PCI_MSI_DATA_64 = 12,
	PCI_MSI_MASK_AFTER_DATA = 4, /* both from the data on */
	PCI_MSI_PENDING_AFTER_DATA = 8
};
enum { /* MSI_CONTROL */
       PCI_MSI_ENABLE = 1 << 0,
       PCI_MSI_CAPABLE_LSB = 1, /* log2 of the vectors asked for */
       PCI_MSI_GRANTED_LSB = 4,
       PCI_MSI_LOG2 = 7,
       PCI_MSI_64 = 1 << 7,
       PCI_MSI_MASKS = 1 << 8
};
enum { PCI_MSIX_CONTROL = 2, PCI_MSIX_TABLE = 4, PCI_MSIX_PENDING = 8 };
enum { /* MSIX_CONTROL */
       PCI_MSIX_LAST = 0x7ff,
       PCI_MSIX_MASK_ALL = 1 << 14,
       PCI_MSIX_ENABLE = 1 << 15
};
enum { PCI_MSIX_BAR = 7 }; /* TABLE, PENDING: number of the BAR, below the offset in it */

/* An entry of MSI-X's table. */
#define PCI_MSIX_ENTRY_ADDRESS ((struct io_rw32){ 0x0 })
#define PCI_MSIX_ENTRY_UPPER   ((struct io_rw32){ 0x4 })
#define PCI_MSIX_ENTRY_DATA    ((struct io_rw32){ 0x8 })
#define PCI_MSIX_ENTRY_CONTROL ((struct io_rw32){ 0xc })
enum { PCI_MSIX_ENTRY = 0x10, PCI_MSIX_ENTRY_MASK = 1 };

/* ---- messages ---- */

struct pci_message {
	uint64_t address; /* a multiple of 4 */
	uint32_t data;
};

/* What makes a local APIC, by its ID, take `vector`, by edge (SDM Vol. 3A 10.11). */
static inline struct pci_message pci_message_to(uint8_t apic_id, uint8_t vector)
{
	enum { DESTINATION_LSB = 12 };
	return (struct pci_message){ .address = UINT32_C(0xfee00000) | (uint32_t)apic_id
									       << DESTINATION_LSB,
				     .data = vector };
}

/* ---- MSI ---- */

/* To be made by pci_msi_init() alone. */
struct pci_msi {
	const struct pci *pci;
	struct pci_place place;
	uint16_t at;     /* the capability */
	bool wide;       /* takes 64-bit addresses */
	bool masks;      /* vectors can be masked */
	uint8_t capable; /* vectors it can use: 1, 2, 4 .. 32 */
	uint8_t granted; /* vectors it was enabled with; 0: not enabled by us */
};

/* Find the capability. `pci` must outlive `msi`. BROKEN: the list, or a reserved number of
 * vectors. */
PCI_MUST_USE enum pci_status pci_msi_init(const struct pci *pci, struct pci_place place,
					  struct pci_msi *msi);
/* Send `vectors` (a power of two up to what it can use) different messages: `message` with 0 ..
 * vectors - 1 added to its data, of 16 bits, which must be a multiple of `vectors`. None is masked.
 * LACKS: too many, or an address that it cannot send to. */
PCI_MUST_USE enum pci_status pci_msi_enable(struct pci_msi *msi, const struct pci_message *message,
					    unsigned vectors);
PCI_MUST_USE enum pci_status pci_msi_disable(struct pci_msi *msi);
/* Mask or unmask one; which ones wait, masked, to be sent (bit by vector). LACKS: it cannot. */
PCI_MUST_USE enum pci_status pci_msi_mask(const struct pci_msi *msi, unsigned vector, bool masked);
PCI_MUST_USE enum pci_status pci_msi_pending(const struct pci_msi *msi, uint32_t *vectors);

/* ---- MSI-X ---- */

/* To be made by pci_msix_init() and pci_msix_map() alone. */
struct pci_msix {
	const struct pci *pci;
	struct pci_place place;
	uint16_t at;                    /* the capability */
	uint16_t entries;               /* 1 to 2048 */
	uint8_t table_bar, pending_bar; /* the BARs that table and pending bits lie in .. */
	uint32_t table_at, pending_at;  /* .. and where in them */
	struct io table, pending;       /* as mapped */
	bool mapped;
};

/* Find the capability. `pci` must outlive `msix`. BROKEN: the list, or a BAR that cannot be. */
PCI_MUST_USE enum pci_status pci_msix_init(const struct pci *pci, struct pci_place place,
					   struct pci_msix *msix);
/* Say where the two BARs, of that many bytes, are mapped (memory, stride 1, uncached). BROKEN:
 * table or pending bits do not fit into their BAR. Nothing is accessed. */
PCI_MUST_USE enum pci_status pci_msix_map(struct pci_msix *msix, struct io table_bar,
					  uint64_t table_bar_size, struct io pending_bar,
					  uint64_t pending_bar_size);
/* Enable it, with every entry masked. NOT_READY: not mapped, or the function does not answer. */
PCI_MUST_USE enum pci_status pci_msix_enable(const struct pci_msix *msix);
PCI_MUST_USE enum pci_status pci_msix_disable(const struct pci_msix *msix);
/* Give an entry its message; it is masked then. */
PCI_MUST_USE enum pci_status pci_msix_set(const struct pci_msix *msix, unsigned entry,
					  const struct pci_message *message);
/* Mask or unmask one; and does it wait, masked, to be sent? */
PCI_MUST_USE enum pci_status pci_msix_mask(const struct pci_msix *msix, unsigned entry,
					   bool masked);
PCI_MUST_USE enum pci_status pci_msix_pending(const struct pci_msix *msix, unsigned entry,
					      bool *yes);

#endif
