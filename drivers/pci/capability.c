/* SPDX-License-Identifier: MIT */
/* Capability lists (PCI 3.0 6.7, PCI Express 1.1 7.9). */
#include "bimetal/pci_capability.h"

#include <stddef.h>

#include "internal.h"

enum {
	FIRST = 0x40, /* after the header */
	MOST = (PCI_SPACE - FIRST) / 4,
	MOST_EXTENDED = (PCI_EXTENDED_SPACE - PCI_SPACE) / 4,
	POINTER = 0xfc, /* the lower bits are reserved */
	POINTER_EXTENDED = 0xffc,
	VERSION_LSB = 16,
	VERSION = 0xf,
	NEXT_LSB = 20,
	BYTE = 8
};

static uint16_t first_of(const struct pci *pci, struct pci_place place)
{
	uint8_t layout = pci_get8(pci, place, PCI_HEADER) & PCI_HEADER_LAYOUT;

	if (!(pci_get16(pci, place, PCI_STATUS) & PCI_STATUS_CAPABILITIES)) return 0;
	return pci_get8(pci, place,
			layout == PCI_HEADER_CARDBUS ? PCI_CARDBUS_CAPABILITIES
						     : PCI_CAPABILITIES) &
	       POINTER;
}

enum pci_status pci_list(const struct pci *pci, struct pci_place place, bool extended,
			 struct pci_list *list)
{
	if (!pci || !list) return PCI_NULL;
	if (!pci_place_fits(pci, place)) return PCI_BAD_ARG;
	if (extended && pci->ports) return PCI_LACKS;
	if (!pci_present(pci, place)) return PCI_ABSENT;
	*list = (struct pci_list){ .pci = pci,
				   .place = place,
				   .next = extended ? PCI_SPACE : first_of(pci, place),
				   .left = extended ? MOST_EXTENDED : MOST,
				   .extended = extended };
	return PCI_OK;
}

/* An ID of all ones is no capability: the function is gone, or the pointer is wrong. */
static enum pci_status next_plain(struct pci_list *list, struct pci_capability *found)
{
	if (list->next < FIRST) return PCI_BROKEN;
	uint16_t head = pci_get16(list->pci, list->place, list->next);
	if ((uint8_t)head == UINT8_MAX) return PCI_BROKEN;
	*found = (struct pci_capability){ .id = (uint8_t)head, .at = list->next };
	list->next = head >> BYTE & POINTER;
	return PCI_OK;
}

/* If there is no extended space, its first doubleword reads as zero or as all ones. */
static enum pci_status next_extended(struct pci_list *list, struct pci_capability *found)
{
	if (list->next < PCI_SPACE) return PCI_BROKEN;
	uint32_t head = pci_get32(list->pci, list->place, list->next);
	if (list->next == PCI_SPACE && (head == 0 || head == UINT32_MAX)) return PCI_END;
	if ((uint16_t)head == UINT16_MAX) return PCI_BROKEN;
	*found = (struct pci_capability){ .id = (uint16_t)head,
					  .at = list->next,
					  .version = head >> VERSION_LSB & VERSION };
	list->next = head >> NEXT_LSB & POINTER_EXTENDED;
	return PCI_OK;
}

enum pci_status pci_list_next(struct pci_list *list, struct pci_capability *capability)
{
	if (!list || !capability) return PCI_NULL;
	if (list->next == 0) return PCI_END;
	if (list->left == 0) return PCI_BROKEN;
	list->left--;
	enum pci_status status =
		list->extended ? next_extended(list, capability) : next_plain(list, capability);
	if (status) list->next = 0;
	return status;
}

enum pci_status pci_find(const struct pci *pci, struct pci_place place, bool extended, uint16_t id,
			 struct pci_capability *capability)
{
	struct pci_capability found;
	struct pci_list list = { 0 };

	if (!capability) return PCI_NULL;
	enum pci_status status = pci_list(pci, place, extended, &list);
	while (status == PCI_OK) {
		status = pci_list_next(&list, &found);
		if (status || found.id != id) continue;
		*capability = found;
		return PCI_OK;
	}
	return status == PCI_END ? PCI_NOT_FOUND : status;
}
