/* SPDX-License-Identifier: MIT */
/* The variables of the user's code (drivers, tests, models) that outlive a test: what one test
 * leaves in them, the next does not see. Which they are, debugging information says. */
#ifndef HARNESS_TWIN_HOST_VARIABLES_H
#define HARNESS_TWIN_HOST_VARIABLES_H

#include <stdbool.h>

#include "harness/twin/program.h"

/* Find them, once, in the program that runs. False: there is no memory. */
bool variables_find(struct program *program);
/* Was this file, as __FILE__ says it, compiled with debugging information? Otherwise its variables
 * are not known. */
bool variables_known(const char *file);
/* Keep what they hold now; put it back, any number of times. */
void variables_keep(void);
void variables_restore(void);

#endif
