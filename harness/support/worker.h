/* SPDX-License-Identifier: MIT */
/* Many tests in few processes. The caller's process runs no test: a *worker*, a child of it, runs
 * one after the other, so that what is expensive to make is made once. A test that crashes, hangs
 * or ends the process ends only its worker; the death is charged to that test, whose number was in
 * shared memory before it began, and the next worker starts with the test behind it.
 *
 *	static enum worker_verdict run(void *ctx, size_t test) { ... }
 *
 *	struct worker_job job = { .n = 100, .run = run, .done = print, .limit_ms = 30000 };
 *	worker_run(&job);
 *
 * What a test prints, and what a sanitizer prints about it, belongs to its result. A test that
 * fails is run once more, alone in a new process: the result says whether its failure depends on
 * those that ran before. */
#ifndef HARNESS_SUPPORT_WORKER_H
#define HARNESS_SUPPORT_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum worker_verdict { WORKER_PASSED, WORKER_FAILED, WORKER_SKIPPED };

/* What a worker does when a test has ended by itself. */
enum worker_life {
	WORKER_STAYS,
	WORKER_ENDS_AFTER_FAILURE, /* what it may have spoiled, no other test sees */
	WORKER_ENDS_AFTER_EACH
};

/* How a test ended. */
enum worker_end {
	WORKER_ENDED,     /* run() returned */
	WORKER_SIGNALLED, /* the worker died of `signal` */
	WORKER_EXITED,    /* the test ended the worker's process, with `status` */
	WORKER_TIMED_OUT, /* it ran longer than limit_ms, and the worker was killed */
	WORKER_LEAKED     /* run() returned, and memory was lost (only where a leak checker is) */
};

struct worker_result {
	size_t test;
	enum worker_verdict verdict; /* whatever is not WORKER_ENDED failed */
	enum worker_end end;
	int signal, status;
	uint64_t ns;        /* wall time */
	const char *output; /* what it wrote to standard output and error; not terminated */
	size_t output_size;
	/* It failed, and was run again, or no test had run in its worker before: does it fail
	 * alone too? */
	bool again, fails_alone;
};

struct worker_job {
	size_t n; /* tests 0 to n - 1 */
	/* In the worker. */
	enum worker_verdict (*run)(void *ctx, size_t test);
	/* In the worker, before its first test. NULL: nothing. It must not end the process. */
	void (*begin)(void *ctx);
	/* In the caller's process, as tests end; with several jobs in any order. */
	void (*done)(void *ctx, const struct worker_result *result);
	/* In the caller's process, about ten times a second: the number of the test that each of
	 * the jobs is at. NULL: nothing. */
	void (*progress)(void *ctx, const size_t *tests, size_t n);
	void *ctx;
	unsigned jobs;     /* workers at once; 0: 1 */
	unsigned limit_ms; /* for one test; 0: none */
	bool fail_fast;    /* begin no test after one has failed */
	bool again;        /* run a test that failed once more */
	enum worker_life life;
	const volatile bool *stop; /* end soon when it becomes true; may be NULL */
};

/* False: the host refuses processes or memory, or begin() ended its process (ECHILD), and errno
 * says why; some tests may have run. */
__attribute__((warn_unused_result)) bool worker_run(const struct worker_job *job);

#endif
