/* SPDX-License-Identifier: MIT */
/* Calls before x87, MMX and SSE instructions, and their unmasked exceptions. The engine's
 * arithmetic only records exceptions and never raises one. */
#ifndef EMU_UNICORN_X86_FPU_H
#define EMU_UNICORN_X86_FPU_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/unicorn/x86/context.h"
#include "emu/unicorn/x86/engine_blocks.h"
#include "emu/unicorn/x86/sse.h"
#include "emu/x86/insn.h"

struct cpu;

/* Set `quick` and `mmx` of an instruction for the translator. `flags` are those of the block;
 * `first`: it is the first of the block; `insn` may be NULL: it does not decode. */
void fpu_translate(struct cpu *cpu, const struct insn *insn, uint32_t flags, bool first,
		   struct engine_instruction *how);
/* For struct engine_blocks. */
void fpu_quick(void *ctx, uint64_t told, uint64_t linear);

/* The state before an instruction whose fault may be found only after it has run. Plain data. */
struct fpu_watch {
	bool armed, sse, pushes;
	uint8_t denormal; /* FLOAT_DE if an operand is denormal */
	struct sse_result result;
	uint8_t xmm; /* the XMM register that it may write */
	uint64_t linear, rip;
	struct env_float x87; /* without XMM */
	struct env_xmm before;
	uint64_t regs[16], rflags; /* rflags: used if `compares`, which means that it sets RFLAGS */
	bool compares;
	/* The last x87 instruction that could still fault on a recorded exception, and the state
	 * before it. */
	uint64_t at, block; /* block: as number of blocks entered */
	bool fresh;         /* it is the current one, and has set DE */
	uint8_t flags;
	uint16_t status;
};

/* Does an x87 fault prevent the memory access of the instruction about to run? By #MF, or because
 * an unmasked exception suppresses a store. */
bool fpu_prevents_access(const struct cpu *cpu, const struct insn *insn);
/* The watched instruction, if any, has run. True: it raised an exception. */
bool fpu_settle(struct cpu *cpu);
/* An exception occurs at linear address `at`, before or after the instruction. */
void fpu_event(struct cpu *cpu, uint64_t at);

/* --- engine_fpu.c */
/* From now on the x87 on this thread is that CPU's; NULL: the engine's own. */
void engine_fpu_use(struct cpu *cpu);

#endif
