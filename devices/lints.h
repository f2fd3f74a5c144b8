/* SPDX-License-Identifier: MIT */
/* What there is to say about the lints that the models report beyond their register tables: a list
 * for each model, in <model>_lints.c, ended by a row without a rule. */
#ifndef DEVICES_LINTS_H
#define DEVICES_LINTS_H

#include "emu/lint_desc.h"

extern const struct lint_desc acpi_pm_lints[];
extern const struct lint_desc fw_cfg_lints[];
extern const struct lint_desc hpet_lints[];
extern const struct lint_desc i8042_lints[];
extern const struct lint_desc i8237_lints[];
extern const struct lint_desc i8254_lints[];
extern const struct lint_desc i8259a_lints[];
extern const struct lint_desc ich9_lpc_lints[], ich9_rcrb_lints[];
extern const struct lint_desc ioapic_lints[];
extern const struct lint_desc lapic_lints[], lapic_base_lints[];
extern const struct lint_desc mc146818_lints[];
/* Of any PCI function with BARs and MSI, of any MSI-X table, of the two ways to configuration. */
extern const struct lint_desc pci_function_lints[], pci_msix_lints[];
extern const struct lint_desc pci_host_lints[], pci_ecam_lints[];
extern const struct lint_desc pci_test_lints[];
extern const struct lint_desc ps2_keyboard_lints[], ps2_mouse_lints[];
extern const struct lint_desc q35_host_lints[];
extern const struct lint_desc uart_16550_lints[];
extern const struct lint_desc vga_lints[];

#endif
