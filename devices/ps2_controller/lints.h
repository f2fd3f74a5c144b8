/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_PS2_CONTROLLER_LINTS_H
#define DEVICES_PS2_CONTROLLER_LINTS_H

#include "emu/lint.h"

enum ps2_controller_lint {
	PS2_CONTROLLER_LINT_OVERRUN,
	PS2_CONTROLLER_LINT_EMPTY,
	PS2_CONTROLLER_LINT_FIRMWARES,
	PS2_CONTROLLER_LINT_BUSY,
	PS2_CONTROLLER_LINT_SEQUENCE,
	PS2_CONTROLLER_LINT_UNKNOWN,
	PS2_CONTROLLER_LINT_COMMAND,
	PS2_CONTROLLER_LINT_PULSE
};
extern const struct lint_desc ps2_controller_lints[];

#endif
