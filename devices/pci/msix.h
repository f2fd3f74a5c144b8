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

/* Initialise and reset. `slots` has PCI_MODEL_MSIX_TABLE_SLOTS(entries) elements and is part of the
 * function's state. The function's configuration space has the capability. */
void pci_model_msix_init(struct pci_model_msix *msix, struct pci_model_function *fn,
			 const struct device_ops *ops, const char *instance, const struct hub *hub,
			 uint64_t *slots, size_t state_size);
/* Reset: every entry masked, nothing pending. Call it together with pci_model_function_reset(). */
void pci_model_msix_reset(struct pci_model_msix *msix);
/* The write hook of the table. */
void pci_model_msix_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w);
bool pci_model_msix_enabled(const struct pci_model_function *fn);
/* Send entry `vector`. If it is masked it becomes pending, and is sent when unmasked. Does nothing
 * while MSI-X is disabled, or if there is no such entry. */
void pci_model_msix_send(struct pci_model_msix *msix, unsigned vector);
/* The condition of a masked vector ended: it is no longer pending (6.8.3.5). */
void pci_model_msix_withdraw(struct pci_model_msix *msix, unsigned vector);
/* Call after the control word of the capability changed: sends what is pending and no longer
 * masked. */
void pci_model_msix_settle(struct pci_model_msix *msix);

#endif
