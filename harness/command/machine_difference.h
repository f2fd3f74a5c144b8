/* SPDX-License-Identifier: MIT */
/* Differences between two machines with an emulated CPU that were made from the same config. */
#ifndef HARNESS_COMMAND_MACHINE_DIFFERENCE_H
#define HARNESS_COMMAND_MACHINE_DIFFERENCE_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/machine/machine.h"

/* Compare virtual time, retired instructions, all accesses and interrupts so far (by digest), CPU,
 * deadlines, interrupt lines, the state of every device, and all memory. For each part that
 * differs, write a line to `out`: two spaces, the part, the value of `a` and the value of `b`. If
 * `out` is NULL, nothing is written, and the comparison stops at the first difference. Returns true
 * if they differ. Neither machine may be inside cpu_run(); neither is changed. */
bool machine_difference(struct machine *a, struct machine *b, FILE *out);

#endif
