/* SPDX-License-Identifier: MIT */
/* Reports about a whole machine: why it crashed, halted or does not get on. Also the watch over the
 * last stretch of a run, on which the last of these stands (docs/reports.md). */
#ifndef HARNESS_DIAGNOSIS_DIAGNOSIS_H
#define HARNESS_DIAGNOSIS_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/diagnosis/profile.h"
#include "harness/machine/cpu.h"

struct diagnosis {
	struct machine *machine;
	/* Describe a code address; see struct guest_view. */
	void (*symbol)(void *ctx, uint64_t addr, char *buf, size_t size);
	void *symbol_ctx;
	uint64_t watched_end; /* the end that is watched for */
	unsigned stage;       /* of that watch */
	struct profile profile;
};

/* All but the profile, which most runs never touch. */
void diagnosis_init(struct diagnosis *d, struct machine *m,
		    void (*symbol)(void *ctx, uint64_t addr, char *buf, size_t size),
		    void *symbol_ctx);

/* Run the machine to until_ns as machine_run() does; if it is going to end at `end_ns` (UINT64_MAX:
 * not known), watch the last stretch before. What the guest does is the same. */
enum cpu_stop diagnosis_run(struct diagnosis *d, uint64_t until_ns, uint64_t end_ns);
/* The end has come unforeseen: run on for a few milliseconds of virtual time and watch them. */
void diagnosis_run_on(struct diagnosis *d);
/* Watch no more; what was seen stays. */
void diagnosis_stop(struct diagnosis *d);

/* `screen` is text or NULL in all of them. */
void diagnosis_crash(struct diagnosis *d, const char *what, const char *detail, uint64_t time_ns,
		     const char *screen, FILE *out);
/* HLT with nothing left to wake the CPU. */
void diagnosis_halted(struct diagnosis *d, const char *detail, const char *screen, FILE *out);
/* After diagnosis_run() to the end or diagnosis_run_on(). `brief`: a few lines. */
void diagnosis_stall(struct diagnosis *d, bool brief, const char *screen, FILE *out);

#endif
