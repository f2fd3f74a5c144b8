/* SPDX-License-Identifier: MIT */
#include "devices/rtc_mc146818/range.h"

#include "devices/rtc_mc146818/registers.h"
#include "emu/array.h"

enum { DIGIT_MAX = 9, NIBBLE = 4, NIBBLE_MASK = 0xf, TEN = 10 };

/* Indexed by register; a last value of 0: not a time byte. */
static const struct range {
	uint8_t first, last;
} ranges[] = {
	[RTC_MC146818_MODEL_SECONDS] = { 0, 59 },      [RTC_MC146818_MODEL_MINUTES] = { 0, 59 },
	[RTC_MC146818_MODEL_HOURS] = { 0, 23 },        [RTC_MC146818_MODEL_DAY_OF_WEEK] = { 1, 7 },
	[RTC_MC146818_MODEL_DAY_OF_MONTH] = { 1, 31 }, [RTC_MC146818_MODEL_MONTH] = { 1, 12 },
	[RTC_MC146818_MODEL_YEAR] = { 0, 99 },
};

static const struct range half_day = { 1, 12 };

static bool within(struct range r, uint8_t byte, bool binary)
{
	unsigned high = byte >> NIBBLE, low = byte & NIBBLE_MASK;
	unsigned value = binary ? byte : high * TEN + low;

	if (!binary && (high > DIGIT_MAX || low > DIGIT_MAX)) return false;
	return value >= r.first && value <= r.last;
}

bool rtc_mc146818_model_in_range(unsigned index, uint8_t byte, uint8_t regb)
{
	bool binary = regb & RTC_MC146818_MODEL_REGB_DM;

	if (index >= ARRAY_SIZE(ranges) || !ranges[index].last) return true;
	if (index == RTC_MC146818_MODEL_HOURS && !(regb & RTC_MC146818_MODEL_REGB_24H))
		return within(half_day, byte & (uint8_t)~RTC_MC146818_MODEL_HOURS_PM, binary);
	return within(ranges[index], byte, binary);
}
