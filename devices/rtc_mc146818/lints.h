/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_RTC_MC146818_LINTS_H
#define DEVICES_RTC_MC146818_LINTS_H

#include "emu/lint.h"

enum rtc_mc146818_lint {
	RTC_MC146818_LINT_UPDATE,
	RTC_MC146818_LINT_RUNNING,
	RTC_MC146818_LINT_RANGE,
	RTC_MC146818_LINT_MODE,
	RTC_MC146818_LINT_DIVIDER,
	RTC_MC146818_LINT_DSE
};
extern const struct lint_desc rtc_mc146818_lints[];

#endif
