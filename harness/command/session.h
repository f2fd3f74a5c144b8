/* SPDX-License-Identifier: MIT */
/* One run: a machine with an image in it, its serial line, script, expectation, limits and
 * reports. */
#ifndef HARNESS_COMMAND_SESSION_H
#define HARNESS_COMMAND_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/boot/loader.h"
#include "harness/command/messages.h"
#include "harness/command/options.h"
#include "harness/command/verdict.h"
#include "harness/console/expect.h"
#include "harness/console/keys.h"
#include "harness/console/screen.h"
#include "harness/console/script.h"
#include "harness/console/serial_feed.h"
#include "harness/console/terminal.h"
#include "harness/diagnosis/diagnosis.h"
#include "harness/diagnosis/symbols.h"
#include "harness/machine/cpu.h"
#include "harness/record/lint_report.h"
#include "harness/record/output_sum.h"
#include "harness/record/trace.h"

enum { SESSION_ERROR_SIZE = 512, SESSION_DIGEST_SIZE = 33, SESSION_HELD_SIZE = 1024 };

struct session {
	const struct run_options *options;
	struct messages messages; /* write what is for the user to messages.out */
	struct machine machine;
	struct boot_result boot;
	struct acpi_table acpi[ACPI_MAX_USER_TABLES];
	size_t n_acpi;
	struct symbols *symbols;
	struct text_log serial;           /* what COM1 said */
	struct text_log debug;            /* and the debug consoles, both */
	struct output_sum said, debugged; /* all of it, byte by byte */
	struct serial_feed feed;
	struct key_feed keys;
	struct script script;
	struct expect expect;
	uint64_t expect_cursor, expect_debug_cursor;
	struct lint_report lints;
	struct trace trace;
	struct diagnosis diagnosis;
	struct terminal_keys terminal;
	FILE *serial_out, *debug_out, *trace_out; /* NULL: nowhere */
	FILE *device_out[OPTIONS_MAX_DEVICES];    /* likewise */
	uint8_t held[SESSION_HELD_SIZE];          /* the guest's last line, for a trace on stdout */
	size_t n_held;
	bool has_machine, has_script, has_expect; /* to be freed */
	bool has_disks;                           /* the drives are in */
	bool script_done, interactive;
	bool again;     /* set before session_open(): an earlier run has told lints and warnings */
	bool stalled;   /* a script waited in vain, and the guest was watched */
	bool unflushed; /* the guest wrote since the last flush */
	bool device_sent; /* a device that was added has sent a byte */
	char screen[DISPLAY_TEXT_MAX];
	size_t screen_len;
	uint64_t wall_start_ns;
	char here[SESSION_ERROR_SIZE]; /* the working directory; "": not known */

	/* After session_run(). */
	struct run_outcome outcome;
	struct cpu_stats cpu;
	uint64_t virtual_ns, wall_ns;
	char digest[SESSION_DIGEST_SIZE]; /* "": this run is not deterministic */
	char error[SESSION_ERROR_SIZE];
};

/* Build all of it in `s`, which comes zeroed (calloc: it is large, and most of it stays untouched)
 * and must not move. False: s->error says why; call session_close() all the same. */
bool session_open(struct session *s, const struct run_options *options);
/* Run on until virtual time `pause_ns` (UINT64_MAX: no pause) or the end; the CPU runs whole blocks
 * of instructions. Pauses change nothing that the guest or the outside sees. False: it ended,
 * s->outcome.end says how; the rest of the outcome is not filled in. */
bool session_advance(struct session *s, uint64_t pause_ns);
/* Run to the end and fill in the outcome. */
void session_run(struct session *s);
/* From a signal handler, with the session: look at the outside (limits, signals) now. */
void session_wake(void *ctx);
/* Put the terminal right and close the files: what a process must do that is about to end. False: a
 * file could not be written to its end. */
bool session_close_outputs(struct session *s);
/* The same, and free all. */
void session_close(struct session *s);

/* For the other files of a session: what went wrong, into s->error; false. */
__attribute__((format(printf, 2, 3))) bool session_fail(struct session *s, const char *format, ...);
/* Bring s->screen, the text on the screen, up to date. */
void session_read_screen(struct session *s);

#endif
