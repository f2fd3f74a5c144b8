/* SPDX-License-Identifier: MIT */
#include "devices/uart_16550/lints.h"

/* clang-format off */
const struct lint_desc uart_16550_lints[] = {
	[UART_16550_LINT_RBR_OVERRUN] =
	{ "RBR", "overrun", LINT_GUEST, "PC16550D 8.4",
	  "The receiver holds one character, with FIFOs 16. They must be read before the next"
	  " one is complete.",
	  "Without FIFOs the new character replaces the waiting one; with FIFOs the new one "
	  "is lost. LSR.OE shows that it happened, but not how often.",
	  "Enable the FIFOs. At each interrupt read RBR until LSR.DR is clear. Keep "
	  "interrupts off for less time than the free FIFO places last; or stop the other end"
	  " with RTS." },
	[UART_16550_LINT_THR_OVERRUN] =
	{ "THR", "overrun", LINT_GUEST, "PC16550D 8.4",
	  "THR accepts a byte only while LSR.THRE says that it (with FIFOs: the transmit "
	  "FIFO) is empty.",
	  "Without FIFOs the new byte overwrites the waiting one; with FIFOs, if all 16 "
	  "places are used, the new byte is lost. No status bit reports it.",
	  "Read LSR and wait for THRE before each byte; with FIFOs on, THRE allows 16 at once." },
	[UART_16550_LINT_BUSY] =
	{ "DLL DLM", "busy", LINT_GUEST, "PC16550D 8.3",
	  "A write to either divisor latch loads the baud counter at once.",
	  "The rest of the character in the shift register is sent at another speed: the "
	  "other end receives a wrong character.",
	  "Wait for LSR.TEMT, not only THRE, before changing the speed." },
	[UART_16550_LINT_ZERO] =
	{ "DLL", "zero", LINT_GUEST, "PC16550D 8.3",
	  "The divisor latches hold 1 to 65535; zero is not recommended.",
	  "The baud generator does not run at any defined rate. Chips differ; here it counts "
	  "65536.",
	  "Program DLL and DLM under LCR.DLAB before the first byte is sent." },
	{ 0 },
};
