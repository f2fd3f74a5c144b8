/* SPDX-License-Identifier: MIT */
/* One case of `bimetal test`, run in this process. */
#ifndef HARNESS_COMMAND_TEST_CASE_H
#define HARNESS_COMMAND_TEST_CASE_H

#include "harness/command/test_plan.h"
#include "harness/support/worker.h"

/* What failed goes to standard error, with the end of the serial output and the screen. Changes the
 * working directory. It ends after `limit_ns` of real time, unless the case has a limit of its own.
 */
enum worker_verdict test_case_run(const struct test_case *c, const char *version,
				  uint64_t limit_ns);

#endif
