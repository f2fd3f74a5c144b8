/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/lapic/lints.h"
#include "devices/lapic/model.h"

const struct device_about lapic_about = {
	.title = "Local APIC",
	.reached = "IA32_APIC_BASE moves it; in x2APIC mode the registers are MSRs from 0x800.",
	.document = "Intel SDM Vol. 3A, chapter 10",
	.table = { ABOUT_TABLE(lapic_regs, LAPIC_MODEL_N_REGS, NULL) },
	.lints = { lapic_lints, lapic_base_lints },
};
