/* SPDX-License-Identifier: MIT */
/* Motorola MC146818 real-time clock with 128 bytes of CMOS RAM, at ports 0x70 and 0x71 of an AT.
 *
 * The clock shows virtual time: it starts at the epoch given to init and advances with virtual
 * time. During an update cycle (the last 1984 us of each second) the ten time bytes are off the bus
 * and read 0xff; UIP announces it 244 us ahead. While no interrupt is enabled, no timer is armed.
 *
 * Lints beyond the register tables, for the ten time bytes:
 *   mc146818.<reg>.update   read or written during an update cycle; a read only if the guest does
 *                           not look at UIP afterwards, which would make it read again
 *   mc146818.<reg>.running  time or calendar written without SET, while updates go on
 *   mc146818.<reg>.range    SET is cleared while time or calendar is invalid in REGB's format
 *   mc146818.REGB.mode      DM or 24/12 changed without SET: the bytes are not converted
 *
 * Not modelled: daylight saving (DSE), the square-wave pin, crystals other than 32.768 kHz. */
#ifndef DEVICES_RTC_MC146818_MODEL_H
#define DEVICES_RTC_MC146818_MODEL_H

#include "devices/rtc_mc146818/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"

struct rtc_mc146818_model_state {
	uint64_t reg[RTC_MC146818_MODEL_N_PORTS];
	uint64_t cmos[RTC_MC146818_MODEL_N_BYTES]; /* by index */
	int64_t chain_ns;   /* when the divider chain last counted from zero */
	uint64_t synced_ns; /* time up to which the registers are updated */
	bool irq;           /* level driven */
	bool undefined;     /* the last access read a byte during an update cycle */
};

struct rtc_mc146818_model {
	struct device dev; /* offset 0: index, 1: data */
	struct clock *clock;
	struct irq irq;
	unsigned timer;
	struct rtc_mc146818_model_state s;
};

/* Connect and power on. The time at the clock's present is `epoch` (seconds since 1970-01-01 UTC,
 * within years 0000..9999). BCD, 24-hour mode, divider running, 1024 Hz rate, RAM zero. */
void rtc_mc146818_model_init(struct rtc_mc146818_model *r, const char *instance,
			     const struct hub *hub, struct clock *clock, struct irq irq,
			     int64_t epoch);
/* The RESET pin: interrupts off, flags cleared; time and RAM are kept (Register B, C). */
void rtc_mc146818_model_reset(struct rtc_mc146818_model *r);
/* Read or set a CMOS byte, index 0..127 (taken modulo 128). For code that builds machines: no side
 * effects, no lints; writing time bytes does not restart the divider. */
void rtc_mc146818_model_cmos_set(struct rtc_mc146818_model *r, unsigned index, uint8_t value);
uint8_t rtc_mc146818_model_cmos_get(const struct rtc_mc146818_model *r, unsigned index);
/* Has the guest masked NMI (bit 7 of the index port)? */
bool rtc_mc146818_model_nmi_masked(const struct rtc_mc146818_model *r);
/* What it is, and how it answers. */
extern const struct device_about mc146818_about;
extern const struct device_ops rtc_mc146818_model_ops;

#endif
