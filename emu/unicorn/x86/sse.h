/* SPDX-License-Identifier: MIT */
/* SSE instructions with floating-point arithmetic. */
#ifndef EMU_UNICORN_X86_SSE_H
#define EMU_UNICORN_X86_SSE_H

#include <stdbool.h>

#include "emu/x86/insn.h"

struct cpu;

/* Can it raise an exception of MXCSR (unread: SDM Vol. 1 appendix E.4)? */
bool sse_computes(const struct insn *insn);
/* Is an operand of the instruction at cpu->site_linear denormal, where that is an exception? */
bool sse_meets_denormal(struct cpu *cpu, const struct insn *insn);

#endif
