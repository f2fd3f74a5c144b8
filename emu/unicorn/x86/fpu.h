/* SPDX-License-Identifier: MIT */
/* What is called in front of instructions of the x87, MMX and SSE, and exceptions of theirs that
 * are not masked. The engine's arithmetic notes what it meets and never raises anything. */
#ifndef EMU_UNICORN_X86_FPU_H
#define EMU_UNICORN_X86_FPU_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/unicorn/x86/context.h"
#include "emu/unicorn/x86/engine_blocks.h"
#include "emu/x86/insn.h"

struct cpu;

/* What the translator is to know of the instruction: `quick` and `mmx` of it. `flags` as the
 * block's; `first`: it is the block's first; `insn` may be NULL: it is none. */
void fpu_translate(struct cpu *cpu, const struct insn *insn, uint32_t flags, bool first,
		   struct engine_instruction *how);
/* For struct engine_blocks. */
void fpu_quick(void *ctx, uint64_t told, uint64_t linear);

/* An instruction that may turn out to fault once it has run: what it changes, as it was before.
 * Plain data. */
struct fpu_watch {
	bool armed, sse, pushes;
	uint8_t denormal; /* FLOAT_DE, if an operand is one */
	uint8_t xmm;      /* what it may write */
	uint64_t linear, rip;
	struct env_float x87; /* but for XMM */
	struct env_xmm before;
	uint64_t regs[16], rflags; /* RFLAGS where `compares`: it sets them */
	bool compares;
	/* The last instruction of the x87 that could still fault when it had met something, and
	 * what was before it. */
	uint64_t at, block; /* as the count of blocks entered */
	bool fresh;         /* it is the running one, and has set DE */
	uint8_t flags;
	uint16_t status;
};

/* Before the access of the instruction that is about to run: it does not come to it, for #MF, or
 * for a store that an exception that is not masked keeps back. */
bool fpu_prevents_access(const struct cpu *cpu, const struct insn *insn);
/* It has run, if it is armed. True: it has raised an exception. */
bool fpu_settle(struct cpu *cpu);
/* An exception comes at linear address `at`, before or behind the instruction. */
void fpu_event(struct cpu *cpu, uint64_t at);

/* --- engine_fpu.c */
/* From now on this thread's x87 is that CPU's; NULL: the engine's own way. */
void engine_fpu_use(struct cpu *cpu);

#endif
