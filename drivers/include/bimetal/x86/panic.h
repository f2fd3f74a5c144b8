/* SPDX-License-Identifier: MIT */
/* What a kernel prints when it cannot go on: why, all registers, and a stack trace by frame
 * pointers. It allocates nothing, takes no lock, and touches no memory but the stack that the
 * caller names. Compile the kernel with -fno-omit-frame-pointer. */
#ifndef BIMETAL_X86_PANIC_H
#define BIMETAL_X86_PANIC_H

/* For example:
 *
 *	static void put(void *ctx, const char *text) { ((void (*)(const char *))ctx)(text); }
 *
 *	static void die(void (*print)(const char *), struct idt_context *context,
 *			const struct panic_stack *stack)
 *	{
 *		struct panic panic = { .put = put, .ctx = (void *)print, .stack = *stack };
 *
 *		panic_exception(&panic, context, 0);
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/x86/idt.h"

/* ---- stack traces ---- */

/* The memory that may hold frames: [low, high). A frame pointer outside of it, unaligned, or not
 * above the one before ends the trace. */
struct panic_stack {
	uint64_t low, high;
};

/* A function: code from `start` to before `end`. */
struct panic_symbol {
	uint64_t start, end;
	const char *name;
};

/* Why a trace ended. */
enum panic_end {
	PANIC_END_OF_STACK, /* a frame pointer or a return address is 0: the first function */
	PANIC_BAD_FRAME,    /* the frame pointer leads out of the stack */
	PANIC_UNALIGNED,    /* it is no multiple of 8 */
	PANIC_DESCENDS,     /* it is not above the one before: a loop */
	PANIC_BAD_RETURN,   /* the return address lies in no function of the table */
	PANIC_FULL          /* no room is left */
};

struct panic_trace {
	uint64_t bad;    /* the frame pointer or return address that ended it */
	unsigned frames; /* how many addresses were found */
	enum panic_end end;
};

enum { PANIC_MAX_FRAMES = 32 };

/* Walk from `rip` and the frame pointer `rbp` on: address[0] is rip, the others are return
 * addresses, at most `max` in all. `symbols` (may be NULL, with n 0) must be sorted by start.
 * Frames are read as memory at their addresses. */
struct panic_trace panic_walk(const struct panic_stack *stack, uint64_t rip, uint64_t rbp,
			      const struct panic_symbol *symbols, size_t n, uint64_t *address,
			      unsigned max);
/* The function that holds this address; NULL: none. */
const struct panic_symbol *panic_find(const struct panic_symbol *symbols, size_t n,
				      uint64_t address);

/* ---- reports ---- */

struct panic {
	/* Where the report goes: called with texts that end with NUL; lines end with "\n". */
	void (*put)(void *ctx, const char *text);
	void *ctx;
	struct panic_stack stack;
	const struct panic_symbol *symbols; /* sorted by start; NULL: addresses alone */
	size_t n_symbols;
};

/* Report an exception or interrupt: its name, the error code in words, CR2 (`cr2`) of a page fault,
 * the registers, the trace. Returns; what then happens is the kernel's. */
void panic_exception(const struct panic *panic, const struct idt_context *context, uint64_t cr2);
/* The same without an exception: "PANIC: why", and the trace of the caller. */
void panic_report(const struct panic *panic, const char *why, uint64_t rip, uint64_t rbp);
/* void panic_here(const struct panic *, const char *why): panic_report() from where it stands. */
#define panic_here(panic, why)                                                     \
	panic_report(panic, why, (uint64_t)(uintptr_t)__builtin_return_address(0), \
		     *(const uint64_t *)__builtin_frame_address(0))

#endif
