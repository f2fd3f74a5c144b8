/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc vga_lints[] = {
	{ "GR06", "window", LINT_GUEST, NULL,
	  "GR06.MM chooses which part of 0xa0000 to 0xbffff the adapter answers in, and MISC.ERAM "
	  "whether it answers at all.",
	  "Nobody answers: reads float, writes are lost.",
	  "Set MISC.ERAM, and use the window that the mode sets up: 0xb8000 for colour text, "
	  "0xb0000 for monochrome, 0xa0000 for graphics." },
	{ "SEQ_INDEX GC_INDEX CRTC_INDEX ATTR_INDEX ATTR_DATA", "index", LINT_GUEST, NULL,
	  "The index register selects no register that a VGA has.",
	  "Extended adapters have registers of their own there; a plain one reads anything and "
	  "ignores writes.",
	  "Use the indices of the VGA, or find out which adapter it is first. For ATTR_INDEX: read "
	  "ST01 to reset the flip-flop before an index is written." },
	{ "CR0[0-7]", "protected", LINT_GUEST, "X-Hacker.org VGA registers, Vert retrace end",
	  "While CR11 bit 7 is set, CR00 to CR07 cannot be written (apart from line compare's bit "
	  "in CR07).",
	  "The write is ignored: the old timing stays, half a mode is set.",
	  "Clear CR11 bit 7 before the timing registers are written, as every mode set does." },
	{ "CR11", "interrupt", LINT_NOT_MODELLED, NULL,
	  "CR11 bits 4 and 5 enable an interrupt at vertical retrace.",
	  "Where the adapter is wired to a line (few are), IRQ 2/9 comes at each retrace.",
	  "Poll ST01.VR. Here the interrupt never comes." },
	{ "AR00", "locked", LINT_GUEST, "vgadoc VGAREGS.TXT 3C0h",
	  "Bit 5 of the attribute index (PAS) gives the palette to the screen; while it is set the "
	  "palette registers cannot be written.",
	  "The write is ignored.",
	  "Write the index with bit 5 clear, then the palette, and set bit 5 at the end." },
	{ "MISC", "clock", LINT_NOT_MODELLED, NULL,
	  "MISC.CS values 2 and 3 choose a dot clock from outside.",
	  "An adapter without one has no picture, or another frequency of its maker's choice.",
	  "Use 0 (25.175 MHz) or 1 (28.322 MHz). Here 25.175 MHz is used." },
	{ "MISC", "page", LINT_NOT_MODELLED, NULL,
	  "MISC bit 5 chooses the page of odd/even addressing.",
	  "With it clear text is taken from the other 64 KiB; manuals differ about which.",
	  "Set it, as every BIOS mode does." },
	{ "VSE", "sleep", LINT_NOT_MODELLED, NULL,
	  "Bit 0 of port 0x3c3 clear puts the adapter to sleep.",
	  "It decodes nothing but this port until it is woken.",
	  "Leave it set. Here the adapter stays awake." },
	{ 0 },
};
