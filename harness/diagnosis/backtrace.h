/* SPDX-License-Identifier: MIT */
/* The chain of calls, found by frame pointers as far as they are valid, then by searching the stack
 * for return addresses. Bounded, whatever the stack holds. */
#ifndef HARNESS_DIAGNOSIS_BACKTRACE_H
#define HARNESS_DIAGNOSIS_BACKTRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/diagnosis/guest_view.h"

enum { BACKTRACE_MAX_FRAMES = 32 };

enum frame_source {
	FRAME_PC,      /* where the guest stands: guest_stands_at() */
	FRAME_POINTER, /* found by the chain of frame pointers */
	FRAME_CALLED,  /* the word at the stack pointer, if the pc is not in code */
	FRAME_SCANNED  /* a word on the stack that may be a return address, but may be stale */
};

struct frame {
	uint64_t address;
	enum frame_source source;
	unsigned times; /* how often it follows itself: recursion */
};

/* Why the chain of frame pointers ended. */
enum chain_end {
	CHAIN_ENDED,      /* at a null frame pointer or return address */
	CHAIN_NONE,       /* 16-bit code, or code without frame pointers */
	CHAIN_UNREADABLE, /* there is no memory where the next frame should be */
	CHAIN_BROKEN,     /* a frame that is not above the last one (a cycle, or garbage), or a
			   * return address that does not follow a call */
	CHAIN_TOO_LONG
};

struct backtrace {
	struct frame frame[BACKTRACE_MAX_FRAMES];
	size_t n; /* at least 1 */
	enum chain_end end;
	uint64_t last_frame; /* the frame pointer at which the chain ended */
};

/* Find the frames; nothing is printed. */
void backtrace_take(struct backtrace *b, const struct guest_view *g);
void backtrace_print(const struct backtrace *b, const struct guest_view *g, FILE *out);

#endif
