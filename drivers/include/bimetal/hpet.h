/* SPDX-License-Identifier: MIT */
/* High precision event timers: one counter and its comparators. IA-PC HPET Specification 1.0a, and
 * Intel's ICH datasheets where they say more.
 *
 * All registers are reached by halves of 32 bits, which every processor and chipset does in one
 * piece. Several processors need a lock around this driver's calls.
 *
 * Freestanding: no libc, no heap, no state but the caller's. */
#ifndef BIMETAL_HPET_H
#define BIMETAL_HPET_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define HPTIMER_MUST_USE __attribute__((warn_unused_result))

/* ---- registers, by offset in bytes (2.3.1) ---- */

#define HPTIMER_CAPABILITIES ((struct io_ro32){ 0x000 })
#define HPTIMER_PERIOD       ((struct io_ro32){ 0x004 }) /* of the counter, in fs */
#define HPTIMER_CONFIG       ((struct io_rw32){ 0x010 })
#define HPTIMER_STATUS       ((struct io_rw32){ 0x020 }) /* write 1 to clear */
#define HPTIMER_COUNTER      ((struct io_rw32){ 0x0f0 })
#define HPTIMER_COUNTER_HIGH ((struct io_rw32){ 0x0f4 })

/* of timer 0; the next ones are HPTIMER_STEP apart */
#define HPTIMER_TIMER           ((struct io_rw32){ 0x100 })
#define HPTIMER_INPUTS          ((struct io_ro32){ 0x104 }) /* of the I/O APIC that it reaches */
#define HPTIMER_COMPARATOR      ((struct io_rw32){ 0x108 })
#define HPTIMER_COMPARATOR_HIGH ((struct io_rw32){ 0x10c })
#define HPTIMER_MESSAGE_DATA    ((struct io_rw32){ 0x110 })
#define HPTIMER_MESSAGE_ADDRESS ((struct io_rw32){ 0x114 })

enum { HPTIMER_STEP = 0x20, HPTIMER_MAX_TIMERS = 32, HPTIMER_MAX_PERIOD_FS = 100000000 };

enum { /* CAPABILITIES */
       HPTIMER_REVISION = 0xff,
       HPTIMER_LAST_TIMER_LSB = 8,
       HPTIMER_LAST_TIMER = 0x1f,
       HPTIMER_COUNTER_64 = 1 << 13,
       HPTIMER_LEGACY_CAPABLE = 1 << 15,
       HPTIMER_VENDOR_LSB = 16
};
enum { HPTIMER_ENABLE = 1 << 0, HPTIMER_LEGACY = 1 << 1 }; /* CONFIG */
enum {                                                     /* TIMER */
       HPTIMER_LEVEL = 1 << 1,
       HPTIMER_INTERRUPT = 1 << 2,
       HPTIMER_PERIODIC = 1 << 3,
       HPTIMER_PERIODIC_CAPABLE = 1 << 4,
       HPTIMER_64_CAPABLE = 1 << 5,
       HPTIMER_SET_VALUE = 1 << 6,
       HPTIMER_32_MODE = 1 << 8,
       HPTIMER_INPUT_LSB = 9,
       HPTIMER_INPUT = 0x1f << HPTIMER_INPUT_LSB,
       HPTIMER_MESSAGES = 1 << 14,
       HPTIMER_MESSAGES_CAPABLE = 1 << 15
};

/* ---- the driver ---- */

enum hptimer_status {
	HPTIMER_OK,
	HPTIMER_NULL,     /* a null pointer */
	HPTIMER_BAD_ARG,  /* see the function */
	HPTIMER_ABSENT,   /* nothing there */
	HPTIMER_BROKEN,   /* a period or a revision that cannot be; a counter that cannot be read */
	HPTIMER_NO_TIMER, /* it has not that many */
	HPTIMER_LACKS,    /* this one cannot do that */
	HPTIMER_RUNNING,  /* the counter must be halted before */
	HPTIMER_LATE      /* the time was over before it was set, several times */
};

/* To be made by hptimer_init() alone; the members tell what was found. */
struct hptimer {
	struct io io;
	struct wait wait;
	uint32_t period_fs; /* 1 to HPTIMER_MAX_PERIOD_FS */
	uint16_t vendor;    /* its PCI vendor ID */
	uint8_t revision;
	uint8_t n_timers; /* 1 to 32 */
	bool counter_64, legacy_capable;
	uint32_t level, connected; /* by timer: its output, as hptimer_connect() set it */
};

