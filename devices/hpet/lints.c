/* SPDX-License-Identifier: MIT */
#include "devices/hpet/lints.h"

#define HPET_2_3_8 "unread: IA-PC HPET 1.0a 2.3.8"

/* clang-format off */
const struct lint_desc hpet_lints[] = {
	[HPET_LINT_ROUTE] =
	{ "TIM[0-3]_CONF", "route", LINT_GUEST, "82801G (ICH7) 20.1.5",
	  "INT_ROUT_CNF must select an I/O APIC input that INT_ROUT_CAP allows for this timer.",
	  "The interrupt does not arrive, or arrives at an input that the chip chooses.",
	  "Read INT_ROUT_CAP, write one of its inputs, and read back whether it was taken." },
	[HPET_LINT_PERIODIC] =
	{ "TIM[1-3]_CONF", "periodic", LINT_GUEST, "82801G (ICH7) 5.18.3",
	  "TYPE_CNF may be set only in a timer whose PER_INT_CAP is set.",
	  "The bit stays 0: the timer fires once.", "Read PER_INT_CAP; timer 0 has it." },
	[HPET_LINT_FSB] =
	{ "TIM[0-3]_CONF", "fsb", LINT_GUEST, HPET_2_3_8,
	  "FSB_EN_CNF may be set only in a timer whose FSB_INT_DEL_CAP is set.",
	  "The bit stays 0: interrupts go to the I/O APIC.", "Read FSB_INT_DEL_CAP first." },
	[HPET_LINT_FSB_LEVEL] =
	{ "TIM[0-3]_CONF", "fsb-level", LINT_GUEST,
	  "Intel Pentium Silver datasheet vol. 1, HPET, Interrupt Mapping",
	  "A timer that sends messages is edge-triggered.",
	  "Undefined: a level can be released, but a message cannot be taken back.",
	  "Clear INT_TYPE_CNF where FSB_EN_CNF is set." },
	[HPET_LINT_VAL_SET] =
	{ "TIM[0-3]_CONF", "val-set", LINT_GUEST, HPET_2_3_8,
	  "VAL_SET_CNF allows writing the next value of a periodic timer; it has no meaning "
	  "in other timers.",
	  "It has no effect.", "Set TYPE_CNF in the same write, or leave VAL_SET_CNF clear." },
	[HPET_LINT_EDGE] =
	{ "GINTR_STA", "edge", LINT_GUEST, "unread: IA-PC HPET 1.0a 2.3.6",
	  "The status bit of an edge-triggered timer is not used: software writes 0 to it.",
	  "The bit reads as 0 and ignores writes.",
	  "Clear the status only of level-triggered timers." },
	[HPET_LINT_COUNTER_RUNNING] =
	{ "MAIN_CNT", "running", LINT_GUEST, NULL,
	  "The main counter may be written only while GEN_CONF.ENABLE_CNF is clear.",
	  "The value may be stored only in part, or be wrong by the ticks that passed "
	  "meanwhile.",
	  "Clear ENABLE_CNF, write the counter, set it again." },
	[HPET_LINT_COMPARATOR_RUNNING] =
	{ "TIM0_COMP", "running", LINT_GUEST, "82801G (ICH7) 5.18.3",
	  "The counter must be halted before period and first value of a periodic timer are "
	  "set.",
	  "The counter may pass the first value before it is written: the first interrupt comes "
	  "minutes late.",
	  "Halt the counter, set VAL_SET_CNF, write the comparator, start the counter." },
	{ 0 },
};
