/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/command/test.h"

#include <argp.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/units.h"
#include "harness/command/test_case.h"
#include "harness/command/test_plan.h"
#include "harness/command/test_report.h"
#include "harness/machine/cpu.h"
#include "harness/support/values.h"
#include "harness/support/worker.h"

enum { PASSED, FAILED, USAGE };
/* A run that is over its limit ends by itself, with a report. One that cannot is killed later. */
enum { LIMIT_MS = 30000, GRACE_MS = 5000, DECIMAL = 10 };
enum key { KEY_FILTER = 0x100, KEY_LIST, KEY_SHARD, KEY_FAIL_FAST, KEY_TAP, KEY_JUNIT, KEY_LIMIT };

struct options {
	const char *filter, *tap, *junit;
	bool list, fail_fast, use_tap;
	unsigned shard, shards, jobs, limit_ms;
	struct test_plan plan;
	bool any_path;
};

static const struct argp_option table[] = {
	{ "filter", KEY_FILTER, "TEXT", 0,
	  "Run only tests whose names contain TEXT, or match it as a pattern with * and ?", 0 },
	{ "list", KEY_LIST, NULL, 0, "Print the names of the tests, and run none", 0 },
	{ "shard", KEY_SHARD, "I/N", 0, "Run only part I of N, to share tests among machines", 0 },
	{ "jobs", 'j', "N", 0, "Tests at once (default: the number of processors)", 0 },
	{ "fail-fast", KEY_FAIL_FAST, NULL, 0, "Begin no test after one has failed", 0 },
	{ "wall-limit", KEY_LIMIT, "TIME", 0, "Real time that a test may take (default: 30s)", 0 },
	{ "tap", KEY_TAP, "FILE", OPTION_ARG_OPTIONAL,
	  "Write TAP 14 to FILE; without FILE to standard output, instead of the report", 0 },
	{ "junit", KEY_JUNIT, "FILE", 0, "Write JUnit XML to FILE", 0 },
	{ 0 },
};

static const char doc[] =
	"Run the tests in PATHs: files NAME.test, folders of them (default: the present one), or "
	"kernels "
	"with a .test beside them."
	"\vA .test is a JSON object. \"image\" is the kernel; the options of 'bimetal run' are "
	"keys\n"
	"(\"machine\": \"isapc\", \"append\": \"selftest\", \"max-time\": \"5s\"); \"exit\", "
	"\"serial\" and "
	"\"screen\"\n"
	"say what must come; \"cases\" is a list of such objects (docs/testing-kernels.md).\n"
	"\n"
	"Exit status:\n"
	"  0  all tests passed, or were skipped\n"
	"  1  a test failed\n"
	"  2  usage error, or a file of tests is wrong: nothing ran; or output could not\n"
	"     be written\n";

static unsigned number(struct argp_state *state, const char *text, const char *what, unsigned max)
{
	char *end;
	unsigned long n = strtoul(text, &end, DECIMAL);

	if (*text < '0' || *text > '9' || *end || n < 1 || n > max)
		argp_error(state, "%s %s: give a number from 1 to %u", what, text, max);
	return (unsigned)n;
}

static void parse_shard(struct options *o, struct argp_state *state, const char *text)
{
	char *end, *rest;

	o->shard = (unsigned)strtoul(text, &end, DECIMAL);
	o->shards = *end == '/' ? (unsigned)strtoul(end + 1, &rest, DECIMAL) : 0;
	if (!o->shards || *rest || !o->shard || o->shard > o->shards)
		argp_error(state, "--shard %s: give I/N with 1 <= I <= N, such as 2/4", text);
}

static void parse_limit(struct options *o, struct argp_state *state, const char *text)
{
	uint64_t ns;

	if (!value_time(text, &ns) || ns < NS_PER_MS || ns / NS_PER_MS > UINT32_MAX)
		argp_error(state, "--wall-limit %s: give a time such as 500ms or 30s", text);
	o->limit_ms = (unsigned)(ns / NS_PER_MS);
}

