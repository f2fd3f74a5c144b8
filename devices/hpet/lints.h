/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_HPET_LINTS_H
#define DEVICES_HPET_LINTS_H

#include "emu/lint.h"

enum hpet_lint {
	HPET_LINT_ROUTE,
	HPET_LINT_PERIODIC,
	HPET_LINT_FSB,
	HPET_LINT_FSB_LEVEL,
	HPET_LINT_VAL_SET,
	HPET_LINT_EDGE,
	HPET_LINT_COUNTER_RUNNING,
	HPET_LINT_COMPARATOR_RUNNING
};
extern const struct lint_desc hpet_lints[];

#endif
