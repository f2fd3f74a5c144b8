/* SPDX-License-Identifier: MIT */
/* Reports about a whole machine: why it crashed, halted or makes no progress. For the last of
 * these, the end of a run is watched (docs/reports.md). */
#ifndef HARNESS_DIAGNOSIS_DIAGNOSIS_H
#define HARNESS_DIAGNOSIS_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/diagnosis/profile.h"
#include "harness/machine/machine.h"

struct diagnosis {
	struct machine *machine;
	/* Describe a code address; see struct guest_view. */
	void (*symbol)(void *ctx, uint64_t addr, char *buf, size_t size);
	void *symbol_ctx;
	/* Does the code of a function lie at this address? With symbol_ctx. May be NULL. */
	bool (*in_function)(void *ctx, uint64_t addr);
	uint64_t watched_end; /* the expected end of the run, before which it is watched */
	unsigned stage;       /* how far watching has got */
	struct profile profile;
};

/* Set all but the profile, which most runs never use: so its pages stay untouched. in_function is
 * NULL, and may be set then. */
void diagnosis_init(struct diagnosis *d, struct machine *m,
		    void (*symbol)(void *ctx, uint64_t addr, char *buf, size_t size),
		    void *symbol_ctx);

/* Run the machine to until_ns as machine_run() does. If the run is going to end at `end_ns`
 * (UINT64_MAX: not known), watch the last milliseconds before. The guest does not notice. */
enum cpu_stop diagnosis_run(struct diagnosis *d, uint64_t until_ns, uint64_t end_ns);
/* The run ended at an unexpected time: run for a few more milliseconds of virtual time, and watch
 * them. */
void diagnosis_run_on(struct diagnosis *d);
/* Stop watching; the profile is kept. */
void diagnosis_stop(struct diagnosis *d);

/* `screen` is text or NULL in all of them. */
void diagnosis_crash(struct diagnosis *d, const char *what, const char *detail, uint64_t time_ns,
		     const char *screen, FILE *out);
/* HLT with nothing left to wake the CPU. */
void diagnosis_halted(struct diagnosis *d, const char *detail, const char *screen, FILE *out);
/* After diagnosis_run() to the end or diagnosis_run_on(). `brief`: a few lines. */
void diagnosis_stall(struct diagnosis *d, bool brief, const char *screen, FILE *out);

#endif
