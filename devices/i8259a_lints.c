/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc i8259a_lints[] = {
	{ "OCW1 OCW2 OCW3", "uninitialised", LINT_GUEST, "Atom E6xx datasheet 11.3.4",
	  "The initialisation words come first, in sequence: ICW1, ICW2, ICW3, ICW4. Only after "
	  "them does the chip take operation words.",
	  "An uninitialised chip has no vectors and gives no interrupt. In the middle of a "
	  "sequence "
	  "a byte meant for OCW1 is taken for the next ICW.",
	  "Finish the sequence on both chips before masking, EOI or a status command." },
	{ "ICW1", "wiring", LINT_GUEST, "Atom E6xx datasheet 11.3.4.3",
	  "ICW1.SNGL says that there is one chip; a PC has two, cascaded.",
	  "The chip skips ICW3 and takes the byte meant for it as ICW4; the slave's interrupts do "
	  "not arrive.",
	  "Write ICW1 as 0x11: SNGL clear, IC4 set." },
	{ "ICW3", "wiring", LINT_GUEST, "Atom E6xx datasheet 11.3.4.3",
	  "ICW3 tells each chip how the two are wired: 0x04 to the master, whose IR2 the slave "
	  "drives, 0x02 to the slave.",
	  "The master lets the wrong chip give the vector, or none: interrupts 8 to 15 come with "
	  "wrong vectors, or as spurious ones.",
	  "Write 0x04 to port 0x21 and 0x02 to port 0xa1." },
	{ "ICW4", "mcs80", LINT_NOT_MODELLED, "Atom E6xx datasheet 11.3.4.4",
	  "ICW4.UPM set means 8086 mode. Clear, or without ICW4, the chip is in MCS-80/85 mode.",
	  "In MCS-80/85 mode it answers with a CALL instruction, which no PC processor expects.",
	  "Set IC4 in ICW1 and UPM in ICW4. Here vectors are given as in 8086 mode." },
	{ 0 },
};
