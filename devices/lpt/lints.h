/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register table. */
#ifndef DEVICES_LPT_LINTS_H
#define DEVICES_LPT_LINTS_H

#include "emu/lint.h"

enum lpt_lint {
	LPT_LINT_BUSY,
	LPT_LINT_OFF_LINE,
	LPT_LINT_UNSELECTED,
	LPT_LINT_SETUP,
	LPT_LINT_SHORT,
	LPT_LINT_LONG,
	LPT_LINT_HOLD,
	LPT_LINT_INIT,
	LPT_LINT_DIRECTION
};
extern const struct lint_desc lpt_lints[];

#endif
