/* SPDX-License-Identifier: MIT */
/* Walking the chain of frame pointers (the System V ABI for AMD64, 3.2.2): at RBP lies the caller's
 * RBP, above it the return address. */
#include "bimetal/x86/panic.h"

enum { FRAME_BYTES = 16, ALIGNMENT = 8 };

const struct panic_symbol *panic_find(const struct panic_symbol *symbols, size_t n,
				      uint64_t address)
{
	size_t low = 0, high = symbols ? n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (address < symbols[middle].start)
			high = middle;
		else if (address >= symbols[middle].end)
			low = middle + 1;
		else
			return &symbols[middle];
	}
	return NULL;
}

/* Does a whole frame lie at this address? Why not, else. */
static bool is_frame(const struct panic_stack *stack, uint64_t rbp, uint64_t below,
		     enum panic_end *why)
{
	if (rbp == 0)
		*why = PANIC_END_OF_STACK;
	else if (rbp % ALIGNMENT)
		*why = PANIC_UNALIGNED;
	else if (rbp < stack->low || stack->high < FRAME_BYTES || rbp > stack->high - FRAME_BYTES)
		*why = PANIC_BAD_FRAME;
	else if (rbp <= below)
		*why = PANIC_DESCENDS;
	else
		return true;
	return false;
}

/* The caller's instruction is the CALL before the return address: a function that does not return
 * may end with it. */
static bool is_code(const struct panic_symbol *symbols, size_t n, uint64_t address)
{
	return !symbols || panic_find(symbols, n, address - 1);
}

struct panic_trace panic_walk(const struct panic_stack *stack, uint64_t rip, uint64_t rbp,
			      const struct panic_symbol *symbols, size_t n, uint64_t *address,
			      unsigned max)
{
	struct panic_trace trace = { .end = PANIC_FULL, .bad = rbp };
	uint64_t below = 0;

	if (max == 0) return trace;
	address[trace.frames++] = rip;
	while (is_frame(stack, rbp, below, &trace.end)) {
		const uint64_t *frame = (const uint64_t *)(uintptr_t)rbp;
		uint64_t caller = frame[1];

		trace.bad = caller;
		trace.end = PANIC_END_OF_STACK;
		if (caller == 0) return trace;
		trace.end = PANIC_BAD_RETURN;
		if (!is_code(symbols, n, caller)) return trace;
		trace.end = PANIC_FULL;
		if (trace.frames == max) return trace;
		address[trace.frames++] = caller;
		below = rbp;
		rbp = frame[0];
		trace.bad = rbp;
	}
	return trace;
}
