/* SPDX-License-Identifier: MIT */
/* What a native test is found to do wrong: a line on standard error for each fault, as the emulated
 * side says it ("suite.name: FILE:LINE: text"). */
#ifndef HARNESS_TWIN_HOST_FAILURE_H
#define HARNESS_TWIN_HOST_FAILURE_H

#include <stdbool.h>

#include "bimetal/twin_world.h"

/* This test runs from now on, and nothing is wrong so far. */
void failure_begin(const struct twin_case *test);
/* Was something wrong? */
bool failure_told(void);
/* `place` is "FILE:LINE", what program_place() says, or empty: then it is the test's. */
void failure_at(void *ctx, const char *place, const char *text);
void failure_in(const char *file, unsigned line, const char *text);
/* One that has no place of its own. */
__attribute__((format(printf, 1, 2))) void failure(const char *format, ...);

#endif
