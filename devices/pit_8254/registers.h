/* SPDX-License-Identifier: MIT */
/* Registers of the 8254 interval timer (Intel 231164). */
#ifndef DEVICES_PIT_8254_REGISTERS_H
#define DEVICES_PIT_8254_REGISTERS_H

#include "emu/regs.h"

enum pit_8254_model_reg {
	PIT_8254_MODEL_COUNTER0,
	PIT_8254_MODEL_COUNTER1,
	PIT_8254_MODEL_COUNTER2,
	PIT_8254_MODEL_CONTROL,
	PIT_8254_MODEL_N_REGS
};

/* Control word: SC 7:6, RW 5:4, M 3:1, BCD 0. */
enum pit_8254_model_control {
	CW_BCD = 0x01,
	CW_MODE_LSB = 1,
	CW_MODE = 0x0e,
	CW_RW_LSB = 4,
	CW_RW = 0x30,
	CW_SC_LSB = 6,
	CW_DONT_CARE_LATCH = 0x0f
};

enum pit_8254_model_rw { RW_LATCH, RW_LSB, RW_MSB, RW_BOTH };

/* Read-back command; the two latch bits are active low. */
enum pit_8254_model_read_back {
	RB_SELECT = 3, /* value of SC */
	RB_ZERO = 0x01,
	RB_COUNTER0 = 0x02,
	RB_NO_STATUS = 0x10,
	RB_NO_COUNT = 0x20
};

enum pit_8254_model_status { STATUS_NULL_COUNT = 0x40, STATUS_OUT = 0x80 };

extern const struct reg_desc pit_8254_regs[PIT_8254_MODEL_N_REGS];

#endif
