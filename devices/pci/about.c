/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/pci/host.h"
#include "devices/pci/lints.h"

const struct device_about pci_ecam_about = {
	.title = "PCI Express configuration space in memory (ECAM)",
	.reached = "PCIEXBAR of the host bridge moves it. Registers: those of each function.",
	.document = "PCI Express 1.1",
	.lints = { pci_ecam_lints },
};

const struct device_about pci_host_about = {
	.title = "PCI configuration mechanism 1",
	.reached = "0xcf9, 8 bits wide, is the board's RST_CNT. CONFIG_DATA, at 0xcfc, shows the "
		   "register "
		   "that CONFIG_ADDRESS selects.",
	.document = "PCI 3.0",
	.table = { ABOUT_TABLE(pci_host_regs, PCI_MODEL_HOST_N_REGS, NULL) },
	.lints = { pci_host_lints },
};
