/* SPDX-License-Identifier: MIT */
/* What the files of this driver share: accesses to places and offsets that were checked. */
#ifndef DRIVERS_PCI_INTERNAL_H
#define DRIVERS_PCI_INTERNAL_H

#include "bimetal/pci.h"

/* Can there be a function at this place? */
bool pcibus_place_fits(const struct pcibus *pci, struct pcibus_place place);
/* Is there one? */
bool pcibus_present(const struct pcibus *pci, struct pcibus_place place);

uint8_t pcibus_get8(const struct pcibus *pci, struct pcibus_place place, unsigned offset);
uint16_t pcibus_get16(const struct pcibus *pci, struct pcibus_place place, unsigned offset);
uint32_t pcibus_get32(const struct pcibus *pci, struct pcibus_place place, unsigned offset);
void pcibus_put8(const struct pcibus *pci, struct pcibus_place place, unsigned offset,
		 uint8_t value);
void pcibus_put16(const struct pcibus *pci, struct pcibus_place place, unsigned offset,
		  uint16_t value);
void pcibus_put32(const struct pcibus *pci, struct pcibus_place place, unsigned offset,
		  uint32_t value);

#endif
