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
	  "Poll ST01.VR, or ST00.CRT_INT, which shows that the interrupt is pending. Here the line "
	  "is not connected." },
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
	[VGA_LINT_SLEEP] =
	{ "VSE", "sleep", LINT_GUEST, NULL,
	  "While bit 0 of port 0x3c3 is clear, the adapter answers at no other port, and not in its "
	  "memory.",
	  "Reads return all ones, writes are lost.",
	  "Set the bit first." },
	[VGA_LINT_UNSYNCHRONISED] =
	{ "SR01 MISC", "no-reset", LINT_GUEST, "FreeVGA Sequencer Registers, 00h Reset",
	  "The dot clock (MISC.CS, SR01.8_DOT, SR01.DCR) changes only while SR00 holds the "
	  "sequencer in its synchronous reset.",
	  "A memory cycle that is under way fails: video memory may lose data.",
	  "Write 01h to SR00, change the clock, and write 03h to SR00." },
	[VGA_LINT_ASYNCHRONOUS] =
	{ "SR00", "asynchronous", LINT_GUEST, "FreeVGA Sequencer Registers, 00h Reset",
	  "Clearing bit 0 of SR00 stops the sequencer at once, without regard to the memory cycle "
	  "that is under way.",
	  "Video memory may lose data.",
	  "Clear only bit 1 (write 01h): the synchronous reset waits for the end of the cycle." },
	[VGA_LINT_BLANK] =
	{ "ATTR_INDEX", "blank", LINT_GUEST, "vgadoc VGAREGS.TXT 3C0h",
	  "The screen is blank while bit 5 of the attribute index (PAS) is clear. It must be clear "
	  "only to write the palette; the other registers, and all reads, do not need it.",
	  "The screen stays blank, whatever is drawn, until an index with bit 5 set is written.",
	  "Read ST01 and write 20h to port 0x3c0 when the attribute controller is done with." },
	[VGA_LINT_DARK] =
	{ "ATTR_INDEX", "dark", LINT_NOTE, "vgadoc VGAREGS.TXT 3C0h",
	  "A picture is made while bit 5 of the attribute index (PAS) is clear, on an adapter that "
	  "could show something.",
	  "The screen is black.",
	  "Read ST01 and write 20h to port 0x3c0 when the attribute controller is done with." },
	[VGA_LINT_DIRECTION] =
	{ "DAC_DATA", "direction", LINT_GUEST,
	  "unread: IBM PS/2 HITR, Video Subsystem, Video DAC",
	  "After an index is written to port 0x3c7 the DAC's data can be read, after one to port "
	  "0x3c8 written, three bytes a colour.",
	  "What the other direction does is undefined; it may change the palette.",
	  "Write the index to the port of the direction, before the first data." },
	[VGA_LINT_DAC_RESERVED] =
	{ "DAC_DATA", "reserved", LINT_GUEST, NULL,
	  "A VGA's DAC has six bits for each colour; bits 6 and 7 must be 0.",
	  "They are ignored, so colours come out wrong: 0xff as 0x3f, 0x40 as 0.",
	  "Write values of 0 to 63. With --device vga, ENABLE.DAC_8BIT of the Bochs display gives it "
	  "eight bits." },
	{ 0 },
};
