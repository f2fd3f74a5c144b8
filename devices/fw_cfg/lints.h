/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_FW_CFG_LINTS_H
#define DEVICES_FW_CFG_LINTS_H

#include "emu/lint.h"

enum fw_cfg_lint {
	FW_CFG_LINT_UNKNOWN_KEY,
	FW_CFG_LINT_WIDTH,
	FW_CFG_LINT_SELECTOR_BUSY,
	FW_CFG_LINT_WRITE,
	FW_CFG_LINT_DATA_BUSY,
	FW_CFG_LINT_DMA_BUSY,
	FW_CFG_LINT_RESERVED,
	FW_CFG_LINT_READ_ONLY
};
extern const struct lint_desc fw_cfg_lints[];

#endif
