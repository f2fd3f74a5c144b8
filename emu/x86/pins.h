/* SPDX-License-Identifier: MIT */
/* What an x86 processor asks of its board. */
#ifndef EMU_X86_PINS_H
#define EMU_X86_PINS_H

#include <stdbool.h>
#include <stdint.h>

/* The pins of an x86 at which a board answers: functions of the board that the processor calls.
 * What a board drives, A20 among them, is in struct processor_ops. */
struct x86_pins {
	/* Acknowledge the pending external interrupt. Returns its vector, or -1 if the request
	 * vanished. Called when INTR is high and the CPU accepts an interrupt. */
	int (*intr_ack)(void *ctx);
	/* MSRs outside the CPU core (IA32_APIC_BASE, x2APIC, TSC deadline). False: #GP(0). */
	bool (*msr_read)(void *ctx, uint32_t msr, uint64_t *value);
	bool (*msr_write)(void *ctx, uint32_t msr, uint64_t value);
	/* Software wrote the time stamp counter: deadlines given as its values must be computed
	 * again. May be NULL. */
	void (*tsc_written)(void *ctx);
	/* CR8: the task priority class (0..15) of the local APIC. May be NULL; then it reads 0. */
	uint8_t (*cr8_read)(void *ctx);
	void (*cr8_write)(void *ctx, uint8_t value);
	/* A performance counter overflowed and has its interrupt enabled. May be NULL. */
	void (*pmc_overflow)(void *ctx);
	void *ctx;
};

#endif
