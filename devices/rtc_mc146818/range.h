/* SPDX-License-Identifier: MIT */
/* Valid values of the time bytes of an MC146818 (CHIPS 82C836A table 6-2). */
#ifndef DEVICES_RTC_MC146818_RANGE_H
#define DEVICES_RTC_MC146818_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/* Is `byte` valid in the register at `index`? Its format (BCD or binary, 12 or 24 hours) is in
 * `regb`, a value of Register B. True for registers that are neither time nor calendar. */
bool rtc_mc146818_model_in_range(unsigned index, uint8_t byte, uint8_t regb);

#endif
