/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* nftw() */
#include "harness/command/coverage.h"

#include <argp.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/catalogue/coverage_recording.h"
#include "harness/catalogue/coverage_report.h"
#include "harness/command/modules.h"
#include "harness/support/values.h"

enum {
	SUCCESS = 0,
	FAILED = 1,
	USAGE = 2,
	KEY_DEVICE = 0x100,
	KEY_MODEL,
	KEY_ALL,
	KEY_JSON,
	KEY_FAIL_UNDER,
	MAX_NAMED = 64,
	MAX_PERCENT = 100,
	OPEN_FOLDERS = 16
};

struct request {
	const char *device[MAX_NAMED], *name[MAX_NAMED];
	size_t n_devices, n_names;
	char **path;
	size_t n_paths;
	bool all, json;
	uint64_t fail_under; /* 0: never */
};

/* ---- options ---- */

static const struct argp_option descriptions[] = {
	{ "device", KEY_DEVICE, "FILE.so", 0,
	  "Your own model or board, a module: its models are reported (repeatable)", 0 },
	{ "model", KEY_MODEL, "NAME", 0, "Report the model of this name alone (repeatable)", 0 },
	{ "all", KEY_ALL, NULL, 0, "Print every register, field and lint, with what was seen", 0 },
	{ "json", KEY_JSON, NULL, 0, "Print JSON, with all of it", 0 },
	{ "fail-under", KEY_FAIL_UNDER, "PERCENT", 0,
	  "Exit with 1 if the tests reached less of a model than this", 0 },
	{ NULL, 'h', NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

static const char *add(const char **list, size_t *n, const char *value, struct argp_state *state)
{
	if (*n == MAX_NAMED) argp_error(state, "more than %d models: '%s'", MAX_NAMED, value);
	return list[(*n)++] = value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_DEVICE: (void)add(r->device, &r->n_devices, arg, state); return 0;
	case KEY_MODEL: (void)add(r->name, &r->n_names, arg, state); return 0;
	case KEY_ALL: r->all = true; return 0;
	case KEY_JSON: r->json = true; return 0;
	case KEY_FAIL_UNDER:
		if (!value_number(arg, MAX_PERCENT, &r->fail_under))
			argp_error(state, "--fail-under '%s': expected a whole number from 0 to %d",
				   arg, MAX_PERCENT);
		return 0;
	case 'h': argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP); return 0;
	case ARGP_KEY_ARGS:
		r->path = state->argv + state->next;
		r->n_paths = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no RECORDING given; a folder stands for all *.coverage in it");
		return EINVAL;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = descriptions,
	.parser = parse_option,
	.args_doc = "RECORDING...",
	.doc = "Print which registers, bits and lints of a model were reached by the tests that "
	       "made the recordings, and which never. RECORDING is a file of 'bimetal run "
	       "--coverage', 'bimetal twin run --coverage' or a twin test, or a folder: all "
	       "*.coverage below it."
	       "\vWithout --device and --model, all models that the tests reached are reported. "
	       "Bits are seen both ways when what tests can do with them was done: kept bits "
	       "written as 0 and as 1, bits that show something read as both, and bits where "
	       "writing 1 acts read as both and written as 1. The percentage is of registers "
	       "and bits. Lints do not count: a driver that keeps the rules causes none.\n"
	       "\n"
	       "Exit status: 0, 1 less than --fail-under, 2 usage or input error, 9 a crash in "
	       "the code of a module."
};

/* ---- recordings ---- */

/* nftw() hands nothing on to its callback. */
static struct {
	struct coverage_sum sum;
	unsigned n;
	char error[COVERAGE_ERROR_SIZE];
} found;

static bool add_file(const char *path)
{
	found.n++;
	return coverage_add_recording(&found.sum, path, COVERAGE_PLAIN, found.error);
}

static int visit(const char *path, const struct stat *file, int type, struct FTW *where)
{
	static const char ending[] = ".coverage";
	size_t n = strlen(path), len = strlen(ending);

	(void)file;
	(void)where;
	if (type != FTW_F || n < len || strcmp(path + n - len, ending) != 0) return 0;
	return !add_file(path);
}

static bool add_path(const char *path)
{
	unsigned before = found.n;
	struct stat file;

	if (stat(path, &file) != 0 || !S_ISDIR(file.st_mode)) return add_file(path);
	if (nftw(path, visit, OPEN_FOLDERS, FTW_PHYS) != 0) {
		if (!found.error[0])
			snprintf(found.error, sizeof(found.error), "%s: %s", path, strerror(errno));
		return false;
	}
	if (found.n > before) return true;
	snprintf(found.error, sizeof(found.error),
		 "%s: no *.coverage below this folder: run the tests first; those with MODEL, or "
		 "with a board of your own, record",
		 path);
	return false;
}

static bool add_paths(const struct request *r)
{
	size_t n = 0;

	while (coverage_model_at(n)) n++;
	found.sum.reached.word = calloc(coverage_words(), sizeof(uint64_t));
	found.sum.has = calloc(n + 1, sizeof(bool));
	if (!found.sum.reached.word || !found.sum.has)
		snprintf(found.error, sizeof(found.error), "out of memory");
	for (size_t i = 0; i < r->n_paths && !found.error[0]; i++) (void)add_path(r->path[i]);
	if (found.error[0]) fprintf(stderr, "bimetal: %s\n", found.error);
	return !found.error[0];
}

/* ---- which models ---- */

static bool is_in(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0) return true;
	return false;
}

