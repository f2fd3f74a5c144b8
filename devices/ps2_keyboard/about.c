/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/ps2_keyboard/lints.h"
#include "devices/ps2_keyboard/model.h"

const struct device_about ps2_keyboard_about = {
	.title = "PS/2 keyboard",
	.reached = "At the 8042's first cable: bytes, no addresses.",
	.document = "IBM PS/2 Hardware Interface TR",
	.table = { ABOUT_INNER_TABLE(ps2_keyboard_regs, PS2_KEYBOARD_MODEL_N_REGS,
				     "What commands set") },
	.lints = { ps2_keyboard_lints },
};
