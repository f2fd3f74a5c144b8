/* SPDX-License-Identifier: MIT */
/* Where a PCI function answers: its base address registers (PCI Local Bus Specification 3.0,
 * 6.2.5). */
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
       PCI_BAR_TYPE = 3 << 1, /* of memory */
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
	PCI_BAR_MEMORY_64, /* takes two numbers */
	PCI_BAR_ROM
};

struct pci_bar {
	enum pci_bar_kind kind;
	bool prefetchable;
	uint64_t base; /* 0: most likely never set */
	uint64_t size; /* bytes, a power of two; 0: no BAR */
};

/* Read BAR `n` (0 to 5; a bridge's: 0, 1) and its size. Meanwhile the function answers nowhere, so
 * interrupts are off; then all is as it was. Not for what the kernel lives on, such as a host
 * bridge. BROKEN: it says what cannot be: a 64-bit BAR without an upper half, bits that are no
 * size, reserved types. */
PCI_MUST_USE enum pci_status pci_bar(const struct pci *pci, struct pci_place place, unsigned n,
				     struct pci_bar *bar);
/* The same of the expansion ROM. LACKS: this kind of header has none. */
PCI_MUST_USE enum pci_status pci_rom(const struct pci *pci, struct pci_place place,
				     struct pci_bar *bar);
/* Move BAR `n`, which `bar` describes, to `base`, and note that in `bar`. The function answers
 * nowhere meanwhile. BAD_ARG: not a multiple of the size, or out of its reach. */
PCI_MUST_USE enum pci_status pci_bar_move(const struct pci *pci, struct pci_place place, unsigned n,
					  struct pci_bar *bar, uint64_t base);

#endif
