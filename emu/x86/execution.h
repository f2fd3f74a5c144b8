/* SPDX-License-Identifier: MIT */
/* Results of running an x86 processor: counts, and the state of its interrupts. */
#ifndef EMU_X86_EXECUTION_H
#define EMU_X86_EXECUTION_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/processor.h"

/* The counts since the processor was made. */
struct cpu_stats {
	uint64_t instructions, blocks;
	uint64_t interrupts[256]; /* external, by vector */
	uint64_t exceptions[32];  /* delivered faults, traps and aborts, by vector */
	uint64_t software_interrupts, tlb_fills, tlb_flushes, engine_starts;
	uint64_t halted_ns; /* virtual time slept in HLT */
};

/* The state of the CPU's interrupts. IF is in RFLAGS. */
struct cpu_interrupt_state {
	bool halted;      /* in HLT */
	bool intr;        /* level of INTR */
	bool nmi;         /* an NMI is pending */
	bool nmi_blocked; /* until IRET */
};

#endif
