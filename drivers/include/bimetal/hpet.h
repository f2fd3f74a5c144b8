/* SPDX-License-Identifier: MIT */
/* High precision event timers: one counter and its comparators. IA-PC HPET Specification 1.0a, and
 * Intel's ICH datasheets where they say more.
 *
 * Registers are accessed as 32-bit halves, because every processor and chipset does these in one
 * access. If several processors use the timers, the kernel must lock around this driver's calls.
 *
 * Freestanding: no libc, no heap. All state is in struct hpet. */
#ifndef BIMETAL_HPET_H
#define BIMETAL_HPET_H

/* For example:
 *
 *	static enum hpet_status start_clock(struct hpet *hpet, uintptr_t mapped, struct wait wait)
 *	{
 *		enum hpet_status status = hpet_init(hpet, io_memory(mapped, 1), wait);
 *
 *		return status == HPET_OK ? hpet_enable(hpet) : status;
 *	}
 *
 *	static enum hpet_status tick_in_1_ms(struct hpet *hpet)
 *	{
 *		struct hpet_output output = { .to = HPET_TO_INPUT, .input = 2 };
 *		enum hpet_status status = hpet_connect(hpet, 0, &output);
 *
 *		if (status != HPET_OK) return status;
 *		return hpet_one_shot(hpet, 0, hpet_ticks(hpet, 1000000));
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define HPET_MUST_USE __attribute__((warn_unused_result))

/* ---- registers, by offset in bytes (2.3.1) ---- */

#define HPET_CAPABILITIES ((struct io_ro32){ 0x000 })
#define HPET_PERIOD       ((struct io_ro32){ 0x004 }) /* of the counter, in fs */
#define HPET_CONFIG       ((struct io_rw32){ 0x010 })
#define HPET_STATUS       ((struct io_rw32){ 0x020 }) /* write 1 to clear */
#define HPET_COUNTER      ((struct io_rw32){ 0x0f0 })
#define HPET_COUNTER_HIGH ((struct io_rw32){ 0x0f4 })

/* of timer 0; the registers of the next timer are HPET_STEP bytes higher */
#define HPET_TIMER           ((struct io_rw32){ 0x100 })
#define HPET_INPUTS          ((struct io_ro32){ 0x104 }) /* I/O APIC inputs it can reach */
#define HPET_COMPARATOR      ((struct io_rw32){ 0x108 })
#define HPET_COMPARATOR_HIGH ((struct io_rw32){ 0x10c })
#define HPET_MESSAGE_DATA    ((struct io_rw32){ 0x110 })
#define HPET_MESSAGE_ADDRESS ((struct io_rw32){ 0x114 })

enum { HPET_STEP = 0x20, HPET_MAX_TIMERS = 32, HPET_MAX_PERIOD_FS = 100000000 };

enum { /* CAPABILITIES */
       HPET_REVISION = 0xff,
       HPET_LAST_TIMER_LSB = 8,
       HPET_LAST_TIMER = 0x1f,
       HPET_COUNTER_64 = 1 << 13,
       HPET_LEGACY_CAPABLE = 1 << 15,
       HPET_VENDOR_LSB = 16
};
enum { HPET_ENABLE = 1 << 0, HPET_LEGACY = 1 << 1 }; /* CONFIG */
enum {                                               /* TIMER */
       HPET_LEVEL = 1 << 1,
       HPET_INTERRUPT = 1 << 2,
       HPET_PERIODIC = 1 << 3,
       HPET_PERIODIC_CAPABLE = 1 << 4,
       HPET_64_CAPABLE = 1 << 5,
       HPET_SET_VALUE = 1 << 6,
       HPET_32_MODE = 1 << 8,
       HPET_INPUT_LSB = 9,
       HPET_INPUT = 0x1f << HPET_INPUT_LSB,
       HPET_MESSAGES = 1 << 14,
       HPET_MESSAGES_CAPABLE = 1 << 15
};

/* ---- the driver ---- */

enum hpet_status {
	HPET_OK,
	HPET_NULL,     /* a null pointer */
	HPET_BAD_ARG,  /* see the function */
	HPET_ABSENT,   /* no HPET at this address */
	HPET_BROKEN,   /* an invalid period or revision, or a counter that cannot be read */
	HPET_NO_TIMER, /* no timer with this number */
	HPET_LACKS,    /* this timer or HPET cannot do that */
	HPET_RUNNING,  /* halt the counter first */
	HPET_LATE      /* the time passed before it was set, in every try */
};

