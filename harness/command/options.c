/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/command/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/array.h"
#include "emu/units.h"
#include "emu/x86/cpuid.h"
#include "harness/command/option_table.h"

#define DEFAULT_MEMORY      (UINT64_C(128) << 20)
#define DEFAULT_MAX_TIME_NS (600 * NS_PER_S)
#define DEFAULT_RTC         INT64_C(1767225600) /* 2026-01-01T00:00:00Z */

enum { DEFAULT_SUCCESS = 0x10, DEFAULT_FILL = 0xcc, USAGE_STATUS = 2, VGA_MAX = 24 };

void options_init(struct run_options *o)
{
	*o = (struct run_options){
		.machine = "pc",
		.memory = DEFAULT_MEMORY,
		.serial_stdio = true,
		.max_time_ns = DEFAULT_MAX_TIME_NS,
		.fill_pattern = { DEFAULT_FILL },
		.fill_pattern_len = 1,
		.lint = LINT_MODE_WARN,
		.success = { DEFAULT_SUCCESS },
		.rtc_epoch = DEFAULT_RTC,
	};
}

/* What argp hands from option to option. */
struct parsing {
	struct run_options *o;
	const struct argp_option *option; /* the one at hand; NULL: none, or no value */
	const char *value;
	/* The last option whose value is an existing file: the user may have left the value out,
	 * so that it took the IMAGE. */
	const struct argp_option *took;
	const char *taken;
};

static const struct argp_option *option_of(int key)
{
	for (const struct argp_option *x = options_table; x->name || x->key || x->doc; x++)
		if (x->key == key && key != 0) return x;
	return NULL;
}

static bool is_regular_file(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISREG(file.st_mode);
}

/* Whether the option at hand wants one of a few words or a number, but has the name of a file. */
static bool took_a_file(const struct parsing *p)
{
	return p->option && p->value && !strstr(p->option->arg, "FILE") &&
	       is_regular_file(p->value);
}

__attribute__((format(printf, 3, 4))) static error_t
refuse(struct argp_state *state, struct run_options *o, const char *format, ...)
{
	const struct parsing *p = state->input;
	va_list args;
	va_start(args, format);
	int n = vsnprintf(o->error, sizeof(o->error), format, args);
	va_end(args);
	if (took_a_file(p) && n > 0 && (size_t)n < sizeof(o->error))
		snprintf(o->error + n, sizeof(o->error) - (size_t)n,
			 " (there is a file of this name: is the value of --%s missing?)",
			 p->option->name);
	argp_error(state, "%s", o->error);
	return EINVAL;
}

static error_t memory_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	if (!value_size(arg, &o->memory))
		return refuse(state, o,
			      "memory size '%s': expected a whole number with K, M, G or T, such "
			      "as 64M (a number alone: MiB)",
			      arg);
	if (o->memory < OPTIONS_MIN_MEMORY || o->memory > OPTIONS_MAX_MEMORY)
		return refuse(state, o, "memory size '%s' is out of range: 1M to 64G", arg);
	return 0;
}

/* Checked here, so that the names are listed before anything else is missing. */
static error_t cpu_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	struct cpu_features features;
	char why[OPTIONS_ERROR_SIZE];

	o->cpu = arg;
	return cpuid_parse(arg, &features, why, sizeof(why)) ? 0 : refuse(state, o, "%s", why);
}

static error_t fill_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	static const char random[] = "random:";
	o->random_fill = strncmp(arg, random, strlen(random)) == 0;
	if (o->random_fill) {
		if (value_number(arg + strlen(random), UINT64_MAX, &o->fill_seed)) return 0;
		return refuse(state, o, "--ram-fill '%s': the seed must be a number", arg);
	}
	if (value_pattern(arg, o->fill_pattern, &o->fill_pattern_len)) return 0;
	return refuse(state, o,
		      "--ram-fill '%s': expected 1 to 8 bytes in hexadecimal, or random:SEED", arg);
}

/* A setting of a device behind its path, where it would be part of the path. */
static const char *setting_behind(const char *path)
{
	static const char *const keys[] = { "port", "memory", "irq", "name" };

	for (const char *at = path; (at = strchr(at, ',')) != NULL;) {
		size_t word = strcspn(++at, "=,"), letters = strcspn(at, "=,0123456789");

		for (size_t i = 0; at[word] == '=' && i < ARRAY_SIZE(keys); i++)
			if (letters == strlen(keys[i]) && memcmp(at, keys[i], letters) == 0)
				return at;
	}
	return NULL;
}

