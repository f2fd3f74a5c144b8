/* SPDX-License-Identifier: MIT */
/* A PCI-to-PCI bridge without BARs, for tests of what lies behind one. */
#ifndef TESTS_DEVICES_PCI_BRIDGE_FIXTURE_H
#define TESTS_DEVICES_PCI_BRIDGE_FIXTURE_H

#include "devices/pci/function.h"
#include "devices/pci/registers.h"

static const struct reg_desc bridge_regs[] = {
	PCI_MODEL_ROWS_IDENTITY(0xb1e7, 0x0002, 0, 6, 4, 0, 1),
	PCI_MODEL_ROW_COMMAND_ENDPOINT,
	PCI_MODEL_ROW_STATUS_ENDPOINT(0),
	PCI_MODEL_ROWS_TIMING,
	PCI_MODEL_ROWS_TYPE1(0, 0),
	PCI_MODEL_ROW_BAR_NONE(0),
	PCI_MODEL_ROW_BAR_NONE(1),
	PCI_MODEL_ROW_RSVD(PCI_MODEL_TYPE1_N_ROWS, "RSVD_40", 0x40, 32, PCI_MODEL_WIDTHS_0, 48),
};
enum { BRIDGE_ROWS = PCI_MODEL_TYPE1_N_ROWS + 1, BRIDGE_SLOTS = PCI_MODEL_TYPE1_N_SLOTS + 48 };

static const struct device_ops bridge_ops = { .name = "bridge",
					      .regs = bridge_regs,
					      .n_regs = BRIDGE_ROWS,
					      .write = pci_model_function_write };

static struct pci_model_function bridge;
static uint64_t bridge_slots[BRIDGE_SLOTS];

#endif
