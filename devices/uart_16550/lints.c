/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc uart_16550_lints[] = {
	{ "RBR", "overrun", LINT_GUEST, "PC16550D 8.4",
	  "The receiver holds one character, with FIFOs 16; they are read before the next one is "
	  "complete.",
	  "Without FIFOs the new character destroys the one that waits; with FIFOs it is the new "
	  "one "
	  "that is lost. LSR.OE tells that it happened, not how often.",
	  "Turn the FIFOs on, read RBR until LSR.DR is clear at each interrupt, and keep "
	  "interrupts "
	  "off for less than the time of the characters that still fit; or hold the other end "
	  "back by RTS." },
	{ "THR", "overrun", LINT_GUEST, "PC16550D 8.4",
	  "THR takes a byte only while LSR.THRE says that it is empty (with FIFOs: that the "
	  "transmit FIFO is).",
	  "Without FIFOs the new byte overwrites the one that waits; with FIFOs, once all 16 "
	  "places "
	  "are taken, the new byte is lost. Nothing tells of it.",
	  "Read LSR and wait for THRE before each byte; with FIFOs on, THRE allows 16 at once." },
	{ "DLL DLM", "busy", LINT_GUEST, "PC16550D 8.3",
	  "A write to either divisor latch loads the baud counter at once.",
	  "The rest of the character in the shift register goes out at another speed: the other "
	  "end "
	  "receives something else.",
	  "Wait for LSR.TEMT, not only THRE, before the speed is changed." },
	{ "DLL", "zero", LINT_GUEST, "PC16550D 8.3",
	  "The divisor latches hold 1 to 65535; zero is not recommended.",
	  "The baud generator does not run at any defined rate. Chips differ; here it counts "
	  "65536.",
	  "Program DLL and DLM under LCR.DLAB before the first byte is sent." },
	{ 0 },
};
