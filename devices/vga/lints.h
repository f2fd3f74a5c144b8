/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_VGA_LINTS_H
#define DEVICES_VGA_LINTS_H

#include "emu/lint.h"

enum vga_lint {
	VGA_LINT_WINDOW,
	VGA_LINT_INDEX,
	VGA_LINT_PROTECTED,
	VGA_LINT_INTERRUPT,
	VGA_LINT_LOCKED,
	VGA_LINT_CLOCK,
	VGA_LINT_SLEEP,
	VGA_LINT_UNSYNCHRONISED,
	VGA_LINT_ASYNCHRONOUS,
	VGA_LINT_BLANK,
	VGA_LINT_DARK,
	VGA_LINT_DIRECTION,
	VGA_LINT_DAC_RESERVED
};
extern const struct lint_desc vga_lints[];

#endif
