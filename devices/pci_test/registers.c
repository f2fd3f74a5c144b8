/* SPDX-License-Identifier: MIT */
#include "devices/pci_test/registers.h"

#define SPEC "devices/pci_test/registers.h"

/* clang-format off: a table reads as a table */
const struct reg_desc pci_test_config_regs[PCI_TEST_CONFIG_N_REGS] = {
	PCI_ROWS_IDENTITY(PCI_TEST_VENDOR, PCI_TEST_DEVICE, 0x01, 0xff, 0x00, 0x00, 0x00),
	PCI_ROW_COMMAND_ENDPOINT,
	PCI_ROW_STATUS_ENDPOINT(PCI_STATUS_CAPABILITIES),
	PCI_ROWS_TIMING,
	PCI_ROWS_TYPE0(PCI_TEST_VENDOR, PCI_TEST_DEVICE, 0x50, 1),
	PCI_ROW_BAR_MEM32(0, 12, 0),
	PCI_ROW_BAR_IO(1, 4),
	PCI_ROWS_BAR_MEM64(2, 3, 12, 1),
	PCI_ROW_BAR_MEM32(4, 12, 0),
	PCI_ROW_BAR_NONE(5),
	PCI_ROW_RSVD(PCI_TEST_RSVD_40, "RSVD_40", 0x40, 32, PCI_WIDTHS_0, 4),
	PCI_ROWS_EXPRESS(PCI_TEST_EXPRESS, 0x50, 0x60, 9),
	PCI_ROW_RSVD(PCI_TEST_RSVD_5C, "RSVD_5C", 0x5c, 32, PCI_WIDTHS_0, 1),
	PCI_ROWS_MSI(PCI_TEST_MSI, 0x60, 0x80, 2),
	PCI_ROW_RSVD(PCI_TEST_RSVD_78, "RSVD_78", 0x78, 32, PCI_WIDTHS_0, 2),
	PCI_ROWS_MSIX(PCI_TEST_MSIX, 0x80, 0, PCI_TEST_N_VECTORS, 4, 0, 4, PCI_TEST_MSIX_PBA),
	PCI_ROW_RSVD(PCI_TEST_RSVD_8C, "RSVD_8C", 0x8c, 32, PCI_WIDTHS_0, 29),
	/* Device serial number, version 1, the last capability. */
	PCI_ROW_RO(PCI_TEST_SERIAL_CAP, "SERIAL_NUMBER_CAP", 0x100, 32, PCI_WIDTHS_0, 0x00010003,
		   "unread: PCI Express 1.1 7.12"),
	PCI_ROW_RO(PCI_TEST_SERIAL_LOW, "SERIAL_NUMBER_LOW", 0x104, 32, PCI_WIDTHS_0, 0x1,
		   "unread: PCI Express 1.1 7.12"),
	PCI_ROW_RO(PCI_TEST_SERIAL_HIGH, "SERIAL_NUMBER_HIGH", 0x108, 32, PCI_WIDTHS_0, 0xb1e70001,
		   "unread: PCI Express 1.1 7.12"),
	PCI_ROW_RSVD(PCI_TEST_RSVD_10C, "RSVD_10C", 0x10c, 32, PCI_WIDTHS_0, 957),
};

#define CONDITIONS(access)                                                                         \
	REG_FIELDS({ "DONE", 0, 0, access }, { "ERROR", 1, 1, access }, { "SOFT0", 2, 2, access }, \
		   { "SOFT1", 3, 3, access })
#define ADDRESS REG_FIELDS({ "ADDRESS", 63, 0, REG_RW })

const struct reg_desc pci_test_regs[PCI_TEST_N_REGS] = {
	[PCI_TEST_ID] = { "ID", 0x00, 32, REG_DIR_R, 0, 0x31545042, SPEC,
			  REG_FIELDS({ "ID", 31, 0, REG_RO }) },
	[PCI_TEST_SCRATCH] = { "SCRATCH", 0x04, 32, REG_DIR_RW, 0, 0, SPEC,
			       REG_FIELDS({ "VALUE", 31, 0, REG_RW }) },
	[PCI_TEST_IRQ_STATUS] = { "IRQ_STATUS", 0x08, 32, REG_DIR_RW, 0, 0, SPEC,
				  CONDITIONS(REG_W1C) },
	[PCI_TEST_IRQ_ENABLE] = { "IRQ_ENABLE", 0x0c, 32, REG_DIR_RW, 0, 0, SPEC,
				  CONDITIONS(REG_RW) },
	[PCI_TEST_SOURCE] = { "SOURCE", 0x10, 64, REG_DIR_RW, 0, 0, SPEC, ADDRESS, 0, 0,
			      REG_HALVES },
	[PCI_TEST_DESTINATION] = { "DESTINATION", 0x18, 64, REG_DIR_RW, 0, 0, SPEC, ADDRESS, 0, 0,
				   REG_HALVES },
	[PCI_TEST_LENGTH] = { "LENGTH", 0x20, 32, REG_DIR_RW, 0, 0, SPEC,
			      REG_FIELDS({ "BYTES", 31, 0, REG_RW }) },
	[PCI_TEST_CONTROL] = { "CONTROL", 0x24, 32, REG_DIR_RW, 0, 0, SPEC,
			       REG_FIELDS({ "START", 0, 0, REG_RW1S },
					  { "ABORT", 1, 1, REG_RW1S }) },
	[PCI_TEST_STATUS] = { "STATUS", 0x28, 32, REG_DIR_R, 0, 0, SPEC,
			      REG_FIELDS({ "BUSY", 0, 0, REG_RO }, { "RESULT", 3, 1, REG_RO }),
			      .compare = REG_COMPARE_POLL },
	[PCI_TEST_RAISE] = { "RAISE", 0x2c, 32, REG_DIR_W, 0, 0, SPEC,
			     REG_FIELDS({ "SOFT0", 2, 2, REG_RO }, { "SOFT1", 3, 3, REG_RO }) },
};

const struct reg_desc pci_test_ports[PCI_TEST_N_PORTS] = {
	[PCI_TEST_PORT_SCRATCH] = { "PORT_SCRATCH", 0x0, 32, REG_DIR_RW, 0, 0, SPEC,
				    REG_FIELDS({ "VALUE", 31, 0, REG_RW }) },
	[PCI_TEST_PORT_STATUS] = { "PORT_STATUS", 0x4, 8, REG_DIR_R, 0, 0, SPEC,
				   CONDITIONS(REG_RO) },
	[PCI_TEST_PORT_RAISE] = { "PORT_RAISE", 0x5, 8, REG_DIR_W, 0, 0, SPEC,
				  REG_FIELDS({ "SOFT0", 2, 2, REG_RO },
					     { "SOFT1", 3, 3, REG_RO }) },
};

const struct reg_desc pci_test_msix_regs[PCI_MSIX_TABLE_N_ROWS] = { PCI_MSIX_TABLE_ROWS(
	PCI_TEST_N_VECTORS, 0, PCI_TEST_MSIX_PBA) };
/* clang-format on */
