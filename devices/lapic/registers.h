/* SPDX-License-Identifier: MIT */
/* Registers of the local APIC, at 16-byte steps from IA32_APIC_BASE. */
#ifndef DEVICES_LAPIC_REGISTERS_H
#define DEVICES_LAPIC_REGISTERS_H

#include "emu/regs.h"

/* Rows of the table, by rising offset. */
enum lapic_reg {
	LAPIC_RSVD_000,
	LAPIC_ID,
	LAPIC_VERSION,
	LAPIC_RSVD_040,
	LAPIC_TPR,
	LAPIC_APR,
	LAPIC_PPR,
	LAPIC_EOI,
	LAPIC_RRD,
	LAPIC_LDR,
	LAPIC_DFR,
	LAPIC_SVR,
	LAPIC_ISR,
	LAPIC_TMR,
	LAPIC_IRR,
	LAPIC_ESR,
	LAPIC_RSVD_290,
	LAPIC_ICR_LO,
	LAPIC_ICR_HI,
	LAPIC_LVT_TIMER,
	LAPIC_LVT_THERMAL,
	LAPIC_LVT_PERF,
	LAPIC_LVT_LINT0,
	LAPIC_LVT_LINT1,
	LAPIC_LVT_ERROR,
	LAPIC_INITIAL_COUNT,
	LAPIC_CURRENT_COUNT,
	LAPIC_RSVD_3A0,
	LAPIC_DIVIDE,
	LAPIC_RSVD_3F0,
	LAPIC_N_REGS
};

enum {
	LAPIC_VECTOR_WORDS = 8, /* ISR, TMR and IRR: 256 bits each, 32 to a register */
	LAPIC_N_SLOTS = 256     /* register cells: every 16-byte step of the page is one */
};

extern const struct reg_desc lapic_regs[LAPIC_N_REGS];

#endif
