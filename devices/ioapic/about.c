/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/ioapic/lints.h"
#include "devices/ioapic/model.h"

const struct device_about ioapic_about = {
	.title = "I/O APIC of the ICH9, 24 pins",
	.reached = "OIC of the chipset registers switches it off or moves it.",
	.document = "Intel 290566 (82093AA); 319973 (ICH10)",
	.table = { ABOUT_TABLE(ioapic_regs, IOAPIC_MODEL_N_REGS, "Window"),
		   ABOUT_INNER_TABLE(ioapic_inner_regs, IOAPIC_MODEL_N_INNER,
				     "Behind IOREGSEL, offset = 4 * index") },
	.lints = { ioapic_lints, base_lints },
};
