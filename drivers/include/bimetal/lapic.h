/* SPDX-License-Identifier: MIT */
/* Local APIC of an x86 processor: enabling, priorities, local vector table, timer, interprocessor
 * interrupts, errors. Intel SDM Vol. 3A, the chapter on the APIC (10 in editions up to 2022).
 *
 * Its registers lie in memory (xAPIC mode) or are MSRs (x2APIC mode). A handle knows which, and all
 * calls work in both modes where they say nothing else. One made by lapic_init() needs no MSRs and
 * has xAPIC mode alone; one made by lapic_init_msrs() can also switch modes, move the page, and use
 * the timer's TSC-deadline mode.
 *
 * Each processor sees its own APIC at the same address, and has its own MSRs: a handle belongs to
 * the processor that made it and must be used on that one alone.
 *
 * Freestanding: no libc, no heap, no state but the caller's. */
#ifndef BIMETAL_LAPIC_H
#define BIMETAL_LAPIC_H

/* For example:
 *
 *	static enum lapic_status tick(struct lapic *lapic, uintptr_t mapped, struct wait wait)
 *	{
 *		enum lapic_status status = lapic_init(lapic, io_memory(mapped, 1), wait);
 *
 *		if (status == LAPIC_OK) status = lapic_enable(lapic, 0xff);
 *		if (status == LAPIC_OK) status = lapic_timer_calibrate(lapic, 10000000);
 *		return status == LAPIC_OK ? lapic_timer_start(lapic, 0x30, 1000000, true) : status;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "msr.h"
#include "wait.h"

#define LAPIC_MUST_USE __attribute__((warn_unused_result))

/* ---- registers (table "Local APIC Register Address Map"), by offset in bytes ---- */

#define LAPIC_ID            ((struct io_ro32){ 0x020 })
#define LAPIC_VERSION       ((struct io_ro32){ 0x030 })
#define LAPIC_TPR           ((struct io_rw32){ 0x080 })
#define LAPIC_PPR           ((struct io_ro32){ 0x0a0 })
#define LAPIC_EOI           ((struct io_wo32){ 0x0b0 })
#define LAPIC_LDR           ((struct io_rw32){ 0x0d0 })
#define LAPIC_DFR           ((struct io_rw32){ 0x0e0 })
#define LAPIC_SVR           ((struct io_rw32){ 0x0f0 })
#define LAPIC_ISR           ((struct io_ro32){ 0x100 }) /* eight of each, LAPIC_STEP apart */
#define LAPIC_TMR           ((struct io_ro32){ 0x180 })
#define LAPIC_IRR           ((struct io_ro32){ 0x200 })
#define LAPIC_ESR           ((struct io_rw32){ 0x280 })
#define LAPIC_ICR_LO        ((struct io_rw32){ 0x300 })
#define LAPIC_ICR_HI        ((struct io_rw32){ 0x310 })
#define LAPIC_INITIAL_COUNT ((struct io_rw32){ 0x380 })
#define LAPIC_CURRENT_COUNT ((struct io_ro32){ 0x390 })
#define LAPIC_DIVIDE        ((struct io_rw32){ 0x3e0 })

enum { LAPIC_STEP = 0x10, LAPIC_PAGE = 0x1000 };

/* MSRs. In x2APIC mode the register at offset n of the page is LAPIC_X2_FIRST + n / LAPIC_STEP; DFR
 * is none of them, LDR is read-only, and ICR is one of 64 bits. */
#define LAPIC_BASE         ((struct msr_rw){ 0x01b }) /* IA32_APIC_BASE */
#define LAPIC_TSC_DEADLINE ((struct msr_rw){ 0x6e0 }) /* IA32_TSC_DEADLINE */
#define LAPIC_X2_FIRST     UINT32_C(0x800)
#define LAPIC_X2_ICR       ((struct msr_rw){ 0x830 })
#define LAPIC_X2_SELF_IPI  ((struct msr_wo){ 0x83f })
#define LAPIC_BASE_BSP     (UINT64_C(1) << 8) /* this processor booted the machine; read-only */
#define LAPIC_BASE_X2APIC  (UINT64_C(1) << 10)
#define LAPIC_BASE_ENABLE  (UINT64_C(1) << 11)

/* The local vector table; values are offsets. */
enum lapic_entry {
	LAPIC_LVT_TIMER = 0x320,
	LAPIC_LVT_THERMAL = 0x330,
	LAPIC_LVT_PERF = 0x340,
	LAPIC_LVT_LINT0 = 0x350,
	LAPIC_LVT_LINT1 = 0x360,
	LAPIC_LVT_ERROR = 0x370
};

