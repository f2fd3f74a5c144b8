/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CPU_DIFFERENTIAL_NATIVE_H
#define TESTS_CPU_DIFFERENTIAL_NATIVE_H

#include "program.h"

/* Run those of `n` programs that can run on the host's CPU, in child processes. outcomes[] gets the
 * result of each, or ENDING_NONE for the others. False, with a message on standard error, if this
 * host cannot do it (it is not x86-64 Linux). */
bool native_run(const struct program *programs, unsigned n, struct outcome *outcomes);

#endif
