/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_PS2_MOUSE_LINTS_H
#define DEVICES_PS2_MOUSE_LINTS_H

#include "emu/lint.h"

enum ps2_mouse_lint { PS2_MOUSE_LINT_COMMAND, PS2_MOUSE_LINT_FIVE_BUTTONS };
extern const struct lint_desc ps2_mouse_lints[];

#endif
