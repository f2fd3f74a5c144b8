/* SPDX-License-Identifier: MIT */
/* Local APIC of an x86 processor: enabling, priorities, local vector table, timer, interprocessor
 * interrupts, errors. Intel SDM Vol. 3A, the chapter on the APIC (10 in editions up to 2022).
 *
 * Its registers lie in memory (xAPIC mode) or are MSRs (x2APIC mode). A handle knows which, and all
 * calls work in both modes where they say nothing else. One made by xapic_init() needs no MSRs and
 * has xAPIC mode alone; one made by xapic_init_msrs() can also switch modes, move the page, and use
 * the timer's TSC-deadline mode.
 *
 * Each processor sees its own APIC at the same address, and has its own MSRs: a handle belongs to
 * the processor that made it and must be used on that one alone.
 *
 * Freestanding: no libc, no heap, no state but the caller's. */
#ifndef BIMETAL_LAPIC_H
#define BIMETAL_LAPIC_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "msr.h"
#include "wait.h"

#define XAPIC_MUST_USE __attribute__((warn_unused_result))

/* ---- registers (table "Local APIC Register Address Map"), by offset in bytes ---- */

#define XAPIC_ID            ((struct io_ro32){ 0x020 })
#define XAPIC_VERSION       ((struct io_ro32){ 0x030 })
#define XAPIC_TPR           ((struct io_rw32){ 0x080 })
#define XAPIC_PPR           ((struct io_ro32){ 0x0a0 })
#define XAPIC_EOI           ((struct io_wo32){ 0x0b0 })
#define XAPIC_LDR           ((struct io_rw32){ 0x0d0 })
#define XAPIC_DFR           ((struct io_rw32){ 0x0e0 })
#define XAPIC_SVR           ((struct io_rw32){ 0x0f0 })
#define XAPIC_ISR           ((struct io_ro32){ 0x100 }) /* eight of each, XAPIC_STEP apart */
#define XAPIC_TMR           ((struct io_ro32){ 0x180 })
#define XAPIC_IRR           ((struct io_ro32){ 0x200 })
#define XAPIC_ESR           ((struct io_rw32){ 0x280 })
#define XAPIC_ICR_LO        ((struct io_rw32){ 0x300 })
#define XAPIC_ICR_HI        ((struct io_rw32){ 0x310 })
#define XAPIC_INITIAL_COUNT ((struct io_rw32){ 0x380 })
#define XAPIC_CURRENT_COUNT ((struct io_ro32){ 0x390 })
#define XAPIC_DIVIDE        ((struct io_rw32){ 0x3e0 })

enum { XAPIC_STEP = 0x10, XAPIC_PAGE = 0x1000 };

/* MSRs. In x2APIC mode the register at offset n of the page is XAPIC_X2_FIRST + n / XAPIC_STEP; DFR
 * is none of them, LDR is read-only, and ICR is one of 64 bits. */
#define XAPIC_BASE         ((struct msr_rw){ 0x01b }) /* IA32_APIC_BASE */
#define XAPIC_TSC_DEADLINE ((struct msr_rw){ 0x6e0 }) /* IA32_TSC_DEADLINE */
#define XAPIC_X2_FIRST     UINT32_C(0x800)
#define XAPIC_X2_ICR       ((struct msr_rw){ 0x830 })
#define XAPIC_X2_SELF_IPI  ((struct msr_wo){ 0x83f })
#define XAPIC_BASE_BSP     (UINT64_C(1) << 8) /* this processor booted the machine; read-only */
#define XAPIC_BASE_X2APIC  (UINT64_C(1) << 10)
#define XAPIC_BASE_ENABLE  (UINT64_C(1) << 11)

/* The local vector table; values are offsets. */
enum xapic_entry {
	XAPIC_LVT_TIMER = 0x320,
	XAPIC_LVT_THERMAL = 0x330,
	XAPIC_LVT_PERF = 0x340,
	XAPIC_LVT_LINT0 = 0x350,
	XAPIC_LVT_LINT1 = 0x360,
	XAPIC_LVT_ERROR = 0x370
};

