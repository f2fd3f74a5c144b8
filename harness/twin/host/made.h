/* SPDX-License-Identifier: MIT */
/* The machine of native tests: made for the first of them, and put back to how it was then for each
 * other, as are the variables of the user's code. */
#ifndef HARNESS_TWIN_HOST_MADE_H
#define HARNESS_TWIN_HOST_MADE_H

#include <stdbool.h>

#include "harness/twin/machine.h"
#include "host_cpu.h"

struct made {
	struct twin_machine twin;
	struct bimetal_cpu cpu;
	struct twin_setup setup;
	const char *program; /* the ELF file that runs */
	struct machine_mark *start;
	bool is_set_up, is_made;
};

/* A machine for `test` ("suite.name"). The functions of made->cpu are for the caller to set. False:
 * what is wrong was told. */
bool made_ready(struct made *made, const char *test);
void made_free(struct made *made);

#endif