enum { /* VERSION */
       LAPIC_VERSION_NUMBER = 0xff,
       LAPIC_VERSION_INTEGRATED = 0x10, /* 0x1n: part of the processor */
       LAPIC_VERSION_FAMILY = 0xf0,
       LAPIC_MAX_LVT_LSB = 16,
       LAPIC_MAX_LVT = 0xff
};
enum { LAPIC_SVR_VECTOR = 0xff, LAPIC_SVR_ENABLE = 1 << 8 };
enum { /* LVT entries and, up to the trigger mode, ICR_LO */
       LAPIC_VECTOR = 0xff,
       LAPIC_MODE_LSB = 8,
       LAPIC_LOGICAL = 1 << 11,         /* ICR_LO */
       LAPIC_DELIVERY_STATUS = 1 << 12, /* read-only */
       LAPIC_ACTIVE_LOW = 1 << 13,      /* LINT0, LINT1 */
       LAPIC_REMOTE_IRR = 1 << 14,      /* LINT0, LINT1; read-only */
       LAPIC_ASSERT = 1 << 14,          /* ICR_LO */
       LAPIC_LEVEL = 1 << 15,
       LAPIC_MASK = 1 << 16,
       LAPIC_PERIODIC = 1 << 17, /* LVT_TIMER */
       LAPIC_DEADLINE = 1 << 18, /* LVT_TIMER */
       LAPIC_SHORTHAND_LSB = 18  /* ICR_LO */
};
#define LAPIC_ID_LSB             24 /* of ID, LDR, ICR_HI; in x2APIC mode they are full */
#define LAPIC_X2_DESTINATION_LSB 32 /* of ICR */
#define LAPIC_DFR_FLAT           UINT32_C(0xffffffff)
/* Clusters of up to four processors; bits 0 to 27 are ones by definition. */
#define LAPIC_DFR_CLUSTER UINT32_C(0x0fffffff)

/* Errors, as ESR shows them. */
enum {
	LAPIC_ERROR_SEND_CHECKSUM = 1 << 0,
	LAPIC_ERROR_RECEIVE_CHECKSUM = 1 << 1,
	LAPIC_ERROR_SEND_ACCEPT = 1 << 2,
	LAPIC_ERROR_RECEIVE_ACCEPT = 1 << 3,
	LAPIC_ERROR_REDIRECTIBLE_IPI = 1 << 4,
	LAPIC_ERROR_SEND_VECTOR = 1 << 5,
	LAPIC_ERROR_RECEIVE_VECTOR = 1 << 6,
	LAPIC_ERROR_ADDRESS = 1 << 7
};

/* ---- the driver ---- */

enum lapic_status {
	LAPIC_OK,
	LAPIC_NULL,     /* a null pointer */
	LAPIC_BAD_ARG,  /* see the function */
	LAPIC_ABSENT,   /* nothing there: globally disabled, in x2APIC mode, or elsewhere */
	LAPIC_IS_OFF,   /* globally disabled: needs lapic_switch_on() */
	LAPIC_STATE,    /* not in this mode, or not from this one */
	LAPIC_LACKS,    /* the processor has it not, or this handle has no MSRs */
	LAPIC_VARIANT,  /* not an APIC that is part of the processor (82489DX) */
	LAPIC_NO_ENTRY, /* this processor has not that entry of the vector table */
	LAPIC_DISABLED, /* needs lapic_enable() */
	LAPIC_NO_CLOCK, /* needs lapic_timer_calibrate(), or: the timer does not count */
	LAPIC_RANGE,    /* a time that the timer cannot do */
	LAPIC_TIMEOUT   /* an interprocessor interrupt was not accepted */
};

/* Vectors below are for exceptions: illegal for interrupts. */
enum { LAPIC_FIRST_VECTOR = 16 };

enum lapic_mode {
	LAPIC_FIXED = 0,
	LAPIC_LOWEST = 1, /* ICR only */
	LAPIC_SMI = 2,
	LAPIC_NMI = 4,
	LAPIC_INIT = 5,
	LAPIC_STARTUP = 6, /* ICR only */
	LAPIC_EXTINT = 7   /* LINT0 and LINT1 only: the vector comes from an 8259A */
};

/* One source of the local vector table. */
struct lapic_source {
	enum lapic_mode mode;
	uint8_t vector;  /* fixed: 16 or more and not the spurious one; else 0 */
	bool active_low; /* LINT0, LINT1 */
	bool level;      /* LINT0 in fixed mode */
	bool masked;
};

