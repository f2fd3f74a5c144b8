/* SPDX-License-Identifier: MIT */
/* Registers, interrupts and RAM of the MC146818A. */
#include "registers.h"

/* UIP is set for 244 us plus 1984 us of the update. About ten times that means a fault. */
#define UPDATE_LIMIT_NS UINT64_C(25000000)

enum {
	RATE_MAX_HZ = 8192, /* with a 32.768 kHz crystal: RS = 3; each step above halves it */
	RATE_MAX_RS = 3,
	RATE_MIN_HZ = 2,
	ALL_SOURCES = RTC_MC146818_UPDATE | RTC_MC146818_ALARM | RTC_MC146818_PERIODIC
};

/* A source has the same bit as its enable (register B) and its flag (register C). */
_Static_assert((int)RTC_MC146818_UPDATE == RTC_B_UIE && RTC_B_UIE == RTC_C_UF, "update");
_Static_assert((int)RTC_MC146818_ALARM == RTC_B_AIE && RTC_B_AIE == RTC_C_AF, "alarm");
_Static_assert((int)RTC_MC146818_PERIODIC == RTC_B_PIE && RTC_B_PIE == RTC_C_PF, "periodic");

static void select(const struct rtc_mc146818 *rtc, unsigned index)
{
	io_write(rtc->io, RTC_INDEX, (uint8_t)(index | rtc->nmi_mask));
}

uint8_t rtc_mc146818_get(const struct rtc_mc146818 *rtc, unsigned index)
{
	bool on = wait_irq_save(&rtc->wait);
	select(rtc, index);
	uint8_t value = io_read(rtc->io, RTC_DATA);
	wait_irq_restore(&rtc->wait, on);
	return value;
}

void rtc_mc146818_put(const struct rtc_mc146818 *rtc, unsigned index, uint8_t value)
{
	bool on = wait_irq_save(&rtc->wait);
	select(rtc, index);
	io_write(rtc->io, RTC_DATA, value);
	wait_irq_restore(&rtc->wait, on);
}

enum rtc_mc146818_status rtc_mc146818_begin_quiet(const struct rtc_mc146818 *rtc, bool *on)
{
	uint64_t end = wait_deadline(&rtc->wait, UPDATE_LIMIT_NS);

	for (;;) {
		*on = wait_irq_save(&rtc->wait);
		if (!(rtc_mc146818_get(rtc, RTC_A) & RTC_A_UIP)) return RTC_MC146818_OK;
		wait_irq_restore(&rtc->wait, *on);
		if (wait_expired(&rtc->wait, end)) return RTC_MC146818_TIMEOUT;
		wait_relax(&rtc->wait);
	}
}

static bool in_ram(unsigned index)
{
	return index >= RTC_MC146818_FIRST_BYTE && index <= RTC_MC146818_LAST_BYTE;
}

enum rtc_mc146818_status rtc_mc146818_init(struct rtc_mc146818 *rtc, struct io io, struct wait wait,
					   uint8_t century, bool nmi_masked)
{
	if (!rtc) return RTC_MC146818_NULL;
	if (century != RTC_MC146818_NO_CENTURY && !in_ram(century)) return RTC_MC146818_BAD_ARG;
	rtc->io = io;
	rtc->wait = wait;
	rtc->century = century;
	rtc->nmi_mask = nmi_masked ? RTC_INDEX_NMI_MASK : 0;
	uint8_t d = rtc_mc146818_get(rtc, RTC_D);
	rtc->powered = d & RTC_D_VRT;
	return d & RTC_D_ZERO ? RTC_MC146818_ABSENT : RTC_MC146818_OK;
}

bool rtc_mc146818_powered(const struct rtc_mc146818 *rtc) { return rtc && rtc->powered; }

enum rtc_mc146818_status rtc_mc146818_running(const struct rtc_mc146818 *rtc, bool *running)
{
	if (!rtc || !running) return RTC_MC146818_NULL;
	*running = (rtc_mc146818_get(rtc, RTC_A) & RTC_A_DV) == RTC_A_DV_32768_HZ &&
		   !(rtc_mc146818_get(rtc, RTC_B) & RTC_B_SET);
	return RTC_MC146818_OK;
}

