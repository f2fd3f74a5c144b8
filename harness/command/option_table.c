/* SPDX-License-Identifier: MIT */
#include "harness/command/option_table.h"

#include <stddef.h>

enum option_group { GROUP_MACHINE = 1, GROUP_BOOT, GROUP_IO, GROUP_END, GROUP_REPORT };

const struct argp_option options_table[] = {
	{ NULL, 0, NULL, 0, "The machine:", GROUP_MACHINE },
	{ "machine", KEY_MACHINE, "NAME", 0,
	  "Machine to build: pc (default) or isapc, a PC before PCI and ACPI", 0 },
	{ "memory", KEY_MEMORY, "SIZE", 0, "RAM: 64M, 5G; a bare number is MiB (128M)", 0 },
	{ "cpu", KEY_CPU, "amd|intel,+X,-Y", 0,
	  "Which CPU, and features to add or take away (amd; +X,-Y alone means amd)", 0 },
	{ "unknown-msr", KEY_UNKNOWN_MSR, "gp|zero", 0,
	  "An MSR that the CPU has not: #GP (default), or reads 0 and takes every write", 0 },
	{ "device", KEY_DEVICE, "NAME", 0, "Plug in a device: pci-test, pc-testdev (repeatable)",
	  0 },
	{ "acpi-table", KEY_ACPI_TABLE, "FILE", 0,
	  "Add an ACPI table, or replace the one of its signature, DSDT too (repeatable)", 0 },
	{ "ram-fill", KEY_RAM_FILL, "PATTERN|random:SEED", 0,
	  "What untouched RAM holds: bytes in hexadecimal, such as cc or deadbeef (cc)", 0 },
	{ "rtc", KEY_RTC, "TIME", 0,
	  "Clock at power-on: seconds since 1970 or 2026-01-01T00:00:00, UTC (that one)", 0 },
	{ "on-reset", KEY_ON_RESET, "stop|reboot", 0, "What a reset by the guest does (stop)", 0 },
	{ "step", KEY_STEP, NULL, 0, "One instruction at a time: slow, the same digest", 0 },

	{ NULL, 0, NULL, 0, "What it boots:", GROUP_BOOT },
	{ "boot", KEY_BOOT, "KIND", 0,
	  "auto (default), multiboot1, multiboot2, linux, elf, disk, cd, sector or flat", 0 },
	{ "append", KEY_APPEND, "TEXT", 0, "Kernel command line", 0 },
	{ "initrd", KEY_INITRD, "FILE", 0, "Initial RAM disk for Linux", 0 },
	{ "module", KEY_MODULE, "FILE[:TEXT]", 0,
	  "Multiboot module and its command line (repeatable)", 0 },
	{ "load-addr", KEY_LOAD_ADDR, "ADDR", 0, "flat: where the image goes", 0 },
	{ "entry", KEY_ENTRY, "ADDR", 0, "flat: where it starts (its load address)", 0 },
	{ "mode", KEY_MODE, "16|32|64", 0, "flat: mode it starts in (32); linux: which entry", 0 },
	{ "disk", KEY_DISK, "FILE[,ACCESS]", 0,
	  "Hard disk, at most two; without IMAGE it is booted. ACCESS: snapshot, the default: "
	  "what is written stays in memory and is dropped; write: it goes to FILE; readonly",
	  0 },
	{ "floppy", KEY_FLOPPY, "FILE[,ACCESS]", 0, "Diskette; its size tells its format", 0 },
	{ "cdrom", KEY_CDROM, "FILE", 0,
	  "CD (ISO 9660), for the BIOS; without IMAGE it is booted, by El Torito", 0 },

	{ NULL, 0, NULL, 0, "Talking to it:", GROUP_IO },
	{ "serial", KEY_SERIAL, "stdio|FILE|none", 0,
	  "COM1. With stdio, a terminal's input goes to the guest (Ctrl-A X ends the run)", 0 },
	{ "debugcon", KEY_DEBUGCON, "stdio|FILE|none", 0,
	  "Where the debug consoles at 0xe9, 0x402 go (none); --expect and scripts see them", 0 },
	{ "script", KEY_SCRIPT, "FILE", 0, "Wait, type and check as FILE says (docs/scripts.md)",
	  0 },
	{ "screen-text", KEY_SCREEN_TEXT, "FILE|-", 0, "Write the screen's text at the end", 0 },
	{ "screenshot", KEY_SCREENSHOT, "FILE.png", 0, "Write the screen as a picture at the end",
	  0 },

	{ NULL, 0, NULL, 0, "When it ends:", GROUP_END },
	{ "expect", KEY_EXPECT, "REGEX", 0,
	  "Succeed when a line on serial, screen or a debug console matches; fail if the guest "
	  "ends before",
	  0 },
	{ "max-time", KEY_MAX_TIME, "TIME", 0,
	  "Virtual time limit: 50ms, 10s, 2min (10min; none on a terminal)", 0 },
	{ "wall-limit", KEY_WALL_LIMIT, "TIME", 0, "Limit in real time (none)", 0 },
	{ "success", KEY_SUCCESS, "V", 0, "Debug-exit value that means success (0x10; repeatable)",
	  0 },
	{ "qemu-exit", KEY_QEMU_EXIT, NULL, 0, "After a debug exit of V, exit with (V << 1) | 1",
	  0 },

	{ NULL, 0, NULL, 0, "Reports:", GROUP_REPORT },
	{ "lint", KEY_LINT, "error|warn|off", 0, "Broken rules of the hardware (warn)", 0 },
	{ "allow", KEY_ALLOW_LINT, "ID", 0,
	  "Do not report this lint; with a '*' at its end, all that begin so (repeatable)", 0 },
	{ "allow-lint", 0, NULL, OPTION_ALIAS, NULL, 0 },
	{ "trace", KEY_TRACE, "FILE|-", 0, "Write every access and interrupt by name", 0 },
	{ "stats", KEY_STATS, "FILE|-", 0, "Write statistics and the digest as JSON", 0 },
	{ "verify", KEY_VERIFY, "RUNS", 0,
	  "Run it again and compare each run with the first. RUNS: how many, in turn plain, traced "
	  "and stepped; or which: plain,stepped. Disks are snapshots, no terminal is read",
	  0 },
	{ "quiet", KEY_QUIET, NULL, 0, "No summary line", 0 },
	{ NULL, KEY_HELP, NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

const char options_doc[] =
	"Boot IMAGE, or a disk or CD, on an emulated machine."
	"\vStandard output belongs to the guest; messages go to standard error.\n"
	"\n"
	"Exit status:\n"
	"  0  the guest reported success, or --expect matched, or the script passed\n"
	"  1  the guest reported failure or reset the machine; it ended before --expect matched;\n"
	"     the script failed\n"
	"  2  usage or input error: nothing ran; or output could not be written\n"
	"  3  it ended with 0 or 6, but the guest broke rules and --lint error is set\n"
	"     (a note is no broken rule)\n"
	"  4  time limit (--max-time, --wall-limit)\n"
	"  5  crash: triple fault, a jump to where there is no memory, or into memory that nobody "
	"wrote\n"
	"  6  halted for good: HLT with interrupts off, or with nothing left to wake it\n"
	"  7  the emulator failed, not the guest: a fault of bimetal or of its CPU engine\n"
	"  8  --verify: a run was not equal to the first\n";
