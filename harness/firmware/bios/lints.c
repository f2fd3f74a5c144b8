/* SPDX-License-Identifier: MIT */
#include "harness/firmware/bios/lints.h"

/* clang-format off */
const struct lint_desc bios_lints[] = {
	[BIOS_LINT_FUNCTION] =
	{ "INT10 INT13 INT14 INT15 INT16 INT1A", "function", LINT_NOT_MODELLED, "",
	  "A BIOS function that the firmware here does not have.",
	  "A BIOS of that age and kind may have it; one without it returns with the carry flag "
	  "set.",
	  "Check the carry flag and AH, and have another way." },
	[BIOS_LINT_DOTS] =
	{ "INT10", "dots", LINT_GUEST, "RBIL INT 10h AH=0Ch: valid only in graphics modes",
	  "A dot was written or read in a text mode, which has none.",
	  "A BIOS changes some character or glyph, or nothing.",
	  "Set a graphics mode first, and check with AH=0Fh that it is set. Here nothing is "
	  "changed." },
	[BIOS_LINT_VBE_MODE] =
	{ "INT10", "vbe-mode", LINT_NOT_MODELLED, "",
	  "A mode of the VESA BIOS Extension that the adapter does not have. The board's VGA has "
	  "the standard modes 00h to 07h and 0Dh to 13h alone, and says so: the list of modes is "
	  "empty.",
	  "An adapter that lacks the mode returns AX = 014Fh; most have many modes.",
	  "Run with --device vga, which has modes up to 1920x1200. Read the list that AX=4F00h "
	  "gives, check AX, and have another way: mode 12h, 13h, text." },
	[BIOS_LINT_VBE] =
	{ "INT10", "vbe", LINT_NOTE, "",
	  "A function of the VESA BIOS Extension was asked for that the adapter does not have. "
	  "The board's VGA has AX=4F00h, with an empty list of modes, and 4F02h and 4F03h for "
	  "the standard modes.",
	  "Most adapters have more of it. AL is not 4Fh where one lacks the function.",
	  "Run with --device vga, which has modes and functions. Check AX. This is a note, as AX "
	  "reports it to the caller." },
	[BIOS_LINT_DMA_BOUNDARY] =
	{ "INT13", "dma-boundary", LINT_NOTE,
	  "RBIL INT 13h AH=02h: status 09h, data boundary error",
	  "A diskette's buffer does not cross a 64 KiB boundary of physical memory: its DMA "
	  "controller cannot count over one.",
	  "The function fails with status 09h and moves nothing; some BIOSes overwrite memory 64 "
	  "KiB "
	  "below.",
	  "Check the carry flag, and read in two parts then; or choose another buffer. It is a "
	  "note, "
	  "as AH reports it to the caller, and loaders try it on purpose." },
	[BIOS_LINT_HOST] =
	{ "INT13", "host", LINT_NOT_MODELLED, "",
	  "The host could not read or write the file of a disk, or has no room left for what the "
	  "guest wrote to a snapshot. It is no fault of the guest.",
	  "The function fails with status 20h, as if the controller had.",
	  "Look at the host: its disk may be full, or the file removed or cut off." },
	[BIOS_LINT_MODE] =
	{ "TRAP", "mode", LINT_NOT_MODELLED, "", "A BIOS service was called outside of real mode.",
	  "Old BIOSes run 16-bit code in virtual-8086 mode too.",
	  "Call it in real mode. Here the call does nothing." },
	[BIOS_LINT_OUTSIDE] =
	{ "TRAP", "outside", LINT_GUEST, "", "This port belongs to the firmware of this machine.",
	  "No real machine has it.", "Do not write to it." },
	{ 0 },
};
