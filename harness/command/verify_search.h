/* SPDX-License-Identifier: MIT */
/* Finds the first difference between two runs with the same inputs. */
#ifndef HARNESS_COMMAND_VERIFY_SEARCH_H
#define HARNESS_COMMAND_VERIFY_SEARCH_H

#include <stdint.h>
#include <stdio.h>

#include "harness/command/options.h"

/* Run two machines side by side, one with each set of options (which name no outputs), and compare
 * them at checkpoints in virtual time. Then repeat this with closer checkpoints between the last
 * equal and the first different one, until they are one block of instructions apart. Each pass
 * costs both runs up to the difference, and VERIFY_CHECKPOINTS comparisons. Writes the result to
 * `out`. `until_ns` is the virtual time at which the longer run ended. A signal ends the search. */
void verify_search(const struct run_options *first, const struct run_options *other,
		   uint64_t until_ns, FILE *out);

enum { VERIFY_CHECKPOINTS = 256 };

#endif
