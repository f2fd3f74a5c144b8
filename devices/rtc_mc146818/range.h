/* SPDX-License-Identifier: MIT */
/* Which values the time bytes of a MC146818 may have (CHIPS 82C836A table 6-2). */
#ifndef DEVICES_RTC_MC146818_RANGE_H
#define DEVICES_RTC_MC146818_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/* Is `byte` a value of the register at `index`, in the format that Register B, `regb`, tells: BCD
 * or binary, 12 or 24 hours? True for registers that are neither time nor calendar. */
bool rtc_mc146818_model_in_range(unsigned index, uint8_t byte, uint8_t regb);

#endif
