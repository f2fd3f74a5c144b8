/* SPDX-License-Identifier: MIT */
/* Local APIC of an x86 processor: enabling, priorities, local vector table, timer, interprocessor
 * interrupts, errors. Intel SDM Vol. 3A, the chapter on the APIC (10 in editions up to 2022).
 *
 * Its registers are in memory (xAPIC mode) or are MSRs (x2APIC mode). The handle records the mode;
 * each call works in both modes unless it says otherwise. A handle from lapic_init() uses no MSRs
 * and works only in xAPIC mode. One from lapic_init_msrs() can also switch modes, move the page,
 * and use the timer's TSC-deadline mode.
 *
 * Every processor sees its own APIC at the same address, and has its own MSRs. So each processor
 * makes its own handle and uses only that.
 *
 * Freestanding: no libc, no heap. All state is in struct lapic. */
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

#include "bimetal/io.h"
#include "bimetal/msr.h"
#include "bimetal/wait.h"

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

/* MSRs. In x2APIC mode the register at offset n of the page is MSR LAPIC_X2_FIRST + n / LAPIC_STEP.
 * Exceptions: DFR does not exist, LDR is read-only, and ICR is one 64-bit register. */
#define LAPIC_BASE         ((struct msr_rw){ 0x01b }) /* IA32_APIC_BASE */
#define LAPIC_TSC_DEADLINE ((struct msr_rw){ 0x6e0 }) /* IA32_TSC_DEADLINE */
#define LAPIC_X2_FIRST     UINT32_C(0x800)
#define LAPIC_X2_ICR       ((struct msr_rw){ 0x830 })
#define LAPIC_X2_SELF_IPI  ((struct msr_wo){ 0x83f })
#define LAPIC_BASE_BSP     (UINT64_C(1) << 8) /* this processor booted the machine; read-only */
#define LAPIC_BASE_X2APIC  (UINT64_C(1) << 10)
#define LAPIC_BASE_ENABLE  (UINT64_C(1) << 11)

/* The entries of the local vector table, by register offset. */
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
       LAPIC_VERSION_INTEGRATED = 0x10, /* 0x1n: built into the processor */
       LAPIC_VERSION_FAMILY = 0xf0,
       LAPIC_MAX_LVT_LSB = 16,
       LAPIC_MAX_LVT = 0xff
};
enum { LAPIC_SVR_VECTOR = 0xff, LAPIC_SVR_ENABLE = 1 << 8 };
enum { /* LVT entries and ICR_LO */
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
#define LAPIC_ID_LSB             24 /* in ID, LDR, ICR_HI; only in xAPIC mode */
#define LAPIC_X2_DESTINATION_LSB 32 /* in ICR */
#define LAPIC_DFR_FLAT           UINT32_C(0xffffffff)
/* Clusters of up to four processors. Bits 0 to 27 always read as ones. */
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
	LAPIC_ABSENT,   /* no xAPIC page here: globally disabled, in x2APIC mode, or at another
			   address */
	LAPIC_IS_OFF,   /* globally disabled: needs lapic_switch_on() */
	LAPIC_STATE,    /* not possible in the current mode */
	LAPIC_LACKS,    /* the processor does not have it, or this handle has no MSRs */
	LAPIC_VARIANT,  /* an external APIC (82489DX), not one built into the processor */
	LAPIC_NO_ENTRY, /* this processor does not have that entry of the vector table */
	LAPIC_DISABLED, /* needs lapic_enable() */
	LAPIC_NO_CLOCK, /* the timer's frequency is unknown, or it does not count */
	LAPIC_RANGE,    /* the timer cannot count this time */
	LAPIC_TIMEOUT   /* an interprocessor interrupt was not accepted */
};

/* Lower vectors are exceptions, and illegal for interrupts. */
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
	uint8_t vector;  /* FIXED: 16 or more, not the spurious vector; else 0 */
	bool active_low; /* LINT0, LINT1 */
	bool level;      /* level-triggered: LINT0 in FIXED mode */
	bool masked;
};

enum lapic_shorthand { LAPIC_TO_ONE, LAPIC_TO_SELF, LAPIC_TO_ALL, LAPIC_TO_OTHERS };

/* How the registers are accessed. */
enum lapic_state { LAPIC_BY_MEMORY, LAPIC_BY_MSR, LAPIC_OFF };

