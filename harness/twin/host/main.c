/* SPDX-License-Identifier: MIT */
/* The program of native tests. Environment variables: BIMETAL_TWIN_TRACE, the file to write the
 * trace to; BIMETAL_TWIN_STIMULI, the file with the stimuli; BIMETAL_TWIN_CPU, features of the CPU,
 * as in --cpu; BIMETAL_TWIN_SECONDS, how much processor time a test may take;
 * BIMETAL_TWIN_COVERAGE, the file in which all tests that run record their coverage. Without a
 * variable there is no trace, there are no stimuli, the CPU has its default features, a test may
 * take 10 s, and nothing is recorded. */
#define _GNU_SOURCE /* strsignal() */
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/units.h"
#include "harness/catalogue/coverage_recorder.h"
#include "harness/support/values.h"
#include "harness/support/worker.h"
#include "harness/twin/host/cases.h"
#include "harness/twin/host/twin_host.h"
#include "harness/twin/host/variables.h"

enum { PASSED, FAILED, USAGE };
enum {
	SECONDS = 10,
	MAX_SECONDS = 86400,
	DECIMAL = 10,
	MAX_JOBS = 64,
	LEAST_WALL_MS = 60000,
	WALL_MS = 6000, /* real time for each second of processor time, as others run too */
	KEY_WALL = 0x100
};

struct options {
	struct twin_host host;
	bool list, no_fork, fresh;
	unsigned jobs, wall_ms; /* wall_ms: 0: not given */
	char **word;
	size_t n_words;
};

struct run {
	const struct options *o;
	struct cases cases;
	unsigned n_passed, n_failed;
};

static const struct argp_option table[] = {
	{ "list", 'l', NULL, 0, "Print the names of the tests, and run none", 0 },
	{ "no-fork", 'n', NULL, 0,
	  "Run the tests in this process, for a debugger: a crash ends them all", 0 },
	{ "fresh", 'f', NULL, 0, "Run each test in a process of its own", 0 },
	{ "jobs", 'j', "N", 0, "Processes at once (default: 1)", 0 },
	{ "traces", 't', "FOLDER", 0,
	  "Write FOLDER/SUITE.NAME.native, the trace of each test, and for one that fails "
	  "FOLDER/SUITE.NAME.failed: what it said",
	  0 },
	{ "wall-limit", KEY_WALL, "TIME", 0,
	  "Real time that a test may take (default: 60s, or six times BIMETAL_TWIN_SECONDS)", 0 },
	{ 0 },
};

/* ---- options ---- */

static unsigned parse_wall(struct argp_state *state, const char *text)
{
	uint64_t ns;

	if (!value_time(text, &ns) || ns < NS_PER_MS || ns / NS_PER_MS > UINT32_MAX)
		argp_error(state, "--wall-limit %s: give a time such as 500ms or 30s", text);
	return (unsigned)(ns / NS_PER_MS);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *o = state->input;
	char *end;

	switch (key) {
	case 'l': o->list = true; return 0;
	case 'n': o->no_fork = true; return 0;
	case 'f': o->fresh = true; return 0;
	case KEY_WALL: o->wall_ms = parse_wall(state, value); return 0;
	case 't': o->host.traces = value; return 0;
	case 'j':
		o->jobs = (unsigned)strtoul(value, &end, DECIMAL);
		if (*value < '0' || *value > '9' || *end || !o->jobs || o->jobs > MAX_JOBS)
			argp_error(state, "--jobs %s: give a number from 1 to %d", value, MAX_JOBS);
		return 0;
	case ARGP_KEY_ARGS:
		o->word = state->argv + state->next;
		o->n_words = (size_t)(state->argc - state->next);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = table,
	.parser = parse,
	.args_doc = "[TEST...]",
	.doc = "Run native twin tests: all, or those that a TEST names. It is SUITE.NAME, SUITE, "
	       "or "
	       "a pattern of names with * and ?."
	       "\vExit status: 0 all passed, 1 a test failed, 2 usage error."
};

/* How much processor time a test may take. False: told. */
static bool read_seconds(unsigned *seconds)
{
	const char *text = getenv("BIMETAL_TWIN_SECONDS");
	unsigned long n = SECONDS;
	char *end;

	if (text) n = strtoul(text, &end, DECIMAL);
	*seconds = (unsigned)n;
	if (!text || (*text >= '0' && *text <= '9' && !*end && n && n <= MAX_SECONDS)) return true;
	fprintf(stderr, "BIMETAL_TWIN_SECONDS=%s: expected a whole number from 1 to %d\n", text,
		MAX_SECONDS);
	return false;
}

/* Before there are processes of tests. */
static bool record_coverage(void)
{
	const char *path = getenv("BIMETAL_TWIN_COVERAGE");
	char error[COVERAGE_ERROR_SIZE];

	if (!path || !*path || coverage_record(path, error)) return true;
	fprintf(stderr, "%s\n", error);
	return false;
}

/* ---- what is known of each test afterwards ---- */

static void path_of(const struct run *r, const char *name, const char *what, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s.%s", r->o->host.traces, name, what);
}

/* What an earlier run left is not taken for this one's. */
static void forget(const struct run *r)
{
	char name[CASE_NAME], path[PATH_MAX];

	for (size_t i = 0; r->o->host.traces && i < r->cases.n; i++) {
		case_name(r->cases.test[i], name);
		path_of(r, name, "native", path);
		(void)unlink(path);
		path_of(r, name, "failed", path);
		(void)unlink(path);
	}
}

static void say_how(const struct worker_result *result, const char *name, unsigned limit_ms,
		    FILE *out)
{
	fprintf(out, "FAIL %s", name);
	switch (result->end) {
	case WORKER_SIGNALLED: fprintf(out, ": %s", strsignal(result->signal)); break;
	case WORKER_EXITED:
		fprintf(out, ": its process ended with status %d", result->status);
		break;
	case WORKER_TIMED_OUT:
		fprintf(out, ": it did not end within %u ms, most of which it did not compute",
			limit_ms);
		break;
	case WORKER_LEAKED: fputs(": memory was lost", out); break;
	case WORKER_ENDED: break;
	}
	fputs(!result->again || result->fails_alone
		      ? "\n"
		      : ". It passes alone: tests before it have an influence\n",
	      out);
}

static unsigned limit_ms(const struct run *r)
{
	unsigned ms = r->o->host.seconds * WALL_MS;

	if (r->o->wall_ms) return r->o->wall_ms;
	return ms > LEAST_WALL_MS ? ms : LEAST_WALL_MS;
}

static void done(void *ctx, const struct worker_result *result)
{
	struct run *r = ctx;
	char name[CASE_NAME], path[PATH_MAX];
	FILE *out;

	case_name(r->cases.test[result->test], name);
	fwrite(result->output, 1, result->output_size, stderr);
	if (result->verdict == WORKER_PASSED) {
		r->n_passed++;
		return;
	}
	r->n_failed++;
	say_how(result, name, limit_ms(r), stderr);
	if (!r->o->host.traces) return;
	path_of(r, name, "failed", path);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		return;
	}
	fwrite(result->output, 1, result->output_size, out);
	say_how(result, name, limit_ms(r), out);
	(void)fclose(out);
}

