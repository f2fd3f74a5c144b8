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
/* The exceptions of an instruction: the engine's `flags`, corrected where overflow or underflow is
 * not masked. Then a tiny result underflows though it is exact (SDM Vol. 1 4.9.1.5, 11.5.2.5), and
 * is not reported as inexact besides (the host's CPU has it so). `unmasked`: bits of exceptions. */
unsigned sse_post_flags(struct sse_result result, const void *value, unsigned flags,
			unsigned unmasked);
/* Is an operand of the instruction at cpu->site_linear denormal, where that is an exception? */
bool sse_meets_denormal(struct cpu *cpu, const struct insn *insn);

#endif
