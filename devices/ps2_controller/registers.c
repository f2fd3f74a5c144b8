/* SPDX-License-Identifier: MIT */
#include "devices/ps2_controller/registers.h"

/* clang-format off: keep the columns of the table */
const struct reg_desc ps2_controller_regs[PS2_CONTROLLER_MODEL_N_REGS] = {
	[PS2_CONTROLLER_MODEL_OUTPUT] = { "OUTPUT", 0, 8, REG_DIR_R, 0, 0x00,
					  "unread: IBM PS/2 HITR, Keyboard and Auxiliary Device "
					  "Controller, Input "
					  "and Output Buffers",
					  REG_FIELDS({ "DATA", 7, 0, REG_RO }) },
	[PS2_CONTROLLER_MODEL_INPUT] = { "INPUT", 0, 8, REG_DIR_W, 0, 0x00,
					 "unread: IBM PS/2 HITR, Keyboard and Auxiliary Device "
					 "Controller, Input "
					 "and Output Buffers",
					 REG_FIELDS({ "DATA", 7, 0, REG_WO }) },
	[PS2_CONTROLLER_MODEL_STATUS] = { "STATUS", 4, 8, REG_DIR_R, 0,
					  PS2_CONTROLLER_MODEL_STATUS_INH,
					  "unread: IBM PS/2 HITR, Keyboard and Auxiliary Device "
					  "Controller, "
					  "Controller Status Register",
					  REG_FIELDS(
						  { "OBF", 0, 0, REG_RO }, { "IBF", 1, 1, REG_RO },
						  { "SYS", 2, 2, REG_RO }, { "A2", 3, 3, REG_RO },
						  { "INH", 4, 4, REG_RO }, { "MOBF", 5, 5, REG_RO },
						  { "TO", 6, 6, REG_RO }, { "PE", 7, 7, REG_RO }),
					  .compare = REG_COMPARE_POLL, .kept = "INH PE" },
	[PS2_CONTROLLER_MODEL_COMMAND] = { "COMMAND", 4, 8, REG_DIR_W, 0, 0x00,
					   "unread: IBM PS/2 HITR, Keyboard and Auxiliary Device "
					   "Controller, "
					   "Controller Commands",
					   REG_FIELDS({ "COMMAND", 7, 0, REG_WO }) },
};

const struct reg_desc ps2_controller_inner_regs[PS2_CONTROLLER_MODEL_N_INNER] = {
	[PS2_CONTROLLER_MODEL_COMMAND_BYTE] = { "COMMAND_BYTE", 0, 8, REG_DIR_RW, 0,
						PS2_CONTROLLER_MODEL_CTR_DISABLE |
							PS2_CONTROLLER_MODEL_CTR_DISABLE2 |
							PS2_CONTROLLER_MODEL_CTR_XLATE,
						"unread: IBM PS/2 HITR, Keyboard and Auxiliary "
						"Device Controller, "
						"Controller Command Byte",
						REG_FIELDS({ "INT", 0, 0, REG_RW },
							   { "INT2", 1, 1, REG_RW },
							   { "SYS", 2, 2, REG_RW },
							   { "OVERRIDE", 3, 3, REG_RW },
							   { "DISABLE", 4, 4, REG_RW },
							   { "DISABLE2", 5, 5, REG_RW },
							   { "XLATE", 6, 6, REG_RW }),
						.kept = "OVERRIDE" },
	[PS2_CONTROLLER_MODEL_OUTPUT_PORT] = { "OUTPUT_PORT", 1, 8, REG_DIR_RW, 0, 0xcf,
					       "unread: IBM PS/2 HITR, Keyboard and Auxiliary "
					       "Device Controller, "
					       "Input and Output Ports",
					       REG_FIELDS({ "RESET", 0, 0, REG_RW },
							  { "A20", 1, 1, REG_RW },
							  { "AUX_DATA", 2, 2, REG_RW },
							  { "AUX_CLOCK", 3, 3, REG_RW },
							  { "IRQ1", 4, 4, REG_RO },
							  { "IRQ12", 5, 5, REG_RO },
							  { "KBD_CLOCK", 6, 6, REG_RW },
							  { "KBD_DATA", 7, 7, REG_RW }),
					       .kept = "AUX_DATA AUX_CLOCK KBD_CLOCK KBD_DATA" },
};
/* clang-format on */