/* "NAME,KEY=VALUE...,file=PATH": the path is ours, and may have commas. */
static error_t device_option(struct argp_state *state, struct run_options *o, char *arg)
{
	static const char key[] = ",file=";
	char *file = strstr(arg, key);

	if (o->n_devices == OPTIONS_MAX_DEVICES)
		return refuse(state, o, "more than %d devices", OPTIONS_MAX_DEVICES);
	if (file) {
		*file = '\0';
		file += strlen(key);
		if (!*file) return refuse(state, o, "--device %s,file=: no path", arg);
		if (setting_behind(file))
			return refuse(state, o,
				      "--device %s,file=%s: file=PATH comes last, behind '%s'", arg,
				      file, setting_behind(file));
		o->device_file[o->n_devices] = file;
	}
	o->device[o->n_devices++] = (struct machine_device){ .text = arg };
	return 0;
}

static error_t acpi_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	if (o->n_acpi_tables == ACPI_MAX_USER_TABLES)
		return refuse(state, o, "--acpi-table can be given %d times at most",
			      ACPI_MAX_USER_TABLES);
	o->acpi_table[o->n_acpi_tables++] = arg;
	return 0;
}

static error_t module_option(struct argp_state *state, struct run_options *o, char *arg)
{
	if (o->boot.n_modules == BOOT_MAX_MODULES)
		return refuse(state, o, "--module can be given %d times at most", BOOT_MAX_MODULES);
	const char *cmdline = "";
	char *colon = strchr(arg, ':');
	/* A file whose own name has a colon is meant as it stands. */
	if (colon && access(arg, F_OK) != 0) {
		*colon = '\0';
		cmdline = colon + 1;
	}
	o->boot.module[o->boot.n_modules++] =
		(struct boot_module){ .path = arg, .cmdline = cmdline };
	return 0;
}

/* A name with a comma in it is meant as it stands, if there is such a file. */
static error_t disk_option(struct argp_state *state, struct run_options *o, char *arg,
			   struct disk_option *disk)
{
	char *comma = strrchr(arg, ',');

	*disk = (struct disk_option){ .path = arg };
	if (!comma || access(arg, F_OK) == 0) return 0;
	if (!disk_access_parse(comma + 1, &disk->access))
		return refuse(
			state, o,
			"disk '%s': there is no such file, and after the comma only snapshot, "
			"write or readonly can stand",
			arg);
	*comma = '\0';
	return 0;
}

static error_t hard_disk_option(struct argp_state *state, struct run_options *o, char *arg)
{
	if (o->n_disks == OPTIONS_MAX_DISKS)
		return refuse(state, o, "--disk can be given %d times at most", OPTIONS_MAX_DISKS);
	return disk_option(state, o, arg, &o->disk[o->n_disks++]);
}

static error_t floppy_option(struct argp_state *state, struct run_options *o, char *arg)
{
	if (o->floppy.path)
		return refuse(state, o, "--floppy can be given once: there is one diskette drive");
	return disk_option(state, o, arg, &o->floppy);
}

static error_t cdrom_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	if (o->cdrom.path)
		return refuse(state, o, "--cdrom can be given once: there is one CD drive");
	o->cdrom = (struct disk_option){ .path = arg, .access = DISK_READONLY };
	return 0;
}

static error_t address_option(struct argp_state *state, struct run_options *o, const char *name,
			      const char *arg, uint64_t *out)
{
	if (value_number(arg, UINT64_MAX, out)) return 0;
	return refuse(state, o, "--%s '%s': expected an address such as 0x100000", name, arg);
}

static error_t mode_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	uint64_t mode = 0;
	if (!value_number(arg, 64, &mode) || (mode != 16 && mode != 32 && mode != 64))
		return refuse(state, o, "--mode '%s': expected 16, 32 or 64", arg);
	o->boot.mode = (unsigned)mode;
	return 0;
}

static error_t time_option(struct argp_state *state, struct run_options *o, const char *name,
			   const char *arg, uint64_t *out)
{
	if (value_time(arg, out) && *out > 0) return 0;
	return refuse(state, o,
		      "--%s '%s': expected a time of more than 0, such as 50ms, 10s or 2min (a "
		      "number alone: seconds)",
		      name, arg);
}

