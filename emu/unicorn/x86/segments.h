/* SPDX-License-Identifier: MIT */
/* Limits and types of segments (SDM Vol. 3A 5.3, 5.5, 5.6; real mode 20.1.1). The engine checks
 * neither. We check accesses through segments that are not flat (HF_CHECK_SHIFT), in 16- and 32-bit
 * code. In real mode, where almost no segment is flat, only accesses that can cross a limit of
 * FFFFh are checked. */
#ifndef EMU_UNICORN_X86_SEGMENTS_H
#define EMU_UNICORN_X86_SEGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/unicorn/x86/operands.h"
#include "emu/x86/insn.h"

struct cpu;

/* How to check an instruction in a block with these flags. */
enum segments_check {
	SEGMENTS_NONE,
	SEGMENTS_PACKED, /* one operand, packed into the argument of its intercept */
	SEGMENTS_DECODED /* decode it again each time it runs */
};
/* Sets `packed` (56 bits) for SEGMENTS_PACKED. */
enum segments_check segments_check_of(const struct insn *insn, uint32_t flags, uint64_t *packed);

/* The hflags bit of the data segment that it loads in protected mode; 0: none. */
uint32_t segments_loaded_by(const struct insn *insn, uint32_t flags);

/* Call before the instruction at cpu->site_linear runs: raises #GP or #SS if an operand may not be
 * accessed. */
void segments_check_packed(struct cpu *cpu, uint64_t packed);
void segments_check_decoded(struct cpu *cpu);

/* The number of instructions of a block inside the limit of CS. Call only if hflags says that CS
 * has a limit. */
uint32_t segments_fitting(struct cpu *cpu, uint64_t linear, uint32_t size, uint32_t instructions);

/* For a #GP in cpu->event caused by the instruction pointer: not canonical, or beyond the limit of
 * CS. The near branch that led there must fault itself (SDM Vol. 2 "JMP", "CALL", "RET"), so its
 * effects in the engine are undone. False: there was no such branch. cpu->env is current. */
bool segments_blame_branch(struct cpu *cpu);
/* Has the block just ended in a branch that must fault so? Call it before anything else happens at
 * the target. cpu->live is current. */
bool segments_refuse_branch(struct cpu *cpu);

#endif
