/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/ps2_controller/lints.h"
#include "devices/ps2_controller/model.h"

const struct device_about i8042_about = {
	.title = "8042 keyboard and auxiliary device controller",
	.document = "IBM PS/2 Hardware Interface TR",
	.table = { ABOUT_TABLE(ps2_controller_regs, PS2_CONTROLLER_MODEL_N_REGS, "Ports"),
		   ABOUT_INNER_TABLE(ps2_controller_inner_regs, PS2_CONTROLLER_MODEL_N_INNER,
				     "Behind commands 0x20, 0x60, 0xd0, 0xd1") },
	.lints = { ps2_controller_lints },
};
