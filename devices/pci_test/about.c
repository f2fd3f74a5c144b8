/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/pci/lints.h"
#include "devices/pci_test/lints.h"
#include "devices/pci_test/model.h"

const struct device_about pci_test_about = {
	.title = "pci-test: a PCI function for tests",
	.reached = "BAR0 and BAR1 of each --device pci-test.",
	.document = "devices/pci_test/registers.h",
	.table = { ABOUT_TABLE(pci_test_regs, PCI_TEST_MODEL_N_REGS, "BAR0, memory"),
		   ABOUT_TABLE(pci_test_model_ports, PCI_TEST_MODEL_N_PORTS, "BAR1, ports") },
	.lints = { pci_test_lints, dma_lints },
};

const struct device_about pci_test_buffer_about = {
	.title = "pci-test's memory",
	.reached = "BAR2 of each --device pci-test: 4 KiB, no registers.",
	.document = "devices/pci_test/registers.h",
};

const struct device_about pci_test_config_about = {
	.title = "Configuration space of pci-test",
	.reached = "PCI configuration space of each --device pci-test.",
	.document = "PCI 3.0; PCI Express 1.1",
	.table = { ABOUT_TABLE(pci_test_config_regs, PCI_TEST_MODEL_CONFIG_N_REGS, NULL) },
	.lints = { pci_function_lints },
};

const struct device_about pci_test_msix_about = {
	.title = "MSI-X table of pci-test",
	.reached = "BAR4 of each --device pci-test.",
	.document = "PCI 3.0",
	.table = { ABOUT_TABLE(pci_test_msix_regs, PCI_MODEL_MSIX_TABLE_N_ROWS, NULL) },
	.lints = { pci_msix_lints },
};
