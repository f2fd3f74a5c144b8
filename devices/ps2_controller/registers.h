/* SPDX-License-Identifier: MIT */
/* Registers of the 8042 keyboard and auxiliary device controller of an AT or PS/2. */
#ifndef DEVICES_PS2_CONTROLLER_REGISTERS_H
#define DEVICES_PS2_CONTROLLER_REGISTERS_H

#include "emu/regs.h"

/* Rows of the port table; offsets from port 0x60. */
enum i8042_reg { I8042_OUTPUT, I8042_INPUT, I8042_STATUS, I8042_COMMAND, I8042_N_REGS };

/* Rows of the inner table: what commands read and write. */
enum i8042_inner {
	I8042_COMMAND_BYTE, /* byte 0 of the controller's RAM */
	I8042_OUTPUT_PORT,
	I8042_N_INNER
};

enum {
	I8042_DATA_OFFSET = 0,   /* port 0x60 */
	I8042_STATUS_OFFSET = 4, /* port 0x64 */

	I8042_STATUS_OBF = 0x01,  /* output buffer full */
	I8042_STATUS_IBF = 0x02,  /* input buffer full */
	I8042_STATUS_SYS = 0x04,  /* system flag: self test passed */
	I8042_STATUS_A2 = 0x08,   /* the last write was a command */
	I8042_STATUS_INH = 0x10,  /* keyboard not locked */
	I8042_STATUS_MOBF = 0x20, /* the output buffer holds auxiliary data */
	I8042_STATUS_TO = 0x40,   /* a device did not answer */
	I8042_STATUS_PE = 0x80,

	I8042_CTR_INT = 0x01,
	I8042_CTR_INT2 = 0x02,
	I8042_CTR_SYS = 0x04,
	I8042_CTR_OVERRIDE = 0x08,
	I8042_CTR_DISABLE = 0x10,
	I8042_CTR_DISABLE2 = 0x20,
	I8042_CTR_XLATE = 0x40,

	I8042_OUT_RESET = 0x01, /* low: the CPU is held in reset */
	I8042_OUT_A20 = 0x02,
	I8042_OUT_IRQ1 = 0x10,
	I8042_OUT_IRQ12 = 0x20
};

/* Controller commands, written to port 0x64. */
enum i8042_command {
	I8042_CMD_READ_RAM = 0x20,  /* .. 0x3f */
	I8042_CMD_WRITE_RAM = 0x60, /* .. 0x7f */
	I8042_CMD_TEST_PASSWORD = 0xa4,
	I8042_CMD_DISABLE_AUX = 0xa7,
	I8042_CMD_ENABLE_AUX = 0xa8,
	I8042_CMD_TEST_AUX = 0xa9,
	I8042_CMD_SELF_TEST = 0xaa,
	I8042_CMD_TEST_KBD = 0xab,
	I8042_CMD_DISABLE_KBD = 0xad,
	I8042_CMD_ENABLE_KBD = 0xae,
	I8042_CMD_READ_INPUT_PORT = 0xc0,
	I8042_CMD_READ_OUTPUT_PORT = 0xd0,
	I8042_CMD_WRITE_OUTPUT_PORT = 0xd1,
	I8042_CMD_WRITE_KBD_OUTPUT = 0xd2,
	I8042_CMD_WRITE_AUX_OUTPUT = 0xd3,
	I8042_CMD_WRITE_AUX = 0xd4,
	I8042_CMD_READ_TEST_INPUTS = 0xe0,
	I8042_CMD_PULSE = 0xf0 /* .. 0xff: the zero bits of the low nibble go low for 6 us */
};

extern const struct reg_desc i8042_regs[I8042_N_REGS];
extern const struct reg_desc i8042_inner_regs[I8042_N_INNER];

#endif