/* What IA32_APIC_BASE says. */
struct lapic_base {
	uint64_t address; /* physical address of the page in xAPIC mode */
	enum lapic_state state;
	bool bootstrap; /* this processor booted the machine */
};

/* An interprocessor interrupt. */
struct lapic_ipi {
	enum lapic_mode mode; /* not EXTINT; to self or to all: only FIXED */
	enum lapic_shorthand to;
	/* TO_ONE: APIC ID or logical destination: 8 bits, in x2APIC mode 32 */
	uint32_t destination;
	bool logical;   /* TO_ONE: destination is logical */
	uint8_t vector; /* FIXED, LOWEST: 16 or more; STARTUP: page number; else 0 */
};

/* Initialised only by lapic_init() or lapic_init_msrs(). */
struct lapic {
	struct io io;
	struct wait wait;
	struct msrs msrs;
	enum lapic_state state;
	bool has_msrs, has_x2apic, has_deadline;
	uint8_t physical_bits; /* width of physical addresses; 0 without MSRs */
	uint8_t version;
	uint8_t max_lvt;  /* index of the last entry of the vector table */
	uint8_t spurious; /* spurious vector; 0: lapic_enable() was not called */
	uint32_t hz;      /* timer frequency before the divider; 0: unknown */
};

/* Find the APIC at `io` (memory, stride 1, a whole page, uncached). Nothing is changed. */
LAPIC_MUST_USE enum lapic_status lapic_init(struct lapic *lapic, struct io io, struct wait wait);
/* The same, in any mode, using MSRs. `io` is used in xAPIC mode: the page as the kernel mapped it.
 * IS_OFF: the APIC is globally disabled; the handle works only for lapic_where() and
 * lapic_switch_on(). LACKS: the processor has no IA32_APIC_BASE (older than the P6); try
 * lapic_init(). */
LAPIC_MUST_USE enum lapic_status lapic_init_msrs(struct lapic *lapic, struct msrs msrs,
						 struct io io, struct wait wait);

/* ---- modes, by MSRs ---- */

/* The address and mode of the APIC. */
LAPIC_MUST_USE enum lapic_status lapic_where(const struct lapic *lapic, struct lapic_base *base);
/* Disable the APIC globally. The processor then takes interrupts only from its own pins, and CPUID
 * reports no APIC. No interrupt may be pending or on its way. All settings are lost. */
LAPIC_MUST_USE enum lapic_status lapic_switch_off(struct lapic *lapic);
/* Enable the APIC globally, in xAPIC mode. It accepts no interrupts before lapic_enable().
 * Processors with a three-wire APIC bus (P6) can do this only by a reset: ABSENT. */
LAPIC_MUST_USE enum lapic_status lapic_switch_on(struct lapic *lapic);
/* Switch from xAPIC to x2APIC mode. Settings stay, except the logical ID and the destination of
 * interprocessor interrupts. The only way back is lapic_switch_off(). STATE: not in xAPIC mode.
 * LACKS: no x2APIC mode. Then nothing is changed. */
LAPIC_MUST_USE enum lapic_status lapic_enter_x2apic(struct lapic *lapic);
/* Move the page to another physical address: a multiple of the page size, within the processor's
 * physical address width. The kernel must already have mapped it, uncached, as `io`. Only in xAPIC
 * mode. */
LAPIC_MUST_USE enum lapic_status lapic_move(struct lapic *lapic, uint64_t address, struct io io);

/* Accept interrupts. The APIC sends the vector `spurious` when an interrupt vanishes before it is
 * acknowledged. The handler of that vector must send no EOI. The vector must be 16 or more, and its
 * low four bits must be ones, because older processors hardwire them. */
LAPIC_MUST_USE enum lapic_status lapic_enable(struct lapic *lapic, uint8_t spurious);
/* Accept no interrupts. All LVT entries become masked. */
LAPIC_MUST_USE enum lapic_status lapic_disable(struct lapic *lapic);
/* The APIC ID of this processor: 8 bits, in x2APIC mode 32. */
LAPIC_MUST_USE enum lapic_status lapic_id(const struct lapic *lapic, uint32_t *id);
/* Set the logical ID of this processor. Flat model: a set of eight bits. Cluster model: a cluster
 * (0 to 14) in the upper four bits, a set of four bits in the lower. All processors must use the
 * same model, set before they are enabled. STATE: in x2APIC mode the ID is fixed by the APIC ID. */
LAPIC_MUST_USE enum lapic_status lapic_set_logical(const struct lapic *lapic, uint8_t id,
						   bool clusters);
