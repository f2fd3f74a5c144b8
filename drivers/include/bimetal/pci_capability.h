/* SPDX-License-Identifier: MIT */
/* Lists of capabilities in configuration space (PCI Local Bus Specification 3.0, 6.7; extended
 * ones: PCI Express Base Specification 1.1, 7.9). */
#ifndef BIMETAL_PCI_CAPABILITY_H
#define BIMETAL_PCI_CAPABILITY_H

/* For example:
 *
 *	static bool is_express(const struct pci *pci, struct pci_place place)
 *	{
 *		struct pci_capability found;
 *
 *		return pci_find(pci, place, false, PCI_CAPABILITY_EXPRESS, &found) == PCI_OK;
 *	}
 */

#include "bimetal/pci.h"

enum { /* some capability IDs */
       PCI_CAPABILITY_POWER = 0x01,
       PCI_CAPABILITY_MSI = 0x05,
       PCI_CAPABILITY_VENDOR = 0x09,
       PCI_CAPABILITY_EXPRESS = 0x10,
       PCI_CAPABILITY_MSIX = 0x11
};

struct pci_capability {
	uint16_t id;
	uint16_t at;     /* offset of its first byte */
	uint8_t version; /* of an extended one, else 0 */
};

/* What is left of a list. */
struct pci_list {
	const struct pci *pci;
	struct pci_place place;
	uint16_t next; /* 0: the end */
	uint16_t left; /* as many as fit into the space: the bound of a list that loops */
	bool extended;
};

/* Begin a list, and take its next capability; END after the last. ABSENT: no function is there.
 * LACKS: extended ones by mechanism 1. BROKEN: a pointer leads out of the space, or in circles. */
PCI_MUST_USE enum pci_status pci_list(const struct pci *pci, struct pci_place place, bool extended,
				      struct pci_list *list);
PCI_MUST_USE enum pci_status pci_list_next(struct pci_list *list,
					   struct pci_capability *capability);
/* The first one with this ID. */
PCI_MUST_USE enum pci_status pci_find(const struct pci *pci, struct pci_place place, bool extended,
				      uint16_t id, struct pci_capability *capability);

#endif
