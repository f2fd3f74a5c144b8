/* SPDX-License-Identifier: MIT */
/* One x86 instruction taken apart: prefixes, opcode, ModRM, length, and what it does with memory
 * (SDM Vol. 2A chapter 2, Vol. 2D appendix A). A function of bytes and of the mode; knows no CPU.
 */
#ifndef EMU_X86_INSN_H
#define EMU_X86_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INSN_MAX_BYTES = 15 };

enum insn_map { INSN_ONE_BYTE, INSN_0F, INSN_0F38, INSN_0F3A };

/* Prefix bytes that count, as a set. */
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
	uint8_t length; /* bytes; 0: not an instruction, or it goes on behind the bytes given */
	uint8_t bits;   /* 16, 32, 64: the mode it was decoded for */
	uint8_t map;    /* enum insn_map */
	uint8_t opcode;
	uint8_t prefixes; /* enum insn_prefix */
	uint8_t rex;      /* 40h..4Fh, or 0 */
	uint8_t segment;  /* of an override (ES 0 .. GS 5), or INSN_NO_SEGMENT */
	uint8_t modrm;
	uint8_t rex_at, modrm_at, lock_at; /* where they lie, if there are any; LOCK: the last */
	bool has_modrm;
	uint8_t operand_bytes; /* 2, 4, 8: of the opcode's "v" operand */
	uint8_t address_bytes; /* 2, 4, 8 */
	uint8_t immediate_bytes;
	uint8_t stack_bytes; /* what PUSH and POP move; decided by prefixes and mode */
	/* The operand in memory that ModRM (or a moffs) names; only where `memory` is set. */
	bool memory;
	bool rip_relative;
	uint8_t base, index; /* register numbers, or INSN_NO_REGISTER */
	uint8_t scale;
	uint8_t default_segment; /* 2 (SS) or 3 (DS) */
	int64_t displacement;
	uint64_t immediate; /* zero-extended */
};

/* Take apart what starts at `code`, of which `size` bytes are known, for code of 16, 32 or 64 bits.
 * False: it does not decode, or ends behind them; insn->length is 0 then. */
bool insn_decode(const uint8_t *code, size_t size, unsigned bits, struct insn *insn);

/* The digit of an opcode extension (/0 to /7). */
static inline unsigned insn_digit(const struct insn *insn) { return insn->modrm >> 3 & 7; }
/* Register numbers in ModRM, REX applied. */
unsigned insn_reg(const struct insn *insn);
unsigned insn_rm(const struct insn *insn);
/* The prefix that chooses among SSE instructions: F2h or F3h, the last of them, or 66h, or 0. */
uint8_t insn_mandatory(const struct insn *insn);

/* Does it read its ModRM operand in memory, write it, both? INSN_NONE where it has none, or only
 * names an address (LEA, INVLPG, NOP, prefetches). */
enum insn_access insn_access(const struct insn *insn);
/* Bytes of the ModRM operand in memory; 0: not known, or none. */
unsigned insn_memory_bytes(const struct insn *insn);
/* Does it push onto the stack or pop from it, beside its ModRM operand? */
enum insn_stack { INSN_STACK_NONE, INSN_PUSH, INSN_POP };
enum insn_stack insn_stack(const struct insn *insn);
/* INS, OUTS, MOVS, CMPS, STOS, LODS, SCAS? */
bool insn_is_string(const struct insn *insn);
/* A far CALL, RET or IRET? */
bool insn_is_far(const struct insn *insn);
/* Does it go on elsewhere: jump, call, return, interrupt, fast system call? */
bool insn_transfers(const struct insn *insn);
/* May it have LOCK? (SDM Vol. 2A "LOCK": these, with a destination in memory.) */
bool insn_lockable(const struct insn *insn);
/* Is it one of MMX or SSE, of those with an operand in memory? */
bool insn_is_sse(const struct insn *insn);
/* The boundary in bytes that its operand in memory must keep, whatever CR0.AM: 16 for SSE's aligned
 * operands (SDM Vol. 2A table 2-19 ff., "aligned"), else 1. */
unsigned insn_alignment(const struct insn *insn);

#endif
