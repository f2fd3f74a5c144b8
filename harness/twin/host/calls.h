/* SPDX-License-Identifier: MIT */
/* Where the user's code was when a native test ended: the driver, the test or a model, among the
 * calls that bimetal and the C library made. */
#ifndef HARNESS_TWIN_HOST_CALLS_H
#define HARNESS_TWIN_HOST_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/twin/program.h"

enum { CALLS_TEXT = 4 * (PROGRAM_PLACE + 16) /* four places */ };

/* "drv.c:5, called from test.c:7", or "" if nothing is known. `address` has `n` calls from the
 * inside out; of a return address, one less. Bimetal's frames between are left out: those between a
 * model of the user's and the driver that reached it. */
void calls_place(struct program *program, const uint64_t *address, int n, char to[CALLS_TEXT]);
/* Is this file of the program the user's? Bimetal's are told by the folder that they were compiled
 * in. */
bool calls_is_users_file(struct program *program, const char *file);
/* Are they calls within a test that twin_host.c runs? */
bool calls_within_test(struct program *program, const uint64_t *address, int n);

#endif
