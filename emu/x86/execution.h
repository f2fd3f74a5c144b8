/* SPDX-License-Identifier: MIT */
/* Results of running an x86 processor: why the run ended, counts, blocks, the state of its
 * interrupts. */
#ifndef EMU_X86_EXECUTION_H
#define EMU_X86_EXECUTION_H

#include <stdbool.h>
#include <stdint.h>

/* Why cpu_run() returned. */
enum cpu_stop {
	CPU_STOP_TIME,      /* the given time was reached */
	CPU_STOP_REQUESTED, /* cpu_request_stop() */
	CPU_STOP_PREEMPTED, /* cpu_preempt() */
	CPU_STOP_HALTED,    /* HLT with interrupts off, or with no deadline left to wake it */
	CPU_STOP_TRIPLE_FAULT,
	CPU_STOP_BAD_FETCH, /* jumped to a physical address without memory */
	CPU_STOP_UNWRITTEN, /* executed RAM that nothing has written */
	/* The engine failed, which is a fault of bimetal; cpu_stop_detail() says how. If it gave up
	 * completely (an assertion, abort(), a fault of the host), it is dead: cpu_run() returns
	 * this again and does nothing, and the registers stay as the engine last stored them. Other
	 * CPUs go on. */
	CPU_STOP_INTERNAL
};

struct cpu_stats {
	uint64_t instructions, blocks;
	uint64_t interrupts[256]; /* external, by vector */
	uint64_t exceptions[32];  /* delivered faults, traps and aborts, by vector */
	uint64_t software_interrupts, tlb_fills, tlb_flushes, engine_starts;
	uint64_t halted_ns; /* virtual time slept in HLT */
};

/* A block of instructions that the CPU entered. */
struct cpu_block {
	uint64_t linear;
	uint32_t size; /* bytes */
	uint32_t instructions;
	uint32_t ns; /* its time, without the charges for device accesses */
};

struct cpu_block_observer {
	void (*block)(void *ctx, const struct cpu_block *block); /* must not touch the machine */
	void *ctx;
};

/* The state of the CPU's interrupts. IF is in RFLAGS. */
struct cpu_interrupt_state {
	bool halted;      /* in HLT */
	bool intr;        /* level of INTR */
	bool nmi;         /* an NMI is pending */
	bool nmi_blocked; /* until IRET */
};

#endif