enum lapic_shorthand { LAPIC_TO_ONE, LAPIC_TO_SELF, LAPIC_TO_ALL, LAPIC_TO_OTHERS };

/* Where its registers are. */
enum lapic_state { LAPIC_BY_MEMORY, LAPIC_BY_MSR, LAPIC_OFF };

/* What IA32_APIC_BASE says. */
struct lapic_base {
	uint64_t address; /* physical, of the page in xAPIC mode */
	enum lapic_state state;
	bool bootstrap; /* this processor booted the machine */
};

/* An interprocessor interrupt. */
struct lapic_ipi {
	enum lapic_mode mode; /* not EXTINT; to oneself or to all: FIXED alone */
	enum lapic_shorthand to;
	/* TO_ONE: APIC ID, or a set of logical IDs; eight bits but in x2APIC mode */
	uint32_t destination;
	bool logical;   /* TO_ONE: which of the two */
	uint8_t vector; /* FIXED, LOWEST: 16 or more; STARTUP: page number; else 0 */
};

/* To be made by lapic_init() or lapic_init_msrs() alone. */
struct lapic {
	struct io io;
	struct wait wait;
	struct msrs msrs;
	enum lapic_state state;
	bool has_msrs, has_x2apic, has_deadline;
	uint8_t physical_bits; /* of addresses; 0 without MSRs */
	uint8_t version;
	uint8_t max_lvt;  /* number of the last entry of the vector table */
	uint8_t spurious; /* 0: not enabled by us */
	uint32_t hz;      /* of the timer before its divider; 0: not known */
};

/* Look at the APIC at `io` (memory, stride 1, a whole page, uncached); nothing is changed. */
LAPIC_MUST_USE enum lapic_status lapic_init(struct lapic *lapic, struct io io, struct wait wait);
/* The same in whatever mode it is. `io` is for xAPIC mode, where the kernel mapped the page.
 * IS_OFF: the handle is made, but lapic_where() and lapic_switch_on() are all it is good for.
 * LACKS: the processor has no IA32_APIC_BASE (before the P6); lapic_init() may do. */
LAPIC_MUST_USE enum lapic_status lapic_init_msrs(struct lapic *lapic, struct msrs msrs,
						 struct io io, struct wait wait);

/* ---- modes, by MSRs ---- */

/* Where it is, and how it is accessed. */
LAPIC_MUST_USE enum lapic_status lapic_where(const struct lapic *lapic, struct lapic_base *base);
/* Disable it globally: the processor takes no interrupts but those at its own pins, and CPUID tells
 * of no APIC. No interrupt may be pending or on its way. What was set is lost. */
LAPIC_MUST_USE enum lapic_status lapic_switch_off(struct lapic *lapic);
/* And enable it, in xAPIC mode, not yet accepting interrupts: lapic_enable(). Processors with an
 * APIC bus of three wires (P6) need a reset for that: ABSENT. */
LAPIC_MUST_USE enum lapic_status lapic_switch_on(struct lapic *lapic);
/* From xAPIC to x2APIC mode. What was set stays but for the logical ID and the destination of
 * interprocessor interrupts. The only way back is by lapic_switch_off(). Without xAPIC mode
 * (STATE), or on a processor without x2APIC mode (LACKS), nothing is changed. */
LAPIC_MUST_USE enum lapic_status lapic_enter_x2apic(struct lapic *lapic);
/* Move the page to another physical address, a multiple of its size that the processor can name;
 * the kernel has mapped it, uncached, as `io`. xAPIC mode alone. */
LAPIC_MUST_USE enum lapic_status lapic_move(struct lapic *lapic, uint64_t address, struct io io);

/* Accept interrupts. `spurious` is the vector of interrupts that went away before they were
 * acknowledged; its handler must send no EOI. Its low four bits must be ones, as older processors
 * have them so, and it must be 16 or more. */
LAPIC_MUST_USE enum lapic_status lapic_enable(struct lapic *lapic, uint8_t spurious);
/* Accept none: all entries become masked. */
LAPIC_MUST_USE enum lapic_status lapic_disable(struct lapic *lapic);
/* The APIC ID of this processor: eight bits but in x2APIC mode. */
LAPIC_MUST_USE enum lapic_status lapic_id(const struct lapic *lapic, uint32_t *id);
/* Set the logical ID of this processor: flat, a set of eight bits; in clusters, a cluster (0 to 14)
 * above a set of four. All processors must use the same model, before they are enabled. STATE: in
 * x2APIC mode it follows from the APIC ID. */
