/* SPDX-License-Identifier: MIT */
/* INT 08h, the timer's tick, and INT 1Ah, the clock. Facts: IBM PC/AT Technical Reference; RBIL. */
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/state.h"

enum {
	TICKS_PER_DAY = 0x1800b0,
	PIT_HZ = 1193182,
	PIT_DIVISOR = 65536,
	UNSUPPORTED_PCI = 0x81,
	PORT_SLAVE_MASK = 0xa1,
	IRQ8 = 0x01,
	SET_ALARM = 0x06
};

/* INT 08h; the stub calls INT 1Ch and ends the interrupt. */
void bios_timer_irq(struct bios *b, struct bios_call *c)
{
	uint32_t ticks = bda_dword(b, BDA_TICKS) + 1;

	(void)c;
	if (ticks >= TICKS_PER_DAY) {
		ticks = 0;
		bda_set_byte(b, BDA_MIDNIGHT, 1);
	}
	bda_set_dword(b, BDA_TICKS, ticks);
}

/* Read a byte of the clock, even during an update: here the firmware need not wait for its end. An
 * access by port first updates the registers to the present time. */
static uint8_t rtc(struct bios *b, unsigned index)
{
	(void)bios_cmos_in(b, RTC_MC146818_MODEL_REGD);
	return rtc_mc146818_model_cmos_get(b->wire.rtc, index);
}

static unsigned from_bcd(unsigned v) { return (v >> 4) * 10 + (v & 0xf); }

void bios_set_ticks_from_rtc(struct bios *b)
{
	uint64_t second = from_bcd(rtc(b, RTC_MC146818_MODEL_HOURS)) * 3600 +
			  from_bcd(rtc(b, RTC_MC146818_MODEL_MINUTES)) * 60 +
			  from_bcd(rtc(b, RTC_MC146818_MODEL_SECONDS));

	bda_set_dword(b, BDA_TICKS, (uint32_t)(second * PIT_HZ / PIT_DIVISOR % TICKS_PER_DAY));
}

/* ---- INT 1Ah ---- */

static void get_ticks(struct bios *b, struct bios_call *c)
{
	uint32_t ticks = bda_dword(b, BDA_TICKS);

	bios_set_low(c, CPU_RAX, bda_byte(b, BDA_MIDNIGHT));
	bda_set_byte(b, BDA_MIDNIGHT, 0);
	bios_set_word(c, CPU_RCX, ticks >> 16);
	bios_set_word(c, CPU_RDX, ticks & 0xffff);
}

static void set_ticks(struct bios *b, const struct bios_call *c)
{
	uint32_t ticks = (uint32_t)bios_word(c, CPU_RCX) << 16 | bios_word(c, CPU_RDX);

	bda_set_byte(b, BDA_MIDNIGHT, 0);
	bda_set_dword(b, BDA_TICKS, ticks);
}

static void get_time(struct bios *b, struct bios_call *c)
{
	bios_set_high(c, CPU_RCX, rtc(b, RTC_MC146818_MODEL_HOURS));
	bios_set_low(c, CPU_RCX, rtc(b, RTC_MC146818_MODEL_MINUTES));
	bios_set_high(c, CPU_RDX, rtc(b, RTC_MC146818_MODEL_SECONDS));
	bios_set_low(c, CPU_RDX, rtc(b, RTC_MC146818_MODEL_REGB) & RTC_MC146818_MODEL_REGB_DSE);
}

static void get_date(struct bios *b, struct bios_call *c)
{
	bios_set_high(c, CPU_RCX, rtc(b, RTC_MC146818_MODEL_CENTURY_INDEX));
	bios_set_low(c, CPU_RCX, rtc(b, RTC_MC146818_MODEL_YEAR));
	bios_set_high(c, CPU_RDX, rtc(b, RTC_MC146818_MODEL_MONTH));
	bios_set_low(c, CPU_RDX, rtc(b, RTC_MC146818_MODEL_DAY_OF_MONTH));
}

