/* SPDX-License-Identifier: MIT */
#include "devices/rtc_mc146818/range.h"

#include "devices/rtc_mc146818/registers.h"

enum { DIGIT_MAX = 9, NIBBLE = 4, NIBBLE_MASK = 0xf, TEN = 10 };

/* By index; a last value of 0: not a time byte. */
static const struct range {
	uint8_t first, last;
} ranges[] = {
	[MC146818_SECONDS] = { 0, 59 },      [MC146818_MINUTES] = { 0, 59 },
	[MC146818_HOURS] = { 0, 23 },        [MC146818_DAY_OF_WEEK] = { 1, 7 },
	[MC146818_DAY_OF_MONTH] = { 1, 31 }, [MC146818_MONTH] = { 1, 12 },
	[MC146818_YEAR] = { 0, 99 },
};

static const struct range half_day = { 1, 12 };

static bool within(struct range r, uint8_t byte, bool binary)
{
	unsigned high = byte >> NIBBLE, low = byte & NIBBLE_MASK;
	unsigned value = binary ? byte : high * TEN + low;

	if (!binary && (high > DIGIT_MAX || low > DIGIT_MAX)) return false;
	return value >= r.first && value <= r.last;
}

bool mc146818_in_range(unsigned index, uint8_t byte, uint8_t regb)
{
	bool binary = regb & MC146818_REGB_DM;

	if (index >= sizeof(ranges) / sizeof(ranges[0]) || !ranges[index].last) return true;
	if (index == MC146818_HOURS && !(regb & MC146818_REGB_24H))
		return within(half_day, byte & (uint8_t)~MC146818_HOURS_PM, binary);
	return within(ranges[index], byte, binary);
}
