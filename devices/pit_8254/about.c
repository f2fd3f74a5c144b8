/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/pit_8254/lints.h"
#include "devices/pit_8254/model.h"

const struct device_about i8254_about = {
	.title = "8254 interval timer",
	.document = "Intel 231164; 82371AB (PIIX4) datasheet",
	.table = { ABOUT_TABLE(pit_8254_regs, PIT_8254_MODEL_N_REGS, NULL) },
	.lints = { pit_8254_lints },
};
