/* SPDX-License-Identifier: MIT */
/* Shared by the files of this driver: accesses whose place and offset were already checked. */
#ifndef DRIVERS_PCI_INTERNAL_H
#define DRIVERS_PCI_INTERNAL_H

#include "bimetal/pci.h"

/* Can there be a function at this place? */
bool pci_place_fits(const struct pci *pci, struct pci_place place);
/* Does the function exist? */
bool pci_present(const struct pci *pci, struct pci_place place);

uint8_t pci_get8(const struct pci *pci, struct pci_place place, unsigned offset);
uint16_t pci_get16(const struct pci *pci, struct pci_place place, unsigned offset);
uint32_t pci_get32(const struct pci *pci, struct pci_place place, unsigned offset);
void pci_put8(const struct pci *pci, struct pci_place place, unsigned offset, uint8_t value);
void pci_put16(const struct pci *pci, struct pci_place place, unsigned offset, uint16_t value);
void pci_put32(const struct pci *pci, struct pci_place place, unsigned offset, uint32_t value);

#endif
