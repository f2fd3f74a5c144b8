/* SPDX-License-Identifier: MIT */
#include "devices/pit_8254/lints.h"

/* clang-format off */
const struct lint_desc pit_8254_lints[] = {
	[PIT_8254_LINT_UNPROGRAMMED] =
	{ "COUNTER*", "unprogrammed", LINT_GUEST, "82371AB (PIIX4) p. 181",
	  "After power-on a counter's mode, count and output are undefined until its control word "
	  "and then its count are written.",
	  "A count that is read is arbitrary. A count that is written is used in whatever "
	  "mode the chip powered up with.",
	  "Write CONTROL for that counter first." },
	[PIT_8254_LINT_UNLATCHED] =
	{ "COUNTER*", "unlatched", LINT_GUEST, "ZT 8809A manual p. 11-8",
	  "A count must be read after a latch command, or while GATE stops the counter.",
	  "The byte may be read while it changes, and two bytes are from different moments: "
	  "0x0100 changing to 0x00ff may be read as 0x0000 or 0x01ff.",
	  "Write a latch command (0x00 for counter 0) or a read-back command, then read both "
	  "bytes." },
	[PIT_8254_LINT_LATCHED] =
	{ "COUNTER*", "latched", LINT_GUEST, "ZT 8809A manual p. 11-10",
	  "All bytes of a latched count must be read before the counter is latched again.",
	  "The second latch command is ignored: the read returns the count of the first one, "
	  "however old.",
	  "Read the bytes right after each latch command, with interrupts off." },
	[PIT_8254_LINT_HALF_READ] =
	{ "COUNTER*", "half-read", LINT_GUEST, "ZT 8809A manual p. 11-10",
	  "In two-byte mode, both bytes of a counter must be read before other code reads "
	  "that counter.",
	  "The next read returns the high byte where the low one is expected, and all further"
	  " reads are wrong in the same way.",
	  "Read both bytes with interrupts off, even if one is not needed." },
	[PIT_8254_LINT_HALF_WRITTEN] =
	{ "COUNTER*", "half-written", LINT_GUEST, "ZT 8809A manual p. 11-6",
	  "A count must be written in the format of its control word: two bytes, the low one "
	  "first.",
	  "The counter waits for the high byte; in mode 0 it has stopped. A control word "
	  "discards the low byte.",
	  "Write both bytes with interrupts off, even if the high one is 0." },
	[PIT_8254_LINT_BCD] =
	{ "COUNTER*", "bcd", LINT_GUEST, "unread: Intel 231164 Write Operations",
	  "With the BCD bit set, each four bits of a count must be a digit from 0 to 9.",
	  "The chip counts down from an invalid digit; how long that takes is undefined.",
	  "Clear BCD in the control word: binary counts are what a PC uses." },
	[PIT_8254_LINT_RANGE] =
	{ "COUNTER*", "range", LINT_GUEST,
	  "unread: Intel 231164 Minimum and Maximum Initial Counts",
	  "In modes 2 and 3 the smallest count is 2.",
	  "Count 1 has no defined output: the counter may never change its output again.",
	  "Write 2 or more; 0 means 65536." },
	[PIT_8254_LINT_RESERVED] =
	{ "CONTROL", "reserved", LINT_GUEST, NULL,
	  "Bits that a command does not use must be written as 0: bits 3:0 of a counter latch"
	  " command, bit 0 of a read-back command, M2 of modes 2 and 3.",
	  "This chip ignores them; other or later chips may not.",
	  "Write 0x36 or 0x34, not 0x3e or 0x3c, and so on." },
	{ 0 },
};
