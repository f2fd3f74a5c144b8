/* SPDX-License-Identifier: MIT */
/* The miscellaneous ports of an old PC's board, each at its own port number. */
#ifndef DEVICES_ISA_PORTS_REGISTERS_H
#define DEVICES_ISA_PORTS_REGISTERS_H

#include "emu/regs.h"

/* Rows, by rising port number; the offset of a register is its port. */
enum isa_ports_model_reg {
	ISA_PORTS_MODEL_NMI_SC,     /* 0x61: speaker, refresh, NMI sources */
	ISA_PORTS_MODEL_POST,       /* 0x80: diagnostic code */
	ISA_PORTS_MODEL_PORT92,     /* 0x92: fast A20 and reset */
	ISA_PORTS_MODEL_DEBUG_E9,   /* 0xe9: debug console */
	ISA_PORTS_MODEL_COPROC_ERR, /* 0xf0: coprocessor error */
	ISA_PORTS_MODEL_DEBUG_EXIT, /* 0xf4: ends the run */
	ISA_PORTS_MODEL_DEBUG_402,  /* 0x402: debug console */
	ISA_PORTS_MODEL_N_REGS
};

extern const struct reg_desc isa_ports_regs[ISA_PORTS_MODEL_N_REGS];

/* 0xcf9. Not in the table, because it is inside the four bytes that PCI machines address as 0xcf8.
 * It answers only byte accesses. */
extern const struct reg_desc isa_ports_model_rst_cnt;

#endif
