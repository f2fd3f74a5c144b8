/* SPDX-License-Identifier: MIT */
/* Looking at the guest's instructions, where the engine does not tell enough. */
#ifndef EMU_CPU_DECODE_H
#define EMU_CPU_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu;
struct decoder;

struct decoder *decoder_new(void);
void decoder_free(struct decoder *decoder);

/* Length of the instruction at `code`, in the CPU's current mode; 0: none. */
unsigned decode_length(struct cpu *cpu, const uint8_t *code, size_t size);

/* The last instruction of a block, in the CPU's current mode. */
struct decoded_end {
	size_t at;     /* where it starts; the block's size: something in it cannot be decoded */
	bool transfer; /* it is a jump, call, return or interrupt */
};
struct decoded_end decode_end(struct cpu *cpu, const uint8_t *code, size_t size);

/* Instructions from the start of a block (linear) up to, not including, `to`; `whole` if `to`
 * does not lie inside [from, from + size). */
uint32_t decode_count(struct cpu *cpu, uint64_t from, uint32_t size, uint64_t to, uint32_t whole);

/* What the instruction at RIP does to the page that could not be translated. */
struct decoded_access {
	bool found;       /* an operand lies on the page */
	bool writes;      /* it is (also) written: W belongs in the error code */
	bool stack;       /* through SS: a non-canonical address is #SS */
	bool implicit;    /* the instruction may reach GDT, LDT or TSS, whatever the CPL */
	uint64_t address; /* first byte on the page */
};
/* `write`: the access that failed was a write. cpu's context must be current (cpu_pull). */
struct decoded_access decode_access(struct cpu *cpu, uint64_t page, bool write);

#endif
