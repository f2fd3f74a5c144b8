/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_PIT_8254_LINTS_H
#define DEVICES_PIT_8254_LINTS_H

#include "emu/lint.h"

enum pit_8254_lint {
	PIT_8254_LINT_UNPROGRAMMED,
	PIT_8254_LINT_UNLATCHED,
	PIT_8254_LINT_LATCHED,
	PIT_8254_LINT_HALF_READ,
	PIT_8254_LINT_HALF_WRITTEN,
	PIT_8254_LINT_BCD,
	PIT_8254_LINT_RANGE,
	PIT_8254_LINT_RESERVED
};
extern const struct lint_desc pit_8254_lints[];

#endif