static error_t lint_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	if (lint_mode_parse(arg, &o->lint)) return 0;
	return refuse(state, o, "--lint '%s': expected error, warn or off", arg);
}

static error_t tlb_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	static const char *const names[] = { "off", "lint", "stale" };
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(arg, names[i]) != 0) continue;
		o->tlb.use = (enum tlb_use)i;
		return 0;
	}
	return refuse(state, o, "--tlb '%s': expected off, lint or stale", arg);
}

static error_t allow_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	if (o->n_allow_lint == OPTIONS_MAX_ALLOWED)
		return refuse(state, o, "more than %d times --allow", OPTIONS_MAX_ALLOWED);
	o->allow_lint[o->n_allow_lint++] = arg;
	return 0;
}

static error_t success_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	uint64_t value = 0;
	if (!value_number(arg, UINT32_MAX, &value))
		return refuse(state, o, "--success '%s': expected a number such as 0x10", arg);
	if (o->n_success == OPTIONS_MAX_SUCCESS)
		return refuse(state, o, "--success can be given %d times at most",
			      OPTIONS_MAX_SUCCESS);
	o->success[o->n_success++] = (uint32_t)value;
	return 0;
}

static error_t reset_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	o->reboot_on_reset = strcmp(arg, "reboot") == 0;
	if (o->reboot_on_reset || strcmp(arg, "stop") == 0) return 0;
	return refuse(state, o, "--on-reset '%s': expected stop or reboot", arg);
}

static error_t unknown_msr_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	o->unknown_msr_zero = strcmp(arg, "zero") == 0;
	if (o->unknown_msr_zero || strcmp(arg, "gp") == 0) return 0;
	return refuse(state, o, "--unknown-msr '%s': expected gp or zero", arg);
}

/* "1024x768x32" */
static bool parse_video(const char *arg, struct boot_video *video)
{
	unsigned *const part[] = { &video->width, &video->height, &video->bits };
	char text[VGA_MAX], *rest = text, *word;
	uint64_t value = 0;
	size_t n = 0;

	if (strlen(arg) >= sizeof(text)) return false;
	snprintf(text, sizeof(text), "%s", arg);
	for (; (word = strsep(&rest, "x")) && n < ARRAY_SIZE(part); n++) {
		if (!value_number(word, UINT16_MAX, &value) || value == 0) return false;
		*part[n] = (unsigned)value;
	}
	return n == ARRAY_SIZE(part) && !word;
}

static error_t vga_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	o->boot.has_video = parse_video(arg, &o->boot.video);
	if (o->boot.has_video) return 0;
	return refuse(state, o, "--vga '%s': expected width, height and bits, such as 1024x768x32",
		      arg);
}

static error_t verify_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	if (verify_plan_parse(arg, &o->verify)) return 0;
	return refuse(state, o,
		      "--verify '%s': expected a number of runs, 1 to %d, or a list of plain, "
		      "traced and stepped",
		      arg, VERIFY_MAX_RUNS);
}

/* Where bytes of the guest go: "stdio", "none" or a path. */
static const char *sink_option(const char *arg, bool *standard)
{
	*standard = strcmp(arg, "stdio") == 0;
	return *standard || strcmp(arg, "none") == 0 ? NULL : arg;
}

