/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/rtc_mc146818/lints.h"
#include "devices/rtc_mc146818/model.h"

const struct device_about mc146818_about = {
	.title = "MC146818 real-time clock with 128 bytes of CMOS RAM",
	.document = "Motorola MC146818A",
	.table = { ABOUT_TABLE(rtc_mc146818_model_ports, RTC_MC146818_MODEL_N_PORTS, "Ports"),
		   ABOUT_INNER_TABLE(rtc_mc146818_regs, RTC_MC146818_MODEL_N_ROWS,
				     "Behind INDEX") },
	.lints = { rtc_mc146818_lints },
};
