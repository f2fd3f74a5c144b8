/* SPDX-License-Identifier: MIT */
/* Capability lists (PCI 3.0 6.7, PCI Express 1.1 7.9). */
#include "bimetal/pci_capability.h"

#include <stddef.h>

#include "internal.h"

enum {
	FIRST = 0x40, /* after the header */
	MOST = (PCIBUS_SPACE - FIRST) / 4,
	MOST_EXTENDED = (PCIBUS_EXTENDED_SPACE - PCIBUS_SPACE) / 4,
	POINTER = 0xfc, /* the lower bits are reserved */
	POINTER_EXTENDED = 0xffc,
	VERSION_LSB = 16,
	VERSION = 0xf,
	NEXT_LSB = 20,
	BYTE = 8
};

static uint16_t first_of(const struct pcibus *pci, struct pcibus_place place)
{
	uint8_t layout = pcibus_get8(pci, place, PCIBUS_HEADER) & PCIBUS_HEADER_LAYOUT;

	if (!(pcibus_get16(pci, place, PCIBUS_STATUS) & PCIBUS_STATUS_CAPABILITIES)) return 0;
	return pcibus_get8(pci, place,
			   layout == PCIBUS_HEADER_CARDBUS ? PCIBUS_CARDBUS_CAPABILITIES
							   : PCIBUS_CAPABILITIES) &
	       POINTER;
}

enum pcibus_status pcibus_list(const struct pcibus *pci, struct pcibus_place place, bool extended,
			       struct pcibus_list *list)
{
	if (!pci || !list) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place)) return PCIBUS_BAD_ARG;
	if (extended && pci->ports) return PCIBUS_LACKS;
	if (!pcibus_present(pci, place)) return PCIBUS_ABSENT;
	*list = (struct pcibus_list){ .pci = pci,
				      .place = place,
				      .next = extended ? PCIBUS_SPACE : first_of(pci, place),
				      .left = extended ? MOST_EXTENDED : MOST,
				      .extended = extended };
	return PCIBUS_OK;
}

/* An ID of all ones is no capability: the function is gone, or the pointer led nowhere. */
static enum pcibus_status next_plain(struct pcibus_list *list, struct pcibus_capability *found)
{
	if (list->next < FIRST) return PCIBUS_BROKEN;
	uint16_t head = pcibus_get16(list->pci, list->place, list->next);
	if ((uint8_t)head == UINT8_MAX) return PCIBUS_BROKEN;
	*found = (struct pcibus_capability){ .id = (uint8_t)head, .at = list->next };
	list->next = head >> BYTE & POINTER;
	return PCIBUS_OK;
}

/* Where there is no extended space, its first doubleword reads as zero or as all ones. */
static enum pcibus_status next_extended(struct pcibus_list *list, struct pcibus_capability *found)
{
	if (list->next < PCIBUS_SPACE) return PCIBUS_BROKEN;
	uint32_t head = pcibus_get32(list->pci, list->place, list->next);
	if (list->next == PCIBUS_SPACE && (head == 0 || head == UINT32_MAX)) return PCIBUS_END;
	if ((uint16_t)head == UINT16_MAX) return PCIBUS_BROKEN;
	*found = (struct pcibus_capability){ .id = (uint16_t)head,
					     .at = list->next,
					     .version = head >> VERSION_LSB & VERSION };
	list->next = head >> NEXT_LSB & POINTER_EXTENDED;
	return PCIBUS_OK;
}

enum pcibus_status pcibus_list_next(struct pcibus_list *list, struct pcibus_capability *capability)
{
	if (!list || !capability) return PCIBUS_NULL;
	if (list->next == 0) return PCIBUS_END;
	if (list->left == 0) return PCIBUS_BROKEN;
	list->left--;
	enum pcibus_status status =
		list->extended ? next_extended(list, capability) : next_plain(list, capability);
	if (status) list->next = 0;
	return status;
}

enum pcibus_status pcibus_find(const struct pcibus *pci, struct pcibus_place place, bool extended,
			       uint16_t id, struct pcibus_capability *capability)
{
	struct pcibus_capability found;
	struct pcibus_list list = { 0 };

	if (!capability) return PCIBUS_NULL;
	enum pcibus_status status = pcibus_list(pci, place, extended, &list);
	while (status == PCIBUS_OK) {
		status = pcibus_list_next(&list, &found);
		if (status || found.id != id) continue;
		*capability = found;
		return PCIBUS_OK;
	}
	return status == PCIBUS_END ? PCIBUS_NOT_FOUND : status;
}
