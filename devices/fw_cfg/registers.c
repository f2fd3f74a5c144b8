/* SPDX-License-Identifier: MIT */
/* QEMU's docs/specs/fw_cfg.rst, as of version 8. */
#include "devices/fw_cfg/registers.h"

#define R  REG_DIR_R
#define W  REG_DIR_W
#define RW REG_DIR_RW

/* clang-format off: keep the columns of the table */
const struct reg_desc fw_cfg_regs[FW_CFG_MODEL_N_REGS] = {
	/* Byte accesses are allowed: one at the upper half is a write to the data port. */
	[FW_CFG_MODEL_SELECTOR] = { "SELECTOR", 0, 16, W, 0, 0, "fw_cfg.rst, Selector Register",
				    REG_FIELDS({ "KEY", 13, 0, REG_WO },
					       { "WRITE", 14, 14, REG_WO },
					       { "ARCH", 15, 15, REG_WO }),
				    0, 0, REG_W8 },
	[FW_CFG_MODEL_DATA] = { "DATA", 1, 8, R, 0, 0, "fw_cfg.rst, Data Register",
				REG_FIELDS({ "BYTE", 7, 0, REG_RO }) },
	[FW_CFG_MODEL_DMA_HIGH] = { "DMA_HIGH", 4, 32, RW, 0, 0,
				    "fw_cfg.rst, Guest-side DMA Interface",
				    REG_FIELDS({ "ADDRESS_63_32", 31, 0, REG_RW }) },
	[FW_CFG_MODEL_DMA_LOW] = { "DMA_LOW", 8, 32, RW, 0, 0,
				   "fw_cfg.rst, Guest-side DMA Interface",
				   REG_FIELDS({ "ADDRESS_31_0", 31, 0, REG_RW }) },
};
/* clang-format on */
