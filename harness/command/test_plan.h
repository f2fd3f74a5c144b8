/* SPDX-License-Identifier: MIT */
/* What `bimetal test` runs: files NAME.test, in JSON, and the cases in them.
 * docs/testing-kernels.md has the keys. */
#ifndef HARNESS_COMMAND_TEST_PLAN_H
#define HARNESS_COMMAND_TEST_PLAN_H

#include <stdbool.h>
#include <stddef.h>

enum { TEST_PLAN_ERROR_SIZE = 512 };

/* Text that must come, in this order. */
struct test_texts {
	const char **text;
	size_t n;
};

struct test_case {
	char *name;         /* of the file without ".test", and after a colon that of the case */
	const char *folder; /* of the file: paths in it start there */
	char **argv;        /* of `bimetal run`, from "bimetal run" to a NULL */
	int argc;
	int exit; /* the exit code that bimetal run must have */
	struct test_texts serial, screen;
	const char *skip; /* why it is not run; NULL: it is */
};

struct test_plan {
	struct test_case *cases; /* by name */
	size_t n;
	size_t without; /* files that look like kernels and have no .test beside them */
	char error[TEST_PLAN_ERROR_SIZE];
	struct test_source *sources; /* private: what the strings belong to */
};

/* Add a .test file, all those below a folder (whose names sort before those of its folders), or the
 * file beside a kernel. False: plan->error says what is wrong, and where. `plan` comes zeroed. */
__attribute__((warn_unused_result)) bool test_plan_add(struct test_plan *plan, const char *path);
void test_plan_free(struct test_plan *plan);

/* The command that runs the case by hand, quoted for a shell. Allocated; NULL: no memory. */
char *test_case_command(const struct test_case *c);

#endif
