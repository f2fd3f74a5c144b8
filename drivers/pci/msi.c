/* SPDX-License-Identifier: MIT */
/* MSI (PCI 3.0 6.8.1). */
#include <stddef.h>

#include "bimetal/pci_capability.h"
#include "bimetal/pci_msi.h"
#include "internal.h"

enum {
	MOST_LOG2 = 5,
	LENGTH = 10, /* bytes of the smallest one */
	UPPER_LENGTH = 4,
	MASKS_LENGTH = 10,
	HALF = 32,
	GRANTED = PCI_MSI_LOG2 << PCI_MSI_GRANTED_LSB
};

static unsigned control_of(const struct pci_msi *msi) { return msi->at + PCI_MSI_CONTROL; }

static unsigned data_of(const struct pci_msi *msi)
{
	unsigned data = msi->wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32;
	return msi->at + data;
}

enum pci_status pci_msi_init(const struct pci *pci, struct pci_place place, struct pci_msi *msi)
{
	struct pci_capability found;

	if (!msi) return PCI_NULL;
	enum pci_status status = pci_find(pci, place, false, PCI_CAPABILITY_MSI, &found);
	if (status) return status;
	uint16_t control = pci_get16(pci, place, found.at + PCI_MSI_CONTROL);
	unsigned log2 = control >> PCI_MSI_CAPABLE_LSB & PCI_MSI_LOG2;
	bool wide = control & PCI_MSI_64, masks = control & PCI_MSI_MASKS;
	int end = found.at + LENGTH + (wide ? UPPER_LENGTH : 0) + (masks ? MASKS_LENGTH : 0);

	if (log2 > MOST_LOG2 || end > PCI_SPACE) return PCI_BROKEN;
	*msi = (struct pci_msi){ .pci = pci,
				 .place = place,
				 .at = found.at,
				 .wide = wide,
				 .masks = masks,
				 .capable = (uint8_t)(1u << log2) };
	return PCI_OK;
}

static void update_control(const struct pci_msi *msi, unsigned clear, unsigned set)
{
	unsigned control = pci_get16(msi->pci, msi->place, control_of(msi));
	pci_put16(msi->pci, msi->place, control_of(msi), (uint16_t)((control & ~clear) | set));
}

static void update_masks(const struct pci_msi *msi, uint32_t clear, uint32_t set)
{
	unsigned at = data_of(msi) + PCI_MSI_MASK_AFTER_DATA;
	uint32_t masks = pci_get32(msi->pci, msi->place, at);
	pci_put32(msi->pci, msi->place, at, (masks & ~clear) | set);
}

/* MSI is disabled while address and data are being set. */
enum pci_status pci_msi_enable(struct pci_msi *msi, const struct pci_message *message,
			       unsigned vectors)
{
	if (!msi || !message) return PCI_NULL;
	if (vectors == 0 || vectors & (vectors - 1)) return PCI_BAD_ARG;
	if (message->address & 3 || message->data > UINT16_MAX) return PCI_BAD_ARG;
	if (message->data & (vectors - 1)) return PCI_BAD_ARG;
	if (vectors > msi->capable || (!msi->wide && message->address >> HALF)) return PCI_LACKS;

	unsigned log2 = (unsigned)__builtin_ctz(vectors);
	update_control(msi, PCI_MSI_ENABLE | GRANTED, 0);
	pci_put32(msi->pci, msi->place, msi->at + PCI_MSI_ADDRESS, (uint32_t)message->address);
	if (msi->wide)
		pci_put32(msi->pci, msi->place, msi->at + PCI_MSI_UPPER,
			  (uint32_t)(message->address >> HALF));
	pci_put16(msi->pci, msi->place, data_of(msi), (uint16_t)message->data);
	if (msi->masks) update_masks(msi, UINT32_MAX >> (HALF - vectors), 0);
	update_control(msi, 0, PCI_MSI_ENABLE | log2 << PCI_MSI_GRANTED_LSB);
	msi->granted = (uint8_t)vectors;
	return PCI_OK;
}

enum pci_status pci_msi_disable(struct pci_msi *msi)
{
	if (!msi) return PCI_NULL;
	update_control(msi, PCI_MSI_ENABLE, 0);
	msi->granted = 0;
	return PCI_OK;
}

enum pci_status pci_msi_mask(const struct pci_msi *msi, unsigned vector, bool masked)
{
	if (!msi) return PCI_NULL;
	if (!msi->masks) return PCI_LACKS;
	if (vector >= msi->granted) return PCI_BAD_ARG;
	uint32_t bit = UINT32_C(1) << vector;
	update_masks(msi, bit, masked ? bit : 0);
	return PCI_OK;
}

enum pci_status pci_msi_pending(const struct pci_msi *msi, uint32_t *vectors)
{
	if (!msi || !vectors) return PCI_NULL;
	if (!msi->masks) return PCI_LACKS;
	*vectors = pci_get32(msi->pci, msi->place, data_of(msi) + PCI_MSI_PENDING_AFTER_DATA);
	return PCI_OK;
}
