/* SPDX-License-Identifier: MIT */
/* The machine of a twin test, the same on both sides: its config, its stimuli, the recording of its
 * accesses, and the judgement of its lints. */
#ifndef HARNESS_TWIN_MACHINE_H
#define HARNESS_TWIN_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/lint_desc.h"
#include "harness/console/stimuli.h"
#include "harness/machine/machine.h"
#include "harness/twin/trace.h"

enum {
	TWIN_REPORT_PORT = 0x5f0, /* where the emulated side reports */
	TWIN_RAM = 16 << 20,
	TWIN_SHARED_BASE = 0x800000, /* memory that tests share with devices */
	TWIN_SHARED_SIZE = 0x100000,
	TWIN_MAX_ALLOWED = 16,
	TWIN_ID = LINT_ID_SIZE
};

struct twin_machine {
	struct machine machine;
	struct stimuli stimuli;
	struct twin_trace trace;
	struct observer lints;
	/* The trace's own ear, which hears what twin_machine.c tells it. */
	void (*record)(void *ctx, const struct access *a);
	struct program *program; /* for places in messages; owned */
	char allowed[TWIN_MAX_ALLOWED][TWIN_ID];
	size_t n_allowed;
	bool running; /* the test's body is */
	bool expects_exit;
	uint32_t exit_value;
	/* Called for each fault found, with one line of text. */
	void (*fail)(void *ctx, const char *text);
	void *fail_ctx;
};

/* What every twin test's machine is made of; `cpu`: features, "+x,-y" or NULL, must outlive it. */
struct machine_config twin_machine_config(const char *cpu);
/* Once t->machine is built: listen to it, read the stimuli of `test` ("suite.name") from a file,
 * NULL: none. `program`: the ELF file whose code runs. False: t->stimuli.error says what is wrong.
 */
bool twin_machine_prepare(struct twin_machine *t, const char *program, const char *stimuli,
			  const char *test);
/* The body begins, ends: in between accesses are recorded and lints count. */
void twin_machine_begin(struct twin_machine *t);
void twin_machine_end(struct twin_machine *t);
/* From now on the lint `id` is no fault, and a write of `value` to the debug exit port is wanted.
 */
void twin_machine_allow(struct twin_machine *t, const char *id);
void twin_machine_expect_exit(struct twin_machine *t, uint32_t value);
/* The run is over: a reset, a missing or a wrong exit is a fault, and what could not be played or
 * recorded. */
void twin_machine_judge(struct twin_machine *t);
/* Free it with its machine; one that was never built too. */
void twin_machine_free(struct twin_machine *t);

#endif
