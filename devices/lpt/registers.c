/* SPDX-License-Identifier: MIT */
/* Registers of the parallel port, as SMSC's datasheets give them: LPC47B34x p. 96, and for the page
 * before that one, with the same text, LPC47S42x p. 92. */
#include "devices/lpt/registers.h"

#define RW     REG_DIR_RW
#define ROW(x) [LPT_MODEL_##x]

const struct reg_desc lpt_regs[LPT_MODEL_N_REGS] = {
	/*               name   off wid dir bank reset spec */
	ROW(DATA) = { "DATA", 0, 8, RW, 0, 0x00, "SMSC LPC47S42x p. 92",
		      REG_FIELDS({ "PD", 7, 0, REG_RW }) },
	ROW(STATUS) = { "STATUS", 1, 8, RW, 0, 0x00, "SMSC LPC47S42x p. 92, LPC47B34x p. 96",
			REG_FIELDS({ "TMOUT", 0, 0, REG_W1C }, { "nERR", 3, 3, REG_RO },
				   { "SLCT", 4, 4, REG_RO }, { "PE", 5, 5, REG_RO },
				   { "nACK", 6, 6, REG_RO }, { "nBUSY", 7, 7, REG_RO }),
			.compare = REG_COMPARE_POLL, .kept = "TMOUT" },
	ROW(CONTROL) = { "CONTROL", 2, 8, RW, 0, 0x00, "SMSC LPC47B34x p. 96",
			 REG_FIELDS({ "STROBE", 0, 0, REG_RW }, { "AUTOFD", 1, 1, REG_RW },
				    { "nINIT", 2, 2, REG_RW }, { "SLCTIN", 3, 3, REG_RW },
				    { "IRQE", 4, 4, REG_RW }, { "PCD", 5, 5, REG_RW }),
			 .kept = "AUTOFD", .undone = "PCD" },
};