static bool add_path(struct options *o, const char *path)
{
	o->any_path = true;
	if (test_plan_add(&o->plan, path)) return true;
	fprintf(stderr, "bimetal test: %s\n", o->plan.error);
	return false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_FILTER: o->filter = arg; break;
	case KEY_LIST: o->list = true; break;
	case KEY_SHARD: parse_shard(o, state, arg); break;
	case KEY_FAIL_FAST: o->fail_fast = true; break;
	case KEY_LIMIT: parse_limit(o, state, arg); break;
	case KEY_JUNIT: o->junit = arg; break;
	case 'j': o->jobs = number(state, arg, "--jobs", 64); break;
	case KEY_TAP:
		o->use_tap = true;
		o->tap = arg;
		break;
	case ARGP_KEY_ARG:
		if (!add_path(o, arg)) exit(USAGE);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- choosing ---- */

static bool chosen(const struct options *o, const struct test_case *c)
{
	return !o->filter || strstr(c->name, o->filter) || fnmatch(o->filter, c->name, 0) == 0;
}

static int by_name(const void *a, const void *b)
{
	const struct test_case *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* NULL: no memory. */
static const struct test_case **choose(const struct options *o, size_t *n)
{
	const struct test_case **cases = calloc(o->plan.n + 1, sizeof(const struct test_case *));
	size_t found = 0, kept = 0;

	for (size_t i = 0; cases && i < o->plan.n; i++)
		if (chosen(o, &o->plan.cases[i])) cases[found++] = &o->plan.cases[i];
	if (cases) qsort((void *)cases, found, sizeof(const struct test_case *), by_name);
	for (size_t i = 0; i < found; i++)
		if (i % o->shards == o->shard - 1) cases[kept++] = cases[i];
	*n = kept;
	return cases;
}

/* Nothing to run is a mistake, but for a part of few. */
static int tell_none(const struct options *o)
{
	if (o->plan.n && o->shards > 1 && !o->filter) return PASSED;
	if (o->plan.n)
		fprintf(stderr, "bimetal test: no test has a name like '%s'; --list prints them\n",
			o->filter ? o->filter : "");
	else
		fprintf(stderr, "bimetal test: no file NAME.test was found%s\n",
			o->plan.without ? "; kernels are there: write a .test beside them "
					  "(docs/testing-kernels.md)"
					: "");
	return USAGE;
}

/* ---- running ---- */

struct running {
	struct test_report report;
	uint64_t limit_ns;
};

static enum worker_verdict run_case(void *ctx, size_t test)
{
	const struct running *r = ctx;

	return test_case_run(r->report.cases[test], BIMETAL_VERSION, r->limit_ns);
}

static void begin(void *ctx)
{
	(void)ctx;
	(void)cpu_catch_engine_faults(); /* without it a fault ends the worker, and is told too */
}

static void done(void *ctx, const struct worker_result *result)
{
	test_report_add(&((struct running *)ctx)->report, result);
}

static void progress(void *ctx, const size_t *tests, size_t n)
{
	test_report_progress(&((struct running *)ctx)->report, tests, n);
}

static volatile bool stop;

static void on_signal(int signal)
{
	(void)signal;
	stop = true;
}

static bool run_all(const struct options *o, struct running *r)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	const struct worker_job job = { .n = r->report.n,
					.run = run_case,
					.begin = begin,
					.done = done,
					.progress = progress,
					.ctx = r,
					.jobs = o->jobs          ? o->jobs
						: processors > 0 ? (unsigned)processors
								 : 1,
					.limit_ms = o->limit_ms + GRACE_MS,
					.fail_fast = o->fail_fast,
					.again = true,
					.stop = &stop };

	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (worker_run(&job)) return true;
	fprintf(stderr, "bimetal test: the host refuses processes: %s\n", strerror(errno));
	return false;
}

static FILE *open_output(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file) fprintf(stderr, "bimetal test: %s: %s\n", path, strerror(errno));
	return file;
}

static bool close_output(FILE *file, const char *path)
{
	bool ok = !ferror(file);

	if (fclose(file) == 0 && ok) return true;
	fprintf(stderr, "bimetal test: %s: could not be written to its end: is the disk full?\n",
		path);
	return false;
}

static bool open_reports(const struct options *o, struct test_report *r, FILE **junit)
{
	*junit = NULL;
	r->out = o->use_tap && !o->tap ? stderr : stdout;
	r->terminal = isatty(fileno(r->out));
	if (o->use_tap) r->tap = o->tap ? open_output(o->tap) : stdout;
	if (o->junit) *junit = open_output(o->junit);
	if ((o->use_tap && !r->tap) || (o->junit && !*junit)) return false;
	if (r->tap) test_report_tap_begin(r);
	return true;
}

static int run_tests(const struct options *o, const struct test_case *const *cases, size_t n)
{
	struct running r = { .report = { .cases = cases, .n = n },
			     .limit_ns = o->limit_ms * (uint64_t)NS_PER_MS };
	FILE *junit;
	bool ok;

	r.report.results = calloc(n, sizeof(*r.report.results));
	if (!r.report.results || !open_reports(o, &r.report, &junit)) {
		free(r.report.results);
		return USAGE;
	}
	ok = run_all(o, &r) && !r.report.refused;
	test_report_close(&r.report);
	if (junit) ok &= test_report_junit(&r.report, junit);
	if (junit) ok &= close_output(junit, o->junit);
	if (o->tap) ok &= close_output(r.report.tap, o->tap);
	bool failed = r.report.n_failed || stop;
	test_report_free(&r.report);
	return !ok ? USAGE : failed ? FAILED : PASSED;
}

int cmd_test(int argc, char **argv)
{
	static const struct argp argp = {
		.options = table, .parser = parse, .args_doc = "[PATH...]", .doc = doc
	};
	struct options o = { .shard = 1, .shards = 1, .limit_ms = LIMIT_MS };
	const struct test_case **cases = NULL;
	size_t n = 0;
	int code = USAGE;

	argp_err_exit_status = USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.any_path || add_path(&o, ".")) cases = choose(&o, &n);
	if (cases && !n) {
		code = tell_none(&o);
	} else if (cases && o.list) {
		for (size_t i = 0; i < n; i++) puts(cases[i]->name);
		code = PASSED;
	} else if (cases) {
		code = run_tests(&o, cases, n);
	}
	free((void *)cases);
	test_plan_free(&o.plan);
	return code;
}
