/* SPDX-License-Identifier: MIT */
#include "harness/command/option_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum option_group { GROUP_MACHINE = 1, GROUP_BOOT, GROUP_IO, GROUP_END, GROUP_REPORT };

const struct argp_option options_table[] = {
	{ NULL, 0, NULL, 0, "Machine:", GROUP_MACHINE },
	{ "machine", KEY_MACHINE, "NAME|FILE.so", 0,
	  "Machine: pc (default); isapc, an older PC without PCI and ACPI; none: RAM, a UART, "
	  "two 8259A and debug ports, without firmware; or your own board, a module",
	  0 },
	{ "memory", KEY_MEMORY, "SIZE", 0,
	  "Size of RAM, such as 64M or 5G; a number alone is in MiB (default: 128M)", 0 },
	{ "cpu", KEY_CPU, "amd|intel,+X,-Y", 0,
	  "CPU vendor, and features to add or remove; +X,-Y alone means amd (default: amd); "
	  "+? lists the features",
	  0 },
	{ "unknown-msr", KEY_UNKNOWN_MSR, "gp|zero", 0,
	  "Access to an MSR that the CPU does not have: gp raises #GP (default); zero reads 0 and "
	  "ignores writes",
	  0 },
	{ "device", KEY_DEVICE, "NAME|FILE.so[,KEY=VALUE]...", 0,
	  "Add a device (repeatable): lpt,port=0x378,irq=7; vga,memory=16M, a PCI display with "
	  "linear framebuffer; pci-test; pc-testdev; or your own, a "
	  "module such as ./adc.so,port=0x300,irq=5 (docs/adding-a-device.md). name=WORD gives it "
	  "a name for traces and stimuli, file=PATH (the last) takes what it sends, as a printer",
	  0 },
	{ "acpi-table", KEY_ACPI_TABLE, "FILE", 0,
	  "Add an ACPI table, or replace the machine's table of the same signature, such as the "
	  "DSDT (repeatable)",
	  0 },
	{ "ram-fill", KEY_RAM_FILL, "PATTERN|random:SEED", 0,
	  "Contents of RAM before anything is written there: bytes in hexadecimal, such as cc or "
	  "deadbeef (default: cc), or random bytes from a seed",
	  0 },
	{ "rtc", KEY_RTC, "TIME", 0,
	  "Real-time clock at power-on, in UTC: a date such as 2026-01-01T00:00:00 (the default), "
	  "or seconds since 1970",
	  0 },
	{ "on-reset", KEY_ON_RESET, "stop|reboot", 0,
	  "When the guest resets the machine: stop the run (default), or reboot", 0 },
	{ "step", KEY_STEP, NULL, 0,
	  "Run one instruction at a time: slow, but the digest is the same", 0 },

	{ NULL, 0, NULL, 0, "Boot:", GROUP_BOOT },
	{ "boot", KEY_BOOT, "KIND", 0,
	  "Boot protocol: auto (default), multiboot1, multiboot2, linux, elf, disk, cd, sector or "
	  "flat",
	  0 },
	{ "append", KEY_APPEND, "TEXT", 0, "Kernel command line", 0 },
	{ "initrd", KEY_INITRD, "FILE", 0, "Initial RAM disk for Linux", 0 },
	{ "vga", KEY_VGA, "WIDTHxHEIGHTxBITS", 0,
	  "Graphics mode that the loader sets, with --device vga: for Linux (as vga=0x317 in "
	  "--append) "
	  "and multiboot; 1024x768x32",
	  0 },
	{ "module", KEY_MODULE, "FILE[:TEXT]", 0,
	  "Multiboot module, and its command line (repeatable)", 0 },
	{ "load-addr", KEY_LOAD_ADDR, "ADDR", 0,
	  "flat: load address (default: 0x100000; 0x7c00 with --mode 16)", 0 },
	{ "entry", KEY_ENTRY, "ADDR", 0, "flat: entry point (default: the load address)", 0 },
	{ "mode", KEY_MODE, "16|32|64", 0,
	  "flat: CPU mode at the start (default: 32); linux: which of the kernel's entry points",
	  0 },
	{ "disk", KEY_DISK, "FILE[,ACCESS]", 0,
	  "Hard disk, at most two; it is booted if there is no IMAGE. ACCESS: with snapshot "
	  "(default) the guest's writes stay in memory and are lost at the end, with write they go "
	  "to FILE, with readonly they fail",
	  0 },
	{ "floppy", KEY_FLOPPY, "FILE[,ACCESS]", 0,
	  "Diskette; the size of FILE determines its format", 0 },
	{ "cdrom", KEY_CDROM, "FILE", 0,
	  "CD (ISO 9660), which the BIOS reads; it is booted by El Torito if there is no IMAGE",
	  0 },

	{ NULL, 0, NULL, 0, "Input and output:", GROUP_IO },
	{ "serial", KEY_SERIAL, "stdio|FILE|none", 0,
	  "Where output of COM1 goes (default: stdio). With stdio, the guest gets what you type on "
	  "a terminal; Ctrl-A X ends the run",
	  0 },
	{ "debugcon", KEY_DEBUGCON, "stdio|FILE|none", 0,
	  "Where output of the debug consoles, ports 0xe9 and 0x402, goes (default: none); "
	  "--expect and scripts see it in any case",
	  0 },
	{ "script", KEY_SCRIPT, "FILE", 0,
	  "Run a script, which waits for output, types and checks (docs/scripts.md)", 0 },
	{ "screen-text", KEY_SCREEN_TEXT, "FILE|-", 0, "At the end, write the text on the screen",
	  0 },
	{ "screenshot", KEY_SCREENSHOT, "FILE.png", 0,
	  "At the end, write a picture of the screen, a PNG file", 0 },

	{ NULL, 0, NULL, 0, "End of the run:", GROUP_END },
	{ "expect", KEY_EXPECT, "REGEX", 0,
	  "Succeed as soon as a line of the serial port, the screen or a debug console matches; "
	  "fail if the run ends first",
	  0 },
	{ "expect-picture", KEY_EXPECT_PICTURE, "FILE.png", 0,
	  "Fail unless the screen is that of this file when the run has ended", 0 },
	{ "difference", KEY_DIFFERENCE, "FILE.png", 0,
	  "If it is not, write what was expected, what came, and the difference side by side into "
	  "this file",
	  0 },
	{ "max-time", KEY_MAX_TIME, "TIME", 0,
	  "Limit of virtual time, such as 50ms, 10s or 2min; a number alone is in seconds "
	  "(default: 10min, or no limit on a terminal)",
	  0 },
	{ "wall-limit", KEY_WALL_LIMIT, "TIME", 0,
	  "Limit of real time, likewise (default: no limit)", 0 },
	{ "success", KEY_SUCCESS, "V", 0,
	  "Value of the debug-exit port that means success (default: 0x10; repeatable)", 0 },
	{ "qemu-exit", KEY_QEMU_EXIT, NULL, 0,
	  "If the guest writes V to the debug-exit port, exit with (V << 1) | 1, as QEMU does", 0 },

	{ NULL, 0, NULL, 0, "Reports:", GROUP_REPORT },
	{ "lint", KEY_LINT, "error|warn|off", 0,
	  "When the guest breaks a rule of the hardware: fail the run, warn (default), or do "
	  "nothing",
	  0 },
	{ "tlb", KEY_TLB, "off|lint|stale", 0,
	  "lint: remember the address translations that the CPU may have cached, and report the "
	  "use of one that the page tables no longer give, and faulty page tables. stale: also "
	  "really use it. off: neither (default)",
	  0 },
	{ "wx", KEY_WX, NULL, 0,
	  "With --tlb lint or stale: report pages that are writable and executable", 0 },
	{ "allow", KEY_ALLOW_LINT, "ID", 0,
	  "Do not report this lint; an ID that ends with '*' means all that begin with it "
	  "(repeatable)",
	  0 },
	{ "allow-lint", 0, NULL, OPTION_ALIAS, NULL, 0 },
	{ "trace", KEY_TRACE, "FILE|-", 0,
	  "Write a line for every device access and interrupt (docs/reports.md)", 0 },
	{ "coverage", KEY_COVERAGE, "FILE", 0,
	  "Record which registers and lints the guest reaches, for 'bimetal coverage'", 0 },
	{ "stats", KEY_STATS, "FILE|-", 0,
	  "Write statistics and the digest as JSON. With -, they follow the guest's output; "
	  "--serial none leaves them alone on standard output",
	  0 },
	{ "verify", KEY_VERIFY, "RUNS", 0,
	  "Run again, and compare each run with the first. RUNS is their number (they are plain, "
	  "traced and stepped in turn), or a list such as plain,stepped. All disks are snapshots; "
	  "the terminal is not read",
	  0 },
	{ "quiet", KEY_QUIET, NULL, 0,
	  "Print only what is wrong: no summary line, and of --verify "
	  "only a difference or failure. Reports, lints and "
	  "errors are printed",
	  0 },
	{ NULL, KEY_HELP, NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

const char options_doc[] =
	"Boot IMAGE, or a disk or CD, on an emulated machine."
	"\vStandard output belongs to the guest; messages go to standard error.\n"
	"\n"
	"Exit status:\n"
	"  0  the guest reported success, or --expect matched, or the script passed\n"
	"  1  the guest reported failure or reset the machine, or the run ended before\n"
	"     --expect matched, or the script failed\n"
	"  2  usage or input error: nothing ran; or output could not be written\n"
	"  3  --lint error is set and the guest broke a rule of the hardware, in a run\n"
	"     that otherwise ends with 0 or 6 (notes do not count)\n"
	"  4  time limit (--max-time, --wall-limit)\n"
	"  5  crash: triple fault, or a jump to an address that has no memory or that\n"
	"     was never written\n"
	"  6  halted for good: HLT with interrupts off, or with nothing left to wake it\n"
	"  7  the emulator failed, not the guest: a bug in bimetal or its CPU engine\n"
	"  8  --verify: a run differed from the first\n"
	"  9  the code of a module (--device FILE.so, --machine FILE.so) failed\n";

/* Whether the next word is the value of this one. Names of options may be abbreviated. */
static bool takes_next(const char *word)
{
	if (word[0] != '-') return false;
	for (const struct argp_option *x = options_table; x->name || x->key || x->doc; x++) {
		if (!x->arg) continue;
		if (word[1] == x->key && !word[2]) return true;
		if (word[1] == '-' && word[2] && x->name &&
		    strncmp(x->name, word + 2, strlen(word + 2)) == 0)
			return true;
	}
	return false;
}

/* Whether getopt could take this for short options. "-memory" it takes for -m with a value. */
static bool is_short(const char *word)
{
	for (const struct argp_option *x = options_table; x->name || x->key || x->doc; x++)
		if (x->name && strcmp(x->name, word + 1) == 0) return false;
	return strchr("mMq?", word[1]) != NULL;
}

const char *options_one_dash(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *word = argv[i];

		if (word[0] != '-' || word[1] == '\0' || word[1] == '-' || word[2] == '\0')
			continue;
		if (!is_short(word) && !takes_next(argv[i - 1])) return word;
	}
	return NULL;
}
