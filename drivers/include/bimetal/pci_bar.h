/* SPDX-License-Identifier: MIT */
/* Base address registers: where a PCI function is mapped (PCI Local Bus Specification 3.0, 6.2.5).
 */
#ifndef BIMETAL_PCI_BAR_H
#define BIMETAL_PCI_BAR_H

/* For example:
 *
 *	static enum pci_status enable(const struct pci *pci, struct pci_place place,
 *				      struct pci_bar *bar)
 *	{
 *		enum pci_status status = pci_bar(pci, place, 0, bar);
 *
 *		if (status != PCI_OK) return status;
 *		if (bar->kind != PCI_BAR_MEMORY_32) return PCI_LACKS;
 *		return pci_command(pci, place, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
 *	}
 */

#include "bimetal/pci.h"

enum { /* of a BAR */
       PCI_BAR_IO = 1 << 0,
       PCI_BAR_IO_RESERVED = 1 << 1,
       PCI_BAR_TYPE = 3 << 1, /* of a memory BAR */
       PCI_BAR_TYPE_64 = 2 << 1,
       PCI_BAR_TYPE_RESERVED = 3 << 1,
       PCI_BAR_PREFETCHABLE = 1 << 3,
       PCI_BAR_IO_FLAGS = 0x3,
       PCI_BAR_MEMORY_FLAGS = 0xf,
       PCI_BAR_ROM_FLAGS = 0x7ff, /* bit 0: enabled */
       PCI_MAX_BARS = 6
};

enum pci_bar_kind {
	PCI_NO_BAR,
	PCI_BAR_PORTS,
	PCI_BAR_MEMORY_32,
	PCI_BAR_MEMORY_64, /* uses BARs n and n + 1 */
	PCI_BAR_ROM
};

struct pci_bar {
	enum pci_bar_kind kind;
	bool prefetchable;
	uint64_t base; /* 0: probably not assigned */
	uint64_t size; /* bytes, a power of two; 0: not implemented */
};

/* Read the base and size of BAR `n` (0 to 5; of a bridge: 0, 1). To find the size, the driver
 * writes the BAR with decoding disabled and interrupts off; then it restores everything. Do not use
 * it on a function that the kernel needs meanwhile, such as a host bridge. BROKEN: a 64-bit BAR
 * without an upper half, writable bits that give no valid size, or a reserved type. */
PCI_MUST_USE enum pci_status pci_bar(const struct pci *pci, struct pci_place place, unsigned n,
				     struct pci_bar *bar);
/* The same for the expansion ROM. LACKS: this header layout has none. */
PCI_MUST_USE enum pci_status pci_rom(const struct pci *pci, struct pci_place place,
				     struct pci_bar *bar);
/* Move BAR `n`, described by `bar`, to `base`, and update `bar`. Decoding is disabled meanwhile.
 * BAD_ARG: `base` is not a multiple of the size, or too high for this BAR. */
PCI_MUST_USE enum pci_status pci_bar_move(const struct pci *pci, struct pci_place place, unsigned n,
					  struct pci_bar *bar, uint64_t base);

#endif
