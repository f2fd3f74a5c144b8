/* SPDX-License-Identifier: MIT */
/* The memory that an instruction is about to access, from its bytes and the registers before it
 * runs. */
#ifndef EMU_UNICORN_X86_OPERANDS_H
#define EMU_UNICORN_X86_OPERANDS_H

#include <stdint.h>

#include "emu/unicorn/x86/context.h"
#include "emu/x86/insn.h"

/* PUSHA and POPA have the most. */
enum { OPERANDS_MAX = 10 };

struct operand {
	uint8_t segment; /* enum cpu_segment */
	uint8_t access;  /* enum insn_access */
	uint32_t bytes;  /* 0: not known */
	uint64_t offset; /* offset in the segment, cut to the address or stack size */
	uint64_t linear;
};

/* The offset given by ModRM (or a moffs); `rip` is the address of the instruction. */
uint64_t operand_offset(const struct env *env, const struct insn *insn, uint64_t rip);
/* The segment of the operand: the override, or the default. */
unsigned operand_segment(const struct insn *insn);
/* The linear address of an offset. */
uint64_t operand_linear(const struct env *env, unsigned segment, uint64_t offset);

/* All memory operands, in the order of access; returns their number. Descriptor tables, and
 * accesses of far transfers to other stacks, are not included. */
unsigned operands_of(const struct env *env, const struct insn *insn, uint64_t rip,
		     struct operand operand[OPERANDS_MAX]);

#endif
