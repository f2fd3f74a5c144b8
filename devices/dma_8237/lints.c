/* SPDX-License-Identifier: MIT */
#include "devices/dma_8237/lints.h"

/* clang-format off */
const struct lint_desc dma_8237_lints[] = {
	[DMA_8237_LINT_FLIP_FLOP] =
	{ "ADDR[0-3] COUNT[0-3]", "flip-flop", LINT_GUEST, "82801DB 5.4.5.1",
	  "Addresses and counts are accessed as two bytes, the low one first. One byte "
	  "pointer, shared by all channels, says which byte is next.",
	  "The chip takes this byte as the upper half. The register then holds swapped or "
	  "mixed bytes, and a transfer goes to a wrong address.",
	  "Write CLEAR_BYTE_POINTER before each pair of bytes, and let nothing come between "
	  "them." },
	[DMA_8237_LINT_UNPROGRAMMED] =
	{ "ADDR[0-3] COUNT[0-3]", "unprogrammed", LINT_GUEST,
	  "460GX SDM 11.2.1.7, 11.2.1.8: undefined",
	  "Addresses and counts are undefined after a reset or master clear until they are "
	  "written.",
	  "The read returns an arbitrary value.", "Write the register before it is read." },
	[DMA_8237_LINT_MEMORY_TO_MEMORY] =
	{ "COMMAND", "memory-to-memory", LINT_NOT_MODELLED, "unread: 8237A, Command Register",
	  "COMMAND bit 0 makes channels 0 and 1 copy from memory to memory.",
	  "The original chip copies; many chipsets left it out.",
	  "Copy with the processor. Here nothing is moved." },
	[DMA_8237_LINT_POLARITY] =
	{ "COMMAND", "polarity", LINT_GUEST, "unread: 8237A, Command Register",
	  "COMMAND bits 6 and 7 set the polarity of DREQ and DACK. In a PC they are active "
	  "high and active low.",
	  "Every idle channel appears to request service, and devices get no acknowledge: the"
	  " machine hangs, or memory is overwritten.",
	  "Leave both bits 0." },
	[DMA_8237_LINT_SOFTWARE_REQUEST] =
	{ "REQUEST", "software-request", LINT_NOT_MODELLED, "unread: 8237A, Request Register",
	  "REQUEST bit 2 requests service of a channel by software.",
	  "The channel transfers as if its device had requested it.",
	  "PC software has no use for it. Here nothing is moved." },
	[DMA_8237_LINT_ILLEGAL] =
	{ "MODE", "illegal", LINT_GUEST, "unread: 8237A, Mode Register",
	  "MODE bits 3:2 are 00 verify, 01 write, 10 read; 11 is illegal, other than in cascade "
	  "mode, where they do not matter.",
	  "What the channel does is undefined.",
	  "Choose one direction: 01 moves from the device to memory." },
	{ 0 },
};
