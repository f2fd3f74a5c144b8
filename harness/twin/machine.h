/* SPDX-License-Identifier: MIT */
/* The machine of a twin test, the same in both builds: its config, its stimuli, the trace of its
 * accesses, and the verdict on its lints. */
#ifndef HARNESS_TWIN_MACHINE_H
#define HARNESS_TWIN_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/lint.h"
#include "harness/console/stimuli.h"
#include "harness/machine/machine.h"
#include "harness/twin/trace.h"

enum {
	TWIN_REPORT_PORT = 0x5f0, /* where the emulated side reports */
	TWIN_RAM = 16 << 20,
	TWIN_SHARED_BASE = 0x800000, /* memory that tests share with devices */
	TWIN_SHARED_SIZE = 0x100000,
	TWIN_MAX_ALLOWED = 16,
	TWIN_MAX_TOLD = 64, /* lints at places; of more, only the number is told */
	TWIN_ID = LINT_ID_SIZE,
	TWIN_LINE = 512,     /* "FILE:LINE" */
	TWIN_MAX_DEVICES = 8 /* added to a test's machine */
};

/* What a test may choose of its machine. All of it outlives the machine. */
struct twin_setup {
	const char *cpu;                 /* features, "+x,-y" or NULL */
	const char *machine;             /* NULL: "pc" */
	const struct machine_kind *kind; /* instead of a name, or NULL */
	struct machine_device device[TWIN_MAX_DEVICES];
	unsigned n_devices;
};

struct twin_machine {
	struct machine machine;
	struct stimuli stimuli;
	struct twin_trace trace;
	struct observer lints;
	/* The trace's own callback; machine.c decides which accesses it gets. */
	void (*record)(void *ctx, const struct access *a);
	struct program *program; /* for source lines in messages; owned */
	char allowed[TWIN_MAX_ALLOWED][TWIN_ID];
	size_t n_allowed;
	bool running; /* the test's body is running */
	/* The lints that were told, with their source lines; the same again is only counted. */
	struct {
		char id[TWIN_ID], line[TWIN_LINE];
		uint64_t pc;
	} told[TWIN_MAX_TOLD];
	size_t n_told, n_again;
	bool expects_exit;
	uint32_t exit_value;
	/* Called for each fault found, with its place in the source ("" if unknown) and one line of
	 * text. */
	void (*fail)(void *ctx, const char *place, const char *text);
	void *fail_ctx;
};

/* The setup of a test that chooses nothing: the machine "pc" with the function pci-test. A test
 * that names another machine (kind, or name other than NULL and "pc") has no pci-test. */
struct twin_setup twin_setup_of(const char *cpu, const char *machine,
				const struct machine_kind *kind);
/* Add the text of a --device; `model` may be NULL. False: there are too many. */
bool twin_setup_add(struct twin_setup *setup, const char *text, const struct model *model);
/* The config of a twin test's machine, which must not outlive `setup`. */
struct machine_config twin_machine_config(const struct twin_setup *setup);
/* Call this after t->machine was built. It starts to observe the machine. `program` is the ELF file
 * whose code runs. False: t->stimuli.error says what is wrong. */
bool twin_machine_prepare(struct twin_machine *t, const char *program);
/* `test` ("suite.name") comes next: what was found about another is forgotten, and its stimuli are
 * read from the file `stimuli` (NULL: there are none). The machine itself stays as it is. False:
 * t->stimuli.error says what is wrong. */
bool twin_machine_next(struct twin_machine *t, const char *stimuli, const char *test);
/* The test's body begins, or ends. In between, accesses are recorded and lints count. */
void twin_machine_begin(struct twin_machine *t);
void twin_machine_end(struct twin_machine *t);
/* From now on the lint `id` is not a fault; or a write of `value` to the debug exit port is
 * expected.
 */
void twin_machine_allow(struct twin_machine *t, const char *id);
void twin_machine_expect_exit(struct twin_machine *t, uint32_t value);
/* Call this after the run. Faults are a reset, a missing or wrong exit, stimuli that could not be
 * applied, and accesses that could not be recorded. */
void twin_machine_judge(struct twin_machine *t);
/* Report a fault of a test that waited in vain, at `place`: `sentence`, then lines with what the
 * interrupt controllers say. `takes`: the processor takes interrupts. */
void twin_machine_fail_wait(struct twin_machine *t, const char *place, const char *sentence,
			    bool takes);
/* Free it and its machine, even if that was never built. */
void twin_machine_free(struct twin_machine *t);

#endif
