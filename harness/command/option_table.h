/* SPDX-License-Identifier: MIT */
/* The options of `bimetal run` by name, and what --help says of them. */
#ifndef HARNESS_COMMAND_OPTION_TABLE_H
#define HARNESS_COMMAND_OPTION_TABLE_H

#include <argp.h>

/* What argp calls them; those with a letter have it as their short name. */
enum option_key {
	KEY_MACHINE = 'M',
	KEY_MEMORY = 'm',
	KEY_QUIET = 'q',
	KEY_HELP = 'h',
	KEY_CPU = 0x100,
	KEY_ACPI_TABLE,
	KEY_DEVICE,
	KEY_BOOT,
	KEY_APPEND,
	KEY_INITRD,
	KEY_VGA,
	KEY_MODULE,
	KEY_LOAD_ADDR,
	KEY_ENTRY,
	KEY_MODE,
	KEY_DISK,
	KEY_FLOPPY,
	KEY_CDROM,
	KEY_SERIAL,
	KEY_DEBUGCON,
	KEY_SCRIPT,
	KEY_EXPECT,
	KEY_SCREEN_TEXT,
	KEY_SCREENSHOT,
	KEY_EXPECT_PICTURE,
	KEY_DIFFERENCE,
	KEY_MAX_TIME,
	KEY_WALL_LIMIT,
	KEY_RAM_FILL,
	KEY_LINT,
	KEY_ALLOW_LINT,
	KEY_TRACE,
	KEY_COVERAGE,
	KEY_STATS,
	KEY_SUCCESS,
	KEY_QEMU_EXIT,
	KEY_ON_RESET,
	KEY_STEP,
	KEY_TLB,
	KEY_WX,
	KEY_RTC,
	KEY_UNKNOWN_MSR,
	KEY_VERIFY
};

/* Ends with an empty row. */
extern const struct argp_option options_table[];
/* Before the options, and after \v behind them. */
extern const char options_doc[];

/* The first word among the arguments that is an option's name behind one dash, such as "-kernel",
 * and not the value of the option before it; NULL: there is none. */
const char *options_one_dash(int argc, char **argv);

#endif
