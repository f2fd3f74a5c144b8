/* SPDX-License-Identifier: MIT */
/* What init() of an added device's model must have done: each part made with its ops and name, its
 * state inside the model's struct, so that a snapshot can copy it, and its registers in that. */
#ifndef HARNESS_MACHINE_ADDED_MADE_H
#define HARNESS_MACHINE_ADDED_MADE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/machine/added.h"

/* The device of part number `part`. */
struct device *added_device(const struct machine_added *a, size_t part);
/* Is the part's state that of an earlier one, or a piece of it, or has it none? Otherwise the part
 * is reset and copied on its own. */
bool added_shares_state(const struct machine_added *a, size_t part);
/* What init() did wrong, as a message in `buf`; NULL: nothing. */
const char *added_made_fault(const struct machine_added *a, char *buf, size_t size);

#endif
