/* SPDX-License-Identifier: MIT */
/* What the init() of an added device's model must have done, before the machine uses the device. */
#ifndef HARNESS_MACHINE_ADDED_CHECK_H
#define HARNESS_MACHINE_ADDED_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/machine/added.h"

/* The device of a part. */
struct device *added_device(const struct machine_added *a, size_t part);
/* NULL, or a message in `buf`: a part was not made, or its state cannot be copied. */
const char *added_fault(const struct machine_added *a, char *buf, size_t size);
/* Is the part's state that of an earlier one, or a piece of it? Otherwise the part is reset and
 * copied on its own. */
bool added_shares_state(const struct machine_added *a, size_t part);

#endif
