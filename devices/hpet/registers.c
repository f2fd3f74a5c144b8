/* SPDX-License-Identifier: MIT */
/* HPET registers of the ICH9. Names are those of Intel's ICH datasheets. The clauses were read in
 * the ICH6 (82801FB), ICH7 (307013-003) and Xeon D-1500 PCH datasheets, which agree where they
 * describe the same timer, and in the register database of Core Ultra 200S (GEN_CAP_ID,
 * TMR0_CNF_CAP). */
#include "devices/hpet/registers.h"

#define R  REG_DIR_R
#define RW REG_DIR_RW

#define CAPABILITY(irqs) ((uint64_t)(irqs) << HPET_MODEL_INT_ROUT_CAP_LSB)
enum { PINS_20_TO_23 = 0xf00000, PIN_11 = 1 << 11, PIN_12 = 1 << 12 };

/* Bits 3, 8 and 14 are fixed at 0 in a timer without the capability; the model does that. */
/* clang-format off: keep the columns of the table */
#define CONF(name, offset, reset)                                                                  \
	{                                                                                          \
		name, offset, 64, RW, HPET_MODEL_ALWAYS, reset, "Xeon D-1500 PCH (332050) 14.1.5", \
			REG_FIELDS(                                                                \
				{ "INT_TYPE_CNF", 1, 1, REG_RW }, { "INT_ENB_CNF", 2, 2, REG_RW }, \
				{ "TYPE_CNF", 3, 3, REG_RW }, { "PER_INT_CAP", 4, 4, REG_RO },     \
				{ "SIZE_CAP", 5, 5, REG_RO }, { "VAL_SET_CNF", 6, 6, REG_RW },     \
				{ "32MODE_CNF", 8, 8, REG_RW }, { "INT_ROUT_CNF", 13, 9, REG_RW }, \
				{ "FSB_EN_CNF", 14, 14, REG_RW },                                  \
				{ "FSB_INT_DEL_CAP", 15, 15, REG_RO },                             \
				{ "INT_ROUT_CAP", 63, 32, REG_RO }),                               \
			0, 0, REG_HALVES                                                           \
	}
#define COMP(name, offset, reset, ...)                                                             \
	{                                                                                          \
		name, offset, 64, RW, HPET_MODEL_ALWAYS, reset, "82801G (ICH7) 20.1.6",            \
			REG_FIELDS(__VA_ARGS__), 0, 0, REG_HALVES, .compare = REG_COMPARE_DEADLINE \
	}
#define FSB_ROUT(name, offset)                                                                  \
	{                                                                                       \
		name, offset, 64, RW, HPET_MODEL_WITH_FSB, 0, "unread: IA-PC HPET 1.0a 2.3.10", \
			REG_FIELDS({ "FSB_INT_VAL", 31, 0, REG_RW },                            \
				   { "FSB_INT_ADDR", 63, 32, REG_RW }),                         \
			0, 0, REG_HALVES                                                        \
	}