LAPIC_MUST_USE enum lapic_status lapic_set_logical(const struct lapic *lapic, uint8_t id,
						   bool clusters);
/* What it is; in x2APIC mode a cluster of 16 bits above a set of 16. */
LAPIC_MUST_USE enum lapic_status lapic_logical(const struct lapic *lapic, uint32_t *id);

/* The task priority: vectors of its class (upper four bits) and below are held back. */
LAPIC_MUST_USE enum lapic_status lapic_set_priority(const struct lapic *lapic, uint8_t priority);
LAPIC_MUST_USE enum lapic_status lapic_priority(const struct lapic *lapic, uint8_t *priority);
/* The priority in effect, which is that of what is being served, if higher. */
LAPIC_MUST_USE enum lapic_status lapic_processor_priority(const struct lapic *lapic,
							  uint8_t *priority);
/* End of the interrupt in service that has the highest priority. Not for the spurious vector, NMI,
 * SMI, INIT, ExtINT, start-up. */
LAPIC_MUST_USE enum lapic_status lapic_eoi(const struct lapic *lapic);
/* Has this vector been requested, is it in service, is it (or was it last) level-triggered? */
LAPIC_MUST_USE enum lapic_status lapic_requested(const struct lapic *lapic, uint8_t vector,
						 bool *yes);
LAPIC_MUST_USE enum lapic_status lapic_in_service(const struct lapic *lapic, uint8_t vector,
						  bool *yes);
LAPIC_MUST_USE enum lapic_status lapic_level_triggered(const struct lapic *lapic, uint8_t vector,
						       bool *yes);
/* The errors (LAPIC_ERROR_*) since the last call. */
LAPIC_MUST_USE enum lapic_status lapic_errors(const struct lapic *lapic, uint32_t *errors);

/* Set an entry of the vector table other than the timer's. One that is not masked needs an enabled
 * APIC. BAD_ARG: a source that this entry cannot be. */
LAPIC_MUST_USE enum lapic_status lapic_set_source(const struct lapic *lapic, enum lapic_entry entry,
						  const struct lapic_source *source);
/* Mask or unmask an entry, leaving the rest as it is. */
LAPIC_MUST_USE enum lapic_status lapic_mask(const struct lapic *lapic, enum lapic_entry entry,
					    bool masked);

/* Send, and wait until it is accepted. Interrupts are off while the two halves are written. In
 * x2APIC mode it is one write and no wait; what was stored before is seen by whom it interrupts. */
LAPIC_MUST_USE enum lapic_status lapic_send(const struct lapic *lapic, const struct lapic_ipi *ipi);

/* ---- the timer ---- */

enum { LAPIC_CALIBRATE_MIN_NS = 100000, LAPIC_CALIBRATE_MAX_NS = 100000000 };

/* Measure the timer against wait.h for `ns` (100 us to 100 ms; 10 ms are enough), with interrupts
 * off, and keep the result. Stops the timer. */
LAPIC_MUST_USE enum lapic_status lapic_timer_calibrate(struct lapic *lapic, uint32_t ns);
/* The same without measuring: CPUID or a table told the frequency before the divider. */
LAPIC_MUST_USE enum lapic_status lapic_timer_set_hz(struct lapic *lapic, uint32_t hz);
/* Interrupt by `vector` in `ns`, once or again and again. RANGE: less than a tick, or more than
 * 2^32 - 1 ticks of the slowest divider. */
LAPIC_MUST_USE enum lapic_status lapic_timer_start(const struct lapic *lapic, uint8_t vector,
						   uint64_t ns, bool periodic);
/* Interrupt by `vector` once, when the time stamp counter says that `ns` have passed: needs no
 * calibration, and counts as finely as wait.h's clock. LACKS: there is no TSC-deadline mode. RANGE:
 * beyond the end of that counter. */
LAPIC_MUST_USE enum lapic_status lapic_timer_deadline(const struct lapic *lapic, uint8_t vector,
						      uint64_t ns);
/* Stop it and mask its entry. An interrupt that is already requested still comes. */
LAPIC_MUST_USE enum lapic_status lapic_timer_stop(const struct lapic *lapic);
/* The ticks left, after the divider; 0: it stands, or waits for a deadline. */
LAPIC_MUST_USE enum lapic_status lapic_timer_left(const struct lapic *lapic, uint32_t *ticks);

#endif
