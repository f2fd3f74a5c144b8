/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "harness/firmware/bios/bios.h"
#include "harness/firmware/bios/lints.h"

const struct device_about bios_about = {
	.title = "BIOS services, done by the host",
	.document = "bimetal firmware",
	.table = { ABOUT_TABLE(bios_regs, BIOS_N_REGS, NULL) },
	.lints = { bios_lints },
};
