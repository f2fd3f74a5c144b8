/* SPDX-License-Identifier: MIT */
/* Limits and types of segments (SDM Vol. 3A 5.3, 5.5, 5.6; real mode 20.1.1). The engine looks at
 * neither. Only accesses by segments that are not flat are checked (HF_CHECK_SHIFT), in code of 16
 * and 32 bits; in real mode, where nearly none is, only those that can cross a limit of FFFFh. */
#ifndef EMU_UNICORN_X86_SEGMENTS_H
#define EMU_UNICORN_X86_SEGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/unicorn/x86/operands.h"
#include "emu/x86/insn.h"

struct cpu;

/* How an instruction of a block with these flags is to be checked. */
enum segments_check {
	SEGMENTS_NONE,
	SEGMENTS_PACKED, /* one operand, packed into what its site is told */
	SEGMENTS_DECODED /* to be decoded again each time it runs */
};
/* `packed` is filled for SEGMENTS_PACKED: 56 bits. */
enum segments_check segments_check_of(const struct insn *insn, uint32_t flags, uint64_t *packed);

/* The bit of hflags of the data segment that it loads in protected mode; 0: none. */
uint32_t segments_loaded_by(const struct insn *insn, uint32_t flags);

/* Before the instruction at cpu->site_linear runs: #GP or #SS where an operand may not be accessed.
 */
void segments_check_packed(struct cpu *cpu, uint64_t packed);
void segments_check_decoded(struct cpu *cpu);

/* Do instructions of a block lie beyond the limit of CS? How many fit; only where hflags say so of
 * CS. */
uint32_t segments_fitting(struct cpu *cpu, uint64_t linear, uint32_t size, uint32_t instructions);

/* cpu->event is a #GP because of where the CPU's instruction pointer is: not canonical, or beyond
 * the limit of CS. The near branch that led there faults itself (SDM Vol. 2 "JMP", "CALL", "RET"):
 * take back what the engine did of it. False: there was none. cpu->env is current. */
bool segments_blame_branch(struct cpu *cpu);

#endif
