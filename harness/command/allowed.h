/* SPDX-License-Identifier: MIT */
/* The lints that a user allows. */
#ifndef HARNESS_COMMAND_ALLOWED_H
#define HARNESS_COMMAND_ALLOWED_H

#include <stdbool.h>

#include "harness/command/options.h"

/* False, with a message: an id that no lint has. It would allow nothing, and nobody would notice.
 */
bool allowed_are_known(const struct run_options *o);

#endif