enum { /* VERSION */
       XAPIC_VERSION_NUMBER = 0xff,
       XAPIC_VERSION_INTEGRATED = 0x10, /* 0x1n: part of the processor */
       XAPIC_VERSION_FAMILY = 0xf0,
       XAPIC_MAX_LVT_LSB = 16,
       XAPIC_MAX_LVT = 0xff
};
enum { XAPIC_SVR_VECTOR = 0xff, XAPIC_SVR_ENABLE = 1 << 8 };
enum { /* LVT entries and, up to the trigger mode, ICR_LO */
       XAPIC_VECTOR = 0xff,
       XAPIC_MODE_LSB = 8,
       XAPIC_LOGICAL = 1 << 11,         /* ICR_LO */
       XAPIC_DELIVERY_STATUS = 1 << 12, /* read-only */
       XAPIC_ACTIVE_LOW = 1 << 13,      /* LINT0, LINT1 */
       XAPIC_REMOTE_IRR = 1 << 14,      /* LINT0, LINT1; read-only */
       XAPIC_ASSERT = 1 << 14,          /* ICR_LO */
       XAPIC_LEVEL = 1 << 15,
       XAPIC_MASK = 1 << 16,
       XAPIC_PERIODIC = 1 << 17, /* LVT_TIMER */
       XAPIC_DEADLINE = 1 << 18, /* LVT_TIMER */
       XAPIC_SHORTHAND_LSB = 18  /* ICR_LO */
};
#define XAPIC_ID_LSB             24 /* of ID, LDR, ICR_HI; in x2APIC mode they are full */
#define XAPIC_X2_DESTINATION_LSB 32 /* of ICR */
#define XAPIC_DFR_FLAT           UINT32_C(0xffffffff)
/* Clusters of up to four processors; bits 0 to 27 are ones by definition. */
#define XAPIC_DFR_CLUSTER UINT32_C(0x0fffffff)

/* Errors, as ESR shows them. */
enum {
	XAPIC_ERROR_SEND_CHECKSUM = 1 << 0,
	XAPIC_ERROR_RECEIVE_CHECKSUM = 1 << 1,
	XAPIC_ERROR_SEND_ACCEPT = 1 << 2,
	XAPIC_ERROR_RECEIVE_ACCEPT = 1 << 3,
	XAPIC_ERROR_REDIRECTIBLE_IPI = 1 << 4,
	XAPIC_ERROR_SEND_VECTOR = 1 << 5,
	XAPIC_ERROR_RECEIVE_VECTOR = 1 << 6,
	XAPIC_ERROR_ADDRESS = 1 << 7
};

/* ---- the driver ---- */

enum xapic_status {
	XAPIC_OK,
	XAPIC_NULL,     /* a null pointer */
	XAPIC_BAD_ARG,  /* see the function */
	XAPIC_ABSENT,   /* nothing there: globally disabled, in x2APIC mode, or elsewhere */
	XAPIC_IS_OFF,   /* globally disabled: needs xapic_switch_on() */
	XAPIC_STATE,    /* not in this mode, or not from this one */
	XAPIC_LACKS,    /* the processor has it not, or this handle has no MSRs */
	XAPIC_VARIANT,  /* not an APIC that is part of the processor (82489DX) */
	XAPIC_NO_ENTRY, /* this processor has not that entry of the vector table */
	XAPIC_DISABLED, /* needs xapic_enable() */
	XAPIC_NO_CLOCK, /* needs xapic_timer_calibrate(), or: the timer does not count */
	XAPIC_RANGE,    /* a time that the timer cannot do */
	XAPIC_TIMEOUT   /* an interprocessor interrupt was not accepted */
};

/* Vectors below are for exceptions: illegal for interrupts. */
enum { XAPIC_FIRST_VECTOR = 16 };

enum xapic_mode {
	XAPIC_FIXED = 0,
	XAPIC_LOWEST = 1, /* ICR only */
	XAPIC_SMI = 2,
	XAPIC_NMI = 4,
	XAPIC_INIT = 5,
	XAPIC_STARTUP = 6, /* ICR only */
	XAPIC_EXTINT = 7   /* LINT0 and LINT1 only: the vector comes from an 8259A */
};

/* One source of the local vector table. */
struct xapic_source {
	enum xapic_mode mode;
	uint8_t vector;  /* fixed: 16 or more and not the spurious one; else 0 */
	bool active_low; /* LINT0, LINT1 */
	bool level;      /* LINT0 in fixed mode */
	bool masked;
};

enum xapic_shorthand { XAPIC_TO_ONE, XAPIC_TO_SELF, XAPIC_TO_ALL, XAPIC_TO_OTHERS };

