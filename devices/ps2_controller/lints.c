/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc i8042_lints[] = {
	{ "OUTPUT", "overrun", LINT_GUEST, NULL,
	  "The output buffer holds one byte. A command whose answer goes there must be sent "
	  "only when STATUS.OBF is clear.",
	  "The answer replaces the waiting byte. A byte from keyboard or mouse is lost, and "
	  "the rest of its sequence is misread.",
	  "Disable both devices, read OUTPUT until OBF is clear, then send the command." },
	{ "OUTPUT", "empty", LINT_GUEST, NULL,
	  "OUTPUT must be read only when STATUS.OBF says that there is a byte.",
	  "The last byte is read again and mistaken for a new one.",
	  "Wait for OBF, with a time limit." },
	{ "OUTPUT", "firmwares", LINT_NOTE, NULL,
	  "OUTPUT was read while STATUS.OBF is clear, and the firmware reads its bytes: the "
	  "keyboard interrupt still belongs to the BIOS, or the controller was not used yet.",
	  "The last byte is read again; the BIOS has already processed it.",
	  "Read keys with INT 16h; or take over the keyboard interrupt and wait for OBF." },
	{ "INPUT COMMAND", "busy", LINT_GUEST, NULL,
	  "The controller accepts a byte or a command only while STATUS.IBF is clear.",
	  "The previous byte, which the controller has not fetched yet, is overwritten.",
	  "Before each write to 0x60 or 0x64, read STATUS until IBF is clear, with a time "
	  "limit." },
	{ "COMMAND", "sequence", LINT_GUEST, NULL,
	  "A command with a data byte (0x60 to 0x7f, 0xd1 to 0xd4) must be followed by that "
	  "byte at port 0x60.",
	  "The new command cancels the waiting one; the byte meant for that goes to the "
	  "keyboard.",
	  "Write command and byte without another write to 0x64 in between: hold a lock, and "
	  "keep interrupts off." },
	{ "COMMAND", "unknown", LINT_GUEST, NULL, "This controller has no such command.",
	  "Chips ignore it, or do something specific to their maker.",
	  "Use only documented commands." },
	{ "COMMAND", "command", LINT_NOT_MODELLED, NULL,
	  "The model does not execute this documented command: password, polling the input "
	  "port.",
	  "Real controllers execute it, if they have the feature.", "Do without it here." },
	{ "COMMAND", "pulse", LINT_NOT_MODELLED, NULL,
	  "Commands 0xf0 to 0xff pulse the low bits of the output port for some microseconds.",
	  "Bit 0 is the reset line of the processor, bit 1 is A20; the others drive the "
	  "device cables.",
	  "Use 0xfe, which pulses reset alone. Here the other lines stay as they are." },
	{ 0 },
};

const struct lint_desc ps2_keyboard_lints[] = {
	{ NULL, "unanswered", LINT_GUEST, "unread: IBM PS/2 HITR, Keyboards, Commands",
	  "The keyboard answers each byte, most with 0xfa. Send the next byte only after the "
	  "answer.",
	  "The keyboard drops pending answers. Software that counts answers then mistakes "
	  "later bytes for them.",
	  "Wait, with a time limit, for the answer to each byte, option bytes included. Reset"
	  " (0xff) may be sent at any time." },
	{ NULL, "command", LINT_GUEST, "unread: IBM PS/2 HITR, Keyboards, Commands",
	  "The keyboard has no such command.", "The keyboard answers 0xfe (resend) and ignores it.",
	  "Use documented commands; check that the byte was not meant for the controller or the "
	  "mouse, and that each command's option byte was sent." },
	{ 0 },
};

const struct lint_desc ps2_mouse_lints[] = {
	{ NULL, "command", LINT_GUEST, "unread: IBM PS/2 HITR, Mouse, Commands",
	  "The mouse has no such command.",
	  "The mouse answers 0xfe (resend), or 0xfc to a second error.",
	  "Use documented commands, each after the controller's prefix 0xd4." },
	{ "SAMPLING_RATE", "five_buttons", LINT_NOT_MODELLED, NULL,
	  "Setting the sample rates 200, 200, 80 in sequence requests the five-button mode of"
	  " a wheel mouse.",
	  "A mouse with that mode then reports ID 4; others stay at ID 3.",
	  "Read the ID afterwards and use the mode that it reports; here it stays 3." },
	{ 0 },
};
