/* SPDX-License-Identifier: MIT */
/* The capability lists in configuration space (PCI Local Bus Specification 3.0, 6.7; extended
 * capabilities: PCI Express Base Specification 1.1, 7.9). */
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
	uint8_t version; /* of an extended capability; else 0 */
};

/* The position of a walk through a list. */
struct pci_list {
	const struct pci *pci;
	struct pci_place place;
	uint16_t next; /* 0: the end */
	uint16_t left; /* capabilities that can still fit: bounds a list with a loop */
	bool extended;
};

/* Begin a walk through the list, and take the next capability. END: no more. ABSENT: no such
 * function. LACKS: mechanism 1 cannot reach extended capabilities. BROKEN: a pointer leaves the
 * space, or the list has a loop. */
PCI_MUST_USE enum pci_status pci_list(const struct pci *pci, struct pci_place place, bool extended,
				      struct pci_list *list);
PCI_MUST_USE enum pci_status pci_list_next(struct pci_list *list,
					   struct pci_capability *capability);
/* Find the first capability with this ID. */
PCI_MUST_USE enum pci_status pci_find(const struct pci *pci, struct pci_place place, bool extended,
				      uint16_t id, struct pci_capability *capability);

#endif
