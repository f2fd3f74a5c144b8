/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_ACPI_PM_LINTS_H
#define DEVICES_ACPI_PM_LINTS_H

#include "emu/lint.h"

enum acpi_pm_lint {
	ACPI_PM_LINT_SLP_TYP,
	ACPI_PM_LINT_SLEEP,
	ACPI_PM_LINT_SCI_EN,
	ACPI_PM_LINT_THROTTLE,
	ACPI_PM_LINT_WATCHDOG,
	ACPI_PM_LINT_COMMAND,
	ACPI_PM_LINT_C_STATE
};
extern const struct lint_desc acpi_pm_lints[];

#endif
