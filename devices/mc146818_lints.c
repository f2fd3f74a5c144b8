/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc mc146818_lints[] = {
	{ "REGA", "divider", LINT_NOT_MODELLED, NULL,
	  "REGA.DV chooses the time base; 010 is the 32.768 kHz crystal of every PC.",
	  "With another value the clock stands, or runs far too fast or slow.",
	  "Keep DV at 010; 11x, which holds the divider in reset while the time is set, is fine." },
	{ "REGB", "dse", LINT_NOT_MODELLED, NULL,
	  "REGB.DSE makes the chip change to and from daylight saving time by itself.",
	  "It follows the American rules of its year of manufacture, twice a year.",
	  "Leave DSE clear and compute local time in software. Here no change is made." },
	{ 0 },
};
