/* SPDX-License-Identifier: MIT */
#include "devices/pc_testdev/registers.h"

#define SPEC "QEMU hw/misc/pc-testdev.c"

/* clang-format off: keep the columns of the table */
const struct reg_desc pc_testdev_regs[PC_TESTDEV_MODEL_N_REGS] = {
	[PC_TESTDEV_MODEL_DATA] = { "DATA", 0x0, 32, REG_DIR_RW, 0, 0, SPEC,
				    REG_FIELDS({ "VALUE", 31, 0, REG_RW }), 0, 0,
				    REG_W8 | REG_W16 },
	[PC_TESTDEV_MODEL_FLUSH] = { "FLUSH", 0x4, 32, REG_DIR_W, 0, 0, SPEC,
				     REG_FIELDS({ "ADDRESS", 31, 0, REG_RO }) },
	[PC_TESTDEV_MODEL_BYTE] = { "BYTE", 0x8, 8, REG_DIR_RW, 0, 0, SPEC,
				    REG_FIELDS({ "VALUE", 7, 0, REG_RO }) },
};

const struct reg_desc pc_testdev_line_regs[PC_TESTDEV_MODEL_N_LINE_REGS] = {
	[PC_TESTDEV_MODEL_IRQ_LINE] = { "IRQ_LINE", 0x0, 8, REG_DIR_W, 0, 0, SPEC,
					REG_FIELDS({ "LEVEL", 7, 0, REG_RW }),
					PC_TESTDEV_MODEL_N_LINES, 1 },
};
/* clang-format on */
