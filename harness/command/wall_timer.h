/* SPDX-License-Identifier: MIT */
/* One timer of the process, in real time, for limits that hold whatever the guest does. */
#ifndef HARNESS_COMMAND_WALL_TIMER_H
#define HARNESS_COMMAND_WALL_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* Call ring(ctx) once, `ns` (> 0) from now, from a signal handler: ring() may only do what is safe
 * there. Replaces an earlier setting. Returns false if the system has no timer left. */
bool wall_timer_start(uint64_t ns, void (*ring)(void *ctx), void *ctx);
/* Cancel the timer. */
void wall_timer_stop(void);
/* Did it ring since it was last started? Safe in a signal handler. */
bool wall_timer_rang(void);

#endif
