/* SPDX-License-Identifier: MIT */
/* Registers of the high precision event timers, by offset, and their bits. */
#ifndef DEVICES_HPET_REGISTERS_H
#define DEVICES_HPET_REGISTERS_H

#include "emu/regs.h"

enum { HPET_MODEL_N_TIMERS = 4 };

/* Rows of the table, by rising offset. */
enum hpet_model_reg {
	HPET_MODEL_GCAP_ID,
	HPET_MODEL_GEN_CONF,
	HPET_MODEL_GINTR_STA,
	HPET_MODEL_MAIN_CNT,
	HPET_MODEL_TIM0_CONF,
	HPET_MODEL_TIM0_COMP,
	HPET_MODEL_TIM0_FSB_ROUT,
	HPET_MODEL_TIM1_CONF,
	HPET_MODEL_TIM1_COMP,
	HPET_MODEL_TIM1_FSB_ROUT,
	HPET_MODEL_TIM2_CONF,
	HPET_MODEL_TIM2_COMP,
	HPET_MODEL_TIM2_FSB_ROUT,
	HPET_MODEL_TIM3_CONF,
	HPET_MODEL_TIM3_COMP,
	HPET_MODEL_TIM3_FSB_ROUT,
	HPET_MODEL_N_REGS
};
enum { HPET_MODEL_ROWS_PER_TIMER = HPET_MODEL_TIM1_CONF - HPET_MODEL_TIM0_CONF };

/* Banks: rows of bank HPET_MODEL_WITH_FSB are visible only if interrupts can be messages. */
enum hpet_model_bank { HPET_MODEL_ALWAYS, HPET_MODEL_WITH_FSB, HPET_MODEL_WITHOUT_FSB };

enum { /* GEN_CONF */
       HPET_MODEL_ENABLE_CNF = 1 << 0,
       HPET_MODEL_LEG_RT_CNF = 1 << 1
};

enum {                                   /* TIMn_CONF, low half */
       HPET_MODEL_INT_TYPE_CNF = 1 << 1, /* 1: level-triggered */
       HPET_MODEL_INT_ENB_CNF = 1 << 2,
       HPET_MODEL_TYPE_CNF = 1 << 3, /* 1: periodic */
       HPET_MODEL_PER_INT_CAP = 1 << 4,
       HPET_MODEL_SIZE_CAP = 1 << 5, /* 1: 64 bits */
       HPET_MODEL_VAL_SET_CNF = 1 << 6,
       HPET_MODEL_32MODE_CNF = 1 << 8,
       HPET_MODEL_INT_ROUT_CNF_LSB = 9,
       HPET_MODEL_INT_ROUT_CNF_MASK = 0x1f,
       HPET_MODEL_FSB_EN_CNF = 1 << 14,
       HPET_MODEL_FSB_INT_DEL_CAP = 1 << 15,
       HPET_MODEL_INT_ROUT_CAP_LSB = 32
};

extern const struct reg_desc hpet_regs[HPET_MODEL_N_REGS];

#endif
