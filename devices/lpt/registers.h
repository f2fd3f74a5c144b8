/* SPDX-License-Identifier: MIT */
/* Registers of a parallel port in printer (SPP) mode, as SMSC's LPC47 super I/O chips have them. */
#ifndef DEVICES_LPT_REGISTERS_H
#define DEVICES_LPT_REGISTERS_H

#include "emu/regs.h"

/* Rows of the table. */
enum lpt_model_reg { LPT_MODEL_DATA, LPT_MODEL_STATUS, LPT_MODEL_CONTROL, LPT_MODEL_N_REGS };

enum { LPT_MODEL_PORTS = 3 };

/* The levels of the printer's lines; BUSY inverted. */
enum lpt_model_status {
	LPT_MODEL_TMOUT = 0x01, /* EPP mode only */
	LPT_MODEL_NERR = 0x08,
	LPT_MODEL_SLCT = 0x10,
	LPT_MODEL_PE = 0x20,
	LPT_MODEL_NACK = 0x40,
	LPT_MODEL_NBUSY = 0x80
};

/* STROBE, AUTOFD and SLCTIN are inverted on their way to the printer; nINIT is not. */
enum lpt_model_control {
	LPT_MODEL_STROBE = 0x01,
	LPT_MODEL_AUTOFD = 0x02,
	LPT_MODEL_NINIT = 0x04,
	LPT_MODEL_SLCTIN = 0x08,
	LPT_MODEL_IRQE = 0x10,
	LPT_MODEL_PCD = 0x20
};

extern const struct reg_desc lpt_regs[LPT_MODEL_N_REGS];

#endif
