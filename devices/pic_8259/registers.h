/* SPDX-License-Identifier: MIT */
/* Registers of the 8259A interrupt controller and of the edge/level control beside it. */
#ifndef DEVICES_PIC_8259_REGISTERS_H
#define DEVICES_PIC_8259_REGISTERS_H

#include "emu/regs.h"

/* Rows of one chip: A0 = 0 at offset 0, A0 = 1 at offset 1. */
enum i8259a_reg {
	I8259A_STATUS, /* IRR, ISR or the poll word, as OCW3 chose */
	I8259A_CMD,    /* ICW1, OCW2 or OCW3, told apart by bits 4:3 (i8259a_command_regs) */
	I8259A_IMR,
	I8259A_OCW1,
	I8259A_ICW2,
	I8259A_ICW3,
	I8259A_ICW4,
	I8259A_N_REGS
};

/* What A0 = 1 is written with next (device_ops.bank). */
enum i8259a_window {
	I8259A_EXPECT_OCW1 = 1,
	I8259A_EXPECT_ICW2 = 2,
	I8259A_EXPECT_ICW3 = 3,
	I8259A_EXPECT_ICW4 = 4
};

/* The three formats of CMD. */
enum i8259a_command_reg { I8259A_ICW1, I8259A_OCW2, I8259A_OCW3, I8259A_N_COMMANDS };

enum i8259a_elcr_reg { I8259A_ELCR1, I8259A_ELCR2, I8259A_N_ELCR };

enum i8259a_cmd { CMD_IS_OCW3 = 0x08, CMD_IS_ICW1 = 0x10 };
enum i8259a_icw1 { ICW1_IC4 = 0x01, ICW1_SNGL = 0x02, ICW1_ADI = 0x04, ICW1_LTIM = 0x08 };
enum i8259a_icw2 { ICW2_VECTOR = 0xf8 };
enum i8259a_icw3 { ICW3_ID = 0x07 };
enum i8259a_icw4 {
	ICW4_UPM = 0x01,
	ICW4_AEOI = 0x02,
	ICW4_MS = 0x04,
	ICW4_BUF = 0x08,
	ICW4_SFNM = 0x10
};
enum i8259a_ocw2 { OCW2_LEVEL = 0x07, OCW2_EOI = 0x20, OCW2_SL = 0x40, OCW2_R = 0x80 };
enum i8259a_ocw3 {
	OCW3_RIS = 0x01,
	OCW3_RR = 0x02,
	OCW3_P = 0x04,
	OCW3_SMM = 0x20,
	OCW3_ESMM = 0x40
};

extern const struct reg_desc i8259a_master_regs[I8259A_N_REGS];
extern const struct reg_desc i8259a_slave_regs[I8259A_N_REGS];
extern const struct reg_desc i8259a_command_regs[I8259A_N_COMMANDS];
extern const struct reg_desc i8259a_elcr_regs[I8259A_N_ELCR];

#endif
