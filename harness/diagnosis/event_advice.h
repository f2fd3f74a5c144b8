/* SPDX-License-Identifier: MIT */
/* The last interrupts and exceptions, with what the machine and the stack tell about them: what
 * raised an interrupt, and well-known mistakes that they show. */
#ifndef HARNESS_DIAGNOSIS_EVENT_ADVICE_H
#define HARNESS_DIAGNOSIS_EVENT_ADVICE_H

#include <stddef.h>
#include <stdio.h>

#include "emu/observe.h"
#include "harness/diagnosis/guest_view.h"

/* event_text(), and of an interrupt what raises it: "interrupt 0x21 (IRQ 1, keyboard)". Returns
 * buf. */
const char *event_of_guest(const struct guest_view *g, const struct irq_event *e, char *buf,
			   size_t size);
/* Whether the instruction at this linear address is an IRET. */
bool event_at_iret(const struct guest_view *g, uint64_t pc);
/* Print what the events (oldest first) and the stack pointer show by themselves: an interrupt at
 * the vector of an exception, an IRET with a wrong frame, SSE that is off, a stack that has run
 * into a descriptor table or into code. Whole lines; nothing if there is nothing to say. */
void event_advice(const struct guest_view *g, const struct irq_event *event, size_t n, FILE *out);

#endif
