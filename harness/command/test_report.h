/* SPDX-License-Identifier: MIT */
/* How tests went: a line of progress on a terminal, those that fail, a closing line; and as TAP and
 * JUnit XML. */
#ifndef HARNESS_COMMAND_TEST_REPORT_H
#define HARNESS_COMMAND_TEST_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/command/test_plan.h"
#include "harness/support/worker.h"

/* The result of a case, kept for the reports. */
struct test_result {
	bool ended; /* false: it was not run, after a failure with --fail-fast */
	enum worker_verdict verdict;
	uint64_t ns;
	char *why;    /* allocated: how it ended, a sentence; NULL: it passed */
	char *output; /* allocated: what it printed; NULL: it passed */
};

struct test_report {
	const struct test_case *const *cases;
	struct test_result *results; /* as many as cases */
	size_t n, n_ended, n_passed, n_failed, n_skipped;
	FILE *out;     /* failures and the closing line */
	bool terminal; /* it shows progress */
	FILE *tap;     /* NULL: none; lines as tests end */
	bool refused;  /* no memory for what failed */
};

/* A test ended: count it, and print it if it failed. */
void test_report_add(struct test_report *r, const struct worker_result *result);
/* On a terminal: how many have ended, and which test runs. */
void test_report_progress(struct test_report *r, const size_t *tests, size_t n);
/* "N passed, N failed, N skipped". */
void test_report_close(struct test_report *r);
void test_report_free(struct test_report *r);

/* Write all results as JUnit XML. False: errno says why. */
bool test_report_junit(const struct test_report *r, FILE *to);
/* Begin TAP: its version and plan. */
void test_report_tap_begin(struct test_report *r);

#endif
