/* SPDX-License-Identifier: MIT */
/* Why a guest does not get on: what it did in the last stretch of time, first in one sentence,
 * then with the evidence. */
#ifndef HARNESS_DIAGNOSIS_STALL_REPORT_H
#define HARNESS_DIAGNOSIS_STALL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/observe.h"
#include "harness/diagnosis/guest_view.h"
#include "harness/diagnosis/profile.h"

enum { STALL_VERDICT_SIZE = 1024 };

struct stall {
	struct guest_view view; /* registers as of the end of the window */
	const struct profile *profile;
	bool halted;            /* in HLT at the end */
	const char *waits;      /* what the BIOS knows that the guest waits for; NULL: nothing */
	bool waits_asleep;      /* in HLT, that is */
	const char *interrupts; /* lines of interrupt_report(), "" for none */
	const struct irq_event *event;
	size_t n_events;
	const char *screen; /* text, or NULL */
	bool brief;         /* the verdict and where the time went, nothing more */
};

/* The first sentence, without a full stop. Returns buf. */
const char *stall_verdict(const struct stall *s, char *buf, size_t size);
void stall_report(const struct stall *s, FILE *out);

#endif
