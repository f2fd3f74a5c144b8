/* SPDX-License-Identifier: MIT */
#include "devices/pci_test/lints.h"

#define SPEC "devices/pci_test/registers.h"

/* clang-format off */
const struct lint_desc pci_test_lints[] = {
	[PCI_TEST_LINT_START_BUSY] =
	{ "CONTROL", "start-busy", LINT_GUEST, SPEC,
	  "START must not be written while STATUS.BUSY is set.",
	  "This device, which exists only here, ignores the write: the current transfer goes "
	  "on.",
	  "Wait for DONE or ERROR, or write ABORT." },
	[PCI_TEST_LINT_BUSY] =
	{ "SOURCE DESTINATION LENGTH", "busy", LINT_GUEST, SPEC,
	  "The registers of a transfer must not be written while STATUS.BUSY is set.",
	  "The value takes effect on the next transfer.", "Wait for DONE or ERROR first." },
	[PCI_TEST_LINT_RANGE] =
	{ "LENGTH", "range", LINT_GUEST, SPEC, "A transfer has 1 to 65536 bytes.",
	  "It ends at once with an error, RESULT 3.", "Split longer transfers." },
	{ 0 },
};
