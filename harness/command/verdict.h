/* SPDX-License-Identifier: MIT */
/* Why a run ended, whether what was waited for came, and the exit code of both. */
#ifndef HARNESS_COMMAND_VERDICT_H
#define HARNESS_COMMAND_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/command/options.h"
#include "harness/machine/machine.h"

struct session;

enum run_end {
	RUN_END_NONE, /* it still runs */
	RUN_END_DEBUG_EXIT,
	RUN_END_RESET,
	RUN_END_POWEROFF,
	RUN_END_TRIPLE_FAULT,
	RUN_END_BAD_FETCH,
	RUN_END_UNWRITTEN, /* memory that nobody wrote is being executed */
	RUN_END_INTERNAL,
	RUN_END_MODULE, /* a model of the user's failed */
	RUN_END_HALTED,
	RUN_END_TIME_LIMIT,
	RUN_END_WALL_LIMIT,
	RUN_END_EXPECT,
	RUN_END_SCRIPT,
	RUN_END_SCRIPT_FAILED,
	RUN_END_USER /* Ctrl-A X, or a signal */
};

/* What decides the exit code. */
struct run_outcome {
	enum run_end end;
	enum run_end guest_end; /* of a script that the end cut short: what `end` was before */
	uint32_t guest_exit;    /* after RUN_END_DEBUG_EXIT */
	bool matched;           /* --expect did */
	bool picture_differs;   /* from that of --expect-picture */
	uint64_t lint_errors;
};

enum exit_code {
	EXIT_CODE_SUCCESS = 0,
	EXIT_CODE_FAILURE = 1,
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_LINT = 3,
	EXIT_CODE_LIMIT = 4,
	EXIT_CODE_CRASH = 5,
	EXIT_CODE_HALTED = 6,
	EXIT_CODE_EMULATOR = 7,
	EXIT_CODE_DIFFERS = 8, /* --verify found a difference */
	EXIT_CODE_MODULE = 9   /* a model or board of the user's failed */
};

/* Whether this stop of the CPU, or what the guest did before it, ends the run; else
 * RUN_END_NONE. */
enum run_end verdict_of_stop(const struct session *s, enum cpu_stop stop);
/* Look at the script and the expectation, between two slices. With both, the script goes to its
 * end, and the text must come too. */
enum run_end verdict_poll(struct session *s);
/* Once, after the end and the guest's last characters: they may be what was waited for. */
void verdict_settle(struct session *s);

/* "debug-exit", "halted", "time-limit", ... */
const char *run_end_name(enum run_end end);
/* Whether this value of the debug-exit port means success. */
bool run_is_success(const struct run_options *options, uint32_t value);
int run_exit_code(const struct run_options *options, const struct run_outcome *outcome);

#endif
