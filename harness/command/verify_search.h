/* SPDX-License-Identifier: MIT */
/* Where two runs of the same inputs part. */
#ifndef HARNESS_COMMAND_VERIFY_SEARCH_H
#define HARNESS_COMMAND_VERIFY_SEARCH_H

#include <stdint.h>
#include <stdio.h>

#include "harness/command/options.h"

/* Run twice, side by side, once as each of the options say (they name no outputs), and compare the
 * machines at checkpoints in virtual time. Between the last equal and the first different
 * checkpoint do it again with closer ones, until one block of instructions lies between them. Each
 * time costs both runs up to there, and VERIFY_CHECKPOINTS comparisons. Write what was found.
 * `until_ns`: virtual time at which the longer run ended. It stops early after a signal. */
void verify_search(const struct run_options *first, const struct run_options *other,
		   uint64_t until_ns, FILE *out);

enum { VERIFY_CHECKPOINTS = 256 };

#endif