enum rtc_mc146818_status rtc_mc146818_mask_nmi(struct rtc_mc146818 *rtc, bool masked)
{
	if (!rtc) return RTC_MC146818_NULL;
	rtc->nmi_mask = masked ? RTC_INDEX_NMI_MASK : 0;
	/* Some chips need a data access after every index. Reading register D has no side effect by
	 * now. */
	(void)rtc_mc146818_get(rtc, RTC_D);
	return RTC_MC146818_OK;
}

/* ---- interrupts ---- */

enum rtc_mc146818_status rtc_mc146818_set_rate(const struct rtc_mc146818 *rtc, unsigned hz)
{
	unsigned rs = 0;

	if (!rtc) return RTC_MC146818_NULL;
	if (hz & (hz - 1) || hz > RATE_MAX_HZ || (hz && hz < RATE_MIN_HZ))
		return RTC_MC146818_BAD_ARG;
	if (hz)
		for (rs = RATE_MAX_RS; hz << (rs - RATE_MAX_RS) < RATE_MAX_HZ;) rs++;
	bool on = wait_irq_save(&rtc->wait);
	uint8_t a = rtc_mc146818_get(rtc, RTC_A);
	rtc_mc146818_put(rtc, RTC_A, (uint8_t)((a & RTC_A_DV) | rs));
	wait_irq_restore(&rtc->wait, on);
	return RTC_MC146818_OK;
}

enum rtc_mc146818_status rtc_mc146818_enable(const struct rtc_mc146818 *rtc, unsigned sources)
{
	if (!rtc) return RTC_MC146818_NULL;
	if (sources & ~(unsigned)ALL_SOURCES) return RTC_MC146818_BAD_ARG;
	bool on = wait_irq_save(&rtc->wait);
	uint8_t b = rtc_mc146818_get(rtc, RTC_B);
	if (!(b & ALL_SOURCES)) (void)rtc_mc146818_get(rtc, RTC_C);
	rtc_mc146818_put(rtc, RTC_B, (uint8_t)(b | sources));
	wait_irq_restore(&rtc->wait, on);
	return RTC_MC146818_OK;
}

enum rtc_mc146818_status rtc_mc146818_disable(const struct rtc_mc146818 *rtc, unsigned sources)
{
	if (!rtc) return RTC_MC146818_NULL;
	if (sources & ~(unsigned)ALL_SOURCES) return RTC_MC146818_BAD_ARG;
	bool on = wait_irq_save(&rtc->wait);
	uint8_t b = rtc_mc146818_get(rtc, RTC_B);
	rtc_mc146818_put(rtc, RTC_B, (uint8_t)(b & ~sources));
	wait_irq_restore(&rtc->wait, on);
	return RTC_MC146818_OK;
}

enum rtc_mc146818_status rtc_mc146818_acknowledge(const struct rtc_mc146818 *rtc, unsigned *sources)
{
	if (!rtc || !sources) return RTC_MC146818_NULL;
	*sources = rtc_mc146818_get(rtc, RTC_C) & (unsigned)ALL_SOURCES;
	return RTC_MC146818_OK;
}

/* ---- the RAM ---- */

enum rtc_mc146818_status rtc_mc146818_read_byte(const struct rtc_mc146818 *rtc, unsigned index,
						uint8_t *value)
{
	if (!rtc || !value) return RTC_MC146818_NULL;
	if (!in_ram(index)) return RTC_MC146818_BAD_ARG;
	*value = rtc_mc146818_get(rtc, index);
	return RTC_MC146818_OK;
}

enum rtc_mc146818_status rtc_mc146818_write_byte(const struct rtc_mc146818 *rtc, unsigned index,
						 uint8_t value)
{
	if (!rtc) return RTC_MC146818_NULL;
	if (!in_ram(index)) return RTC_MC146818_BAD_ARG;
	rtc_mc146818_put(rtc, index, value);
	return RTC_MC146818_OK;
}
