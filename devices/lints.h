/* SPDX-License-Identifier: MIT */
/* Descriptions of the lints that models report beyond their register tables: one list per model, in
 * lints.c of its folder (host_lints.c and ich9_lpc_lints.c in devices/q35), ended by a row without
 * a rule. */
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
/* Lints of any PCI function with BARs and MSI, of any MSI-X table, and of the two configuration
 * mechanisms. */
extern const struct lint_desc pci_function_lints[], pci_msix_lints[];
extern const struct lint_desc pci_host_lints[], pci_ecam_lints[];
extern const struct lint_desc pci_test_lints[];
extern const struct lint_desc ps2_keyboard_lints[], ps2_mouse_lints[];
extern const struct lint_desc q35_host_lints[];
extern const struct lint_desc uart_16550_lints[];
extern const struct lint_desc vga_lints[];

#endif
