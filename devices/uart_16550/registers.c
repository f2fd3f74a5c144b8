/* SPDX-License-Identifier: MIT */
/* Registers of the 16550A UART, as National PC16550D (June 1995) section 8 gives them. */
#include "devices/uart_16550/registers.h"

#define R      REG_DIR_R
#define W      REG_DIR_W
#define RW     REG_DIR_RW
#define ROW(x) [UART_16550_MODEL_##x]
enum { ANY = 0, DLAB0 = UART_16550_MODEL_DLAB_0, DLAB1 = UART_16550_MODEL_DLAB_1 };

const struct reg_desc uart_16550_regs[UART_16550_MODEL_N_REGS] = {
	/*           name  off wid dir bank  reset spec */
	ROW(RBR) = { "RBR", 0, 8, R, DLAB0, 0x00, "PC16550D table II",
		     REG_FIELDS({ "DATA", 7, 0, REG_RO }) },
	ROW(THR) = { "THR", 0, 8, W, DLAB0, 0x00, "PC16550D table II",
		     REG_FIELDS({ "DATA", 7, 0, REG_WO }) },
	ROW(DLL) = { "DLL", 0, 8, RW, DLAB1, 0x00, "PC16550D 8.3",
		     REG_FIELDS({ "DIV_LO", 7, 0, REG_RW }) },
	ROW(DLM) = { "DLM", 1, 8, RW, DLAB1, 0x00, "PC16550D 8.3",
		     REG_FIELDS({ "DIV_HI", 7, 0, REG_RW }) },
	ROW(IER) = { "IER", 1, 8, RW, DLAB0, 0x00, "PC16550D 8.7",
		     REG_FIELDS({ "ERBFI", 0, 0, REG_RW }, { "ETBEI", 1, 1, REG_RW },
				{ "ELSI", 2, 2, REG_RW }, { "EDSSI", 3, 3, REG_RW }) },
	ROW(IIR) = { "IIR", 2, 8, R, ANY, 0x01, "PC16550D 8.6",
		     REG_FIELDS({ "NOT_PENDING", 0, 0, REG_RO }, { "ID", 3, 1, REG_RO },
				{ "FIFOS_ENABLED", 7, 6, REG_RO }) },
	ROW(FCR) = { "FCR", 2, 8, W, ANY, 0x00, "PC16550D 8.5",
		     REG_FIELDS({ "FIFO_ENABLE", 0, 0, REG_WO }, { "RCVR_RESET", 1, 1, REG_WO },
				{ "XMIT_RESET", 2, 2, REG_WO }, { "DMA_MODE", 3, 3, REG_WO },
				{ "RCVR_TRIGGER", 7, 6, REG_WO }),
		     .kept = "DMA_MODE" },
	ROW(LCR) = { "LCR", 3, 8, RW, ANY, 0x00, "PC16550D 8.1",
		     REG_FIELDS({ "WLS", 1, 0, REG_RW }, { "STB", 2, 2, REG_RW },
				{ "PEN", 3, 3, REG_RW }, { "EPS", 4, 4, REG_RW },
				{ "STICK_PARITY", 5, 5, REG_RW }, { "SET_BREAK", 6, 6, REG_RW },
				{ "DLAB", 7, 7, REG_RW }),
		     .kept = "EPS STICK_PARITY" },
	ROW(MCR) = { "MCR", 4, 8, RW, ANY, 0x00, "PC16550D 8.8",
		     REG_FIELDS({ "DTR", 0, 0, REG_RW }, { "RTS", 1, 1, REG_RW },
				{ "OUT1", 2, 2, REG_RW }, { "OUT2", 3, 3, REG_RW },
				{ "LOOP", 4, 4, REG_RW }) },
	ROW(LSR) = { "LSR", 5, 8, R, ANY, 0x60, "PC16550D 8.4",
		     REG_FIELDS({ "DR", 0, 0, REG_RO }, { "OE", 1, 1, REG_RC },
				{ "PE", 2, 2, REG_RC }, { "FE", 3, 3, REG_RC },
				{ "BI", 4, 4, REG_RC }, { "THRE", 5, 5, REG_RO },
				{ "TEMT", 6, 6, REG_RO }, { "FIFO_ERR", 7, 7, REG_RO }),
		     .compare = REG_COMPARE_POLL },
	ROW(MSR) = { "MSR", 6, 8, R, ANY, 0x00, "PC16550D 8.9",
		     REG_FIELDS({ "DCTS", 0, 0, REG_RC }, { "DDSR", 1, 1, REG_RC },
				{ "TERI", 2, 2, REG_RC }, { "DDCD", 3, 3, REG_RC },
				{ "CTS", 4, 4, REG_RO }, { "DSR", 5, 5, REG_RO },
				{ "RI", 6, 6, REG_RO }, { "DCD", 7, 7, REG_RO }) },
	ROW(SCR) = { "SCR", 7, 8, RW, ANY, 0x00, "PC16550D 8.10",
		     REG_FIELDS({ "DATA", 7, 0, REG_RW }) },
};
