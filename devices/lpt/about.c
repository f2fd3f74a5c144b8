/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/lpt/lints.h"
#include "devices/lpt/model.h"

const struct device_about lpt_about = {
	.title = "Parallel port (SPP) with a printer",
	.document = "SMSC LPC47B34x; Epson Stylus Photo 870/1270 service manual, Rev. B",
	.table = { ABOUT_TABLE(lpt_regs, LPT_MODEL_N_REGS, NULL) },
	.lints = { lpt_lints },
};
