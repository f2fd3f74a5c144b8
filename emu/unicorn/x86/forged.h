/* SPDX-License-Identifier: MIT */
/* Replaces bytes of an instruction that the engine's translator would read, where it would
 * translate something that the CPU does not do. */
#ifndef EMU_UNICORN_X86_FORGED_H
#define EMU_UNICORN_X86_FORGED_H

#include <stdbool.h>

#include "emu/unicorn/x86/engine_blocks.h"
#include "emu/x86/insn.h"

struct cpu;

/* Put the replacement into `how`. `flags` are those of the block; `decoded` is the result of
 * insn_decode(). False: the instruction is invalid. It is translated as UD2, because the translator
 * would execute it, or abort. */
bool forge(const struct cpu *cpu, const struct insn *insn, uint32_t flags, bool decoded,
	   struct engine_instruction *how);

#endif