static error_t machine_group(int key, char *arg, struct argp_state *state, struct run_options *o)
{
	switch (key) {
	case KEY_MACHINE: o->machine = arg; return 0;
	case KEY_MEMORY: return memory_option(state, o, arg);
	case KEY_CPU: return cpu_option(state, o, arg);
	case KEY_UNKNOWN_MSR: return unknown_msr_option(state, o, arg);
	case KEY_DEVICE: return device_option(state, o, arg);
	case KEY_ACPI_TABLE: return acpi_option(state, o, arg);
	case KEY_RAM_FILL: return fill_option(state, o, arg);
	case KEY_RTC:
		if (value_date(arg, &o->rtc_epoch)) return 0;
		return refuse(state, o, "--rtc '%s': expected 2026-01-01T00:00:00 or seconds", arg);
	case KEY_ON_RESET: return reset_option(state, o, arg);
	case KEY_STEP: o->step = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static error_t boot_group(int key, char *arg, struct argp_state *state, struct run_options *o)
{
	switch (key) {
	case KEY_BOOT:
		if (boot_kind_parse(arg, &o->boot.kind)) return 0;
		return refuse(
			state, o,
			"--boot '%s': expected auto, multiboot1, multiboot2, linux, elf, disk, cd, "
			"sector or flat",
			arg);
	case KEY_APPEND: o->boot.append = arg; return 0;
	case KEY_INITRD: o->boot.initrd = arg; return 0;
	case KEY_VGA: return vga_option(state, o, arg);
	case KEY_MODULE: return module_option(state, o, arg);
	case KEY_LOAD_ADDR:
		o->boot.has_load_addr = true;
		return address_option(state, o, "load-addr", arg, &o->boot.load_addr);
	case KEY_ENTRY:
		o->boot.has_entry = true;
		return address_option(state, o, "entry", arg, &o->boot.entry);
	case KEY_MODE: return mode_option(state, o, arg);
	case KEY_DISK: return hard_disk_option(state, o, arg);
	case KEY_FLOPPY: return floppy_option(state, o, arg);
	case KEY_CDROM: return cdrom_option(state, o, arg);
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Does the name say that the file is a picture of a format other than PNG? */
static bool other_picture(const char *path)
{
	static const char *const formats[] = { "bmp", "gif", "jpe",  "jpeg", "jpg",
					       "pbm", "pgm", "pnm",  "ppm",  "svg",
					       "tga", "tif", "tiff", "webp", "xpm" };
	const char *dot = strrchr(path, '.');
	for (size_t i = 0; dot && i < ARRAY_SIZE(formats); i++)
		if (strcasecmp(dot + 1, formats[i]) == 0) return true;
	return false;
}

static error_t picture_option(struct argp_state *state, struct run_options *o, const char *name,
			      const char *arg, const char **path)
{
	*path = arg;
	if (strcmp(arg, "-") == 0)
		return refuse(state, o,
			      "--%s '-': a picture does not go to standard output; "
			      "name a file",
			      name);
	if (other_picture(arg))
		return refuse(state, o,
			      "--%s '%s': pictures are written as PNG alone: let the name "
			      "end with .png",
			      name, arg);
	return 0;
}

static error_t coverage_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	o->coverage = arg;
	if (strcmp(arg, "-") != 0) return 0;
	return refuse(state, o,
		      "--coverage '-': a recording does not go to standard output; name a file");
}

/* A second one would replace the first, which would then not be checked. */
static error_t expect_option(struct argp_state *state, struct run_options *o, const char *arg)
{
	if (o->expect)
		return refuse(state, o,
			      "--expect '%s': it was given before; wait for several texts in "
			      "order by --script",
			      arg);
	o->expect = arg;
	return 0;
}

static error_t io_group(int key, const char *arg, struct argp_state *state, struct run_options *o)
{
	switch (key) {
	case KEY_SERIAL: o->serial = sink_option(arg, &o->serial_stdio); return 0;
	case KEY_DEBUGCON: o->debugcon = strcmp(arg, "none") == 0 ? NULL : arg; return 0;
	case KEY_SCRIPT: o->script = arg; return 0;
	case KEY_EXPECT: return expect_option(state, o, arg);
	case KEY_SCREEN_TEXT: o->screen_text = arg; return 0;
	case KEY_SCREENSHOT: return picture_option(state, o, "screenshot", arg, &o->screenshot);
	case KEY_EXPECT_PICTURE: o->expect_picture = arg; return 0;
	case KEY_DIFFERENCE: return picture_option(state, o, "difference", arg, &o->difference);
	case KEY_TRACE: o->trace = arg; return 0;
	case KEY_COVERAGE: return coverage_option(state, o, arg);
	case KEY_STATS: o->stats = arg; return 0;
	case KEY_QEMU_EXIT: o->qemu_exit = true; return 0;
	case KEY_QUIET: o->quiet = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static error_t end_group(int key, const char *arg, struct argp_state *state, struct run_options *o)
{
	switch (key) {
	case KEY_MAX_TIME:
		o->has_max_time = true;
		return time_option(state, o, "max-time", arg, &o->max_time_ns);
	case KEY_WALL_LIMIT: return time_option(state, o, "wall-limit", arg, &o->wall_limit_ns);
	case KEY_SUCCESS: return success_option(state, o, arg);
	case KEY_VERIFY: return verify_option(state, o, arg);
	case KEY_LINT: return lint_option(state, o, arg);
	case KEY_ALLOW_LINT: return allow_option(state, o, arg);
	case KEY_TLB: return tlb_option(state, o, arg);
	case KEY_WX: o->tlb.writable_code = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Then a disk is booted. */
static error_t no_image(struct argp_state *state, struct run_options *o)
{
	bool named = o->n_disks || o->floppy.path || o->cdrom.path;
	const struct parsing *p = state->input;

	if (!named && p->took)
		return refuse(
			state, o,
			"nothing to boot: give an IMAGE, --disk, --floppy or --cdrom ('%s' is "
			"the value of --%s, %s)",
			p->taken, p->took->name, p->took->arg);
	if (!named)
		return refuse(state, o,
			      "nothing to boot: give an IMAGE, --disk, --floppy or --cdrom");
	if (o->boot.kind != BOOT_AUTO && o->boot.kind != BOOT_DISK && o->boot.kind != BOOT_CD)
		return refuse(state, o, "--boot %s needs an IMAGE", boot_kind_name(o->boot.kind));
	if (o->boot.kind == BOOT_CD && !o->cdrom.path)
		return refuse(state, o, "--boot cd needs an IMAGE or --cdrom FILE");
	if (o->boot.kind == BOOT_AUTO) o->boot.kind = BOOT_DISK;
	if (o->n_success == 0) o->n_success = 1;
	return 0;
}

static error_t argument(int key, const char *arg, struct argp_state *state, struct run_options *o)
{
	const char *word;

	switch (key) {
	case ARGP_KEY_INIT:
		word = options_one_dash(state->argc, state->argv);
		if (!word) return 0;
		state->name = state->argv[0]; /* argp sets it after this */
		return refuse(state, o, "'%s': names of options begin with two dashes: --%s", word,
			      word + 1);
	case KEY_HELP:
		argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP);
		return refuse(state, o, "help was asked for");
	case ARGP_KEY_ARG:
		if (o->boot.path)
			return refuse(
				state, o,
				"more than one IMAGE: '%s'; text for the guest goes in --append",
				arg);
		o->boot.path = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->tlb.writable_code && o->tlb.use == TLB_OFF)
			return refuse(state, o, "--wx needs --tlb lint or --tlb stale");
		if (o->verify.n && o->wall_limit_ns)
			return refuse(
				state, o,
				"--verify does not go with --wall-limit, which ends each run at "
				"another instruction; use --max-time");
		if (!o->boot.path) return no_image(state, o);
		if (o->n_success == 0) o->n_success = 1;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Remember what is parsed, for messages. An option without its value takes the next one. */
static error_t begin_option(struct argp_state *state, int key, const char *arg)
{
	struct parsing *p = state->input;

	p->option = arg ? option_of(key) : NULL;
	p->value = arg;
	if (!p->option) return 0;
	if (is_regular_file(arg)) {
		p->took = p->option;
		p->taken = arg;
	} else if (strstr(p->option->arg, "FILE") && arg[0] == '-' && arg[1]) {
		return refuse(state, p->o,
			      "--%s '%s': is the value of --%s missing? (a file of this name: "
			      "./%s)",
			      p->option->name, arg, p->option->name, arg);
	}
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct parsing *p = state->input;
	struct run_options *o = p->o;
	error_t r = begin_option(state, key, arg);
	if (r != 0) return r;
	r = argument(key, arg, state, o);
	if (r == ARGP_ERR_UNKNOWN) r = machine_group(key, arg, state, o);
	if (r == ARGP_ERR_UNKNOWN) r = boot_group(key, arg, state, o);
	if (r == ARGP_ERR_UNKNOWN) r = io_group(key, arg, state, o);
	if (r == ARGP_ERR_UNKNOWN) r = end_group(key, arg, state, o);
	return r;
}

bool options_parse(struct run_options *o, int argc, char **argv, bool silent)
{
	static const struct argp argp = { options_table, parse_option, "[IMAGE]", options_doc,
					  NULL,          NULL,         NULL };
	struct parsing p = { .o = o };
	argp_err_exit_status = USAGE_STATUS;
	return argp_parse(&argp, argc, argv, silent ? ARGP_SILENT : 0, NULL, &p) == 0;
}
