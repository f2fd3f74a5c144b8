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
	GRANTED = PCIBUS_MSI_LOG2 << PCIBUS_MSI_GRANTED_LSB
};

static unsigned control_of(const struct pcibus_msi *msi) { return msi->at + PCIBUS_MSI_CONTROL; }

static unsigned data_of(const struct pcibus_msi *msi)
{
	unsigned data = msi->wide ? PCIBUS_MSI_DATA_64 : PCIBUS_MSI_DATA_32;
	return msi->at + data;
}

enum pcibus_status pcibus_msi_init(const struct pcibus *pci, struct pcibus_place place,
				   struct pcibus_msi *msi)
{
	struct pcibus_capability found;

	if (!msi) return PCIBUS_NULL;
	enum pcibus_status status = pcibus_find(pci, place, false, PCIBUS_CAPABILITY_MSI, &found);
	if (status) return status;
	uint16_t control = pcibus_get16(pci, place, found.at + PCIBUS_MSI_CONTROL);
	unsigned log2 = control >> PCIBUS_MSI_CAPABLE_LSB & PCIBUS_MSI_LOG2;
	bool wide = control & PCIBUS_MSI_64, masks = control & PCIBUS_MSI_MASKS;
	int end = found.at + LENGTH + (wide ? UPPER_LENGTH : 0) + (masks ? MASKS_LENGTH : 0);

	if (log2 > MOST_LOG2 || end > PCIBUS_SPACE) return PCIBUS_BROKEN;
	*msi = (struct pcibus_msi){ .pci = pci,
				    .place = place,
				    .at = found.at,
				    .wide = wide,
				    .masks = masks,
				    .capable = (uint8_t)(1u << log2) };
	return PCIBUS_OK;
}

static void update_control(const struct pcibus_msi *msi, unsigned clear, unsigned set)
{
	unsigned control = pcibus_get16(msi->pci, msi->place, control_of(msi));
	pcibus_put16(msi->pci, msi->place, control_of(msi), (uint16_t)((control & ~clear) | set));
}

static void update_masks(const struct pcibus_msi *msi, uint32_t clear, uint32_t set)
{
	unsigned at = data_of(msi) + PCIBUS_MSI_MASK_AFTER_DATA;
	uint32_t masks = pcibus_get32(msi->pci, msi->place, at);
	pcibus_put32(msi->pci, msi->place, at, (masks & ~clear) | set);
}

/* It sends nothing while address and data are half set. */
enum pcibus_status pcibus_msi_enable(struct pcibus_msi *msi, const struct pcibus_message *message,
				     unsigned vectors)
{
	if (!msi || !message) return PCIBUS_NULL;
	if (vectors == 0 || vectors & (vectors - 1)) return PCIBUS_BAD_ARG;
	if (message->address & 3 || message->data > UINT16_MAX) return PCIBUS_BAD_ARG;
	if (message->data & (vectors - 1)) return PCIBUS_BAD_ARG;
	if (vectors > msi->capable || (!msi->wide && message->address >> HALF)) return PCIBUS_LACKS;

	unsigned log2 = (unsigned)__builtin_ctz(vectors);
	update_control(msi, PCIBUS_MSI_ENABLE | GRANTED, 0);
	pcibus_put32(msi->pci, msi->place, msi->at + PCIBUS_MSI_ADDRESS,
		     (uint32_t)message->address);
	if (msi->wide)
		pcibus_put32(msi->pci, msi->place, msi->at + PCIBUS_MSI_UPPER,
			     (uint32_t)(message->address >> HALF));
	pcibus_put16(msi->pci, msi->place, data_of(msi), (uint16_t)message->data);
	if (msi->masks) update_masks(msi, UINT32_MAX >> (HALF - vectors), 0);
	update_control(msi, 0, PCIBUS_MSI_ENABLE | log2 << PCIBUS_MSI_GRANTED_LSB);
	msi->granted = (uint8_t)vectors;
	return PCIBUS_OK;
}

enum pcibus_status pcibus_msi_disable(struct pcibus_msi *msi)
{
	if (!msi) return PCIBUS_NULL;
	update_control(msi, PCIBUS_MSI_ENABLE, 0);
	msi->granted = 0;
	return PCIBUS_OK;
}

enum pcibus_status pcibus_msi_mask(const struct pcibus_msi *msi, unsigned vector, bool masked)
{
	if (!msi) return PCIBUS_NULL;
	if (!msi->masks) return PCIBUS_LACKS;
	if (vector >= msi->granted) return PCIBUS_BAD_ARG;
	uint32_t bit = UINT32_C(1) << vector;
	update_masks(msi, bit, masked ? bit : 0);
	return PCIBUS_OK;
}

enum pcibus_status pcibus_msi_pending(const struct pcibus_msi *msi, uint32_t *vectors)
{
	if (!msi || !vectors) return PCIBUS_NULL;
	if (!msi->masks) return PCIBUS_LACKS;
	*vectors = pcibus_get32(msi->pci, msi->place, data_of(msi) + PCIBUS_MSI_PENDING_AFTER_DATA);
	return PCIBUS_OK;
}
