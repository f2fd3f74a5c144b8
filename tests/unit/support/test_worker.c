/* SPDX-License-Identifier: MIT */
/* Tests that end as tests should not, among many that pass. */
#include "harness/support/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"

enum { MANY = 500, LIMIT_MS = 1000 };
enum { FAILS = 41, CRASHES = 97, ABORTS = 98, HANGS = 200, EXITS = 301, SKIPS = 333, LAST = 499 };
enum { DEPENDS = 410, LEAKS = 450 };

/* With a leak checker the worker asks that one, which may overlook what Criterion still points to.
 * Without, it asks this. */
static bool lost;
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAK_CHECKER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LEAK_CHECKER
#endif
#ifdef LEAK_CHECKER
enum { FAILURES = 6, N_SHORT = 500 /* a check takes a millisecond and more */ };
#else
enum { FAILURES = 7, N_SHORT = 50000 };
int __lsan_do_recoverable_leak_check(void);
int __lsan_do_recoverable_leak_check(void) { return lost; }
#endif

static struct {
	bool seen;
	struct worker_result result;
	char output[200];
} got[MANY];
static unsigned n_done, n_begun;
static bool after_another; /* what a test leaves behind for the next */

static enum worker_verdict run(void *ctx, size_t test)
{
	static volatile unsigned *nowhere;

	(void)ctx;
	printf("this is %zu\n", test);
	switch (test) {
	case FAILS: return WORKER_FAILED;
	case CRASHES: *nowhere = 1; break;
	case ABORTS: abort();
	case HANGS:
		for (;;) pause();
	case EXITS: exit(3);
	case SKIPS: return WORKER_SKIPPED;
	case DEPENDS: return after_another ? WORKER_FAILED : WORKER_PASSED;
	case LEAKS: lost = true; break;
	default: break;
	}
	after_another = true;
	return WORKER_PASSED;
}

static void done(void *ctx, const struct worker_result *r)
{
	size_t n =
		r->output_size < sizeof(got[0].output) ? r->output_size : sizeof(got[0].output) - 1;

	(void)ctx;
	require_lt(sz, r->test, MANY);
	check(!got[r->test].seen, "%zu came twice", r->test);
	got[r->test].seen = true;
	got[r->test].result = *r;
	memcpy(got[r->test].output, r->output, n);
	n_done++;
}

static void each_is_charged_alone(unsigned jobs)
{
	struct worker_job job = { .n = MANY,
				  .run = run,
				  .done = done,
				  .jobs = jobs,
				  .limit_ms = LIMIT_MS,
				  .again = true };
	unsigned failed = 0;

	require(worker_run(&job));
	check_eq(uint, n_done, MANY);
	for (size_t i = 0; i < MANY; i++) {
		char text[32];
		snprintf(text, sizeof(text), "this is %zu\n", i);
		/* A sanitizer may add to it. */
		if (i != ABORTS) check_eq(int, strncmp(got[i].output, text, strlen(text)), 0);
		failed += got[i].result.verdict == WORKER_FAILED;
	}
#ifndef LEAK_CHECKER
	check_eq(int, got[LEAKS].result.end, WORKER_LEAKED);
	check(got[LEAKS].result.fails_alone);
#endif
	check_eq(int, got[FAILS].result.end, WORKER_ENDED);
	check_eq(int, got[ABORTS].result.signal, SIGABRT);
	check_eq(int, got[HANGS].result.end, WORKER_TIMED_OUT);
	check_ge(u64, got[HANGS].result.ns, LIMIT_MS * UINT64_C(1000000));
	check_eq(int, got[EXITS].result.end, WORKER_EXITED);
	check_eq(int, got[EXITS].result.status, 3);
	check_eq(int, got[SKIPS].result.verdict, WORKER_SKIPPED);
	check(got[FAILS].result.again && got[FAILS].result.fails_alone);
	check(got[CRASHES].result.fails_alone);
	check(got[HANGS].result.fails_alone);
	/* Where it was the first in its worker, it passed. */
	if (got[DEPENDS].result.verdict == WORKER_FAILED) {
		check(got[DEPENDS].result.again && !got[DEPENDS].result.fails_alone);
	} else {
		check_gt(uint, jobs, 1);
		failed++;
	}
	check_eq(uint, failed, FAILURES);
}

Test(worker, each_death_is_charged_to_its_test_alone, .timeout = 60) { each_is_charged_alone(1); }

Test(worker, several_workers_share_the_tests, .timeout = 60) { each_is_charged_alone(3); }

/* A sanitizer turns the signal into its own report and an exit. */
Test(worker, a_crash_has_its_signal_or_its_report, .timeout = 60)
{
	struct worker_job job = { .n = CRASHES + 1, .run = run, .done = done };

	require(worker_run(&job));
	check_eq(int, got[CRASHES].result.verdict, WORKER_FAILED);
	if (got[CRASHES].result.end == WORKER_EXITED)
		check(strstr(got[CRASHES].output, "Sanitizer"), "%s", got[CRASHES].output);
	else
		check_eq(int, got[CRASHES].result.signal, SIGSEGV);
}

Test(worker, fail_fast_begins_no_test_after_a_failure, .timeout = 60)
{
	struct worker_job job = { .n = MANY, .run = run, .done = done, .fail_fast = true };

	require(worker_run(&job));
	check(got[FAILS].seen);
	check_lt(uint, n_done, MANY);
}