static bool was_reached(const struct catalogue_model *m)
{
	struct coverage_counts n = coverage_count(&found.sum.reached, m);

	return n.read.n || n.written.n || n.lints.n || n.table_lints.n;
}

static bool has_recording(const char *name)
{
	for (size_t i = 0; coverage_model_at(i); i++)
		if (found.sum.has[i] && strcmp(coverage_model_at(i)->name, name) == 0) return true;
	return false;
}

/* A model that was asked for. False: it was told why it cannot be reported. */
static bool can_report(const struct catalogue_model *m)
{
	if (has_recording(m->name)) return true;
	fprintf(stderr,
		"bimetal: no recording has the model %s: they are of tests without it, or of tests "
		"that did not run\n",
		m->name);
	return false;
}

/* The names that were asked for, as the catalogue has them. */
static bool find_names(struct request *r)
{
	for (size_t i = 0; i < r->n_names; i++) {
		const struct catalogue_model *m = catalogue_device(r->name[i]);
		const char *near = m ? NULL : catalogue_device_near(r->name[i]);

		if (m) {
			r->name[i] = m->name;
			continue;
		}
		fprintf(stderr, "bimetal: --model %s: unknown model; ", r->name[i]);
		if (near) fprintf(stderr, "did you mean %s? ", near);
		fputs("--device FILE.so adds yours; 'bimetal devices' lists all\n", stderr);
		return false;
	}
	return true;
}

struct chosen {
	const struct catalogue_model **model;
	size_t n;
};

/* False: it was told what is wrong. */
static bool choose(const struct request *r, struct chosen *chosen)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);
		bool asked = r->n_names ? is_in(r->name, r->n_names, m->name)
					: r->n_devices && m->foreign;

		/* Another module's device of the same name: recordings do not tell them apart. */
		if (catalogue_model(m->name) != m) continue;
		if (asked && !can_report(m)) return false;
		if (asked || (!r->n_names && !r->n_devices && was_reached(m)))
			chosen->model[chosen->n++] = m;
	}
	if (!r->n_names && !r->n_devices && found.sum.stranger[0])
		fprintf(stderr,
			"bimetal: the recordings have a model %s; --device FILE.so adds it\n",
			found.sum.stranger);
	if (chosen->n) return true;
	fputs("bimetal: there is nothing to report: the recordings reached no register of a model, "
	      "or the modules have none\n",
	      stderr);
	return false;
}

/* ---- the command ---- */

static void print(const struct request *r, const struct chosen *chosen)
{
	for (size_t i = 0; i < chosen->n; i++) {
		coverage_report(stdout, &found.sum.reached, chosen->model[i]);
		if (r->all) coverage_report_all(stdout, &found.sum.reached, chosen->model[i]);
	}
}

static int judge(const struct request *r, const struct chosen *chosen)
{
	int code = SUCCESS;

	for (size_t i = 0; i < chosen->n; i++) {
		struct coverage_counts n = coverage_count(&found.sum.reached, chosen->model[i]);

		if (coverage_percent(&n) >= r->fail_under) continue;
		fprintf(stderr, "bimetal: %s: %u %% is less than --fail-under %u\n",
			chosen->model[i]->name, coverage_percent(&n), (unsigned)r->fail_under);
		code = FAILED;
	}
	return code;
}

static int report(const struct request *r)
{
	struct chosen chosen = { .model = calloc(catalogue_size() + 1, sizeof(void *)) };
	int code = USAGE;

	if (chosen.model && choose(r, &chosen)) {
		code = SUCCESS;
		if (!r->json)
			print(r, &chosen);
		else if (!coverage_json(stdout, &found.sum.reached, chosen.model, chosen.n))
			code = USAGE;
		if (code == SUCCESS) code = judge(r, &chosen);
	}
	free(chosen.model);
	return code;
}

int cmd_coverage(int argc, char **argv)
{
	struct request r = { 0 };
	int code = USAGE;
	bool ok = true;

	argp_err_exit_status = USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &r) != 0) return USAGE;
	for (size_t i = 0; ok && i < r.n_devices; i++) ok = modules_add(r.device[i], NULL);
	if (ok && find_names(&r) && add_paths(&r)) code = report(&r);
	free(found.sum.reached.word);
	free(found.sum.has);
	return code;
}
