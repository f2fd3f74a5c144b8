/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_LAPIC_LINTS_H
#define DEVICES_LAPIC_LINTS_H

#include "emu/lint.h"

enum lapic_lint {
	LAPIC_LINT_VECTOR,
	LAPIC_LINT_NOT_IN_SERVICE,
	LAPIC_LINT_SPURIOUS,
	LAPIC_LINT_EARLY,
	LAPIC_LINT_SELF_IPI_VECTOR,
	LAPIC_LINT_SPURIOUS_VECTOR,
	LAPIC_LINT_TRIGGER,
	LAPIC_LINT_TIMER_MODE,
	LAPIC_LINT_ICR_MODE,
	LAPIC_LINT_COMBINATION,
	LAPIC_LINT_ICR_SMI,
	LAPIC_LINT_PIN_SMI,
	LAPIC_LINT_MESSAGE_SMI,
	LAPIC_LINT_LOWEST_BROADCAST,
	LAPIC_LINT_ILLEGAL_ADDRESS,
	LAPIC_LINT_RESERVED,
	LAPIC_LINT_MODEL
};
extern const struct lint_desc lapic_lints[];

/* Of IA32_APIC_BASE, which moves the registers. */
enum lapic_base_lint { LAPIC_BASE_LINT_OVERLAP };
extern const struct lint_desc lapic_base_lints[];

#endif
