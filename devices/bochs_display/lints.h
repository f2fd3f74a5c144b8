/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_BOCHS_DISPLAY_LINTS_H
#define DEVICES_BOCHS_DISPLAY_LINTS_H

#include "emu/lint.h"

enum bochs_display_lint {
	BOCHS_DISPLAY_LINT_ENABLED,
	BOCHS_DISPLAY_LINT_RANGE,
	BOCHS_DISPLAY_LINT_MULTIPLE,
	BOCHS_DISPLAY_LINT_MODE,
	BOCHS_DISPLAY_LINT_MEMORY,
	BOCHS_DISPLAY_LINT_BANK,
	BOCHS_DISPLAY_LINT_VIRTUAL,
	BOCHS_DISPLAY_LINT_OFFSET,
	BOCHS_DISPLAY_LINT_DISABLED,
	BOCHS_DISPLAY_LINT_ID,
	BOCHS_DISPLAY_LINT_VERSION,
	BOCHS_DISPLAY_LINT_INDEX,
	BOCHS_DISPLAY_LINT_ENDIANNESS
};
extern const struct lint_desc bochs_display_lints[];

enum bochs_display_framebuffer_lint { BOCHS_DISPLAY_FRAMEBUFFER_LINT_BANKED };
extern const struct lint_desc bochs_display_framebuffer_lints[];

#endif
