/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/q35/host_model.h"
#include "devices/q35/ich9_lpc_model.h"
#include "devices/q35/lints.h"

const struct device_about ich9_lpc_about = {
	.title = "LPC bridge of the ICH9",
	.reached = "PCI configuration space, 00:1f.0.",
	.document = "Intel 316972 (ICH9), read as far as 324645 (6 Series) agrees; PCI 3.0",
	.table = { ABOUT_TABLE(ich9_lpc_regs, ICH9_N_REGS, NULL) },
	.lints = { ich9_lpc_lints },
};

const struct device_about ich9_rcrb_about = {
	.title = "Chipset registers of the ICH9",
	.reached = "RCBA of the LPC bridge moves them.",
	.document = "Intel 316972 (ICH9)",
	.table = { ABOUT_TABLE(ich9_rcrb_regs, ICH9_RCRB_N_REGS, NULL) },
	.lints = { ich9_rcrb_lints },
};

const struct device_about q35_host_about = {
	.title = "Host bridge of the Q35",
	.reached = "PCI configuration space, 00:00.0.",
	.document = "Intel 316966 (3 Series); PCI 3.0",
	.table = { ABOUT_TABLE(q35_host_regs, Q35_N_REGS, NULL) },
	.lints = { q35_host_lints },
};
