/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/fw_cfg/lints.h"
#include "devices/fw_cfg/model.h"

const struct device_about fw_cfg_about = {
	.title = "QEMU's firmware configuration device",
	.document = "QEMU docs/specs/fw_cfg.rst, version 8",
	.table = { ABOUT_TABLE(fw_cfg_regs, FW_CFG_MODEL_N_REGS, NULL) },
	.lints = { fw_cfg_lints, dma_lints },
};
