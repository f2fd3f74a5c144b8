/* SPDX-License-Identifier: MIT */
/* Decodes one x86 instruction: prefixes, opcode, ModRM, length, and how it uses memory (SDM Vol. 2A
 * chapter 2, Vol. 2D appendix A). It depends only on the bytes and the mode. */
#ifndef EMU_X86_INSN_H
#define EMU_X86_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INSN_MAX_BYTES = 15 };

enum insn_map { INSN_ONE_BYTE, INSN_0F, INSN_0F38, INSN_0F3A };

/* Prefix bytes in effect, as a set. */
enum insn_prefix {
	INSN_OPERAND_SIZE = 1, /* 66 */
	INSN_ADDRESS_SIZE = 2, /* 67 */
	INSN_LOCK = 4,
	INSN_REPNE = 8, /* F2 */
	INSN_REP = 16   /* F3 */
};

enum insn_rex { INSN_REX_B = 1, INSN_REX_X = 2, INSN_REX_R = 4, INSN_REX_W = 8 };

enum { INSN_NO_REGISTER = 0xff, INSN_NO_SEGMENT = 0xff };

/* How an instruction uses one operand in memory. */
enum insn_access { INSN_NONE = 0, INSN_READ = 1, INSN_WRITE = 2, INSN_MODIFY = 3 };

struct insn {
	uint8_t length; /* bytes; 0: not an instruction, or longer than the given bytes */
	uint8_t bits;   /* 16, 32, 64: the mode it was decoded for */
	uint8_t map;    /* enum insn_map */
	uint8_t opcode;
	uint8_t prefixes; /* enum insn_prefix */
	uint8_t rex;      /* 40h..4Fh, or 0 */
	uint8_t segment;  /* segment of an override (ES 0 .. GS 5), or INSN_NO_SEGMENT */
	uint8_t modrm;
	uint8_t rex_at, modrm_at, lock_at; /* offsets of REX, ModRM and the last LOCK, if present */
	bool has_modrm;
	uint8_t operand_bytes; /* size of the opcode's "v" operand: 2, 4, 8 */
	uint8_t address_bytes; /* 2, 4, 8 */
	uint8_t immediate_bytes;
	uint8_t stack_bytes; /* bytes that PUSH and POP move, from prefixes and mode */
	/* The memory operand given by ModRM (or a moffs); valid only if `memory` is set. */
	bool memory;
	bool rip_relative;
	uint8_t base, index; /* register numbers, or INSN_NO_REGISTER */
	uint8_t scale;
	uint8_t default_segment; /* 2 (SS) or 3 (DS) */
	int64_t displacement;
	uint64_t immediate; /* zero-extended */
};

/* Decode the instruction at `code`, of which `size` bytes are available, as 16-, 32- or 64-bit
 * code. False: invalid, or longer than `size`; then insn->length is 0. */
bool insn_decode(const uint8_t *code, size_t size, unsigned bits, struct insn *insn);

/* The digit of an opcode extension (/0 to /7). */
static inline unsigned insn_digit(const struct insn *insn) { return insn->modrm >> 3 & 7; }
/* Register numbers from ModRM, extended by REX. */
unsigned insn_reg(const struct insn *insn);
unsigned insn_rm(const struct insn *insn);
/* The prefix that selects among SSE instructions: the last of F2h and F3h, else 66h, else 0. */
uint8_t insn_mandatory(const struct insn *insn);

/* How it uses its ModRM memory operand. INSN_NONE if it has none, or uses only its address (LEA,
 * INVLPG, NOP, prefetches). */
enum insn_access insn_access(const struct insn *insn);
/* Bytes of the ModRM memory operand; 0: unknown, or there is none. */
unsigned insn_memory_bytes(const struct insn *insn);
/* Does it push or pop, besides its ModRM operand? */
enum insn_stack { INSN_STACK_NONE, INSN_PUSH, INSN_POP };
enum insn_stack insn_stack(const struct insn *insn);
/* INS, OUTS, MOVS, CMPS, STOS, LODS, SCAS? */
bool insn_is_string(const struct insn *insn);
/* A far CALL, RET or IRET? */
bool insn_is_far(const struct insn *insn);
/* Does it transfer control: jump, call, return, interrupt, fast system call? */
bool insn_transfers(const struct insn *insn);
/* Is LOCK allowed? (SDM Vol. 2A "LOCK": these instructions, with a memory destination.) */
bool insn_lockable(const struct insn *insn);
/* Is it an MMX or SSE instruction that can have a memory operand? */
bool insn_is_sse(const struct insn *insn);
/* The alignment in bytes that its memory operand needs even with CR0.AM clear: 16 for aligned SSE
 * operands (SDM Vol. 2A table 2-19 ff., "aligned"), else 1. */
unsigned insn_alignment(const struct insn *insn);

#endif
