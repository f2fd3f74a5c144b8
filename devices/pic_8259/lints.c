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
	{ "ICW1", "sequence", LINT_GUEST, "Atom E6xx datasheet 11.3.4",
	  "ICW1 is followed by ICW2, ICW3 and ICW4 at the other port, all of them.",
	  "The chip starts again: vectors, wiring and mode of the sequence before are lost, and "
	  "until "
	  "the new one is complete no interrupt comes.",
	  "Write the four words in one go with interrupts off, to each chip once." },
	{ "OCW2", "not-in-service", LINT_GUEST, "Atom E6xx datasheet 11.3.7.1",
	  "An EOI marks the interrupt that is in service as completed: one for each interrupt, and "
	  "at "
	  "both chips for one of the slave's.",
	  "Nothing happens when nothing is in service. When a handler below is, a non-specific EOI "
	  "too "
	  "many ends that one, and it is interrupted by itself.",
	  "Send one EOI for each interrupt taken, none where ICW4.AEOI is set." },
	{ "OCW2", "spurious", LINT_GUEST, "Atom E6xx datasheet 11.3.7.1",
	  "A request that is gone when it is acknowledged gives vector 7 of its chip, and sets no "
	  "bit "
	  "of ISR: there is nothing to end.",
	  "Nothing happens when nothing is in service. When something is, a non-specific EOI ends "
	  "it "
	  "too early.",
	  "In the handlers of IRQ 7 and 15 read ISR (OCW3 0x0b). If bit 7 is clear, send no EOI to "
	  "that chip; for IRQ 15 send one to the master, where IR2 is in service." },
	{ "OCW2", "early-eoi", LINT_NOTE, "Atom E6xx datasheet 11.3.7.1",
	  "An EOI marks the interrupt that is in service as completed. Since ICW1 this chip has "
	  "given "
	  "none, or none but those that the firmware has served.",
	  "Nothing happens: no level is in service.",
	  "It does no harm, and can be left out: ICW1 clears ISR, and a BIOS ends what it "
	  "serves." },
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
