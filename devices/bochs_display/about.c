/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/bochs_display/lints.h"
#include "devices/bochs_display/model.h"
#include "devices/pci/lints.h"

const struct device_about bochs_display_about = {
	.title = "Bochs display interface (DISPI)",
	.reached = "With --device vga: BAR2 of its function, where 0x400 to 0x41f are the VGA's "
		   "ports 0x3c0 to 0x3df; and ports 0x1ce (index) and 0x1cf (data).",
	.document = "VBE Display API (Bochs VGA BIOS); QEMU Standard VGA",
	.table = { ABOUT_TABLE(bochs_display_regs, BOCHS_DISPLAY_MODEL_N_ROWS,
			       "BAR2; the DISPI registers also behind INDEX, by half their offset "
			       "from 0x500"),
		   ABOUT_TABLE(bochs_display_model_ports, BOCHS_DISPLAY_MODEL_N_PORTS,
			       "Ports, from 0x1ce") },
	.lints = { bochs_display_lints },
};

const struct device_about bochs_display_framebuffer_about = {
	.title = "Linear framebuffer of the Bochs display",
	.reached = "BAR0 of --device vga: the video memory, no registers.",
	.document = "VBE Display API (Bochs VGA BIOS); QEMU Standard VGA",
	.lints = { bochs_display_framebuffer_lints },
};

const struct device_about bochs_display_banks_about = {
	.title = "Banks of the Bochs display",
	.reached = "The VGA's window, 0xa0000 to 0xaffff, while DISPI is enabled with more than 4 "
		   "bits: 64 KiB of the video memory, chosen by BANK.",
	.document = "VBE Display API (Bochs VGA BIOS)",
};

const struct device_about bochs_display_config_about = {
	.title = "Configuration space of the Bochs display",
	.reached = "PCI configuration space of --device vga.",
	.document = "PCI 3.0; QEMU Standard VGA; PCI IDs for QEMU",
	.table = { ABOUT_TABLE(bochs_display_config_regs, BOCHS_DISPLAY_MODEL_CONFIG_N_REGS,
			       NULL) },
	.lints = { pci_function_lints },
};
