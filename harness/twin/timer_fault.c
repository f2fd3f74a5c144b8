/* SPDX-License-Identifier: MIT */
#include "harness/twin/timer_fault.h"

#include <stdint.h>
#include <stdio.h>

#include "harness/machine/module.h"

/* A model arms a timer without end. */
static const char *stuck(const struct clock_timer *timer, char text[TIMER_FAULT_TEXT])
{
	uintptr_t base;
	const char *module = module_at((uintptr_t)timer->fn, &base);

	snprintf(text, TIMER_FAULT_TEXT,
		 "the timer '%s'%s%.400s is armed again and again for a time that is not later: a "
		 "fault of its model, such as a period of 0",
		 timer->name, module ? " of " : "", module ? module : "");
	return module;
}

/* A model arms a timer that it never added. */
static const char *unadded(uintptr_t behind, struct program *native, char text[TIMER_FAULT_TEXT])
{
	uintptr_t base = 0, call = behind - 1;
	const char *module = module_at(call, &base);
	struct program *program = module ? program_open(module) : native;
	char place[PROGRAM_PLACE];

	program_place(program, call - base, place, sizeof(place));
	if (module) program_close(program);
	snprintf(text, TIMER_FAULT_TEXT,
		 "a model%s%.300s called clock_arm() with the id of no timer%s%.300s: a fault of "
		 "this "
		 "model. clock_add_timer(), in its init(), gives the id; 0 is none",
		 module ? " of " : "", module ? module : "", place[0] ? ", at " : "", place);
	return module;
}

const char *timer_fault(const struct clock *clock, struct program *native,
			char text[TIMER_FAULT_TEXT])
{
	if (clock->stuck) return stuck(clock->stuck, text);
	return unadded((uintptr_t)clock->unadded, native, text);
}
