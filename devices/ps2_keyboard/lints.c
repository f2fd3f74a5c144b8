/* SPDX-License-Identifier: MIT */
#include "devices/ps2_keyboard/lints.h"

/* clang-format off */
const struct lint_desc ps2_keyboard_lints[] = {
	[PS2_KEYBOARD_LINT_UNANSWERED] =
	{ NULL, "unanswered", LINT_GUEST, "unread: IBM PS/2 HITR, Keyboards, Commands",
	  "The keyboard answers each byte, most with 0xfa. Send the next byte only after the "
	  "answer.",
	  "The keyboard drops pending answers. Software that counts answers then mistakes "
	  "later bytes for them.",
	  "Wait, with a time limit, for the answer to each byte, option bytes included. Reset"
	  " (0xff) may be sent at any time." },
	[PS2_KEYBOARD_LINT_COMMAND] =
	{ NULL, "command", LINT_GUEST, "unread: IBM PS/2 HITR, Keyboards, Commands",
	  "The keyboard has no such command.", "The keyboard answers 0xfe (resend) and ignores it.",
	  "Use documented commands; check that the byte was not meant for the controller or the "
	  "mouse, and that each command's option byte was sent." },
	{ 0 },
};
