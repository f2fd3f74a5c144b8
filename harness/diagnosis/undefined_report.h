/* SPDX-License-Identifier: MIT */
/* Registers that the boot protocol left undefined, and that still hold what they were given
 * (START_UNDEFINED), or something near it: a report names them, so that nobody hunts for where
 * 0xdeadc0de comes from. */
#ifndef HARNESS_DIAGNOSIS_UNDEFINED_REPORT_H
#define HARNESS_DIAGNOSIS_UNDEFINED_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/x86/registers.h"

/* A line for those that hold it exactly, one for a stack pointer or CR2 that counts from it;
 * nothing if there is none. */
void undefined_report(const struct cpu_regs *r, FILE *out);

#endif
