/* SPDX-License-Identifier: MIT */
/* Who called whom: by frame pointers where they hold, else by looking for return addresses on the
 * stack. Bounded, whatever the stack holds. */
#ifndef HARNESS_DIAGNOSIS_BACKTRACE_H
#define HARNESS_DIAGNOSIS_BACKTRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/diagnosis/guest_view.h"

enum { BACKTRACE_MAX_FRAMES = 32 };

enum frame_source {
	FRAME_PC,      /* where the CPU is */
	FRAME_POINTER, /* by the chain of frame pointers */
	FRAME_CALLED,  /* the word at the stack pointer, where the pc itself is no code */
	FRAME_SCANNED  /* a word on the stack that follows a call: it may be stale */
};

struct frame {
	uint64_t address;
	enum frame_source source;
	unsigned times; /* in a row: recursion */
};

/* Why the chain of frame pointers ended. */
enum chain_end {
	CHAIN_ENDED,      /* at a null frame pointer or return address */
	CHAIN_NONE,       /* 16-bit code, or no frame pointer is kept here */
	CHAIN_UNREADABLE, /* there is no memory where the next frame should be */
	CHAIN_BROKEN,     /* a frame that does not lie above the last one (a cycle, or garbage) or
			   * a return address that follows no call */
	CHAIN_TOO_LONG
};

struct backtrace {
	struct frame frame[BACKTRACE_MAX_FRAMES];
	size_t n; /* at least 1 */
	enum chain_end end;
	uint64_t last_frame; /* the frame pointer at which the chain ended */
};

/* Look; nothing is printed. */
void backtrace_take(struct backtrace *b, const struct guest_view *g);
void backtrace_print(const struct backtrace *b, const struct guest_view *g, FILE *out);

#endif
