/* SPDX-License-Identifier: MIT */
/* Where a machine stands with its interrupts: what the CPU accepts, which requests wait, which are
 * masked or in service, and which deadlines will come next. */
#ifndef HARNESS_DIAGNOSIS_INTERRUPT_REPORT_H
#define HARNESS_DIAGNOSIS_INTERRUPT_REPORT_H

#include <stdio.h>

#include "harness/machine/cpu.h"

/* Whole lines; nothing is changed. */
void interrupt_report(struct machine *m, FILE *out);

#endif
