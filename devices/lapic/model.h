/* SPDX-License-Identifier: MIT */
/* The local APIC of a single-processor machine: priorities, LINT pins, messages from I/O APICs and
 * devices, timer, IPIs to itself, and the MSRs: IA32_APIC_BASE, IA32_TSC_DEADLINE and, in x2APIC
 * mode, all registers. Intel SDM Vol. 3A, an edition whose chapter 10 is the APIC.
 *
 * Lines: in LINT0 (from the 8259A), LINT1 (NMI); out INTR; NMI and INIT are function calls.
 *
 * A change between one-shot and periodic mode lets the running count finish, as processors do. A
 * change to or from TSC-deadline mode stops the timer (10.5.4.1).
 *
 * Not modelled: SMI delivery, arbitration (APR and RRD read as zero, as on processors without the
 * APIC bus), sources for the thermal and performance-counter entries. */
#ifndef DEVICES_LAPIC_MODEL_H
#define DEVICES_LAPIC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/lapic/apic_bus.h"
#include "devices/lapic/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"
#include "emu/regs.h"

enum {
	LAPIC_MODEL_TIMER_HZ =
		100000000, /* before the divider: 10 ns per tick, as on a 100 MHz bus */
	LAPIC_MODEL_PAGE_SIZE = 0x1000,
	LAPIC_MODEL_N_LINTS = 2,
	LAPIC_MODEL_MSR_BASE = 0x1b,          /* IA32_APIC_BASE */
	LAPIC_MODEL_MSR_TSC_DEADLINE = 0x6e0, /* IA32_TSC_DEADLINE */
	LAPIC_MODEL_MSR_X2APIC = 0x800,       /* first and last MSR in x2APIC mode */
	LAPIC_MODEL_MSR_X2APIC_LAST = 0xbff
};

#define LAPIC_MODEL_DEFAULT_BASE 0xfee00000u

/* What the APIC drives. Any member may be left NULL. */
struct lapic_model_wiring {
	struct irq intr;           /* the core's INTR */
	void (*nmi)(void *ctx);    /* an edge on the NMI pin of the core */
	int (*ext_ack)(void *ctx); /* acknowledge cycle to the 8259A: a vector, or -1 */
	void (*init)(void *ctx);   /* INIT of the core, by pin or IPI */
	/* IA32_APIC_BASE changed: the page is now at `base`, or not mapped if disabled or in x2APIC
	 * mode. */
	void (*moved)(void *ctx, uint64_t base, bool enabled);
	/* A level-triggered interrupt ended: pass this to every I/O APIC. They may send again at
	 * once. */
	void (*eoi)(void *ctx, uint8_t vector);
	/* The virtual time (ns) at which the time stamp counter reaches this value: now or earlier
	 * if it already has; CLOCK_NEVER if it never will. NULL: the counter counts virtual ns. */
	uint64_t (*tsc_time)(void *ctx, uint64_t tsc);
	void *ctx;
	uint32_t id; /* APIC ID; only x2APIC mode shows more than 8 bits */
	unsigned
		phys_bits; /* physical address width; 0: 36. Higher bits of the base are reserved */
	/* Features of the processor, in CPUID and the version register. */
	bool has_tsc_deadline, has_x2apic, has_eoi_suppression;
};

struct lapic_model_state { /* plain data */
	uint64_t reg[LAPIC_MODEL_N_SLOTS];
	uint64_t base_msr; /* IA32_APIC_BASE */
	uint64_t deadline; /* IA32_TSC_DEADLINE; 0: disarmed */
	uint64_t count_ns; /* the time at which the timer was at `count`; it stops at 0 */
	uint32_t count;
	uint32_t errors;      /* errors since ESR was last written */
	bool error_signalled; /* the error interrupt was sent; the next one needs a write to ESR */
	bool intr;            /* level driven on INTR */
	bool external;        /* a message requested an acknowledge cycle to the 8259A */
	bool pin[LAPIC_MODEL_N_LINTS]; /* levels at LINT0, LINT1 */
	bool spurious;                 /* the last acknowledge returned the spurious vector */
	bool acknowledged;             /* there was an acknowledge since SVR was last written */
};

struct lapic_model {
	struct device dev;
	struct lapic_model_wiring wire;
	struct clock *clock;
	unsigned timer;                    /* clock timer */
	unsigned slot[LAPIC_MODEL_N_REGS]; /* first slot of each row */
	struct lapic_model_state s;
};

/* Connect and power on. `clock` and `hub` must outlive it; it adds one timer to the clock. */
void lapic_model_init(struct lapic_model *lapic, const char *instance, const struct hub *hub,
		      struct clock *clock, const struct lapic_model_wiring *wire);
/* Power-up state: globally enabled at the default base, software-disabled, all entries masked
 * (unread: SDM Vol. 3A 10.4.7.1). Input pins keep their levels. */
void lapic_model_reset(struct lapic_model *lapic);
/* Set the state that a BIOS leaves: software-enabled, LINT0 = ExtINT, LINT1 = NMI ("virtual wire
 * mode"). */
void lapic_model_virtual_wire(struct lapic_model *lapic);

/* Drive LINT0 (n = 0) or LINT1 (n = 1); `lapic` is a struct lapic_model. Fits struct irq. */
void lapic_model_set_lint(void *lapic, unsigned n, bool level);
/* A performance counter of the core overflowed: raises the interrupt of LVT_PERF. */
void lapic_model_perf(struct lapic_model *lapic);
/* Receive a message: an interrupt from an I/O APIC or a device. False: this APIC is not addressed,
 * or is disabled. */
bool lapic_model_message(struct lapic_model *lapic, const struct apic_message *message);
/* The core accepts an interrupt. Returns its vector, or -1 if none is pending any more. If the
 * priority now blocks the pending one, returns the spurious vector. */
int lapic_model_ack(struct lapic_model *lapic);

/* Read or write one of the MSRs above. False: #GP(0). The MSR is not one of these, does not exist
 * in this mode, a reserved bit was set, or the mode change is not allowed. */
bool lapic_model_msr_read(struct lapic_model *lapic, uint32_t msr, uint64_t *value);
bool lapic_model_msr_write(struct lapic_model *lapic, uint32_t msr, uint64_t value);
/* Software wrote the time stamp counter: computes the time of the deadline again. */
void lapic_model_tsc_written(struct lapic_model *lapic);
/* Are the registers mapped into memory at the base? Not if disabled or in x2APIC mode. */
bool lapic_model_mapped(const struct lapic_model *lapic);
/* Tell the board where the page is, as after a copy of the state. */
void lapic_model_tell_place(struct lapic_model *lapic);
/* Global enable, IA32_APIC_BASE bit 11: also the APIC flag of CPUID. */
bool lapic_model_enabled(const struct lapic_model *lapic);
/* The task priority class, TPR[7:4], as in CR8. */
uint8_t lapic_model_cr8(const struct lapic_model *lapic);
void lapic_model_set_cr8(struct lapic_model *lapic, uint8_t cr8);
/* What the requests are, for a report (struct device_ops). */
void lapic_model_report(const struct device *dev, FILE *out);
bool lapic_model_held_back(const struct device *dev, char *buf, size_t size);
bool lapic_model_raises(const struct device *dev, uint8_t vector, char *buf, size_t size);
/* What it is, and how it answers. */
extern const struct device_about lapic_about;
extern const struct device_ops lapic_model_ops;

#endif
