/* SPDX-License-Identifier: MIT */
/* Registers of the 8259A interrupt controller and of the edge/level control beside it. */
#ifndef DEVICES_PIC_8259_REGISTERS_H
#define DEVICES_PIC_8259_REGISTERS_H

#include "emu/regs.h"

/* Rows of one chip: A0 = 0 at offset 0, A0 = 1 at offset 1. */
enum pic_8259_model_reg {
	PIC_8259_MODEL_STATUS, /* IRR, ISR or the poll word, selected by OCW3 */
	PIC_8259_MODEL_CMD,    /* ICW1, OCW2 or OCW3, by bits 4:3 (pic_8259_command_regs) */
	PIC_8259_MODEL_IMR,
	PIC_8259_MODEL_OCW1,
	PIC_8259_MODEL_ICW2,
	PIC_8259_MODEL_ICW3,
	PIC_8259_MODEL_ICW4,
	PIC_8259_MODEL_N_REGS
};

/* What the next write at A0 = 1 is (device_ops.bank). */
enum pic_8259_model_window {
	PIC_8259_MODEL_EXPECT_OCW1 = 1,
	PIC_8259_MODEL_EXPECT_ICW2 = 2,
	PIC_8259_MODEL_EXPECT_ICW3 = 3,
	PIC_8259_MODEL_EXPECT_ICW4 = 4
};

/* The three formats of CMD. */
enum pic_8259_model_command_reg {
	PIC_8259_MODEL_ICW1,
	PIC_8259_MODEL_OCW2,
	PIC_8259_MODEL_OCW3,
	PIC_8259_MODEL_N_COMMANDS
};

enum pic_8259_model_elcr_reg { PIC_8259_MODEL_ELCR1, PIC_8259_MODEL_ELCR2, PIC_8259_MODEL_N_ELCR };

enum pic_8259_model_cmd { CMD_IS_OCW3 = 0x08, CMD_IS_ICW1 = 0x10 };
enum pic_8259_model_icw1 { ICW1_IC4 = 0x01, ICW1_SNGL = 0x02, ICW1_ADI = 0x04, ICW1_LTIM = 0x08 };
enum pic_8259_model_icw2 { ICW2_VECTOR = 0xf8 };
enum pic_8259_model_icw3 { ICW3_ID = 0x07 };
enum pic_8259_model_icw4 {
	ICW4_UPM = 0x01,
	ICW4_AEOI = 0x02,
	ICW4_MS = 0x04,
	ICW4_BUF = 0x08,
	ICW4_SFNM = 0x10
};
enum pic_8259_model_ocw2 { OCW2_LEVEL = 0x07, OCW2_EOI = 0x20, OCW2_SL = 0x40, OCW2_R = 0x80 };
enum pic_8259_model_ocw3 {
	OCW3_RIS = 0x01,
	OCW3_RR = 0x02,
	OCW3_P = 0x04,
	OCW3_SMM = 0x20,
	OCW3_ESMM = 0x40
};

extern const struct reg_desc pic_8259_master_regs[PIC_8259_MODEL_N_REGS];
extern const struct reg_desc pic_8259_slave_regs[PIC_8259_MODEL_N_REGS];
extern const struct reg_desc pic_8259_command_regs[PIC_8259_MODEL_N_COMMANDS];
extern const struct reg_desc pic_8259_elcr_regs[PIC_8259_MODEL_N_ELCR];

#endif
