/* SPDX-License-Identifier: MIT */
#include "devices/fw_cfg/lints.h"

#define SELECTOR "fw_cfg.rst, Selector Register"
#define DMA      "fw_cfg.rst, Guest-side DMA Interface"

/* No real chip exists: "hardware" here means QEMU. */
/* clang-format off */
const struct lint_desc fw_cfg_lints[] = {
	[FW_CFG_LINT_UNKNOWN_KEY] =
	{ "SELECTOR", "unknown-key", LINT_NOT_MODELLED, SELECTOR, "No item has this key here.",
	  "QEMU has more items; a key that it does not have reads as zeroes too.",
	  "Look the key up in the file directory (key 0x19)." },
	[FW_CFG_LINT_WIDTH] =
	{ "SELECTOR", "width", LINT_GUEST, SELECTOR, "The selector is written with 16 bits.",
	  "A byte does not select an item.", "Use a 16-bit OUT to port 0x510." },
	[FW_CFG_LINT_SELECTOR_BUSY] =
	{ "SELECTOR", "busy", LINT_GUEST, SELECTOR,
	  "No item is selected while a DMA operation is under way.",
	  "The operation and the selection interfere with each other.",
	  "Poll the control field of the operation until all bits but the error bit are clear." },
	[FW_CFG_LINT_WRITE] =
	{ "DATA", "write", LINT_GUEST, "fw_cfg.rst, Data Register",
	  "The data port takes no writes (since QEMU 2.4).", "The write is ignored.",
	  "Use a DMA operation for items that can be written." },
	[FW_CFG_LINT_DATA_BUSY] =
	{ "DATA", "busy", LINT_GUEST, "fw_cfg.rst, Data Register",
	  "The data port is not read while a DMA operation is under way.",
	  "The operation and the read move the same offset.",
	  "Wait until the operation's control field is clear." },
	[FW_CFG_LINT_DMA_BUSY] =
	{ "DMA_HIGH DMA_LOW", "busy", LINT_GUEST, DMA,
	  "Only one DMA operation can run: write the next address when its control field is "
	  "clear.",
	  "The write is lost.", "Wait until the operation's control field is clear." },
	[FW_CFG_LINT_RESERVED] =
	{ "DMA_LOW", "reserved", LINT_GUEST, DMA,
	  "The control field has the bits error, read, skip, select and write; the others "
	  "have no meaning.",
	  "They are ignored today.", "Write them as 0. The structure is big-endian." },
	[FW_CFG_LINT_READ_ONLY] =
	{ "DMA_LOW", "read-only", LINT_GUEST, DMA, "This item cannot be written.",
	  "The operation ends with the error bit set.", "Check the error bit; read it instead." },
	{ 0 },
};
