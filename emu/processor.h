/* SPDX-License-Identifier: MIT */
/* A processor as the board sees it: the emulated CPU, or the host that runs native drivers. */
#ifndef EMU_PROCESSOR_H
#define EMU_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Virtual time charged, in ns. Emulated code also pays 1 ns per instruction. */
enum cpu_charge {
	CPU_CHARGE_PORT = 1000,
	CPU_CHARGE_MMIO = 100,
	CPU_CHARGE_RDTSC = 1000,
	CPU_CHARGE_PAUSE = 100,
	CPU_CHARGE_MODE = 100, /* MOV to CR0 or CR4, which serialise and may flush the TLB */
	/* An exception after another without an instruction in between, as when a handler itself
	 * faults at once. Without this charge such a loop would stop time. */
	CPU_CHARGE_REPEATED_FAULT = 1000
};

enum { CPU_TSC_HZ = 1000000000 }; /* the time stamp counter counts virtual nanoseconds */

/* Operations that a machine calls on its processor. None is NULL. */
struct processor_ops {
	/* Level of the interrupt request pin, from the local APIC. */
	void (*set_intr)(void *ctx, bool level);
	/* A non-maskable interrupt (edge). */
	void (*set_nmi)(void *ctx);
	/* Enable address line 20, or hold it low. */
	void (*set_a20)(void *ctx, bool enabled);
	/* Return to the caller of the run, as soon as the model that requests it allows. */
	void (*request_stop)(void *ctx);
	/* The virtual time (ns) at which the time stamp counter reaches this value: now if it
	 * already has; CLOCK_NEVER if it never will. */
	uint64_t (*tsc_time)(void *ctx, uint64_t tsc);
	/* Does it have this feature ("x2apic", "tsc-deadline")? */
	bool (*has_feature)(void *ctx, const char *name);
	/* CPUID leaf 1, EAX and EDX: signature and features, which firmware copies into its tables.
	 */
	void (*signature)(void *ctx, uint32_t *eax, uint32_t *edx);
	/* Write an MSR, as firmware does before the guest starts. */
	void (*write_msr)(void *ctx, uint32_t msr, uint64_t value);
	/* The program counter, for reports: a guest address, or one of the host. */
	uint64_t (*pc)(void *ctx);
	/* Restore the power-on state; connections stay. */
	void (*reset)(void *ctx);
	/* Pass all state to `fn`, for the digest; copy the state of another processor of the same
	 * configuration. */
	void (*visit_state)(void *ctx, void (*fn)(void *ctx, const void *data, size_t len),
			    void *fn_ctx);
	void (*copy_state)(void *ctx, void *from_ctx);
	void (*free)(void *ctx);
};

struct processor {
	const struct processor_ops *ops; /* NULL: there is no processor */
	void *ctx;
};

/* Functions of the board that a processor calls. */
struct cpu_pins {
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
