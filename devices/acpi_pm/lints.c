/* SPDX-License-Identifier: MIT */
#include "devices/acpi_pm/lints.h"

/* clang-format off */
const struct lint_desc acpi_pm_lints[] = {
	[ACPI_PM_LINT_SLP_TYP] =
	{ "PM1_CNT", "slp-typ", LINT_GUEST, "unread: 82801IB (ICH9) 13.8.3.3",
	  "SLP_EN must be set together with a SLP_TYP that the chipset defines. The _Sx "
	  "objects in the DSDT give the values.",
	  "A reserved value does nothing, or enters another state than intended; that of S0 "
	  "does nothing.",
	  "Take SLP_TYP from the _S5 (_S3, ...) object; never assume another machine's value." },
	[ACPI_PM_LINT_SLEEP] =
	{ "PM1_CNT", "sleep", LINT_NOT_MODELLED, "82801G (ICH7) 5.14.7",
	  "SLP_EN with the type of S1 or S3 puts the machine to sleep.",
	  "It sleeps until an event wakes it; after S3 it starts at the reset vector.",
	  "Use S5. Here SLP_EN is ignored." },
	[ACPI_PM_LINT_SCI_EN] =
	{ "PM1_CNT", "sci-en", LINT_GUEST, "ACPI 6.0 4.8.3.2.1",
	  "SCI_EN belongs to firmware: an operating system asks for ACPI mode through SMI_CMD.",
	  "Firmware does not notice, and goes on handling events by SMI. Then both handle an "
	  "event, or neither does.",
	  "Write the FADT's ACPI_ENABLE value to its SMI_CMD port and wait for SCI_EN." },
	[ACPI_PM_LINT_THROTTLE] =
	{ "PROC_CNT", "throttle", LINT_NOT_MODELLED, NULL,
	  "THTL_EN and FORCE_THTL make the chipset stop the processor's clock for a part of the "
	  "time.",
	  "The processor runs slower.", "Do without it. Here the processor keeps its speed." },
	[ACPI_PM_LINT_WATCHDOG] =
	{ "TCO1_CNT", "watchdog", LINT_NOT_MODELLED, NULL,
	  "Clearing TCO_TMR_HLT lets the TCO timer count.",
	  "Unless it is reloaded it resets the machine after its second time-out.",
	  "Nothing needs to be done: here the watchdog never resets the machine." },
	[ACPI_PM_LINT_COMMAND] =
	{ "TCO1_CNT", "command", LINT_NOT_MODELLED, NULL,
	  "NMI_NOW raises an NMI, SEND_NOW sends a message to a management controller.",
	  "The NMI arrives if NMIs are enabled.",
	  "Send an NMI through the local APIC. Here nothing is sent." },
	[ACPI_PM_LINT_C_STATE] =
	{ "LV[234]", "c-state", LINT_NOT_MODELLED, NULL,
	  "Reading LV2, LV3 or LV4 puts the processor into C2, C3 or C4.",
	  "Its clock stops until an interrupt or bus master wakes it.",
	  "Use HLT. Here the read returns at once." },
	{ 0 },
};
