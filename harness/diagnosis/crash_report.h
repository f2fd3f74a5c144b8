/* SPDX-License-Identifier: MIT */
/* The report of a crash: which exception or interrupt could not be delivered and why, the page walk
 * of the faulting address, code, call chain, registers, the last interrupts, and the screen. */
#ifndef HARNESS_DIAGNOSIS_CRASH_REPORT_H
#define HARNESS_DIAGNOSIS_CRASH_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/observe.h"
#include "emu/x86/delivery.h"
#include "emu/x86/registers.h"
#include "harness/diagnosis/guest_view.h"

enum { CRASH_MAX_EVENTS = 16 };

struct crash {
	const char *what;   /* "triple fault" */
	const char *detail; /* a sentence, or "" */
	uint64_t time_ns;
	struct guest_view view;
	const struct irq_event *event; /* oldest first */
	size_t n_events;
	const struct cpu_failed_delivery
		*failed; /* in the order in which they failed; may be none */
	size_t n_failed;
	const uint64_t *dr; /* CPU_N_DEBUG_REGS of them, or NULL */
	const char *screen; /* text, or NULL */
};

void crash_report(const struct crash *c, FILE *out);

/* Parts that other reports use too. Each prints whole lines. */
/* All registers with their flags and segments decoded; dr may be NULL. */
void crash_print_registers(const struct guest_view *g, const uint64_t *dr, FILE *out);
/* The last interrupts and exceptions; equal ones in a row share a line. */
void crash_print_events(const struct guest_view *g, const struct irq_event *event, size_t n,
			FILE *out);
/* The page walk of a page fault's address; nothing for other events. */
void crash_print_walk(const struct guest_view *g, const struct irq_event *e, FILE *out);
/* The screen in a frame of its own; nothing for NULL or a blank one. */
void crash_print_screen(const char *text, FILE *out);

#endif
