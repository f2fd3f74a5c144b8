/* SPDX-License-Identifier: MIT */
/* Registers of QEMU's firmware configuration device (docs/specs/fw_cfg.rst), at its ports. */
#ifndef DEVICES_FW_CFG_REGISTERS_H
#define DEVICES_FW_CFG_REGISTERS_H

#include "emu/regs.h"

/* Rows; offsets are from port 0x510. The upper byte of the selector and the data share a port. */
enum fw_cfg_model_reg {
	FW_CFG_MODEL_SELECTOR,
	FW_CFG_MODEL_DATA,
	FW_CFG_MODEL_DMA_HIGH, /* upper half of the address, big-endian */
	FW_CFG_MODEL_DMA_LOW,
	FW_CFG_MODEL_N_REGS
};

enum { FW_CFG_MODEL_BASE = 0x510, FW_CFG_MODEL_PORTS = 12 };

/* Selector keys. */
enum fw_cfg_model_key {
	FW_CFG_MODEL_KEY_SIGNATURE = 0x0000,
	FW_CFG_MODEL_KEY_ID = 0x0001,
	FW_CFG_MODEL_KEY_RAM_SIZE = 0x0003,
	FW_CFG_MODEL_KEY_CPUS = 0x0005,
	FW_CFG_MODEL_KEY_MAX_CPUS = 0x000f,
	FW_CFG_MODEL_KEY_DIRECTORY = 0x0019,
	FW_CFG_MODEL_KEY_FIRST_FILE = 0x0020,
	FW_CFG_MODEL_KEY_WRITE = 0x4000 /* bit 14: has no effect any more */
};

enum fw_cfg_model_id { FW_CFG_MODEL_ID_TRADITIONAL = 1 << 0, FW_CFG_MODEL_ID_DMA = 1 << 1 };

/* FWCfgDmaAccess.control */
enum fw_cfg_model_control {
	FW_CFG_MODEL_DMA_ERROR = 1 << 0,
	FW_CFG_MODEL_DMA_READ = 1 << 1,
	FW_CFG_MODEL_DMA_SKIP = 1 << 2,
	FW_CFG_MODEL_DMA_SELECT = 1 << 3,
	FW_CFG_MODEL_DMA_WRITE = 1 << 4,
	FW_CFG_MODEL_DMA_RESERVED = 0xffe0
};

extern const struct reg_desc fw_cfg_regs[FW_CFG_MODEL_N_REGS];

#endif
