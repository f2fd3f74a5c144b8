/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/acpi_pm/lints.h"
#include "devices/acpi_pm/model.h"

const struct device_about acpi_pm_about = {
	.title = "ACPI power management of the ICH9",
	.reached = "The block moves with PMBASE of the LPC bridge.",
	.document =
		"ACPI 6.0; Intel 82801IB (ICH9), read as far as 82801JB, 82801G and 82801DB agree",
	.table = { ABOUT_TABLE(acpi_pm_regs, ACPI_PM_MODEL_N_REGS, "Block at PMBASE"),
		   ABOUT_TABLE(acpi_apm_regs, ACPI_APM_N_REGS,
			       "Ports to firmware, 0xb2 and 0xb3") },
	.lints = { acpi_pm_lints, base_lints },
};