static void count(void *ctx)
{
	(void)ctx;
	n_begun++;
	printf("begun %u\n", n_begun);
}

/* What it prints is no test's output. */
Test(worker, each_worker_begins_once, .timeout = 60)
{
	struct worker_job job = { .n = 20, .run = run, .begin = count, .done = done };

	require(worker_run(&job));
	check_eq(uint, n_done, 20);
	check_eq(uint, n_begun, 0, "not in this process");
	check_eq(int, strncmp(got[0].output, "this is 0\n", 10), 0);
}

Test(worker, no_tests_are_no_failure, .timeout = 60)
{
	struct worker_job job = { .n = 0, .run = run, .done = done };

	require(worker_run(&job));
	check_eq(uint, n_done, 0);
}

static volatile bool stop;

static void stop_soon(void *ctx, const size_t *tests, size_t n)
{
	(void)ctx;
	if (n == 1 && tests[0] == HANGS) stop = true;
}

Test(worker, it_stops_when_asked, .timeout = 60)
{
	struct worker_job job = {
		.n = MANY, .run = run, .done = done, .progress = stop_soon, .stop = &stop
	};

	require(worker_run(&job));
	check(!got[HANGS].seen);
	check(got[HANGS - 1].seen);
}

/* ---- the life of a worker ---- */

/* The number of those that ran before in this process, told as output. */
static enum worker_verdict count_tests(void *ctx, size_t test)
{
	static unsigned before;

	(void)ctx;
	printf("after %u\n", before++);
	return test == 3 ? WORKER_FAILED : WORKER_PASSED;
}

static void expect_counts(enum worker_life life, const char *const *want, size_t n)
{
	struct worker_job job = {
		.n = n, .run = count_tests, .done = done, .life = life, .again = true
	};

	require(worker_run(&job));
	for (size_t i = 0; i < n; i++)
		check_eq(int, strncmp(got[i].output, want[i], strlen(want[i])), 0, "%zu: %s", i,
			 got[i].output);
}

Test(worker, a_worker_stays_after_a_failure, .timeout = 60)
{
	static const char *const want[] = { "after 0", "after 1", "after 2", "after 3", "after 4" };

	expect_counts(WORKER_STAYS, want, 5);
}

Test(worker, a_worker_may_end_after_a_failure, .timeout = 60)
{
	static const char *const want[] = { "after 0", "after 1", "after 2", "after 3", "after 0" };

	expect_counts(WORKER_ENDS_AFTER_FAILURE, want, 5);
}

Test(worker, a_worker_may_end_after_each_test, .timeout = 60)
{
	static const char *const want[] = { "after 0", "after 0", "after 0", "after 0", "after 0" };

	expect_counts(WORKER_ENDS_AFTER_EACH, want, 5);
	check(got[3].result.again && got[3].result.fails_alone);
}

static void end_it(void *ctx)
{
	(void)ctx;
	exit(3);
}

/* Not begun for ever. */
Test(worker, a_worker_that_cannot_begin_is_told, .timeout = 60)
{
	struct worker_job job = { .n = 5, .run = run, .begin = end_it, .done = done };

	require(!worker_run(&job));
	check_eq(int, errno, ECHILD);
	check_eq(uint, n_done, 0);
}

static void count_failures(void *ctx, const struct worker_result *r)
{
	*(unsigned *)ctx += r->verdict == WORKER_FAILED;
}

static enum worker_verdict pass_at_once(void *ctx, size_t test)
{
	(void)ctx;
	(void)test;
	return WORKER_PASSED;
}

/* A test that begins while another's time is looked at is not taken for late. */
Test(worker, short_tests_are_never_late, .timeout = 60)
{
	unsigned failed = 0;
	struct worker_job job = { .n = N_SHORT,
				  .run = pass_at_once,
				  .done = count_failures,
				  .ctx = &failed,
				  .limit_ms = 60000 };

	require(worker_run(&job));
	check_eq(uint, failed, 0);
}

enum { EDGE_MS = 3, EDGES = 200 };

/* Each second test ends as its time does. */
static enum worker_verdict run_to_the_edge(void *ctx, size_t test)
{
	(void)ctx;
	if (test % 2) usleep(EDGE_MS * 1000 - 100);
	return WORKER_PASSED;
}

static void count_results(void *ctx, const struct worker_result *r)
{
	unsigned char *results = ctx;

	results[r->test]++;
	if (r->verdict != WORKER_FAILED) return;
	check_eq(int, r->end, WORKER_TIMED_OUT);
	check_ge(u64, r->ns, EDGE_MS * UINT64_C(1000000), "test %zu", r->test);
}

/* Killed as it ends, a test either was late or has its result; the test behind it was not late. */
Test(worker, a_test_behind_a_late_one_is_not_charged, .timeout = 60)
{
	unsigned char results[EDGES] = { 0 };
	struct worker_job job = { .n = EDGES,
				  .run = run_to_the_edge,
				  .done = count_results,
				  .ctx = results,
				  .jobs = 3,
				  .limit_ms = EDGE_MS };

	require(worker_run(&job));
	for (size_t i = 0; i < EDGES; i++) check_eq(uint, results[i], 1, "test %zu", i);
}
