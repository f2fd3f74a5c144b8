/* SPDX-License-Identifier: MIT */
#include "harness/command/twin.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/catalogue.h"
#include "harness/catalogue/coverage_recorder.h"
#include "harness/command/module_crash.h"
#include "harness/machine/module.h"
#include "harness/support/files.h"
#include "harness/twin/kernel.h"
#include "harness/twin/trace.h"

enum { FAILED = 1, USAGE_ERROR = 2 };
enum option_key {
	KEY_TRACE = 't',
	KEY_COVERAGE = 'C',
	KEY_STIMULI = 's',
	KEY_CPU = 'c',
	KEY_NO_AUDIT = 'n',
	KEY_DEVICE = 'd',
	KEY_MACHINE = 'M'
};

static const struct argp_option options[] = {
	{ "trace", KEY_TRACE, "FILE", 0, "Write the trace of the test's accesses to FILE", 0 },
	{ "coverage", KEY_COVERAGE, "FILE", 0,
	  "Record which registers and lints the test reaches, for 'bimetal coverage'", 0 },
	{ "stimuli", KEY_STIMULI, "FILE", 0,
	  "Play the test's stimuli from FILE (docs/twin-tests.md)", 0 },
	{ "cpu", KEY_CPU, "SPEC", 0, "CPU vendor and features, as for 'bimetal run'", 0 },
	{ "device", KEY_DEVICE, "NAME|FILE.so[,KEY=VALUE]...", 0,
	  "Add a device to the test's machine, as for 'bimetal run' (repeatable)", 0 },
	{ "machine", KEY_MACHINE, "NAME|FILE.so", 0, "Machine, as for 'bimetal run'", 0 },
	{ "no-audit", KEY_NO_AUDIT, NULL, 0, "Allow device accesses that do not go through io.h",
	  0 },
	{ 0 }
};

struct arguments {
	struct twin_kernel_options run;
	const char *cpu, *machine, *coverage; /* NULL: not given */
	const char *device[TWIN_MAX_DEVICES];
	unsigned n_devices;
	const char *word[3];
	int n;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case KEY_TRACE: a->run.trace = value; return 0;
	case KEY_COVERAGE: a->coverage = value; return 0;
	case KEY_STIMULI: a->run.stimuli = value; return 0;
	case KEY_CPU: a->cpu = value; return 0;
	case KEY_MACHINE: a->machine = value; return 0;
	case KEY_DEVICE:
		if (a->n_devices == TWIN_MAX_DEVICES - 1)
			argp_error(state, "more than %d times --device", TWIN_MAX_DEVICES - 1);
		a->device[a->n_devices++] = value;
		return 0;
	case KEY_NO_AUDIT: a->run.no_audit = true; return 0;
	case ARGP_KEY_ARG:
		if (a->n == 3) argp_error(state, "more words than expected: '%s'", value);
		a->word[a->n++] = value;
		return 0;
	case ARGP_KEY_END:
		if (a->n < 3)
			argp_error(state,
				   "expected 'run IMAGE SUITE.NAME' or 'compare NATIVE EMULATED'");
		return 0;
	case ARGP_KEY_SUCCESS:
		if (strcmp(a->word[0], "run") != 0 &&
		    (a->run.trace || a->run.stimuli || a->cpu || a->machine || a->n_devices ||
		     a->run.no_audit || a->coverage))
			argp_error(state, "'compare' takes no options: they belong to 'run'");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "run IMAGE SUITE.NAME\ncompare NATIVE EMULATED",
	.doc = "Run test SUITE.NAME of the twin test kernel IMAGE in the emulated CPU, or compare "
	       "the "
	       "traces that its native and its emulated side wrote."
	       "\vExit status: 0 passed or equal, 1 failed or different, 2 usage error, 9 a crash "
	       "in the code of a module."
};

/* The models and boards of users that the options name. */
static bool set_up(struct arguments *a)
{
	char why[MODULE_ERROR_SIZE];
	const struct machine_kind *kind = NULL;

	module_crash_catch();
	if (a->machine && !module_board(a->machine, &kind, why)) {
		fprintf(stderr, "bimetal twin: --machine %s\n", why);
		return false;
	}
	a->run.setup = twin_setup_of(a->cpu, a->machine, kind);
	if (kind) catalogue_add_board(kind);
	for (unsigned i = 0; i < a->n_devices; i++) {
		struct machine_device device;

		if (!module_device(a->device[i], &device, why)) {
			fprintf(stderr, "bimetal twin: --device %s\n", why);
			return false;
		}
		if (device.model) catalogue_add_model(device.model);
		(void)twin_setup_add(&a->run.setup, device.text,
				     device.model); /* parse() counted */
	}
	return true;
}

/* The models are in the catalogue by now. */
static bool record(const char *path)
{
	char error[COVERAGE_ERROR_SIZE];

	if (!path || (coverage_record(path, error) && coverage_record_models(error))) return true;
	fprintf(stderr, "bimetal twin: %s\n", error);
	return false;
}

static int run(struct arguments *a)
{
	if (!set_up(a) || !record(a->coverage)) return USAGE_ERROR;
	char *suite = strdup(a->word[2]), *dot = suite ? strchr(suite, '.') : NULL;
	int code = USAGE_ERROR;

	if (a->run.trace && !file_can_be_written(a->run.trace)) {
		fprintf(stderr, "bimetal twin: %s: cannot open the file for writing: %s\n",
			a->run.trace, strerror(errno));
		free(suite);
		return USAGE_ERROR;
	}
	if (dot && dot > suite && dot[1]) {
		*dot = '\0';
		a->run.image = a->word[1];
		a->run.suite = suite;
		a->run.name = dot + 1;
		code = twin_kernel_run(&a->run) ? 0 : FAILED;
	} else {
		fprintf(stderr, "bimetal twin: '%s': expected the test as SUITE.NAME\n",
			a->word[2]);
	}
	free(suite);
	return code;
}

static int compare(const struct arguments *a)
{
	struct twin_trace native = { 0 }, emulated = { 0 };
	char error[512];
	int code = FAILED;

	if (!twin_trace_read(&native, a->word[1], error, sizeof(error)) ||
	    !twin_trace_read(&emulated, a->word[2], error, sizeof(error)))
		fprintf(stderr, "bimetal twin: %s\n", error);
	else if (twin_trace_compare(&native, &emulated, stdout))
		code = 0;
	twin_trace_free(&native);
	twin_trace_free(&emulated);
	return code;
}

int cmd_twin(int argc, char **argv)
{
	struct arguments a = { 0 };

	argp_err_exit_status = USAGE_ERROR;
	argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (strcmp(a.word[0], "run") == 0) return run(&a);
	if (strcmp(a.word[0], "compare") == 0) return compare(&a);
	fprintf(stderr, "bimetal twin: expected 'run' or 'compare', not '%s'\n", a.word[0]);
	return USAGE_ERROR;
}