/* Where its registers are. */
enum xapic_state { XAPIC_BY_MEMORY, XAPIC_BY_MSR, XAPIC_OFF };

/* What IA32_APIC_BASE says. */
struct xapic_base {
	uint64_t address; /* physical, of the page in xAPIC mode */
	enum xapic_state state;
	bool bootstrap; /* this processor booted the machine */
};

/* An interprocessor interrupt. */
struct xapic_ipi {
	enum xapic_mode mode; /* not EXTINT; to oneself or to all: FIXED alone */
	enum xapic_shorthand to;
	/* TO_ONE: APIC ID, or a set of logical IDs; eight bits but in x2APIC mode */
	uint32_t destination;
	bool logical;   /* TO_ONE: which of the two */
	uint8_t vector; /* FIXED, LOWEST: 16 or more; STARTUP: page number; else 0 */
};

/* To be made by xapic_init() or xapic_init_msrs() alone. */
struct xapic {
	struct io io;
	struct wait wait;
	struct msrs msrs;
	enum xapic_state state;
	bool has_msrs, has_x2apic, has_deadline;
	uint8_t physical_bits; /* of addresses; 0 without MSRs */
	uint8_t version;
	uint8_t max_lvt;  /* number of the last entry of the vector table */
	uint8_t spurious; /* 0: not enabled by us */
	uint32_t hz;      /* of the timer before its divider; 0: not known */
};

/* Look at the APIC at `io` (memory, stride 1, a whole page, uncached); nothing is changed. */
XAPIC_MUST_USE enum xapic_status xapic_init(struct xapic *lapic, struct io io, struct wait wait);
/* The same in whatever mode it is. `io` is for xAPIC mode, where the kernel mapped the page.
 * IS_OFF: the handle is made, but xapic_where() and xapic_switch_on() are all it is good for.
 * LACKS: the processor has no IA32_APIC_BASE (before the P6); xapic_init() may do. */
XAPIC_MUST_USE enum xapic_status xapic_init_msrs(struct xapic *lapic, struct msrs msrs,
						 struct io io, struct wait wait);

/* ---- modes, by MSRs ---- */

/* Where it is, and how it is accessed. */
XAPIC_MUST_USE enum xapic_status xapic_where(const struct xapic *lapic, struct xapic_base *base);
/* Disable it globally: the processor takes no interrupts but those at its own pins, and CPUID tells
 * of no APIC. No interrupt may be pending or on its way. What was set is lost. */
XAPIC_MUST_USE enum xapic_status xapic_switch_off(struct xapic *lapic);
/* And enable it, in xAPIC mode, not yet accepting interrupts: xapic_enable(). Processors with an
 * APIC bus of three wires (P6) need a reset for that: ABSENT. */
XAPIC_MUST_USE enum xapic_status xapic_switch_on(struct xapic *lapic);
/* From xAPIC to x2APIC mode. What was set stays but for the logical ID and the destination of
 * interprocessor interrupts. The only way back is by xapic_switch_off(). Without xAPIC mode
 * (STATE), or on a processor without x2APIC mode (LACKS), nothing is changed. */
XAPIC_MUST_USE enum xapic_status xapic_enter_x2apic(struct xapic *lapic);
/* Move the page to another physical address, a multiple of its size that the processor can name;
 * the kernel has mapped it, uncached, as `io`. xAPIC mode alone. */
XAPIC_MUST_USE enum xapic_status xapic_move(struct xapic *lapic, uint64_t address, struct io io);

/* Accept interrupts. `spurious` is the vector of interrupts that went away before they were
 * acknowledged; its handler must send no EOI. Its low four bits must be ones, as older processors
 * have them so, and it must be 16 or more. */
XAPIC_MUST_USE enum xapic_status xapic_enable(struct xapic *lapic, uint8_t spurious);
/* Accept none: all entries become masked. */
XAPIC_MUST_USE enum xapic_status xapic_disable(struct xapic *lapic);
/* The APIC ID of this processor: eight bits but in x2APIC mode. */
XAPIC_MUST_USE enum xapic_status xapic_id(const struct xapic *lapic, uint32_t *id);
/* Set the logical ID of this processor: flat, a set of eight bits; in clusters, a cluster (0 to 14)
 * above a set of four. All processors must use the same model, before they are enabled. STATE: in
 * x2APIC mode it follows from the APIC ID. */
