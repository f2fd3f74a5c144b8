/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

#define TIME "SECONDS MINUTES HOURS DAY_OF_WEEK DAY_OF_MONTH MONTH YEAR"

const struct lint_desc mc146818_lints[] = {
	{ TIME " SECONDS_ALARM MINUTES_ALARM HOURS_ALARM", "update", LINT_GUEST,
	  "CHIPS 82C836A p. 6-3",
	  "Once a second, for 2 ms, the ten bytes of time, calendar and alarm are neither read nor "
	  "written: the clock updates them.",
	  "A read gives anything (here 0xff), a write is lost or spoils the update.",
	  "Read REGA first, with interrupts off: while UIP is clear the next update is 244 us "
	  "away, "
	  "time enough for all ten. Or use the update-ended interrupt. A byte that was read before "
	  "the "
	  "look at UIP, and thrown away after it, is not reported." },
	{ TIME, "running", LINT_GUEST, NULL,
	  "Time and calendar are written while REGB.SET holds the updates off.",
	  "An update between two of the writes carries into a byte that is old, or out of one that "
	  "is "
	  "new: the time is wrong by up to a century.",
	  "Set REGB.SET, write all of them, clear it again." },
	{ TIME, "range", LINT_GUEST, "CHIPS 82C836A table 6-2",
	  "Seconds are 0 to 59, hours 0 to 23, or 1 to 12 with bit 7 for PM, days and months from "
	  "1: in "
	  "BCD or binary, as REGB says when SET is cleared.",
	  "The clock counts on from there: digits over 9 and months over 12 stay for long.",
	  "Convert to the format that REGB has before the bytes are written; most PCs keep BCD." },
	{ "REGB", "mode", LINT_GUEST, NULL,
	  "DM and 24/12 say in which format the time bytes are; changing them does not convert the "
	  "bytes.",
	  "The clock counts on as if the bytes were in the new format: the time is nonsense, and "
	  "so "
	  "it is for whoever boots next.",
	  "Leave the format as it is and convert in software; or set SET, change it, write all ten "
	  "bytes, clear SET." },
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
