/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/hpet/lints.h"
#include "devices/hpet/model.h"

static const char *const hpet_banks[] = {
	[HPET_MODEL_WITH_FSB] = "FSB messages wired", [HPET_MODEL_WITHOUT_FSB] = "no FSB messages"
};

const struct device_about hpet_about = {
	.title = "High precision event timers of the ICH9",
	.reached = "HPTC of the chipset registers moves it.",
	.document = "IA-PC HPET 1.0a; Intel 82801G (ICH7) and Xeon D-1500 PCH datasheets",
	.table = { ABOUT_BANKED(hpet_regs, HPET_MODEL_N_REGS, NULL, hpet_banks) },
	.lints = { hpet_lints, base_lints },
};
