/* SPDX-License-Identifier: MIT */
/* In what two machines differ that were made from the same config and ran an emulated CPU. */
#ifndef HARNESS_COMMAND_MACHINE_DIFFERENCE_H
#define HARNESS_COMMAND_MACHINE_DIFFERENCE_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/machine/cpu.h"

/* Compare virtual time, retired instructions, all accesses and interrupts so far (by digest), CPU,
 * deadlines, interrupt lines, every device's state and all memory. Writes a line of two spaces, the
 * part and both values, `a`'s first, for each part that differs. With `out` NULL it only looks,
 * until the first difference. Both machines are between two cpu_run(); neither is changed. True:
 * they differ. */
bool machine_difference(struct machine *a, struct machine *b, FILE *out);

#endif
