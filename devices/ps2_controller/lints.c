/* SPDX-License-Identifier: MIT */
#include "devices/ps2_controller/lints.h"

/* clang-format off */
const struct lint_desc ps2_controller_lints[] = {
	[PS2_CONTROLLER_LINT_OVERRUN] =
	{ "OUTPUT", "overrun", LINT_GUEST, NULL,
	  "The output buffer holds one byte. A command whose answer goes there must be sent "
	  "only when STATUS.OBF is clear.",
	  "The answer replaces the waiting byte. A byte from keyboard or mouse is lost, and "
	  "the rest of its sequence is misread.",
	  "Disable both devices, read OUTPUT until OBF is clear, then send the command." },
	[PS2_CONTROLLER_LINT_EMPTY] =
	{ "OUTPUT", "empty", LINT_GUEST, NULL,
	  "OUTPUT must be read only when STATUS.OBF says that there is a byte.",
	  "The last byte is read again and mistaken for a new one.",
	  "Wait for OBF, with a time limit." },
	[PS2_CONTROLLER_LINT_FIRMWARES] =
	{ "OUTPUT", "firmwares", LINT_NOTE, NULL,
	  "OUTPUT was read while STATUS.OBF is clear, and the firmware reads its bytes: the "
	  "keyboard interrupt still belongs to the BIOS, or the controller was not used yet.",
	  "The last byte is read again; the BIOS has already processed it.",
	  "Read keys with INT 16h; or take over the keyboard interrupt and wait for OBF." },
	[PS2_CONTROLLER_LINT_BUSY] =
	{ "INPUT COMMAND", "busy", LINT_GUEST, NULL,
	  "The controller accepts a byte or a command only while STATUS.IBF is clear.",
	  "The previous byte, which the controller has not fetched yet, is overwritten.",
	  "Before each write to 0x60 or 0x64, read STATUS until IBF is clear, with a time "
	  "limit." },
	[PS2_CONTROLLER_LINT_SEQUENCE] =
	{ "COMMAND", "sequence", LINT_GUEST, NULL,
	  "A command with a data byte (0x60 to 0x7f, 0xd1 to 0xd4) must be followed by that "
	  "byte at port 0x60.",
	  "The new command cancels the waiting one; the byte meant for that goes to the "
	  "keyboard.",
	  "Write command and byte without another write to 0x64 in between: hold a lock, and "
	  "keep interrupts off." },
	[PS2_CONTROLLER_LINT_UNKNOWN] =
	{ "COMMAND", "unknown", LINT_GUEST, NULL, "This controller has no such command.",
	  "Chips ignore it, or do something specific to their maker.",
	  "Use only documented commands." },
	[PS2_CONTROLLER_LINT_COMMAND] =
	{ "COMMAND", "command", LINT_NOT_MODELLED, NULL,
	  "The model does not execute this documented command: password, polling the input "
	  "port.",
	  "Real controllers execute it, if they have the feature.", "Do without it here." },
	[PS2_CONTROLLER_LINT_PULSE] =
	{ "COMMAND", "pulse", LINT_NOT_MODELLED, NULL,
	  "Commands 0xf0 to 0xff pulse the low bits of the output port for some microseconds.",
	  "Bit 0 is the reset line of the processor, bit 1 is A20; the others drive the "
	  "device cables.",
	  "Use 0xfe, which pulses reset alone. Here the other lines stay as they are." },
	{ 0 },
};
