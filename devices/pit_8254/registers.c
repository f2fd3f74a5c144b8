/* SPDX-License-Identifier: MIT */
/* Registers of the 8254 (Intel 231164). The clauses were read in the 82371AB (PIIX4) datasheet,
 * which repeats them; the control word in the Ziatech ZT 8808A manual. */
#include "devices/pit_8254/registers.h"

/* clang-format off */
#define COUNTER(name, offset) \
	{ name, offset, 8, REG_DIR_RW, 0, 0x00, "82371AB (PIIX4) 4.2.3.3", \
	  REG_FIELDS({ "BYTE", 7, 0, REG_RW }), .compare = REG_COMPARE_TIME }
/* clang-format on */

const struct reg_desc pit_8254_regs[PIT_8254_MODEL_N_REGS] = {
	[PIT_8254_MODEL_COUNTER0] = COUNTER("COUNTER0", 0),
	[PIT_8254_MODEL_COUNTER1] = COUNTER("COUNTER1", 1),
	[PIT_8254_MODEL_COUNTER2] = COUNTER("COUNTER2", 2),
	[PIT_8254_MODEL_CONTROL] = { "CONTROL", 3, 8, REG_DIR_W, 0, 0x00,
				     "8254 control word, ZT 8808A manual figure 11-3",
				     REG_FIELDS({ "BCD", 0, 0, REG_WO }, { "M", 3, 1, REG_WO },
						{ "RW", 5, 4, REG_WO }, { "SC", 7, 6, REG_WO }) },
};
