/* SPDX-License-Identifier: MIT */
/* Registers of the 16550A UART. PC16550D: National Semiconductor, June 1995. */
#ifndef DEVICES_UART_16550_REGISTERS_H
#define DEVICES_UART_16550_REGISTERS_H

#include "emu/regs.h"

/* Rows of the table. */
enum uart_16550_model_reg {
	UART_16550_MODEL_RBR,
	UART_16550_MODEL_THR,
	UART_16550_MODEL_DLL,
	UART_16550_MODEL_DLM,
	UART_16550_MODEL_IER,
	UART_16550_MODEL_IIR,
	UART_16550_MODEL_FCR,
	UART_16550_MODEL_LCR,
	UART_16550_MODEL_MCR,
	UART_16550_MODEL_LSR,
	UART_16550_MODEL_MSR,
	UART_16550_MODEL_SCR,
	UART_16550_MODEL_N_REGS
};

/* Windows that LCR.DLAB switches between (device_ops.bank). */
enum { UART_16550_MODEL_DLAB_0 = 1, UART_16550_MODEL_DLAB_1 = 2 };

enum uart_16550_model_ier { IER_ERBFI = 0x01, IER_ETBEI = 0x02, IER_ELSI = 0x04, IER_EDSSI = 0x08 };

/* IIR bits 3:0; table IV. */
enum uart_16550_model_iir {
	IIR_MODEM = 0x00,
	IIR_NONE = 0x01,
	IIR_THR_EMPTY = 0x02,
	IIR_RX_DATA = 0x04,
	IIR_LINE = 0x06,
	IIR_TIMEOUT = 0x0c,
	IIR_FIFOS = 0xc0
};

enum uart_16550_model_fcr {
	FCR_ENABLE = 0x01,
	FCR_RX_RESET = 0x02,
	FCR_TX_RESET = 0x04,
	FCR_DMA = 0x08,
	FCR_TRIGGER_LSB = 6
};

enum uart_16550_model_lcr {
	LCR_WLS = 0x03,
	LCR_STB = 0x04,
	LCR_PEN = 0x08,
	LCR_BREAK = 0x40,
	LCR_DLAB = 0x80
};

enum uart_16550_model_mcr {
	MCR_DTR = 0x01,
	MCR_RTS = 0x02,
	MCR_OUT1 = 0x04,
	MCR_OUT2 = 0x08,
	MCR_LOOP = 0x10
};

enum uart_16550_model_lsr {
	LSR_DR = 0x01,
	LSR_OE = 0x02,
	LSR_PE = 0x04,
	LSR_FE = 0x08,
	LSR_BI = 0x10,
	LSR_THRE = 0x20,
	LSR_TEMT = 0x40,
	LSR_FIFO_ERR = 0x80
};

enum uart_16550_model_msr {
	MSR_DCTS = 0x01,
	MSR_DDSR = 0x02,
	MSR_TERI = 0x04,
	MSR_DDCD = 0x08,
	MSR_CTS = 0x10,
	MSR_DSR = 0x20,
	MSR_RI = 0x40,
	MSR_DCD = 0x80
};

extern const struct reg_desc uart_16550_regs[UART_16550_MODEL_N_REGS];

#endif
