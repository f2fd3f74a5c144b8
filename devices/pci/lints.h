/* SPDX-License-Identifier: MIT */
/* The lints that the models report beyond their register tables. */
#ifndef DEVICES_PCI_LINTS_H
#define DEVICES_PCI_LINTS_H

#include "emu/lint.h"

/* Of the configuration mechanism at ports 0xcf8 and 0xcfc. */
enum pci_host_lint { PCI_HOST_LINT_DISABLED, PCI_HOST_LINT_WIDTH };
extern const struct lint_desc pci_host_lints[];

/* Of the configuration window in memory. */
enum pci_ecam_lint { PCI_ECAM_LINT_DOUBLEWORD };
extern const struct lint_desc pci_ecam_lints[];

/* Of any function with BARs and MSI. */
enum pci_function_lint {
	PCI_FUNCTION_LINT_LIVE_SIZING,
	PCI_FUNCTION_LINT_OVER_RAM,
	PCI_FUNCTION_LINT_OUTSIDE_WINDOW,
	PCI_FUNCTION_LINT_BRIDGE,
	PCI_FUNCTION_LINT_OVERLAP,
	PCI_FUNCTION_LINT_VECTORS,
	PCI_FUNCTION_LINT_BOTH
};
extern const struct lint_desc pci_function_lints[];

/* Of any MSI-X table. */
enum pci_msix_lint { PCI_MSIX_LINT_LIVE_ENTRY };
extern const struct lint_desc pci_msix_lints[];

#endif