/* ---- running ---- */

static void begin(void *ctx)
{
	const struct run *r = ctx;

	twin_host_begin(&r->o->host);
}

static enum worker_verdict run_test(void *ctx, size_t test)
{
	const struct run *r = ctx;

	return twin_host_run(r->cases.test[test]) ? WORKER_PASSED : WORKER_FAILED;
}

/* Variables of drivers that are not known cannot be put back: then a process is for one test. */
static bool must_be_fresh(const struct run *r)
{
	for (size_t i = 0; i < r->cases.n; i++)
		if (!variables_known(r->cases.test[i]->file)) return true;
	return r->o->fresh;
}

static bool run_in_workers(struct run *r)
{
	const struct worker_job job = { .n = r->cases.n,
					.run = run_test,
					.begin = begin,
					.done = done,
					.ctx = r,
					.jobs = r->o->jobs,
					.limit_ms = limit_ms(r),
					.again = true,
					.life = must_be_fresh(r) ? WORKER_ENDS_AFTER_EACH
								 : WORKER_ENDS_AFTER_FAILURE };

	if (worker_run(&job)) return true;
	perror("twin tests");
	return false;
}

static void run_here(struct run *r)
{
	begin(r);
	for (size_t i = 0; i < r->cases.n; i++) {
		char name[CASE_NAME];

		case_name(r->cases.test[i], name);
		if (run_test(r, i) == WORKER_PASSED) {
			r->n_passed++;
			continue;
		}
		r->n_failed++;
		fprintf(stderr, "FAIL %s\n", name);
	}
	twin_host_end();
}

static int run(struct run *r)
{
	struct program *program = program_open(r->o->host.program);
	bool ran = variables_find(program);

	program_close(program);
	if (!ran) fputs("twin tests: the host has no memory\n", stderr);
	forget(r);
	if (ran && r->o->no_fork)
		run_here(r);
	else if (ran)
		ran = run_in_workers(r);
	printf("%u passed, %u failed\n", r->n_passed, r->n_failed);
	return ran && r->n_passed == r->cases.n ? PASSED : FAILED;
}

static void list(const struct cases *cases)
{
	char name[CASE_NAME];

	for (size_t i = 0; i < cases->n; i++) {
		case_name(cases->test[i], name);
		puts(name);
	}
}

int main(int argc, char **argv)
{
	static char program[PATH_MAX];
	struct options o = { .host = { .program = program,
				       .trace = getenv("BIMETAL_TWIN_TRACE") } };
	struct run r = { .o = &o };
	const char *word;
	int code = PASSED;
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[n > 0 ? n : 0] = '\0';
	argp_err_exit_status = USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!read_seconds(&o.host.seconds)) return USAGE;
	if (!cases_choose(&r.cases, o.word, o.n_words, &word)) {
		fprintf(stderr, "%s: no test is named '%s'; --list prints the names\n", argv[0],
			word ? word : "");
		code = USAGE;
	} else if (o.list) {
		list(&r.cases);
	} else {
		code = record_coverage() ? run(&r) : FAILED;
	}
	free((void *)r.cases.test);
	return code;
}
