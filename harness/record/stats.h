/* SPDX-License-Identifier: MIT */
/* What a run did, as one JSON object. docs/stats.md names the keys. */
#ifndef HARNESS_RECORD_STATS_H
#define HARNESS_RECORD_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/bus.h"
#include "emu/x86/execution.h"
#include "harness/record/lint_report.h"

/* Borrowed pointers, all of which must be valid during stats_write() only. */
struct stats {
	const char *version, *engine; /* of this program and of the CPU engine */
	const char *image, *machine;
	uint64_t memory;        /* bytes */
	const char *stopped_by; /* "debug-exit", "halted", ...: run_end_name() */
	const char *detail;     /* a sentence; "" if there is nothing to say */
	bool has_guest_exit;
	uint32_t guest_exit; /* raw value written to the debug exit port */
	int exit_code;       /* of this program */
	bool interactive;
	uint64_t virtual_ns, wall_ns, resets;
	const struct cpu_stats *cpu;
	const struct bus *bus;
	const struct lint_report *lints;
	const char *digest; /* NULL: the run is not deterministic */
};

/* Write it, with a newline. False: out of memory, or the write failed. */
bool stats_write(const struct stats *s, FILE *out);

#endif