const struct reg_desc hpet_regs[HPET_MODEL_N_REGS] = {
	/* 14.31818 MHz, Intel, legacy routing, 64-bit counter, 4 timers, revision 1. */
	[HPET_MODEL_GCAP_ID] = { "GCAP_ID", 0x000, 64, R, HPET_MODEL_ALWAYS, 0x0429b17f8086a301,
				 "Core Ultra 200S registers (834819), GEN_CAP_ID",
				 REG_FIELDS({ "REV_ID", 7, 0, REG_RO },
					    { "NUM_TIM_CAP", 12, 8, REG_RO },
					    { "COUNT_SIZE_CAP", 13, 13, REG_RO },
					    { "LEG_RT_CAP", 15, 15, REG_RO },
					    { "VENDOR_ID_CAP", 31, 16, REG_RO },
					    { "COUNTER_CLK_PER_CAP", 63, 32, REG_RO }),
				 0, 0, REG_HALVES },
	[HPET_MODEL_GEN_CONF] = { "GEN_CONF", 0x010, 64, RW, HPET_MODEL_ALWAYS, 0,
				  "unread: IA-PC HPET 1.0a 2.3.5",
				  REG_FIELDS({ "ENABLE_CNF", 0, 0, REG_RW },
					     { "LEG_RT_CNF", 1, 1, REG_RW }),
				  0, 0, REG_HALVES },
	[HPET_MODEL_GINTR_STA] = { "GINTR_STA", 0x020, 64, RW, HPET_MODEL_ALWAYS, 0,
				   "unread: IA-PC HPET 1.0a 2.3.6",
				   REG_FIELDS({ "T0_INT_STS", 0, 0, REG_W1C },
					      { "T1_INT_STS", 1, 1, REG_W1C },
					      { "T2_INT_STS", 2, 2, REG_W1C },
					      { "T3_INT_STS", 3, 3, REG_W1C }),
				   0, 0, REG_HALVES },
	[HPET_MODEL_MAIN_CNT] = { "MAIN_CNT", 0x0f0, 64, RW, HPET_MODEL_ALWAYS, 0,
				  "Xeon D-1500 PCH (332050) 14.1.4",
				  REG_FIELDS({ "COUNTER_VAL", 63, 0, REG_RW }), 0, 0, REG_HALVES,
				  .compare = REG_COMPARE_TIME },
	/* Only timer 0 is 64 bits wide and can be periodic. The upper half of the others is
	 * read-only. (The AMD-8111, whose timers are also 32 bits wide, does the same: 24674
	 * HPET108.) */
	[HPET_MODEL_TIM0_CONF] =
		CONF("TIM0_CONF", 0x100,
		     CAPABILITY(PINS_20_TO_23) | HPET_MODEL_PER_INT_CAP | HPET_MODEL_SIZE_CAP),
	[HPET_MODEL_TIM0_COMP] =
		COMP("TIM0_COMP", 0x108, UINT64_MAX, { "COMPARE_VAL", 63, 0, REG_RW }),
	[HPET_MODEL_TIM0_FSB_ROUT] = FSB_ROUT("TIM0_FSB_ROUT", 0x110),
	[HPET_MODEL_TIM1_CONF] = CONF("TIM1_CONF", 0x120, CAPABILITY(PINS_20_TO_23)),
	[HPET_MODEL_TIM1_COMP] = COMP("TIM1_COMP", 0x128, UINT32_MAX,
				      { "COMPARE_VAL", 31, 0, REG_RW }, { "ZERO", 63, 32, REG_RO }),
	[HPET_MODEL_TIM1_FSB_ROUT] = FSB_ROUT("TIM1_FSB_ROUT", 0x130),
	[HPET_MODEL_TIM2_CONF] = CONF("TIM2_CONF", 0x140, CAPABILITY(PINS_20_TO_23 | PIN_11)),
	[HPET_MODEL_TIM2_COMP] = COMP("TIM2_COMP", 0x148, UINT32_MAX,
				      { "COMPARE_VAL", 31, 0, REG_RW }, { "ZERO", 63, 32, REG_RO }),
	[HPET_MODEL_TIM2_FSB_ROUT] = FSB_ROUT("TIM2_FSB_ROUT", 0x150),
	[HPET_MODEL_TIM3_CONF] = CONF("TIM3_CONF", 0x160, CAPABILITY(PINS_20_TO_23 | PIN_12)),
	[HPET_MODEL_TIM3_COMP] = COMP("TIM3_COMP", 0x168, UINT32_MAX,
				      { "COMPARE_VAL", 31, 0, REG_RW }, { "ZERO", 63, 32, REG_RO }),
	[HPET_MODEL_TIM3_FSB_ROUT] = FSB_ROUT("TIM3_FSB_ROUT", 0x170),
};
/* clang-format on */
