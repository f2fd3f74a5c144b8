/* SPDX-License-Identifier: MIT */
/* A processor as the board sees it: an emulated CPU, or the host that runs native drivers. */
#ifndef EMU_PROCESSOR_H
#define EMU_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Virtual time charged, in ns; emulated code pays 1 ns per instruction besides. */
enum cpu_charge {
	CPU_CHARGE_PORT = 1000,
	CPU_CHARGE_MMIO = 100,
	CPU_CHARGE_RDTSC = 1000,
	CPU_CHARGE_PAUSE = 100,
	/* An exception that follows another with no instruction in between, as when a handler
	 * itself faults at once: else such a loop would stop the time. */
	CPU_CHARGE_REPEATED_FAULT = 1000
};

enum { CPU_TSC_HZ = 1000000000 }; /* the time stamp counter counts virtual nanoseconds */

/* What a machine asks of its processor. All functions are there. */
struct processor_ops {
	/* Level of the interrupt request pin, from the local APIC. */
	void (*set_intr)(void *ctx, bool level);
	/* A non-maskable interrupt (edge). */
	void (*set_nmi)(void *ctx);
	/* Address line 20 passes; else it is held low. */
	void (*set_a20)(void *ctx, bool enabled);
	/* Come back to who runs the machine, as soon as the model that asks allows. */
	void (*request_stop)(void *ctx);
	/* When the time stamp counter reaches this value: virtual ns, now if it has, CLOCK_NEVER if
	 * that is beyond the end of time. */
	uint64_t (*tsc_time)(void *ctx, uint64_t tsc);
	/* Does it have this feature ("x2apic", "tsc-deadline")? */
	bool (*has_feature)(void *ctx, const char *name);
	/* CPUID leaf 1, EAX and EDX: its signature and features, which firmware's tables repeat. */
	void (*signature)(void *ctx, uint32_t *eax, uint32_t *edx);
	/* Write an MSR, as firmware does before the guest starts. */
	void (*write_msr)(void *ctx, uint32_t msr, uint64_t value);
	/* Where the program is, for reports: a guest address, or one of the host. */
	uint64_t (*pc)(void *ctx);
	/* The state after power-on; wiring stays. */
	void (*reset)(void *ctx);
	/* Hand all state to `fn`, for the digest; take over that of another one, made alike. */
	void (*visit_state)(void *ctx, void (*fn)(void *ctx, const void *data, size_t len),
			    void *fn_ctx);
	void (*copy_state)(void *ctx, void *from_ctx);
	void (*free)(void *ctx);
};

struct processor {
	const struct processor_ops *ops; /* NULL: none was made */
	void *ctx;
};

/* What a processor asks of the board. */
struct cpu_pins {
	/* Acknowledge the pending external interrupt: returns its vector, or -1 if it went away.
	 * Called when the INTR level is high and the CPU accepts it. */
	int (*intr_ack)(void *ctx);
	/* MSRs outside the CPU core (IA32_APIC_BASE, x2APIC, TSC deadline): false: #GP(0). */
	bool (*msr_read)(void *ctx, uint32_t msr, uint64_t *value);
	bool (*msr_write)(void *ctx, uint32_t msr, uint64_t value);
	/* Software wrote the time stamp counter: what waits for one of its values waits for another
	 * time; may be NULL. */
	void (*tsc_written)(void *ctx);
	/* CR8: the task priority class (0..15) of the local APIC; may be NULL, then it reads 0. */
	uint8_t (*cr8_read)(void *ctx);
	void (*cr8_write)(void *ctx, uint8_t value);
	/* A performance counter went over its end, and was to interrupt; may be NULL. */
	void (*pmc_overflow)(void *ctx);
	void *ctx;
};

#endif