/* Initialised only by hpet_init(). Callers may read the members that describe the hardware. */
struct hpet {
	struct io io;
	struct wait wait;
	uint32_t period_fs; /* 1 to HPET_MAX_PERIOD_FS */
	uint16_t vendor;    /* its PCI vendor ID */
	uint8_t revision;
	uint8_t n_timers; /* 1 to HPET_MAX_TIMERS */
	bool counter_64, legacy_capable;
	uint32_t level, connected; /* bit n: timer n is level-triggered; has an output from
				      hpet_connect() */
};

/* What one timer can do. */
struct hpet_abilities {
	bool periodic, wide, messages; /* wide: compares 64 bits */
	uint32_t inputs;               /* bit n: can be routed to input n of the I/O APIC */
};

enum hpet_to {
	HPET_TO_INPUT,
	HPET_TO_LEGACY,  /* timer 0 replaces the 8254, timer 1 the RTC: hpet_set_legacy() */
	HPET_TO_MESSAGE, /* a write to memory, as PCI MSI */
};

/* Where a timer's interrupts go. */
struct hpet_output {
	enum hpet_to to;
	uint8_t input; /* TO_INPUT */
	bool level;    /* TO_INPUT: level-triggered until hpet_acknowledge(); else by edge */
	uint32_t address, data; /* TO_MESSAGE */
};

/* Find the HPET at `io` (memory, stride 1, uncached). Only reads: nothing is changed. */
HPET_MUST_USE enum hpet_status hpet_init(struct hpet *hpet, struct io io, struct wait wait);

/* Start or halt the counter. While it is halted no timer interrupts. */
HPET_MUST_USE enum hpet_status hpet_enable(const struct hpet *hpet);
HPET_MUST_USE enum hpet_status hpet_halt(const struct hpet *hpet);
/* `on`: timers 0 and 1 replace the 8254 and the RTC at ISA interrupts 0 and 8. Stop both timers
 * before turning this off: without it they have no output. */
HPET_MUST_USE enum hpet_status hpet_set_legacy(const struct hpet *hpet, bool on);

/* Read the counter: 64 bits, or 32 if it has no more. */
HPET_MUST_USE enum hpet_status hpet_counter(const struct hpet *hpet, uint64_t *ticks);
/* Set the counter, which must be halted (RUNNING). BAD_ARG: too large for a 32-bit counter. */
HPET_MUST_USE enum hpet_status hpet_set_counter(const struct hpet *hpet, uint64_t ticks);
/* The ticks that last at least `ns`, and the nanoseconds that `ticks` last, rounded down.
 * UINT64_MAX if the result does not fit. 0 if hpet is NULL. Nothing is accessed. */
uint64_t hpet_ticks(const struct hpet *hpet, uint64_t ns);
uint64_t hpet_ns(const struct hpet *hpet, uint64_t ticks);

HPET_MUST_USE enum hpet_status hpet_abilities(const struct hpet *hpet, unsigned n,
					      struct hpet_abilities *abilities);
/* Stop timer n and set where its interrupts go. LACKS: this timer cannot send them there. */
HPET_MUST_USE enum hpet_status hpet_connect(struct hpet *hpet, unsigned n,
					    const struct hpet_output *output);
/* Interrupt once, `ticks` from now (1 to 2^31 - 1; a 64-bit timer: to 2^63 - 1). The interrupt is
 * never early and never lost. If the time passes while it is being set, the driver tries again, a
 * few times, with twice the ticks that have passed; then there may be one interrupt too many. LATE:
 * none of the tries was in time. BAD_ARG: a number of ticks out of range, or hpet_connect() was not
 * called. */
HPET_MUST_USE enum hpet_status hpet_one_shot(const struct hpet *hpet, unsigned n, uint64_t ticks);
/* Interrupt every `ticks` (1 to 2^31 - 1) from now on. The driver halts the counter for a few
 * accesses, so all timers fall behind by about a microsecond. */
HPET_MUST_USE enum hpet_status hpet_periodic(const struct hpet *hpet, unsigned n, uint32_t ticks);
HPET_MUST_USE enum hpet_status hpet_stop(const struct hpet *hpet, unsigned n);

/* The level-triggered timers with a pending interrupt (bit n: timer n), and ending the interrupt of
 * one. BAD_ARG: timer n is not level-triggered. */
HPET_MUST_USE enum hpet_status hpet_pending(const struct hpet *hpet, uint32_t *timers);
HPET_MUST_USE enum hpet_status hpet_acknowledge(const struct hpet *hpet, unsigned n);

#endif
