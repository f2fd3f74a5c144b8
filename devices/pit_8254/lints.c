/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc i8254_lints[] = {
	{ "COUNTER*", "unprogrammed", LINT_GUEST, "82371AB (PIIX4) p. 181",
	  "After power-on a counter's mode, count and output are undefined until its control word "
	  "and then its count are written.",
	  "The count read is anything; a count written is taken in whatever mode the chip woke up "
	  "with.",
	  "Write CONTROL for that counter first." },
	{ "COUNTER*", "unlatched", LINT_GUEST, "ZT 8809A manual p. 11-8",
	  "A count is read after a latch command, or while GATE holds the counter.",
	  "The byte may be read while it changes, and two bytes are of different moments: 0x0100 "
	  "on its "
	  "way to 0x00ff is read as 0x0000 or 0x01ff.",
	  "Write a latch command (0x00 for counter 0) or a read-back command, then read both "
	  "bytes." },
	{ "COUNTER*", "latched", LINT_GUEST, "ZT 8809A manual p. 11-10",
	  "A latched count is read, all of its bytes, before the counter is latched again.",
	  "The second latch command is ignored: what is read is the count of the first, however "
	  "long ago "
	  "that was.",
	  "Read the bytes right after each latch command, with interrupts off." },
	{ "COUNTER*", "half-read", LINT_GUEST, "ZT 8809A manual p. 11-10",
	  "Of a counter with two-byte counts both bytes are read before anyone else reads that "
	  "counter.",
	  "The next read gives the high byte, where the low one is expected, and so it goes on.",
	  "Read both bytes with interrupts off, even if one is of no use." },
	{ "COUNTER*", "half-written", LINT_GUEST, "ZT 8809A manual p. 11-6",
	  "A count is written in the format of its control word: two bytes, the low one first.",
	  "The counter waits for the high byte; in mode 0 it has stopped. A control word makes it "
	  "forget the low one.",
	  "Write both bytes with interrupts off, 0 too." },
	{ "COUNTER*", "bcd", LINT_GUEST, "unread: Intel 231164 Write Operations",
	  "With the BCD bit set each four bits of a count are a digit from 0 to 9.",
	  "The chip counts on from a digit that does not exist; how long that takes is undefined.",
	  "Clear BCD in the control word: binary counts are what a PC uses." },
	{ "COUNTER*", "range", LINT_GUEST,
	  "unread: Intel 231164 Minimum and Maximum Initial Counts",
	  "In modes 2 and 3 the least count is 2.",
	  "Count 1 has no defined output: the counter may never change its output again.",
	  "Write 2 or more; 0 means 65536." },
	{ "CONTROL", "reserved", LINT_GUEST, NULL,
	  "Bits that a command does not use are written as 0: bits 3:0 of a counter latch command, "
	  "bit 0 of a read-back command, M2 of modes 2 and 3.",
	  "This chip ignores them; another, or a later one, need not.",
	  "Write 0x36 or 0x34, not 0x3e or 0x3c, and so on." },
	{ 0 },
};
