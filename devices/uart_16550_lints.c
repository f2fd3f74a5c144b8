/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

const struct lint_desc uart_16550_lints[] = {
	{ "THR", "overrun", LINT_GUEST, "PC16550D 8.4",
	  "THR takes a byte only while LSR.THRE says that it is empty (with FIFOs: that the "
	  "transmit FIFO is).",
	  "Without FIFOs the new byte overwrites the one that waits; with FIFOs, once all 16 "
	  "places "
	  "are taken, the new byte is lost. Nothing tells of it.",
	  "Read LSR and wait for THRE before each byte; with FIFOs on, THRE allows 16 at once." },
	{ "DLL", "zero", LINT_GUEST, "PC16550D 8.3",
	  "The divisor latches hold 1 to 65535; zero is not recommended.",
	  "The baud generator does not run at any defined rate. Chips differ; here it counts "
	  "65536.",
	  "Program DLL and DLM under LCR.DLAB before the first byte is sent." },
	{ 0 },
};
