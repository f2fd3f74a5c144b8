/* SPDX-License-Identifier: MIT */
/* The state of a machine's interrupts: whether the CPU accepts them, which requests are pending,
 * masked or in service, and which deadlines come next. */
#ifndef HARNESS_DIAGNOSIS_INTERRUPT_REPORT_H
#define HARNESS_DIAGNOSIS_INTERRUPT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/machine/machine.h"

enum { INTERRUPT_HELD_SIZE = 128 };

/* Whether a request reached an interrupt controller and waits there for an EOI, which a handler may
 * have forgotten; `buf` gets a sentence that says so. */
bool interrupt_held_back(struct machine *m, char *buf, size_t size);
/* What raises this vector as the interrupt controllers are programmed now, "IRQ 1, keyboard".
 * False: nothing that is known. */
bool interrupt_source(const struct machine *m, uint8_t vector, char *buf, size_t size);
/* Print a line of each interrupt controller, and interrupt_held_back()'s. The machine is not
 * changed, and its processor may be the host. False: it has no controller that can tell. */
bool interrupt_controllers(struct machine *m, FILE *out);
/* The same and what the processor and the clock say. Print whole lines; the machine is not changed.
 * The processor is an emulated CPU. */
void interrupt_report(struct machine *m, FILE *out);

#endif
