/* SPDX-License-Identifier: MIT */
#include "devices/rtc_mc146818/lints.h"

#define TIME "SECONDS MINUTES HOURS DAY_OF_WEEK DAY_OF_MONTH MONTH YEAR"

/* clang-format off */
const struct lint_desc rtc_mc146818_lints[] = {
	[RTC_MC146818_LINT_UPDATE] =
	{ TIME " SECONDS_ALARM MINUTES_ALARM HOURS_ALARM", "update", LINT_GUEST,
	  "CHIPS 82C836A p. 6-3",
	  "Once a second, for 2 ms, the clock updates the ten bytes of time, calendar and "
	  "alarm. They must not be read or written then.",
	  "A read returns an arbitrary value (here 0xff); a write is lost or spoils the update.",
	  "Read REGA first, with interrupts off. While UIP is clear, the next update is at "
	  "least 244 us away, which is enough for all ten bytes. Or use the update-ended "
	  "interrupt. Reading a byte first, then checking UIP and discarding the byte if it "
	  "is set, is not reported." },
	[RTC_MC146818_LINT_RUNNING] =
	{ TIME, "running", LINT_GUEST, NULL,
	  "Time and calendar must be written while REGB.SET holds the updates off.",
	  "An update between two of the writes mixes old and new bytes: the time is wrong by "
	  "up to a century.",
	  "Set REGB.SET, write all of them, clear it again." },
	[RTC_MC146818_LINT_RANGE] =
	{ TIME, "range", LINT_GUEST, "CHIPS 82C836A table 6-2",
	  "Seconds are 0 to 59; hours 0 to 23, or 1 to 12 with bit 7 for PM; days and months "
	  "start at 1. They are in BCD or binary, as REGB says when SET is cleared.",
	  "The clock counts on from the invalid value: digits over 9 and months over 12 "
	  "remain for a long time.",
	  "Convert to the format in REGB before writing the bytes; most PCs use BCD." },
	[RTC_MC146818_LINT_MODE] =
	{ "REGB", "mode", LINT_GUEST, NULL,
	  "DM and 24/12 select the format of the time bytes. Changing them does not convert "
	  "the bytes.",
	  "The clock counts on as if the bytes were in the new format. The time is wrong, for"
	  " the next system that boots as well.",
	  "Leave the format as it is and convert in software; or set SET, change it, write all ten "
	  "bytes, clear SET." },
	[RTC_MC146818_LINT_DIVIDER] =
	{ "REGA", "divider", LINT_NOT_MODELLED, NULL,
	  "REGA.DV selects the time base; 010 is the 32.768 kHz crystal of every PC.",
	  "With another value the clock stops, or runs far too fast or slow.",
	  "Keep DV at 010. Setting it to 11x, which holds the divider in reset, is allowed "
	  "while the time is set." },
	[RTC_MC146818_LINT_DSE] =
	{ "REGB", "dse", LINT_NOT_MODELLED, NULL,
	  "REGB.DSE makes the chip switch to and from daylight saving time by itself.",
	  "It follows the American rules of the year in which it was made.",
	  "Leave DSE clear and compute local time in software. Here no change is made." },
	{ 0 },
};
