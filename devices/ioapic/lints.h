/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_IOAPIC_LINTS_H
#define DEVICES_IOAPIC_LINTS_H

#include "emu/lint.h"

enum ioapic_lint {
	IOAPIC_LINT_NOWHERE,
	IOAPIC_LINT_UNMASKED,
	IOAPIC_LINT_MODE,
	IOAPIC_LINT_TRIGGER,
	IOAPIC_LINT_SMI_VECTOR,
	IOAPIC_LINT_VECTOR,
	IOAPIC_LINT_POLARITY,
	IOAPIC_LINT_NOT_IN_SERVICE,
	IOAPIC_LINT_RESERVED_INDEX
};
extern const struct lint_desc ioapic_lints[];

#endif
