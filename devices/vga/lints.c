/* SPDX-License-Identifier: MIT */
#include "devices/vga/lints.h"

/* clang-format off */
const struct lint_desc vga_lints[] = {
	[VGA_LINT_WINDOW] =
	{ "GR06", "window", LINT_GUEST, NULL,
	  "GR06.MM selects the part of 0xa0000 to 0xbffff in which the adapter answers; "
	  "MISC.ERAM enables it.",
	  "Nothing answers: reads return all ones, writes are lost.",
	  "Set MISC.ERAM, and use the window of the mode: 0xb8000 for colour text, 0xb0000 "
	  "for monochrome, 0xa0000 for graphics." },
	[VGA_LINT_INDEX] =
	{ "SEQ_INDEX GC_INDEX CRTC_INDEX ATTR_INDEX ATTR_DATA", "index", LINT_GUEST, NULL,
	  "The index register selects no register that a VGA has.",
	  "Extended adapters have registers of their own there. On a standard VGA reads are "
	  "arbitrary and writes are ignored.",
	  "Use only indices of the VGA, or detect the adapter first. For ATTR_INDEX: read "
	  "ST01 to reset the flip-flop before writing an index." },
	[VGA_LINT_PROTECTED] =
	{ "CR0[0-7]", "protected", LINT_GUEST, "X-Hacker.org VGA registers, Vert retrace end",
	  "While CR11 bit 7 is set, CR00 to CR07 cannot be written (apart from line compare's bit "
	  "in CR07).",
	  "The write is ignored: the old timing stays, and the mode is set only in part.",
	  "Clear CR11 bit 7 before writing the timing registers, as every mode set does." },
	[VGA_LINT_INTERRUPT] =
	{ "CR11", "interrupt", LINT_NOT_MODELLED, NULL,
	  "CR11 bits 4 and 5 enable an interrupt at vertical retrace.",
	  "If the adapter is connected to the line (few are), IRQ 2/9 comes at each retrace.",
	  "Poll ST01.VR. Here the interrupt never comes." },
	[VGA_LINT_LOCKED] =
	{ "AR00", "locked", LINT_GUEST, "vgadoc VGAREGS.TXT 3C0h",
	  "Bit 5 of the attribute index (PAS) connects the palette to the screen. While it is"
	  " set, the palette registers cannot be written.",
	  "The write is ignored.",
	  "Write the index with bit 5 clear, then the palette, and set bit 5 at the end." },
	[VGA_LINT_CLOCK] =
	{ "MISC", "clock", LINT_NOT_MODELLED, NULL,
	  "MISC.CS values 2 and 3 select an external dot clock.",
	  "An adapter without one has no picture, or uses another frequency.",
	  "Use 0 (25.175 MHz) or 1 (28.322 MHz). Here 25.175 MHz is used." },
	[VGA_LINT_PAGE] =
	{ "MISC", "page", LINT_NOT_MODELLED, NULL,
	  "MISC bit 5 selects the page of odd/even addressing.",
	  "If it is clear, text is taken from the other 64 KiB; manuals differ about which.",
	  "Set it, as every BIOS mode does." },
	[VGA_LINT_SLEEP] =
	{ "VSE", "sleep", LINT_NOT_MODELLED, NULL,
	  "Clearing bit 0 of port 0x3c3 disables the adapter.",
	  "The adapter then decodes only this port, until the bit is set.",
	  "Leave it set. Here the adapter stays awake." },
	{ 0 },
};
