/* SPDX-License-Identifier: MIT */
/* The options of `bimetal run`, parsed and checked. run.c and session.c act on them. */
#ifndef HARNESS_COMMAND_OPTIONS_H
#define HARNESS_COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/x86/tlb_policy.h"
#include "harness/boot/loader.h"
#include "harness/command/verify_plan.h"
#include "harness/firmware/acpi/tables.h"
#include "harness/machine/machine.h"
#include "harness/record/lint_report.h"
#include "harness/support/disk_image.h"
#include "harness/support/values.h"

enum {
	OPTIONS_MAX_DISKS = 2,
	OPTIONS_MAX_DEVICES = 8,
	OPTIONS_MAX_SUCCESS = 16,
	OPTIONS_MAX_ALLOWED = 64, /* --allow; one with a star at its end stands for many */
	OPTIONS_ERROR_SIZE = 512
};

/* The limits of memory; mem_init() has the same. */
#define OPTIONS_MIN_MEMORY (UINT64_C(1) << 20)
#define OPTIONS_MAX_MEMORY (UINT64_C(64) << 30)

struct disk_option {
	const char *path;
	enum disk_access access;
};

/* Every string points into argv or is static; the struct owns nothing. */
struct run_options {
	struct boot_request boot; /* image, protocol, command line, modules */
	struct disk_option disk[OPTIONS_MAX_DISKS], floppy; /* floppy.path NULL: none */
	struct disk_option cdrom;                           /* likewise; readonly */
	size_t n_disks;
	const char *machine;             /* "pc", or the file of a module */
	const struct machine_kind *kind; /* its board, that run.c loads; or NULL */
	uint64_t memory;                 /* bytes */
	const char *cpu;                 /* "intel,+x,-y" or NULL */
	bool unknown_msr_zero;
	struct machine_device device[OPTIONS_MAX_DEVICES]; /* run.c loads their modules */
	const char *device_file[OPTIONS_MAX_DEVICES]; /* where its output goes; NULL: nowhere */
	unsigned n_devices;
	const char *acpi_table[ACPI_MAX_USER_TABLES]; /* paths */
	size_t n_acpi_tables;
	const char *serial; /* path; NULL: see serial_stdio */
	bool serial_stdio;
	const char *debugcon; /* path, "stdio", or NULL: none */
	const char *script;
	const char *expect;      /* POSIX extended regular expression */
	const char *screen_text; /* path, "-": standard output */
	const char *screenshot;
	const char *expect_picture, *difference; /* paths of PNG files */
	const char *trace;      /* path or "-" */
	const char *coverage;   /* path */
	const char *stats;      /* path or "-" */
	uint64_t max_time_ns;   /* virtual */
	bool has_max_time;      /* given, not the default */
	uint64_t wall_limit_ns; /* 0: none */
	bool random_fill;
	uint64_t fill_seed;
	uint8_t fill_pattern[VALUE_MAX_PATTERN]; /* in the order of addresses */
	size_t fill_pattern_len;
	enum lint_mode lint;
	struct tlb_policy tlb;
	const char *allow_lint[OPTIONS_MAX_ALLOWED];
	size_t n_allow_lint;
	uint32_t success[OPTIONS_MAX_SUCCESS];
	size_t n_success;
	bool qemu_exit, reboot_on_reset, step, quiet;
	struct verify_plan verify; /* --verify: the runs to compare with the first; may be none */
	int64_t rtc_epoch;         /* seconds since 1970 */
	char error[OPTIONS_ERROR_SIZE]; /* why options_parse() refused, "" if argp said it */
};

/* The defaults that --help names. */
void options_init(struct run_options *o);
/* Parse the arguments of `bimetal run`; argv[0] is the name for messages. `--module FILE:TEXT` and
 * `--disk FILE,ACCESS` are cut in place in argv. Returns true if a run can start. On an error, argp
 * writes a message to standard error and ends the process with status 2, and with 0 after --help;
 * with `silent` it does neither, and false is returned with o->error set (for tests). */
bool options_parse(struct run_options *o, int argc, char **argv, bool silent);

#endif
