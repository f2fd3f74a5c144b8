/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc i8042_lints[] = {
	{ "OUTPUT", "overrun", LINT_GUEST, NULL,
	  "The output buffer holds one byte. A command that answers through it is sent only when "
	  "STATUS.OBF is clear.",
	  "The answer replaces the byte that waits: a key or a mouse byte is lost, and the stream "
	  "that it belonged to is out of step.",
	  "Disable both devices, read OUTPUT until OBF is clear, then send the command." },
	{ "OUTPUT", "empty", LINT_GUEST, NULL,
	  "OUTPUT is read only when STATUS.OBF says that there is a byte.",
	  "The last byte is read once more and taken for a new one.",
	  "Wait for OBF, with a bound." },
	{ "OUTPUT", "firmwares", LINT_NOTE, NULL,
	  "OUTPUT was read while STATUS.OBF is clear, and it is the firmware that reads its bytes: "
	  "the keyboard's interrupt is the BIOS's, or nothing was done to the controller yet.",
	  "The byte that was read last is read again: the BIOS has made a keystroke of it.",
	  "Take keys from INT 16h; or take the keyboard's interrupt over, and wait for OBF." },
	{ "INPUT COMMAND", "busy", LINT_GUEST, NULL,
	  "The controller takes a byte or a command only while STATUS.IBF is clear.",
	  "The byte before it, which the controller has not fetched yet, is overwritten.",
	  "Read STATUS and wait, with a bound, until IBF is clear before each write to 0x60 or "
	  "0x64." },
	{ "COMMAND", "sequence", LINT_GUEST, NULL,
	  "A command that takes a data byte (0x60 to 0x7f, 0xd1 to 0xd4) is followed by it at port "
	  "0x60.",
	  "The new command cancels the one that waits; the byte meant for that one goes to the "
	  "keyboard.",
	  "Write command and byte with nothing between that writes to 0x64: hold a lock, keep "
	  "interrupts off." },
	{ "COMMAND", "unknown", LINT_GUEST, NULL, "The byte is no command of this controller.",
	  "Chips ignore it, or do what their maker put there.",
	  "Use the documented commands alone." },
	{ "COMMAND", "command", LINT_NOT_MODELLED, NULL,
	  "A documented command that the model does not carry out: password, polling the input "
	  "port.",
	  "Real controllers carry it out, if they have the feature.", "Do without it here." },
	{ "COMMAND", "pulse", LINT_NOT_MODELLED, NULL,
	  "Commands 0xf0 to 0xff pulse the low bits of the output port for some microseconds.",
	  "Bit 0 is the processor's reset line, bit 1 A20; the others drive cables.",
	  "Use 0xfe, which pulses reset alone. Here the other lines stay as they are." },
	{ 0 },
};

const struct lint_desc ps2_keyboard_lints[] = {
	{ NULL, "unanswered", LINT_GUEST, "unread: IBM PS/2 HITR, Keyboards, Commands",
	  "The keyboard answers each byte, most with 0xfa; the next byte is sent after the answer.",
	  "The keyboard forgets what it had to say: answers are missing, and whoever counts them "
	  "takes "
	  "later bytes for them.",
	  "Wait, with a bound, for the answer to each byte, option bytes too. Reset (0xff) may be "
	  "sent "
	  "at any time." },
	{ NULL, "command", LINT_GUEST, "unread: IBM PS/2 HITR, Keyboards, Commands",
	  "The byte is no keyboard command.", "The keyboard answers 0xfe (resend) and ignores it.",
	  "Use documented commands; check that the byte was not meant for the controller or the "
	  "mouse, and that each command's option byte was sent." },
	{ 0 },
};

const struct lint_desc ps2_mouse_lints[] = {
	{ NULL, "command", LINT_GUEST, "unread: IBM PS/2 HITR, Mouse, Commands",
	  "The byte is no mouse command.",
	  "The mouse answers 0xfe (resend), or 0xfc to a second error.",
	  "Use documented commands, each after the controller's prefix 0xd4." },
	{ "SAMPLING_RATE", "five_buttons", LINT_NOT_MODELLED, NULL,
	  "The sample rates 200, 200, 80 in sequence ask a wheel mouse for its five-button mode.",
	  "A mouse that has it answers ID 4 from then on; others stay at ID 3.",
	  "Read the ID afterwards and go by what it says; here it stays 3." },
	{ 0 },
};
