/* SPDX-License-Identifier: MIT */
/* Why a guest makes no progress: what it did in the last milliseconds, first in one sentence, then
 * in detail. */
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
	const char *waits;      /* what the guest waits for in a BIOS service; NULL: nothing */
	bool waits_asleep;      /* it waits for that in HLT */
	const char *held;       /* interrupt_held_back(); NULL: none */
	const char *interrupts; /* lines of interrupt_report(), "" for none */
	const struct irq_event *event;
	size_t n_events;
	const char *screen; /* text, or NULL */
	bool brief;         /* print only the verdict and where the time went */
};

/* The first sentence, without a full stop. Returns buf. */
const char *stall_verdict(const struct stall *s, char *buf, size_t size);
void stall_report(const struct stall *s, FILE *out);

#endif
