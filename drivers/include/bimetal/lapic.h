/* SPDX-License-Identifier: MIT */
/* Local APIC of an x86 processor, by its memory-mapped registers (xAPIC mode): enabling,
 * priorities, local vector table, timer, interprocessor interrupts, errors. Intel SDM Vol. 3A, the
 * chapter on the APIC (10 in editions up to 2022).
 *
 * Each processor sees its own APIC at the same address: a handle belongs to the processor that made
 * it and must be used on that one alone.
 *
 * Not here, for they need access to MSRs, which io.h has not: moving or globally enabling the APIC
 * (IA32_APIC_BASE), x2APIC mode, TSC-deadline mode of the timer. The APIC must be enabled there.
 *
 * Freestanding: no libc, no heap, no state but the caller's. */
#ifndef BIMETAL_LAPIC_H
#define BIMETAL_LAPIC_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
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
       XAPIC_SHORTHAND_LSB = 18  /* ICR_LO */
};
#define XAPIC_ID_LSB   24 /* of ID, LDR, ICR_HI */
#define XAPIC_DFR_FLAT UINT32_C(0xffffffff)
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

/* An interprocessor interrupt. */
struct xapic_ipi {
	enum xapic_mode mode; /* not EXTINT; to oneself or to all: FIXED alone */
	enum xapic_shorthand to;
	uint8_t destination; /* TO_ONE: APIC ID, or a set of logical IDs */
	bool logical;        /* TO_ONE: which of the two */
	uint8_t vector;      /* FIXED, LOWEST: 16 or more; STARTUP: page number; else 0 */
};

/* To be made by xapic_init() alone. */
struct xapic {
	struct io io;
	struct wait wait;
	uint8_t version;
	uint8_t max_lvt;  /* number of the last entry of the vector table */
	uint8_t spurious; /* 0: not enabled by us */
	uint32_t hz;      /* of the timer before its divider; 0: not known */
};

/* Look at the APIC at `io` (memory, stride 1, a whole page, uncached); nothing is changed. */
XAPIC_MUST_USE enum xapic_status xapic_init(struct xapic *lapic, struct io io, struct wait wait);

/* Accept interrupts. `spurious` is the vector of interrupts that went away before they were
 * acknowledged; its handler must send no EOI. Its low four bits must be ones, as older processors
 * have them so, and it must be 16 or more. */
XAPIC_MUST_USE enum xapic_status xapic_enable(struct xapic *lapic, uint8_t spurious);
/* Accept none: all entries become masked. */
XAPIC_MUST_USE enum xapic_status xapic_disable(struct xapic *lapic);
/* The APIC ID of this processor. */
XAPIC_MUST_USE enum xapic_status xapic_id(const struct xapic *lapic, uint8_t *id);
/* Set the logical ID of this processor: flat, a set of eight bits; in clusters, a cluster (0 to 14)
 * above a set of four. All processors must use the same model, before they are enabled. */
XAPIC_MUST_USE enum xapic_status xapic_set_logical(const struct xapic *lapic, uint8_t id,
						   bool clusters);

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

/* Send, and wait until it is accepted. Interrupts are off while the two halves are written. */
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
/* Stop it and mask its entry. An interrupt that is already requested still comes. */
XAPIC_MUST_USE enum xapic_status xapic_timer_stop(const struct xapic *lapic);
/* The ticks left, after the divider; 0: it stands. */
XAPIC_MUST_USE enum xapic_status xapic_timer_left(const struct xapic *lapic, uint32_t *ticks);

#endif
