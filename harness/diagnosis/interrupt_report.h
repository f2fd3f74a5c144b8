/* SPDX-License-Identifier: MIT */
/* The state of a machine's interrupts: whether the CPU accepts them, which requests are pending,
 * masked or in service, and which deadlines come next. */
#ifndef HARNESS_DIAGNOSIS_INTERRUPT_REPORT_H
#define HARNESS_DIAGNOSIS_INTERRUPT_REPORT_H

#include <stdio.h>

#include "harness/machine/cpu.h"

/* Print whole lines; the machine is not changed. */
void interrupt_report(struct machine *m, FILE *out);

#endif
