/* SPDX-License-Identifier: MIT */
#include "devices/ps2_mouse/lints.h"

/* clang-format off */
const struct lint_desc ps2_mouse_lints[] = {
	[PS2_MOUSE_LINT_COMMAND] =
	{ NULL, "command", LINT_GUEST, "unread: IBM PS/2 HITR, Mouse, Commands",
	  "The mouse has no such command.",
	  "The mouse answers 0xfe (resend), or 0xfc to a second error.",
	  "Use documented commands, each after the controller's prefix 0xd4." },
	[PS2_MOUSE_LINT_FIVE_BUTTONS] =
	{ "SAMPLING_RATE", "five_buttons", LINT_NOT_MODELLED, NULL,
	  "Setting the sample rates 200, 200, 80 in sequence requests the five-button mode of"
	  " a wheel mouse.",
	  "A mouse with that mode then reports ID 4; others stay at ID 3.",
	  "Read the ID afterwards and use the mode that it reports; here it stays 3." },
	{ 0 },
};
