/* SPDX-License-Identifier: MIT */
/* What a model did wrong with its timers. */
#ifndef HARNESS_TWIN_TIMER_FAULT_H
#define HARNESS_TWIN_TIMER_FAULT_H

#include <stddef.h>

#include "emu/clock.h"
#include "harness/twin/program.h"

enum { TIMER_FAULT_TEXT = 1024 };

/* Say it in `text`, with the model's source line where that is known, after clock_misused().
 * `native` is the program whose code calls models directly; NULL: there is none. Returns the file
 * of the user's module whose model it is; NULL: it is none of a module. */
const char *timer_fault(const struct clock *clock, struct program *native,
			char text[TIMER_FAULT_TEXT]);

#endif
