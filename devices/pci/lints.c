/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

#define MECHANISM "unread: PCI 3.0 3.2.2.3.2"
#define BARS      "unread: PCI 3.0 6.2.5.1"

const struct lint_desc pci_host_lints[] = {
	{ "CONFIG_DATA", "disabled", LINT_GUEST, MECHANISM,
	  "CONFIG_DATA reaches configuration space only while CONFIG_ADDRESS bit 31 is set.",
	  "The access goes to the bus as a plain port access, where nobody answers.",
	  "Write CONFIG_ADDRESS with bit 31 set before each access." },
	{ "CONFIG_ADDRESS", "width", LINT_GUEST, MECHANISM,
	  "CONFIG_ADDRESS takes accesses of 32 bits at 0xcf8 alone.",
	  "Smaller ones go to whatever else lies at 0xcf8 to 0xcfb: CONFIG_ADDRESS keeps its "
	  "value.",
	  "Write all 32 bits with one instruction." },
	{ 0 },
};

const struct lint_desc pci_ecam_lints[] = {
	{ NULL, "doubleword", LINT_GUEST, "unread: PCI Express 1.1 7.2.2",
	  "An access to configuration space does not cross a doubleword.",
	  "It may be split, refused or answered with all ones; chipsets differ.",
	  "Use aligned accesses of 8, 16 or 32 bits." },
	{ 0 },
};

const struct lint_desc pci_function_lints[] = {
	{ "BAR*", "live-sizing", LINT_GUEST, BARS,
	  "Decoding is off in COMMAND while a BAR is sized by writing all ones.",
	  "For a moment the device answers at the top of the address space, over the firmware's "
	  "ROM or the local APIC.",
	  "Clear IO_SPACE and MEMORY_SPACE in COMMAND, size all BARs, restore both." },
	{ "BAR*", "over-ram", LINT_GUEST, BARS,
	  "A BAR lies where the host bridge sends accesses to the PCI bus, not over memory.",
	  "Memory answers; the device is not reached.",
	  "Choose an address in a window that the root bridge's _CRS names." },
	{ "BAR*", "outside-window", LINT_GUEST, BARS,
	  "A BAR lies in what the host bridge sends to the PCI bus.",
	  "Accesses never arrive: reads return all ones.",
	  "Choose an address in a window that the root bridge's _CRS names." },
	{ "BAR*", "bridge", LINT_GUEST, BARS,
	  "A BAR behind a bridge lies in the bridge's window, and the bridge decodes.",
	  "The bridge does not pass the access on.",
	  "Program the bridge's base and limit, and its COMMAND, first." },
	{ "BAR*", "overlap", LINT_GUEST, BARS, "No two devices have the same address.",
	  "Both answer: reads are mixed, writes go to both.",
	  "Give each its own range, aligned to its size." },
	{ "MSI_CONTROL", "vectors", LINT_GUEST, NULL,
	  "MULTIPLE_ENABLE grants at most as many vectors as MULTIPLE_CAPABLE asks for; 6 and 7 "
	  "are reserved.",
	  "The device modifies data bits that belong to other interrupts.",
	  "Grant what was asked for, or less, aligned." },
	{ "MSI_CONTROL", "both", LINT_GUEST, "unread: PCI 3.0 6.8",
	  "MSI and MSI-X are not enabled together.",
	  "Undefined: interrupts come by either, both or none.",
	  "Disable the one before the other is enabled." },
	{ 0 },
};

const struct lint_desc pci_msix_lints[] = {
	{ "MSG_ADDR MSG_UPPER_ADDR MSG_DATA", "live-entry", LINT_GUEST, "unread: PCI 3.0 6.8.2",
	  "Address and data of an entry change only while it is masked.",
	  "A message may go out made of the old half and the new one: to another processor or with "
	  "another vector.",
	  "Set the entry's mask bit, or the function's, then write, then clear it." },
	{ 0 },
};
