/* SPDX-License-Identifier: MIT */
#include "devices/rtc_mc146818/registers.h"

#define RW         REG_DIR_RW
#define BYTE(name) REG_FIELDS({ name, 7, 0, REG_RW })

/* clang-format off: keep the columns of the table */
const struct reg_desc rtc_mc146818_model_ports[RTC_MC146818_MODEL_N_PORTS] = {
	[RTC_MC146818_MODEL_INDEX] = { "INDEX", 0, 8, REG_DIR_W, 0, 0x00,
				       "unread: IBM PC/AT Technical Reference, Real-Time "
				       "Clock/CMOS RAM",
				       REG_FIELDS({ "ADDRESS", 6, 0, REG_WO },
						  { "NMI_MASK", 7, 7, REG_WO }),
				       .kept = "NMI_MASK" },
	[RTC_MC146818_MODEL_DATA] = { "DATA", 1, 8, RW, 0, 0x00,
				      "unread: IBM PC/AT Technical Reference, Real-Time Clock/CMOS "
				      "RAM",
				      BYTE("DATA") },
};

const struct reg_desc rtc_mc146818_regs[RTC_MC146818_MODEL_N_ROWS] = {
	[RTC_MC146818_MODEL_SECONDS] = { "SECONDS", 0x00, 8, RW, 0, 0x00,
					 "unread: MC146818A Time, Calendar, and Alarm Locations",
					 BYTE("SECONDS"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_SECONDS_ALARM] = { "SECONDS_ALARM", 0x01, 8, RW, 0, 0x00,
					       "unread: MC146818A Time, Calendar, and Alarm "
					       "Locations",
					       BYTE("SECONDS") },
	[RTC_MC146818_MODEL_MINUTES] = { "MINUTES", 0x02, 8, RW, 0, 0x00,
					 "unread: MC146818A Time, Calendar, and Alarm Locations",
					 BYTE("MINUTES"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_MINUTES_ALARM] = { "MINUTES_ALARM", 0x03, 8, RW, 0, 0x00,
					       "unread: MC146818A Time, Calendar, and Alarm "
					       "Locations",
					       BYTE("MINUTES") },
	[RTC_MC146818_MODEL_HOURS] = { "HOURS", 0x04, 8, RW, 0, 0x00,
				       "unread: MC146818A Time, Calendar, and Alarm Locations",
				       BYTE("HOURS"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_HOURS_ALARM] = { "HOURS_ALARM", 0x05, 8, RW, 0, 0x00,
					     "unread: MC146818A Time, Calendar, and Alarm "
					     "Locations",
					     BYTE("HOURS") },
	[RTC_MC146818_MODEL_DAY_OF_WEEK] = { "DAY_OF_WEEK", 0x06, 8, RW, 0, 0x01,
					     "unread: MC146818A Time, Calendar, and Alarm "
					     "Locations",
					     BYTE("DAY"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_DAY_OF_MONTH] = { "DAY_OF_MONTH", 0x07, 8, RW, 0, 0x01,
					      "unread: MC146818A Time, Calendar, and Alarm "
					      "Locations",
					      BYTE("DATE"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_MONTH] = { "MONTH", 0x08, 8, RW, 0, 0x01,
				       "unread: MC146818A Time, Calendar, and Alarm Locations",
				       BYTE("MONTH"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_YEAR] = { "YEAR", 0x09, 8, RW, 0, 0x00,
				      "unread: MC146818A Time, Calendar, and Alarm Locations",
				      BYTE("YEAR"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_REGA] = { "REGA", 0x0a, 8, RW, 0, 0x26, "MC146818A Register A ($0A)",
				      REG_FIELDS({ "RS", 3, 0, REG_RW }, { "DV", 6, 4, REG_RW },
						 { "UIP", 7, 7, REG_RO }),
				      .compare = REG_COMPARE_POLL },
	[RTC_MC146818_MODEL_REGB] = { "REGB", 0x0b, 8, RW, 0, 0x02,
				      "unread: MC146818A Register B ($0B)",
				      REG_FIELDS({ "DSE", 0, 0, REG_RW }, { "24_12", 1, 1, REG_RW },
						 { "DM", 2, 2, REG_RW }, { "SQWE", 3, 3, REG_RW },
						 { "UIE", 4, 4, REG_RW }, { "AIE", 5, 5, REG_RW },
						 { "PIE", 6, 6, REG_RW }, { "SET", 7, 7, REG_RW }),
				      .kept = "SQWE", .undone = "DSE" },
	[RTC_MC146818_MODEL_REGC] = { "REGC", 0x0c, 8, REG_DIR_R, 0, 0x00,
				      "unread: MC146818A Register C ($0C)",
				      REG_FIELDS({ "UF", 4, 4, REG_RC }, { "AF", 5, 5, REG_RC },
						 { "PF", 6, 6, REG_RC },
						 { "IRQF", 7, 7, REG_RC }) },
	[RTC_MC146818_MODEL_REGD] = { "REGD", 0x0d, 8, REG_DIR_R, 0, 0x80,
				      "unread: MC146818A Register D ($0D)",
				      REG_FIELDS({ "VRT", 7, 7, REG_RO }) },
	[RTC_MC146818_MODEL_RAM_LOW] = { "RAM", 0x0e, 8, RW, 0, 0x00,
					 "unread: MC146818A Static CMOS RAM", BYTE("DATA"),
					 .count = 0x32 - 0x0e, .stride = 1 },
	[RTC_MC146818_MODEL_CENTURY] = { "CENTURY", 0x32, 8, RW, 0, 0x00,
					 "unread: DS12C887 Time, Calendar and Alarm Locations",
					 BYTE("CENTURY"), .compare = REG_COMPARE_TIME },
	[RTC_MC146818_MODEL_RAM_HIGH] = { "RAM_EXTENDED", 0x33, 8, RW, 0, 0x00,
					  "unread: DS12887 Nonvolatile RAM", BYTE("DATA"),
					  .count = 0x80 - 0x33, .stride = 1 },
};
/* clang-format on */
