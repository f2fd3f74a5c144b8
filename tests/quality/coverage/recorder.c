/* SPDX-License-Identifier: MIT */
/* Linked into tests. If BIMETAL_COVERAGE=FILE is in the environment, it records into FILE the
 * registers, bits and lints that the program reaches. */
#include "tests/quality/coverage/recorder.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/catalogue/coverage_recorder.h"

void random_used(void) { coverage_record_random(); }

void coverage_lints_only(void) { coverage_record_lints_only(); }

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("BIMETAL_COVERAGE");
	char error[COVERAGE_ERROR_SIZE];

	if (!path || !*path || coverage_record(path, error)) return;
	fprintf(stderr, "%s\n", error);
	abort();
}
