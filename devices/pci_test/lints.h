/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_PCI_TEST_LINTS_H
#define DEVICES_PCI_TEST_LINTS_H

#include "emu/lint.h"

enum pci_test_lint { PCI_TEST_LINT_START_BUSY, PCI_TEST_LINT_BUSY, PCI_TEST_LINT_RANGE };
extern const struct lint_desc pci_test_lints[];

#endif