/* What a timer can do. */
struct hptimer_abilities {
	bool periodic, wide, messages; /* wide: compares 64 bits */
	uint32_t inputs;               /* bit n: reaches input n of the I/O APIC */
};

enum hptimer_to {
	HPTIMER_TO_INPUT,
	HPTIMER_TO_LEGACY,  /* timer 0 in place of the 8254, 1 of the RTC: hptimer_set_legacy() */
	HPTIMER_TO_MESSAGE, /* as PCI's MSI */
};

/* Where a timer's interrupts go. */
struct hptimer_output {
	enum hptimer_to to;
	uint8_t input;          /* TO_INPUT */
	bool level;             /* TO_INPUT: until hptimer_acknowledge(), instead of by edge */
	uint32_t address, data; /* TO_MESSAGE */
};

/* Look at the timers at `io` (memory, stride 1, uncached); nothing is changed. */
HPTIMER_MUST_USE enum hptimer_status hptimer_init(struct hptimer *hpet, struct io io,
						  struct wait wait);

/* Let the counter count, or halt it. No timer interrupts while it is halted. */
HPTIMER_MUST_USE enum hptimer_status hptimer_enable(const struct hptimer *hpet);
HPTIMER_MUST_USE enum hptimer_status hptimer_halt(const struct hptimer *hpet);
/* Let timers 0 and 1 take the places of the 8254 and the RTC at ISA interrupts 0 and 8. Before it
 * ends, stop them: they have no input of their own. */
HPTIMER_MUST_USE enum hptimer_status hptimer_set_legacy(const struct hptimer *hpet, bool on);

/* The counter: 64 bits, or 32 where it has no more. */
HPTIMER_MUST_USE enum hptimer_status hptimer_counter(const struct hptimer *hpet, uint64_t *ticks);
/* Set it. BAD_ARG: more than its 32 bits. */
HPTIMER_MUST_USE enum hptimer_status hptimer_set_counter(const struct hptimer *hpet,
							 uint64_t ticks);
/* Ticks that take at least `ns`, and the time that `ticks` take, rounded down; UINT64_MAX where
 * that does not fit. 0 for NULL. No access. */
uint64_t hptimer_ticks(const struct hptimer *hpet, uint64_t ns);
uint64_t hptimer_ns(const struct hptimer *hpet, uint64_t ticks);

HPTIMER_MUST_USE enum hptimer_status hptimer_abilities(const struct hptimer *hpet, unsigned n,
						       struct hptimer_abilities *abilities);
/* Stop timer n and say where its interrupts go. LACKS: it cannot reach that. */
HPTIMER_MUST_USE enum hptimer_status hptimer_connect(struct hptimer *hpet, unsigned n,
						     const struct hptimer_output *output);
/* Interrupt once, `ticks` from now (1 to 2^31 - 1; a wide timer: to 2^63 - 1), never earlier and
 * never not at all: what is over before it is set becomes twice as long, a few times, and may then
 * interrupt once more than asked. BAD_ARG: a number of ticks that it cannot do, or a timer without
 * hptimer_connect(). */
HPTIMER_MUST_USE enum hptimer_status hptimer_one_shot(const struct hptimer *hpet, unsigned n,
						      uint64_t ticks);
/* Interrupt every `ticks` (1 to 2^31 - 1) from now on. The counter is halted for some accesses, so
 * that it falls behind by about a microsecond, for all. */
HPTIMER_MUST_USE enum hptimer_status hptimer_periodic(const struct hptimer *hpet, unsigned n,
						      uint32_t ticks);
HPTIMER_MUST_USE enum hptimer_status hptimer_stop(const struct hptimer *hpet, unsigned n);

/* The level-triggered timers that interrupt now, a set by number; and the end of one's interrupt
 * (BAD_ARG: timer n is not level-triggered). */
HPTIMER_MUST_USE enum hptimer_status hptimer_pending(const struct hptimer *hpet, uint32_t *timers);
HPTIMER_MUST_USE enum hptimer_status hptimer_acknowledge(const struct hptimer *hpet, unsigned n);

#endif
