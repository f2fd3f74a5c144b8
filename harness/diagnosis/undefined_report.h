/* SPDX-License-Identifier: MIT */
/* Names the registers that the boot protocol left undefined and that still have their initial value
 * (START_UNDEFINED), or one near it, so that nobody has to search for the origin of 0xdeadc0de. */
#ifndef HARNESS_DIAGNOSIS_UNDEFINED_REPORT_H
#define HARNESS_DIAGNOSIS_UNDEFINED_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/x86/registers.h"

/* Print a line for the registers with exactly this value, and one for a stack pointer or CR2 near
 * it; nothing if there are none. */
void undefined_report(const struct cpu_regs *r, FILE *out);

#endif
