/* SPDX-License-Identifier: MIT */
/* The real-time clock of an AT and its battery-backed RAM: Motorola MC146818A, its successors
 * (DS12885 to DS12C887), and what chipsets have in its place.
 *
 * Everything goes through an index and a data port, so each pair of accesses is made with
 * interrupts off; the time itself is read with interrupts on, twice until it is the same. Whether
 * the chip counts in BCD or binary, in 12 or 24 hours, is read from it and never changed.
 *
 * Freestanding: no libc, no heap, no state but the caller's. One thread of one CPU calls; its
 * interrupt handlers may call rtc_mc146818_acknowledge() whenever. */
#ifndef BIMETAL_RTC_MC146818_H
#define BIMETAL_RTC_MC146818_H

/* For example:
 *
 *	static enum rtc_mc146818_status now(struct wait wait, struct rtc_mc146818_time *time)
 *	{
 *		struct rtc_mc146818 rtc;
 *		enum rtc_mc146818_status status =
 *			rtc_mc146818_init(&rtc, io_port(RTC_MC146818_PORT), wait, 0x32, false);
 *
 *		return status == RTC_MC146818_OK ? rtc_mc146818_read_time(&rtc, time) : status;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define RTC_MC146818_MUST_USE __attribute__((warn_unused_result))

enum rtc_mc146818_status {
	RTC_MC146818_OK,
	RTC_MC146818_NULL,    /* a null pointer */
	RTC_MC146818_BAD_ARG, /* out of the range that the function names */
	RTC_MC146818_ABSENT,  /* nothing answers at the ports */
	RTC_MC146818_TIMEOUT, /* an update does not end, or no two readings are the same */
	RTC_MC146818_BAD_TIME /* the chip holds what is no time of day or no date */
};

enum {
	RTC_MC146818_PORT = 0x70,       /* where an AT has it */
	RTC_MC146818_NO_CENTURY = 0,    /* no byte for it: years are 1970 to 2069 */
	RTC_MC146818_ANY = 0xff,        /* in an alarm: every hour, minute or second */
	RTC_MC146818_FIRST_BYTE = 0x0e, /* of the RAM */
	RTC_MC146818_LAST_BYTE = 0x7f
};

/* Reasons for an interrupt, or'ed. */
enum rtc_mc146818_source {
	RTC_MC146818_UPDATE = 0x10, /* the time has just moved on: once a second */
	RTC_MC146818_ALARM = 0x20,
	RTC_MC146818_PERIODIC = 0x40
};

/* A moment, by the Gregorian calendar, in whatever zone the clock is kept. */
struct rtc_mc146818_time {
	uint16_t year; /* 1970 to 9999 */
	uint8_t month; /* 1 to 12 */
	uint8_t day;   /* 1 to 31 */
	uint8_t hour, minute, second;
	uint8_t weekday; /* 0 to 6, Sunday is 0; by the date, not the chip's; ignored when given */
};

struct rtc_mc146818_alarm {
	uint8_t hour, minute, second; /* each may be RTC_MC146818_ANY */
};

struct rtc_mc146818 {
	struct io io;
	struct wait wait;
	uint8_t century;  /* index of its byte, or RTC_MC146818_NO_CENTURY */
	uint8_t nmi_mask; /* goes with every index: port 70h cannot be read back */
	bool powered;     /* rtc_mc146818_powered() */
};

/* Take the clock at `io`, two ports (io_port(RTC_MC146818_PORT)). `century`: index of the century
 * byte, as the FADT tells (ACPI 5.2.9; usually 0x32), 0x0e to 0x7f, or RTC_MC146818_NO_CENTURY.
 * `nmi_masked`: keep NMI masked with bit 7 of the index port. Registers are read, none is written.
 * RTC_MC146818_ABSENT: the bus floats. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_init(struct rtc_mc146818 *rtc,
								 struct io io, struct wait wait,
								 uint8_t century, bool nmi_masked);
/* Whether time and RAM were kept since they were set: VRT in register D as init found it, since on
 * Motorola's chip that one reading sets it. */
bool rtc_mc146818_powered(const struct rtc_mc146818 *rtc);
/* Whether the time moves: the divider counts a 32.768 kHz crystal and SET is clear. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_running(const struct rtc_mc146818 *rtc,
								    bool *running);
/* Mask or unmask NMI, at once and with every later access. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_mask_nmi(struct rtc_mc146818 *rtc,
								     bool masked);

/* ---- time ---- */

/* The time, never a mixture of two. Takes up to 3 ms, when an update is under way; a clock that
 * stands gives the time it stands at. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_read_time(const struct rtc_mc146818 *rtc, struct rtc_mc146818_time *time);
/* Set it, and let the clock run if its divider stood. Without a century byte the year is 1970 to
 * 2069. Interrupts are off meanwhile, for some 30 accesses. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_set_time(const struct rtc_mc146818 *rtc, const struct rtc_mc146818_time *time);

/* ---- interrupts (IRQ 8) ---- */

/* Set the alarm, and disable its interrupt, so that no half-written one rings. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_set_alarm(const struct rtc_mc146818 *rtc, const struct rtc_mc146818_alarm *alarm);
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_get_alarm(const struct rtc_mc146818 *rtc, struct rtc_mc146818_alarm *alarm);
/* How often RTC_MC146818_PERIODIC comes: a power of two from 2 to 8192 Hz; 0: never. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_set_rate(const struct rtc_mc146818 *rtc,
								     unsigned hz);
/* Enable these sources, or disable them; the others stay. When the first ones are enabled, flags
 * of long ago are dropped, which would interrupt at once. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_enable(const struct rtc_mc146818 *rtc,
								   unsigned sources);
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_disable(const struct rtc_mc146818 *rtc,
								    unsigned sources);
/* For the handler: read register C, without which no further interrupt comes. `sources`: those
 * that came to pass, whether enabled or not; 0: it was not this clock's interrupt. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_acknowledge(const struct rtc_mc146818 *rtc, unsigned *sources);

/* ---- the RAM ---- */

/* One byte, RTC_MC146818_FIRST_BYTE to RTC_MC146818_LAST_BYTE. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_read_byte(const struct rtc_mc146818 *rtc, unsigned index, uint8_t *value);
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_write_byte(const struct rtc_mc146818 *rtc, unsigned index, uint8_t value);

/* ---- the calendar: no device is touched ---- */

/* Is it a moment that exists? */
bool rtc_mc146818_time_valid(const struct rtc_mc146818_time *time);
/* Seconds since 1970-01-01 00:00:00, as if the clock were kept in UTC. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_to_seconds(const struct rtc_mc146818_time *time, uint64_t *seconds);
/* And back; up to the end of 9999. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_from_seconds(uint64_t seconds, struct rtc_mc146818_time *time);

#endif
