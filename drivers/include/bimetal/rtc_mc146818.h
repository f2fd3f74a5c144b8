/* SPDX-License-Identifier: MIT */
/* The real-time clock of an AT and its battery-backed RAM: Motorola MC146818A, its successors
 * (DS12885 to DS12C887), and their equivalents in chipsets.
 *
 * Everything is accessed through an index and a data port. The driver turns interrupts off for each
 * such pair of accesses. It reads the time with interrupts on, again and again until two readings
 * are equal. It reads from the chip whether it counts in BCD or binary, in 12 or 24 hours, and
 * never changes that.
 *
 * Freestanding: no libc, no heap. All state is in struct rtc_mc146818. Call it from one thread on
 * one CPU; only rtc_mc146818_acknowledge() may be called from interrupt handlers at any time. */
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

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define RTC_MC146818_MUST_USE __attribute__((warn_unused_result))

enum rtc_mc146818_status {
	RTC_MC146818_OK,
	RTC_MC146818_NULL,    /* a null pointer */
	RTC_MC146818_BAD_ARG, /* outside the range that the function documents */
	RTC_MC146818_ABSENT,  /* nothing answers at the ports */
	RTC_MC146818_TIMEOUT, /* an update does not end, or no two readings are equal */
	RTC_MC146818_BAD_TIME /* the chip holds an invalid time or date */
};

enum {
	RTC_MC146818_PORT = 0x70,       /* index port on an AT; data is the next port */
	RTC_MC146818_NO_CENTURY = 0,    /* no century byte: years are 1970 to 2069 */
	RTC_MC146818_ANY = 0xff,        /* in an alarm: every hour, minute or second */
	RTC_MC146818_FIRST_BYTE = 0x0e, /* first and last index of the RAM */
	RTC_MC146818_LAST_BYTE = 0x7f
};

/* Reasons for an interrupt, or'ed. */
enum rtc_mc146818_source {
	RTC_MC146818_UPDATE = 0x10, /* the time was updated: once a second */
	RTC_MC146818_ALARM = 0x20,
	RTC_MC146818_PERIODIC = 0x40
};

/* Date and time in the Gregorian calendar, in the time zone of the clock. */
struct rtc_mc146818_time {
	uint16_t year; /* 1970 to 9999 */
	uint8_t month; /* 1 to 12 */
	uint8_t day;   /* 1 to 31 */
	uint8_t hour, minute, second;
	uint8_t weekday; /* from the date; ignored when setting the time */
};

struct rtc_mc146818_alarm {
	uint8_t hour, minute, second; /* each may be RTC_MC146818_ANY */
};

struct rtc_mc146818 {
	struct io io;
	struct wait wait;
	uint8_t century;  /* index of the century byte, or RTC_MC146818_NO_CENTURY */
	uint8_t nmi_mask; /* written with every index, because port 70h cannot be read */
	bool powered;     /* rtc_mc146818_powered() */
};

/* Find the clock at `io`, two ports (io_port(RTC_MC146818_PORT)). `century`: the index of the
 * century byte, 0x0e to 0x7f, from the FADT (ACPI 5.2.9; usually 0x32), or RTC_MC146818_NO_CENTURY.
 * `nmi_masked`: true keeps NMI masked, with bit 7 of the index port. Registers are only read.
 * RTC_MC146818_ABSENT: all bits read as ones. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_init(struct rtc_mc146818 *rtc,
								 struct io io, struct wait wait,
								 uint8_t century, bool nmi_masked);
/* True if time and RAM have kept their contents since they were set: bit VRT of register D. The
 * driver reads it once, in rtc_mc146818_init(), because on Motorola's chip reading register D sets
 * it. */
bool rtc_mc146818_powered(const struct rtc_mc146818 *rtc);
/* Is the clock running? True if the divider is set for a 32.768 kHz crystal and SET is clear. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_running(const struct rtc_mc146818 *rtc,
								    bool *running);
/* Mask or unmask NMI, now and with every later access. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_mask_nmi(struct rtc_mc146818 *rtc,
								     bool masked);

/* ---- time ---- */

/* Read the time, never a mixture of two. Takes up to 3 ms if an update is in progress. A stopped
 * clock gives the time at which it stopped. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_read_time(const struct rtc_mc146818 *rtc, struct rtc_mc146818_time *time);
/* Set the time, and start the clock if its divider was off. Without a century byte the year must be
 * 1970 to 2069. Interrupts are off for about 30 accesses. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_set_time(const struct rtc_mc146818 *rtc, const struct rtc_mc146818_time *time);

/* ---- interrupts (IRQ 8) ---- */

/* Set the alarm, and disable its interrupt, so that a half-written alarm cannot interrupt. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_set_alarm(const struct rtc_mc146818 *rtc, const struct rtc_mc146818_alarm *alarm);
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_get_alarm(const struct rtc_mc146818 *rtc, struct rtc_mc146818_alarm *alarm);
/* Set the rate of RTC_MC146818_PERIODIC: a power of two from 2 to 8192 Hz; 0: never. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_set_rate(const struct rtc_mc146818 *rtc,
								     unsigned hz);
/* Enable or disable these sources; the others stay. If no source was enabled before, old flags are
 * cleared first: they would interrupt at once. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_enable(const struct rtc_mc146818 *rtc,
								   unsigned sources);
RTC_MC146818_MUST_USE enum rtc_mc146818_status rtc_mc146818_disable(const struct rtc_mc146818 *rtc,
								    unsigned sources);
/* Call this in the handler of IRQ 8. It reads register C; without that no further interrupt comes.
 * `sources`: those that occurred, enabled or not; 0: the interrupt was not this clock's. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_acknowledge(const struct rtc_mc146818 *rtc, unsigned *sources);

/* ---- the RAM ---- */

/* Read or write one byte, RTC_MC146818_FIRST_BYTE to RTC_MC146818_LAST_BYTE. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_read_byte(const struct rtc_mc146818 *rtc, unsigned index, uint8_t *value);
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_write_byte(const struct rtc_mc146818 *rtc, unsigned index, uint8_t value);

/* ---- the calendar: no device is accessed ---- */

/* Is it a date and time that exists? */
bool rtc_mc146818_time_valid(const struct rtc_mc146818_time *time);
/* Convert to seconds since 1970-01-01 00:00:00, taking the time as UTC. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_to_seconds(const struct rtc_mc146818_time *time, uint64_t *seconds);
/* Convert back; up to the end of 9999. */
RTC_MC146818_MUST_USE enum rtc_mc146818_status
rtc_mc146818_from_seconds(uint64_t seconds, struct rtc_mc146818_time *time);

#endif
