/* SPDX-License-Identifier: MIT */
/* The MSI-X structures of a function: a table of messages and an array of pending bits, in a BAR.
 * PCI Local Bus Specification 3.0, 6.8.2 and 6.8.3. */
#ifndef DEVICES_PCI_MSIX_H
#define DEVICES_PCI_MSIX_H

#include "devices/pci/function.h"

struct pci_model_msix {
	struct device dev; /* ops->regs is PCI_MODEL_MSIX_TABLE_ROWS(); ops->write is
			      pci_model_msix_write */
	struct pci_model_function *fn;
	unsigned entries;
};

/* Fill in and reset. `slots` has PCI_MODEL_MSIX_TABLE_SLOTS(entries) elements and is part of the
 * state of the function, whose snapshot it shares. The function's configuration has the capability.
 */
void pci_model_msix_init(struct pci_model_msix *msix, struct pci_model_function *fn,
			 const struct device_ops *ops, const char *instance, const struct hub *hub,
			 uint64_t *slots, size_t state_size);
/* Every entry masked, nothing pending. Call it beside pci_model_function_reset(). */
void pci_model_msix_reset(struct pci_model_msix *msix);
/* The write hook of its table. */
void pci_model_msix_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w);
bool pci_model_msix_enabled(const struct pci_model_function *fn);
/* Send entry `vector`; masked, it is pending and sent when unmasked. Does nothing while MSI-X is
 * not enabled, or where there is no such entry. */
void pci_model_msix_send(struct pci_model_msix *msix, unsigned vector);
/* The condition behind a masked vector went away: it is pending no more (6.8.3.5). */
void pci_model_msix_withdraw(struct pci_model_msix *msix, unsigned vector);
/* The capability's control word changed: what is pending and no longer masked goes out. */
void pci_model_msix_settle(struct pci_model_msix *msix);

#endif
