/* SPDX-License-Identifier: MIT */
/* Tells of a call of exit() in a native test: by whom, and in which hook of which model. Without it
 * the test would fail, or even pass, without a word. */
#ifndef HARNESS_TWIN_HOST_LEAVE_H
#define HARNESS_TWIN_HOST_LEAVE_H

#include "harness/twin/machine.h"

/* From now on an exit() is a fault, which `fail` tells (of struct twin_machine). What is given must
 * live until leave_end(): `test` is for messages, `program` the ELF file that runs; the machine may
 * be built later. */
void leave_begin(const char *test, const char *program, const struct machine *machine,
		 const struct twin_setup *setup,
		 void (*fail)(void *ctx, const char *place, const char *text));
/* May be called without leave_begin(), and twice. */
void leave_end(void);

#endif
