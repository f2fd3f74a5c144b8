/* SPDX-License-Identifier: MIT */
#include "devices/pic_8259/lints.h"

/* clang-format off */
const struct lint_desc pic_8259_lints[] = {
	[PIC_8259_LINT_UNINITIALISED] =
	{ "OCW1 OCW2 OCW3", "uninitialised", LINT_GUEST, "Atom E6xx datasheet 11.3.4",
	  "The initialisation words must be written first, in sequence: ICW1, ICW2, ICW3, "
	  "ICW4. Only then does the chip accept operation words.",
	  "An uninitialised chip has no vectors and gives no interrupt. During the sequence, "
	  "a byte meant as OCW1 is taken as the next ICW.",
	  "Complete the sequence on both chips before writing masks, EOIs or status commands." },
	[PIC_8259_LINT_SEQUENCE] =
	{ "ICW1", "sequence", LINT_GUEST, "Atom E6xx datasheet 11.3.4",
	  "ICW1 must be followed by ICW2, ICW3 and ICW4 at the other port.",
	  "The sequence starts again. Vectors, wiring and mode of the earlier sequence are "
	  "lost, and no interrupt comes until the new one is complete.",
	  "Write the four words together, with interrupts off, once to each chip." },
	[PIC_8259_LINT_NOT_IN_SERVICE] =
	{ "OCW2", "not-in-service", LINT_GUEST, "Atom E6xx datasheet 11.3.7.1",
	  "An EOI ends the interrupt in service. Each interrupt needs one; an interrupt of "
	  "the slave needs one at each chip.",
	  "If nothing is in service, nothing happens. If this handler interrupted another "
	  "one, a non-specific EOI ends that one's interrupt, which can then interrupt "
	  "itself.",
	  "Send one EOI for each interrupt taken, none where ICW4.AEOI is set." },
	[PIC_8259_LINT_SPURIOUS] =
	{ "OCW2", "spurious", LINT_GUEST, "Atom E6xx datasheet 11.3.7.1",
	  "A request that vanished before it is acknowledged gives vector 7 of its chip and "
	  "sets no bit of ISR. There is nothing to end.",
	  "If nothing is in service, nothing happens. Otherwise a non-specific EOI ends "
	  "another interrupt too early.",
	  "In the handlers of IRQ 7 and 15 read ISR (OCW3 0x0b). If bit 7 is clear, send no EOI to "
	  "that chip; for IRQ 15 send one to the master, where IR2 is in service." },
	[PIC_8259_LINT_EARLY_EOI] =
	{ "OCW2", "early-eoi", LINT_NOTE, "Atom E6xx datasheet 11.3.7.1",
	  "An EOI ends the interrupt in service. Since ICW1 this chip has given no interrupt,"
	  " or only interrupts that the firmware handled.",
	  "Nothing happens: no level is in service.",
	  "Harmless, and can be left out: ICW1 clears ISR, and a BIOS ends the interrupts "
	  "that it handles." },
	[PIC_8259_LINT_ICW1_WIRING] =
	{ "ICW1", "wiring", LINT_GUEST, "Atom E6xx datasheet 11.3.4.3",
	  "ICW1.SNGL says that there is one chip; a PC has two, cascaded.",
	  "The chip skips ICW3 and takes the byte meant for it as ICW4; the slave's interrupts do "
	  "not arrive.",
	  "Write ICW1 as 0x11: SNGL clear, IC4 set." },
	[PIC_8259_LINT_ICW3_WIRING] =
	{ "ICW3", "wiring", LINT_GUEST, "Atom E6xx datasheet 11.3.4.3",
	  "ICW3 describes the wiring of the two chips: 0x04 for the master, whose IR2 the "
	  "slave drives, and 0x02 for the slave.",
	  "The wrong chip gives the vector, or none does: interrupts 8 to 15 arrive with "
	  "wrong vectors, or as spurious ones.",
	  "Write 0x04 to port 0x21 and 0x02 to port 0xa1." },
	[PIC_8259_LINT_MCS80] =
	{ "ICW4", "mcs80", LINT_NOT_MODELLED, "Atom E6xx datasheet 11.3.4.4",
	  "ICW4.UPM set means 8086 mode. Clear, or without ICW4, the chip is in MCS-80/85 mode.",
	  "In MCS-80/85 mode it answers with a CALL instruction, which no PC processor expects.",
	  "Set IC4 in ICW1 and UPM in ICW4. Here vectors are given as in 8086 mode." },
	{ 0 },
};
