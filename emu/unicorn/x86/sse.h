/* SPDX-License-Identifier: MIT */
/* SSE instructions with floating-point arithmetic. */
#ifndef EMU_UNICORN_X86_SSE_H
#define EMU_UNICORN_X86_SSE_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/x86/insn.h"

struct cpu;

/* Can it raise an exception of MXCSR (unread: SDM Vol. 1 appendix E.4)? */
bool sse_computes(const struct insn *insn);
/* What an instruction writes that can be tiny; bytes: 0 if nothing can. */
struct sse_result {
	uint8_t bytes;
	bool doubles;
};

struct sse_result sse_result_of(const struct insn *insn);
/* Is an element of the result tiny? Then it underflows, though it is exact, where the exception is
 * not masked (SDM Vol. 1 4.9.1.5, 11.5.2.5). */
bool sse_is_tiny(struct sse_result result, const void *value);
/* Is an operand of the instruction at cpu->site_linear denormal, where that is an exception? */
bool sse_meets_denormal(struct cpu *cpu, const struct insn *insn);

#endif
