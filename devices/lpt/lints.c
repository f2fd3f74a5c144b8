/* SPDX-License-Identifier: MIT */
#include "devices/lpt/lints.h"

#define TIMES "Epson Stylus Photo 870/1270 service manual, Rev. B, table 1-10"
#define PINS  "Epson Stylus Photo 870/1270 service manual, Rev. B, table 1-13"

/* clang-format off */
const struct lint_desc lpt_lints[] = {
	[LPT_LINT_BUSY] =
	{ "CONTROL", "busy", LINT_GUEST, "Epson FX-86e manual, p. F-5",
	  "A byte may be sent only while BUSY is low, or after ACKNLG.",
	  "The printer does not take the byte. No line shows that it is lost.",
	  "Read STATUS before each byte, and wait until nBUSY is 1. After nINIT "
	  "rises the printer is busy until it has initialised itself." },
	[LPT_LINT_OFF_LINE] =
	{ "CONTROL", "off-line", LINT_GUEST,
	  "Canon MultiPASS 1000 user's manual, p. A-7",
	  "Off-line, without paper and in an error the printer holds SELECT "
	  "low and BUSY high: it cannot receive data.",
	  "The printer does not take the byte.",
	  "Read STATUS before each byte: PE 0, SLCT 1, nERR 1, nBUSY 1. Tell "
	  "the user what the printer needs, and try again." },
	[LPT_LINT_UNSELECTED] =
	{ "CONTROL", "unselected", LINT_GUEST, "SMSC LPC47B34x p. 96",
	  "SLCTIN 1 selects the printer; with 0 it is not selected.",
	  "Some printers take the byte all the same, others do not; this "
	  "one does not.",
	  "Keep SLCTIN set in every value that is written to CONTROL." },
	[LPT_LINT_SETUP] =
	{ "CONTROL", "setup", LINT_GUEST, TIMES,
	  "The data lines must be stable for 500 ns before STROBE.",
	  "The printer may read a mixture of the old byte and the new. Here it "
	  "reads nothing.",
	  "Write DATA, wait 500 ns, then set STROBE. Do not write both with one "
	  "16- or 32-bit access." },
	[LPT_LINT_SHORT] =
	{ "CONTROL", "short", LINT_GUEST, TIMES,
	  "STROBE must be active for at least 500 ns.",
	  "The printer may not see the pulse. Here it does not.",
	  "Set STROBE, wait 500 ns, clear it." },
	[LPT_LINT_LONG] =
	{ "CONTROL", "long", LINT_NOTE,
	  "connectworld.net, Centronics connector: STROBE",
	  "Most printers want a STROBE of 0.5 to 500 us.",
	  "Printers that answer by the end of the pulse, as this one, wait for "
	  "it. Others may take it for a second byte.",
	  "Keep interrupts off while STROBE is set." },
	[LPT_LINT_HOLD] =
	{ "DATA", "hold", LINT_GUEST, TIMES,
	  "The data lines must be stable while STROBE is active, and for 500 ns "
	  "after it.",
	  "A printer that reads late gets the new byte, or a mixture. Here, as "
	  "the manual's table 1-13 says, it read the byte at the beginning of "
	  "the pulse.",
	  "Wait 500 ns after clearing STROBE before the next byte is written to "
	  "DATA." },
	[LPT_LINT_INIT] =
	{ "CONTROL", "init", LINT_GUEST, PINS,
	  "nINIT must be low for at least 50 us.",
	  "The printer may or may not initialise itself. Here it does.",
	  "Clear nINIT, wait 50 us, set it again." },
	[LPT_LINT_DIRECTION] =
	{ "CONTROL", "direction", LINT_NOT_MODELLED, "SMSC LPC47B34x p. 96",
	  "PCD is not valid in printer mode: the direction is always out. "
	  "In bi-directional, EPP and ECP mode it makes the port an input.",
	  "In printer mode, the only one here, it is stored and has no "
	  "effect. In the other modes the data lines could be read.",
	  "Leave PCD clear. The status lines can be read in every mode." },
	{ 0 },
};