/* Read the logical ID. In x2APIC mode: a cluster in the upper 16 bits, a set in the lower 16. */
LAPIC_MUST_USE enum lapic_status lapic_logical(const struct lapic *lapic, uint32_t *id);

/* The task priority. Interrupts with a vector of its class (upper four bits) or a lower class are
 * held back. */
LAPIC_MUST_USE enum lapic_status lapic_set_priority(const struct lapic *lapic, uint8_t priority);
LAPIC_MUST_USE enum lapic_status lapic_priority(const struct lapic *lapic, uint8_t *priority);
/* The priority in effect: the higher of the task priority and that of the interrupt in service. */
LAPIC_MUST_USE enum lapic_status lapic_processor_priority(const struct lapic *lapic,
							  uint8_t *priority);
/* End the interrupt in service that has the highest priority. Do not call it for the spurious
 * vector, NMI, SMI, INIT, ExtINT or start-up. */
LAPIC_MUST_USE enum lapic_status lapic_eoi(const struct lapic *lapic);
/* Is this vector requested? Is it in service? Is it, or was it last, level-triggered? */
LAPIC_MUST_USE enum lapic_status lapic_requested(const struct lapic *lapic, uint8_t vector,
						 bool *yes);
LAPIC_MUST_USE enum lapic_status lapic_in_service(const struct lapic *lapic, uint8_t vector,
						  bool *yes);
LAPIC_MUST_USE enum lapic_status lapic_level_triggered(const struct lapic *lapic, uint8_t vector,
						       bool *yes);
/* The errors (LAPIC_ERROR_*) since the last call. */
LAPIC_MUST_USE enum lapic_status lapic_errors(const struct lapic *lapic, uint32_t *errors);

/* Set an entry of the vector table, other than the timer. An unmasked one needs an enabled APIC.
 * BAD_ARG: this entry cannot have such a source. */
LAPIC_MUST_USE enum lapic_status lapic_set_source(const struct lapic *lapic, enum lapic_entry entry,
						  const struct lapic_source *source);
/* Mask or unmask an entry. The rest of it stays. */
LAPIC_MUST_USE enum lapic_status lapic_mask(const struct lapic *lapic, enum lapic_entry entry,
					    bool masked);

/* Send an interrupt, and wait until it is accepted. Interrupts are off while the two halves of ICR
 * are written. In x2APIC mode ICR is one write, without a wait. The receiver sees everything that
 * was stored before the call. */
LAPIC_MUST_USE enum lapic_status lapic_send(const struct lapic *lapic, const struct lapic_ipi *ipi);

/* ---- the timer ---- */

enum { LAPIC_CALIBRATE_MIN_NS = 100000, LAPIC_CALIBRATE_MAX_NS = 100000000 };

/* Measure the timer frequency against the clock of wait.h for `ns` (100 us to 100 ms; 10 ms is
 * enough), with interrupts off, and keep the result. Stops the timer. */
LAPIC_MUST_USE enum lapic_status lapic_timer_calibrate(struct lapic *lapic, uint32_t ns);
/* Set the timer frequency, before the divider, without measuring: CPUID or a table may give it. */
LAPIC_MUST_USE enum lapic_status lapic_timer_set_hz(struct lapic *lapic, uint32_t hz);
/* Interrupt with `vector` after `ns`, once or periodically. RANGE: less than a tick, or more than
 * 2^32 - 1 ticks of the slowest divider. */
LAPIC_MUST_USE enum lapic_status lapic_timer_start(const struct lapic *lapic, uint8_t vector,
						   uint64_t ns, bool periodic);
/* Interrupt with `vector` once, when the time stamp counter shows that `ns` have passed. Needs no
 * calibration and is as precise as the clock of wait.h. LACKS: no TSC-deadline mode. RANGE: the
 * counter would overflow. */
LAPIC_MUST_USE enum lapic_status lapic_timer_deadline(const struct lapic *lapic, uint8_t vector,
						      uint64_t ns);
/* Stop the timer and mask its entry. An interrupt that is already requested is still delivered. */
LAPIC_MUST_USE enum lapic_status lapic_timer_stop(const struct lapic *lapic);
/* The remaining ticks, after the divider. 0: the timer is stopped, or waits for a deadline. */
LAPIC_MUST_USE enum lapic_status lapic_timer_left(const struct lapic *lapic, uint32_t *ticks);

#endif
