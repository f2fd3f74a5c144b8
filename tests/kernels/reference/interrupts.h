/* SPDX-License-Identifier: MIT */
/* GDT, TSS and IDT, and the handlers of exceptions. */
#ifndef REFERENCE_INTERRUPTS_H
#define REFERENCE_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86/idt.h"
#include "bimetal/x86/panic.h"

enum { STACK_DOUBLE_FAULT = 1 }; /* IST number */

/* Counted by the handlers. */
struct interrupts {
	uint64_t breakpoints, page_faults;
	uint64_t breakpoint_rip; /* where the last one returned to */
};
extern struct interrupts interrupts;

/* Load our own descriptors. False: `*why` says what was refused. */
bool interrupts_init(const char **why);
/* Is the task register loaded with our TSS, and does the GDT say so (busy)? */
bool interrupts_tss_is_busy(void);
struct panic_stack interrupts_double_fault_stack(void);
/* Set the handler of a vector from 32 on. */
void interrupts_handle(unsigned vector, void (*fn)(void *ctx, struct idt_context *context));
/* The next page fault with this address is forgiven: it goes on at `resume`. For the self-test. */
void interrupts_expect_page_fault(uint64_t address, uint64_t resume);

#endif
