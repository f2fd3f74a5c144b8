/* SPDX-License-Identifier: MIT */
#include "harness/bios_lints.h"

const struct lint_desc bios_lints[] = {
	{ "INT10 INT13 INT14 INT15 INT16 INT1A", "function", LINT_NOT_MODELLED, "",
	  "A BIOS function that the firmware here does not have.",
	  "A BIOS of that age and kind may have it; one without it returns with the carry flag "
	  "set.",
	  "Check the carry flag and AH, and have another way." },
	{ "INT13", "dma-boundary", LINT_GUEST,
	  "RBIL INT 13h AH=02h: status 09h, data boundary error",
	  "A diskette's buffer does not cross a 64 KiB boundary of physical memory: its DMA "
	  "controller cannot count over one.",
	  "The function fails with status 09h; some BIOSes overwrite memory 64 KiB below.",
	  "Choose another buffer, or read in two parts." },
	{ "TRAP", "mode", LINT_NOT_MODELLED, "", "A BIOS service was called outside of real mode.",
	  "Old BIOSes run 16-bit code in virtual-8086 mode too.",
	  "Call it in real mode. Here the call does nothing." },
	{ "TRAP", "outside", LINT_GUEST, "", "This port belongs to the firmware of this machine.",
	  "No real machine has it.", "Do not write to it." },
	{ 0 },
};
