/* SPDX-License-Identifier: MIT */
/* Message signalled interrupts: MSI and MSI-X (PCI Local Bus Specification 3.0, 6.8). Enable at
 * most one of the two in a function. Sending needs PCI_COMMAND_MASTER. */
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
	PCI_MSI_DATA_32 = 8, /* with 32-bit addresses */
	PCI_MSI_UPPER = 8,
	PCI_MSI_DATA_64 = 12,
	PCI_MSI_MASK_AFTER_DATA = 4, /* this and the next: offset from the data register */
	PCI_MSI_PENDING_AFTER_DATA = 8
};
enum { /* MSI_CONTROL */
       PCI_MSI_ENABLE = 1 << 0,
       PCI_MSI_CAPABLE_LSB = 1, /* log2 of the number of vectors that the function requests */
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
enum { PCI_MSIX_BAR = 7 }; /* in TABLE and PENDING: BAR number, below the offset */

/* An entry of the MSI-X table, by offset in bytes. */
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

/* The message that raises `vector`, edge-triggered, on the local APIC with this ID (SDM Vol. 3A
 * 10.11). */
static inline struct pci_message pci_message_to(uint8_t apic_id, uint8_t vector)
{
	enum { DESTINATION_LSB = 12 };
	return (struct pci_message){ .address = UINT32_C(0xfee00000) | (uint32_t)apic_id
									       << DESTINATION_LSB,
				     .data = vector };
}

/* ---- MSI ---- */

/* Initialised only by pci_msi_init(). */
struct pci_msi {
	const struct pci *pci;
	struct pci_place place;
	uint16_t at;     /* the capability */
	bool wide;       /* takes 64-bit addresses */
	bool masks;      /* vectors can be masked */
	uint8_t capable; /* number of vectors it can use: 1, 2, 4 .. 32 */
	uint8_t granted; /* number of vectors enabled; 0: pci_msi_enable() was not called */
};

/* Find the MSI capability. `pci` must outlive `msi`. BROKEN: a faulty capability list, or a
 * reserved number of vectors. */
PCI_MUST_USE enum pci_status pci_msi_init(const struct pci *pci, struct pci_place place,
					  struct pci_msi *msi);
/* Enable `vectors` messages (a power of two, at most msi->capable). Message i is `message` with i
 * added to its data, which has 16 bits and must be a multiple of `vectors`. None is masked. LACKS:
 * too many, or the function cannot send to this address. */
PCI_MUST_USE enum pci_status pci_msi_enable(struct pci_msi *msi, const struct pci_message *message,
					    unsigned vectors);
PCI_MUST_USE enum pci_status pci_msi_disable(struct pci_msi *msi);
/* Mask or unmask one message; read which masked messages are pending (bit n: message n). LACKS:
 * this function cannot. */
PCI_MUST_USE enum pci_status pci_msi_mask(const struct pci_msi *msi, unsigned vector, bool masked);
PCI_MUST_USE enum pci_status pci_msi_pending(const struct pci_msi *msi, uint32_t *vectors);

/* ---- MSI-X ---- */

/* Initialised only by pci_msix_init() and pci_msix_map(). */
struct pci_msix {
	const struct pci *pci;
	struct pci_place place;
	uint16_t at;                    /* the capability */
	uint16_t entries;               /* 1 to 2048 */
	uint8_t table_bar, pending_bar; /* BARs that hold the table and the pending bits .. */
	uint32_t table_at, pending_at;  /* .. and the offsets in these BARs */
	struct io table, pending;       /* as mapped */
	bool mapped;
};

/* Find the MSI-X capability. `pci` must outlive `msix`. BROKEN: a faulty capability list, or an
 * invalid BAR number. */
PCI_MUST_USE enum pci_status pci_msix_init(const struct pci *pci, struct pci_place place,
					   struct pci_msix *msix);
/* Set where the two BARs are mapped (memory, stride 1, uncached) and their sizes in bytes. BROKEN:
 * the table or the pending bits do not fit into their BAR. Nothing is accessed. */
PCI_MUST_USE enum pci_status pci_msix_map(struct pci_msix *msix, struct io table_bar,
					  uint64_t table_bar_size, struct io pending_bar,
					  uint64_t pending_bar_size);
/* Enable MSI-X with every entry masked. NOT_READY: not mapped, or the function does not decode
 * memory. */
PCI_MUST_USE enum pci_status pci_msix_enable(const struct pci_msix *msix);
PCI_MUST_USE enum pci_status pci_msix_disable(const struct pci_msix *msix);
/* Set the message of an entry. The entry is masked afterwards. */
PCI_MUST_USE enum pci_status pci_msix_set(const struct pci_msix *msix, unsigned entry,
					  const struct pci_message *message);
/* Mask or unmask an entry; read whether it is pending while masked. */
PCI_MUST_USE enum pci_status pci_msix_mask(const struct pci_msix *msix, unsigned entry,
					   bool masked);
PCI_MUST_USE enum pci_status pci_msix_pending(const struct pci_msix *msix, unsigned entry,
					      bool *yes);

#endif
