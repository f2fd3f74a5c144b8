/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_PS2_KEYBOARD_LINTS_H
#define DEVICES_PS2_KEYBOARD_LINTS_H

#include "emu/lint.h"

enum ps2_keyboard_lint { PS2_KEYBOARD_LINT_UNANSWERED, PS2_KEYBOARD_LINT_COMMAND };
extern const struct lint_desc ps2_keyboard_lints[];

#endif
