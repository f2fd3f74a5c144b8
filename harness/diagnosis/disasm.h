/* SPDX-License-Identifier: MIT */
/* x86 instructions as text, in Intel syntax. */
#ifndef HARNESS_DIAGNOSIS_DISASM_H
#define HARNESS_DIAGNOSIS_DISASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISASM_TEXT_SIZE = 192 };

struct disasm_line {
	uint64_t addr;
	size_t len;                  /* bytes of the instruction */
	char text[DISASM_TEXT_SIZE]; /* "mov eax, dword ptr [rbx + 8]" */
};

/* Decode up to `max` instructions from `size` bytes that lie at `addr`; `mode` is 16, 32 or 64.
 * Stops at the first bytes that are not an instruction. Returns how many were decoded. */
size_t disasm(unsigned mode, uint64_t addr, const uint8_t *bytes, size_t size,
	      struct disasm_line *line, size_t max);

/* A memory operand, its address computed from the registers. */
struct disasm_operand {
	uint64_t linear;
	unsigned width; /* bytes */
	bool read, written;
};

struct cpu_regs;

/* Find the explicit memory operand of the first instruction in `bytes`, which lie at `addr`, and
 * compute its linear address from `regs`. False: it has none. */
bool disasm_operand(unsigned mode, uint64_t addr, const uint8_t *bytes, size_t size,
		    const struct cpu_regs *regs, struct disasm_operand *operand);
/* Which bits the instruction tests: for TEST and AND with a constant or a register (its value is
 * taken from `regs`), and for BT. False: it is another instruction. */
bool disasm_tested_bits(unsigned mode, uint64_t addr, const uint8_t *bytes, size_t size,
			const struct cpu_regs *regs, uint64_t *mask);

#endif
