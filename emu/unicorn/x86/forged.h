/* SPDX-License-Identifier: MIT */
/* Bytes that the engine's translator reads otherwise than the guest wrote them, where it would make
 * of an instruction what the CPU does not. */
#ifndef EMU_UNICORN_X86_FORGED_H
#define EMU_UNICORN_X86_FORGED_H

#include <stdbool.h>

#include "emu/unicorn/x86/engine_blocks.h"
#include "emu/x86/insn.h"

struct cpu;

/* Note them in `how`. `flags` are the block's, `decoded` is what insn_decode() said. False: the
 * instruction is none, and is translated as UD2: the translator never sees what it would carry out,
 * or abort on. */
bool forge(const struct cpu *cpu, const struct insn *insn, uint32_t flags, bool decoded,
	   struct engine_instruction *how);

#endif