/* Stop the clock in order to set it; keep the other bits of register B. */
static unsigned stop_clock(struct bios *b)
{
	unsigned regb = rtc(b, RTC_MC146818_MODEL_REGB) & ~(unsigned)RTC_MC146818_MODEL_REGB_SET;

	bios_cmos_out(b, RTC_MC146818_MODEL_REGB, regb | RTC_MC146818_MODEL_REGB_SET);
	return regb;
}

static void set_time(struct bios *b, const struct bios_call *c)
{
	unsigned regb = stop_clock(b) & ~(unsigned)RTC_MC146818_MODEL_REGB_DSE;

	bios_cmos_out(b, RTC_MC146818_MODEL_HOURS, bios_high(c, CPU_RCX));
	bios_cmos_out(b, RTC_MC146818_MODEL_MINUTES, bios_low(c, CPU_RCX));
	bios_cmos_out(b, RTC_MC146818_MODEL_SECONDS, bios_high(c, CPU_RDX));
	if (bios_low(c, CPU_RDX) & 1) regb |= RTC_MC146818_MODEL_REGB_DSE;
	bios_cmos_out(b, RTC_MC146818_MODEL_REGB, regb);
}

static void set_date(struct bios *b, const struct bios_call *c)
{
	unsigned regb = stop_clock(b);

	bios_cmos_out(b, RTC_MC146818_MODEL_CENTURY_INDEX, bios_high(c, CPU_RCX));
	bios_cmos_out(b, RTC_MC146818_MODEL_YEAR, bios_low(c, CPU_RCX));
	bios_cmos_out(b, RTC_MC146818_MODEL_MONTH, bios_high(c, CPU_RDX));
	bios_cmos_out(b, RTC_MC146818_MODEL_DAY_OF_MONTH, bios_low(c, CPU_RDX));
	bios_cmos_out(b, RTC_MC146818_MODEL_REGB, regb);
}

/* AH=06h: INT 4Ah at that time, by IRQ 8. False: an alarm is set already. */
static bool set_alarm(struct bios *b, const struct bios_call *c)
{
	unsigned regb = rtc(b, RTC_MC146818_MODEL_REGB);

	if (regb & RTC_MC146818_MODEL_REGB_AIE) return false;
	bios_cmos_out(b, RTC_MC146818_MODEL_HOURS_ALARM, bios_high(c, CPU_RCX));
	bios_cmos_out(b, RTC_MC146818_MODEL_MINUTES_ALARM, bios_low(c, CPU_RCX));
	bios_cmos_out(b, RTC_MC146818_MODEL_SECONDS_ALARM, bios_high(c, CPU_RDX));
	bios_cmos_out(b, RTC_MC146818_MODEL_REGB, regb | RTC_MC146818_MODEL_REGB_AIE);
	bios_out(b, PORT_SLAVE_MASK, bios_in(b, PORT_SLAVE_MASK) & ~(unsigned)IRQ8);
	return true;
}

static void clear_alarm(struct bios *b)
{
	bios_cmos_out(b, RTC_MC146818_MODEL_REGB,
		      rtc(b, RTC_MC146818_MODEL_REGB) & ~(unsigned)RTC_MC146818_MODEL_REGB_AIE);
}

static bool clock_function(struct bios *b, struct bios_call *c)
{
	switch (bios_high(c, CPU_RAX)) {
	case 0x00: get_ticks(b, c); return true;
	case 0x01: set_ticks(b, c); return true;
	case 0x02: get_time(b, c); return true;
	case 0x03: set_time(b, c); return true;
	case 0x04: get_date(b, c); return true;
	case 0x05: set_date(b, c); return true;
	case SET_ALARM: return set_alarm(b, c);
	case 0x07: clear_alarm(b); return true;
	default: bios_unknown(b, c, "INT1A"); return false;
	}
}

void bios_time(struct bios *b, struct bios_call *c)
{
	enum { PCI_BIOS = 0xb1 };

	if (bios_high(c, CPU_RAX) != PCI_BIOS)
		bios_set_flag(c, BIOS_CF, !clock_function(b, c));
	else if (b->wire.pci)
		bios_pci(b, c);
	else
		bios_fail(c, UNSUPPORTED_PCI);
}
