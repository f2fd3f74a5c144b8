/* SPDX-License-Identifier: MIT */
#include "devices/pci/lints.h"

#define MECHANISM "unread: PCI 3.0 3.2.2.3.2"
#define BARS      "unread: PCI 3.0 6.2.5.1"

/* clang-format off */
const struct lint_desc pci_host_lints[] = {
	[PCI_HOST_LINT_DISABLED] =
	{ "CONFIG_DATA", "disabled", LINT_GUEST, MECHANISM,
	  "CONFIG_DATA accesses configuration space only while CONFIG_ADDRESS bit 31 is set.",
	  "The access goes to the bus as an ordinary port access, which nothing answers.",
	  "Write CONFIG_ADDRESS with bit 31 set before each access." },
	[PCI_HOST_LINT_WIDTH] =
	{ "CONFIG_ADDRESS", "width", LINT_GUEST, MECHANISM,
	  "CONFIG_ADDRESS accepts only 32-bit accesses at 0xcf8.",
	  "Smaller accesses go to other devices at 0xcf8 to 0xcfb; CONFIG_ADDRESS is unchanged.",
	  "Write all 32 bits with one instruction." },
	{ 0 },
};

const struct lint_desc pci_ecam_lints[] = {
	[PCI_ECAM_LINT_DOUBLEWORD] =
	{ NULL, "doubleword", LINT_GUEST, "unread: PCI Express 1.1 7.2.2",
	  "An access to configuration space does not cross a doubleword.",
	  "It may be split, refused or answered with all ones; chipsets differ.",
	  "Use aligned accesses of 8, 16 or 32 bits." },
	{ 0 },
};

const struct lint_desc pci_function_lints[] = {
	[PCI_FUNCTION_LINT_LIVE_SIZING] =
	{ "BAR*", "live-sizing", LINT_GUEST, BARS,
	  "Decoding must be disabled in COMMAND while a BAR is sized by writing all ones.",
	  "For a moment the device answers at the top of the address space, on top of the "
	  "firmware's ROM or the local APIC.",
	  "Clear IO_SPACE and MEMORY_SPACE in COMMAND, size all BARs, restore both." },
	[PCI_FUNCTION_LINT_OVER_RAM] =
	{ "BAR*", "over-ram", LINT_GUEST, BARS,
	  "A BAR must be at an address that the host bridge sends to the PCI bus, not in "
	  "memory.",
	  "Memory answers; the device cannot be reached.",
	  "Choose an address in a window that the root bridge's _CRS names." },
	[PCI_FUNCTION_LINT_OUTSIDE_WINDOW] =
	{ "BAR*", "outside-window", LINT_GUEST, BARS,
	  "A BAR must be inside a range that the host bridge sends to the PCI bus.",
	  "Accesses never arrive: reads return all ones.",
	  "Choose an address in a window that the root bridge's _CRS names." },
	[PCI_FUNCTION_LINT_BRIDGE] =
	{ "BAR*", "bridge", LINT_GUEST, BARS,
	  "A BAR behind a bridge must be inside a window of the bridge, and decoding of the "
	  "bridge must be enabled.",
	  "The bridge does not forward the access.",
	  "Program the bridge's base and limit, and its COMMAND, first." },
	[PCI_FUNCTION_LINT_OVERLAP] =
	{ "BAR*", "overlap", LINT_GUEST, BARS, "No two devices have the same address.",
	  "Both answer: reads are mixed, writes go to both.",
	  "Give each its own range, aligned to its size." },
	[PCI_FUNCTION_LINT_VECTORS] =
	{ "MSI_CONTROL", "vectors", LINT_GUEST, NULL,
	  "MULTIPLE_ENABLE enables at most as many vectors as MULTIPLE_CAPABLE requests; 6 "
	  "and 7 are reserved.",
	  "The device modifies data bits that belong to other interrupts.",
	  "Enable the requested number or fewer, with an aligned vector." },
	[PCI_FUNCTION_LINT_BOTH] =
	{ "MSI_CONTROL", "both", LINT_GUEST, "unread: PCI 3.0 6.8",
	  "MSI and MSI-X must not be enabled together.",
	  "Undefined: interrupts are sent by one, both or neither.",
	  "Disable one before enabling the other." },
	{ 0 },
};

const struct lint_desc pci_msix_lints[] = {
	[PCI_MSIX_LINT_LIVE_ENTRY] =
	{ "MSG_ADDR MSG_UPPER_ADDR MSG_DATA", "live-entry", LINT_GUEST, "unread: PCI 3.0 6.8.2",
	  "Address and data of an entry may change only while it is masked.",
	  "A message may be sent with one old and one new half: to another processor, or with"
	  " another vector.",
	  "Set the entry's mask bit, or the function's, then write, then clear it." },
	{ 0 },
};
