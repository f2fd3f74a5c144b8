/* SPDX-License-Identifier: MIT */
/* Devices of a machine whose inputs can be set from outside, as stimuli do. */
#ifndef HARNESS_MACHINE_INPUTS_H
#define HARNESS_MACHINE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/model.h"
#include "harness/machine/machine.h"

/* A device whose inputs can be set from outside: one that the user added, or a part of the board
 * that names its model. */
struct machine_inputs {
	const struct model *model;
	void *memory; /* the model's struct */
};
/* That of this name. False: there is none. */
bool machine_inputs_find(const struct machine *m, const char *name, struct machine_inputs *inputs);
/* The names of those that have inputs, by number; NULL: no more. */
const char *machine_inputs_name(const struct machine *m, size_t n);

#endif