XAPIC_MUST_USE enum xapic_status xapic_set_logical(const struct xapic *lapic, uint8_t id,
						   bool clusters);
/* What it is; in x2APIC mode a cluster of 16 bits above a set of 16. */
XAPIC_MUST_USE enum xapic_status xapic_logical(const struct xapic *lapic, uint32_t *id);

/* The task priority: vectors of its class (upper four bits) and below are held back. */
XAPIC_MUST_USE enum xapic_status xapic_set_priority(const struct xapic *lapic, uint8_t priority);
XAPIC_MUST_USE enum xapic_status xapic_priority(const struct xapic *lapic, uint8_t *priority);
/* The priority in effect, which is that of what is being served, if higher. */
XAPIC_MUST_USE enum xapic_status xapic_processor_priority(const struct xapic *lapic,
							  uint8_t *priority);
/* End of the interrupt in service that has the highest priority. Not for the spurious vector, NMI,
 * SMI, INIT, ExtINT, start-up. */
XAPIC_MUST_USE enum xapic_status xapic_eoi(const struct xapic *lapic);
/* Has this vector been requested, is it in service, is it (or was it last) level-triggered? */
XAPIC_MUST_USE enum xapic_status xapic_requested(const struct xapic *lapic, uint8_t vector,
						 bool *yes);
XAPIC_MUST_USE enum xapic_status xapic_in_service(const struct xapic *lapic, uint8_t vector,
						  bool *yes);
XAPIC_MUST_USE enum xapic_status xapic_level_triggered(const struct xapic *lapic, uint8_t vector,
						       bool *yes);
/* The errors (XAPIC_ERROR_*) since the last call. */
XAPIC_MUST_USE enum xapic_status xapic_errors(const struct xapic *lapic, uint32_t *errors);

/* Set an entry of the vector table other than the timer's. One that is not masked needs an enabled
 * APIC. BAD_ARG: a source that this entry cannot be. */
XAPIC_MUST_USE enum xapic_status xapic_set_source(const struct xapic *lapic, enum xapic_entry entry,
						  const struct xapic_source *source);
/* Mask or unmask an entry, leaving the rest as it is. */
XAPIC_MUST_USE enum xapic_status xapic_mask(const struct xapic *lapic, enum xapic_entry entry,
					    bool masked);

/* Send, and wait until it is accepted. Interrupts are off while the two halves are written. In
 * x2APIC mode it is one write and no wait; what was stored before is seen by whom it interrupts. */
XAPIC_MUST_USE enum xapic_status xapic_send(const struct xapic *lapic, const struct xapic_ipi *ipi);

/* ---- the timer ---- */

enum { XAPIC_CALIBRATE_MIN_NS = 100000, XAPIC_CALIBRATE_MAX_NS = 100000000 };

/* Measure the timer against wait.h for `ns` (100 us to 100 ms; 10 ms are enough), with interrupts
 * off, and keep the result. Stops the timer. */
XAPIC_MUST_USE enum xapic_status xapic_timer_calibrate(struct xapic *lapic, uint32_t ns);
/* The same without measuring: CPUID or a table told the frequency before the divider. */
XAPIC_MUST_USE enum xapic_status xapic_timer_set_hz(struct xapic *lapic, uint32_t hz);
/* Interrupt by `vector` in `ns`, once or again and again. RANGE: less than a tick, or more than
 * 2^32 - 1 ticks of the slowest divider. */
XAPIC_MUST_USE enum xapic_status xapic_timer_start(const struct xapic *lapic, uint8_t vector,
						   uint64_t ns, bool periodic);
/* Interrupt by `vector` once, when the time stamp counter says that `ns` have passed: needs no
 * calibration, and counts as finely as wait.h's clock. LACKS: there is no TSC-deadline mode. RANGE:
 * beyond the end of that counter. */
XAPIC_MUST_USE enum xapic_status xapic_timer_deadline(const struct xapic *lapic, uint8_t vector,
						      uint64_t ns);
/* Stop it and mask its entry. An interrupt that is already requested still comes. */
XAPIC_MUST_USE enum xapic_status xapic_timer_stop(const struct xapic *lapic);
/* The ticks left, after the divider; 0: it stands, or waits for a deadline. */
XAPIC_MUST_USE enum xapic_status xapic_timer_left(const struct xapic *lapic, uint32_t *ticks);

#endif
