/* SPDX-License-Identifier: MIT */
/* Registers of the Motorola MC146818 real-time clock as an AT wires it: an index and a data port,
 * and behind them 14 clock registers and 114 bytes of battery-backed RAM. */
#ifndef DEVICES_RTC_MC146818_REGISTERS_H
#define DEVICES_RTC_MC146818_REGISTERS_H

#include "emu/regs.h"

/* Rows of the port table; offsets from the base port 0x70. */
enum mc146818_port { MC146818_INDEX, MC146818_DATA, MC146818_N_PORTS };

/* Rows of the indexed table. */
enum mc146818_row {
	MC146818_SECONDS,
	MC146818_SECONDS_ALARM,
	MC146818_MINUTES,
	MC146818_MINUTES_ALARM,
	MC146818_HOURS,
	MC146818_HOURS_ALARM,
	MC146818_DAY_OF_WEEK,
	MC146818_DAY_OF_MONTH,
	MC146818_MONTH,
	MC146818_YEAR,
	MC146818_REGA,
	MC146818_REGB,
	MC146818_REGC,
	MC146818_REGD,
	MC146818_RAM_LOW,
	MC146818_CENTURY, /* 0x32: not in Motorola's chip; where AT clones and the DS12C887 keep it
			   */
	MC146818_RAM_HIGH,
	MC146818_N_ROWS
};

enum {
	MC146818_N_BYTES = 128,
	MC146818_CENTURY_INDEX = 0x32,

	MC146818_NMI_MASK = 0x80, /* INDEX */

	MC146818_REGA_UIP = 0x80,
	MC146818_REGA_DV = 0x70,
	MC146818_REGA_RS = 0x0f,
	MC146818_DV_32768 = 0x20, /* a 32.768 kHz crystal, running */
	MC146818_DV_RESET = 0x60, /* 11x: divider held in reset */

	MC146818_REGB_SET = 0x80,
	MC146818_REGB_PIE = 0x40,
	MC146818_REGB_AIE = 0x20,
	MC146818_REGB_UIE = 0x10,
	MC146818_REGB_SQWE = 0x08,
	MC146818_REGB_DM = 0x04, /* 1: binary, 0: BCD */
	MC146818_REGB_24H = 0x02,
	MC146818_REGB_DSE = 0x01,

	MC146818_REGC_IRQF = 0x80,
	MC146818_REGC_PF = 0x40,
	MC146818_REGC_AF = 0x20,
	MC146818_REGC_UF = 0x10,

	MC146818_REGD_VRT = 0x80,

	MC146818_HOURS_PM = 0x80, /* in 12-hour mode */
	MC146818_DONT_CARE = 0xc0 /* both bits set in an alarm byte */
};

extern const struct reg_desc mc146818_ports[MC146818_N_PORTS];
/* Indexed registers: `offset` is the index; slots in index order, so slot == index. */
extern const struct reg_desc mc146818_regs[MC146818_N_ROWS];

#endif
