/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/ps2_mouse/lints.h"
#include "devices/ps2_mouse/model.h"

const struct device_about ps2_mouse_about = {
	.title = "PS/2 mouse with a wheel",
	.reached = "At the 8042's second cable: bytes, no addresses.",
	.document = "IBM PS/2 Hardware Interface TR",
	.table = { ABOUT_INNER_TABLE(ps2_mouse_regs, PS2_MOUSE_MODEL_N_REGS, "What commands set") },
	.lints = { ps2_mouse_lints },
};
