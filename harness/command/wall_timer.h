/* SPDX-License-Identifier: MIT */
/* One timer of the process, in real time: for limits that must hold whatever the guest does. */
#ifndef HARNESS_COMMAND_WALL_TIMER_H
#define HARNESS_COMMAND_WALL_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* Call ring(ctx) once, `ns` (> 0) from now, in a signal handler: it may do what such a handler may.
 * Replaces what was set before. False: the system has no timer for us. */
bool wall_timer_start(uint64_t ns, void (*ring)(void *ctx), void *ctx);
/* It does not ring any more. */
void wall_timer_stop(void);

#endif
