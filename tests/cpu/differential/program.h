/* SPDX-License-Identifier: MIT */
/* A fuzzed program and the result of a run. Shared with the monitor, which is freestanding. */
#ifndef TESTS_CPU_DIFFERENTIAL_PROGRAM_H
#define TESTS_CPU_DIFFERENTIAL_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

enum {
	MAX_INSNS = 8,
	MAX_PATCHES = 12,
	CODE_BYTES = 160,
	FX_BYTES = 512,
	FX_USED_BYTES = 416, /* the rest of FXSAVE's area is the system's (SDM Vol. 1 10.5.1) */
	PROGRAM_MAGIC = 0x6d666964
};

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, N_GPRS = 16 };
enum { ES, CS, SS, DS, FS, GS, N_SEGMENTS };

/* RFLAGS (SDM Vol. 1 3.4.3). */
enum {
	F_CF = 1 << 0,
	F_PF = 1 << 2,
	F_AF = 1 << 4,
	F_ZF = 1 << 6,
	F_SF = 1 << 7,
	F_TF = 1 << 8,
	F_IF = 1 << 9,
	F_DF = 1 << 10,
	F_OF = 1 << 11,
	F_IOPL = 3 << 12,
	F_NT = 1 << 14,
	F_FSW = 1 << 15, /* not a flag: stands for C0 to C3 of the x87's status word among undefined
			    flags */
	F_RF = 1 << 16,
	F_AC = 1 << 18,
	F_ID = 1 << 21,
	F_STATUS = F_CF | F_PF | F_AF | F_ZF | F_SF | F_OF
};

/* A word of the window whose initial value is not window_word(). */
struct patch {
	uint64_t value;
	uint32_t offset;
	uint32_t used;
};

struct insn {
	uint8_t bytes[17];
	uint8_t length;
	uint8_t relative; /* bytes of a relative branch's offset, at the end: 0, 1, 2 or 4 */
	uint8_t target;   /* of that branch: index of a later instruction, or the end */
};

struct program {
	uint32_t magic, index;
	uint32_t origin; /* its number among the seed's programs, before it was minimised */
	uint32_t unused2;
	uint8_t bits;                  /* 16, 32, 64 */
	uint8_t ring;                  /* 0 or 3 */
	uint8_t count, native;         /* instructions; whether the host's CPU can run it */
	uint16_t code_at, code_length; /* in PAGE_CODE */
	uint16_t undefined_flags, undefined_fsw;
	uint16_t segments[N_SEGMENTS];
	uint8_t no_qemu; /* it crashes QEMU 7.2 */
	/* The vector, plus one, that the first instruction must raise by the manual; 0: unknown. */
	uint8_t expect;
	uint8_t has_operand; /* enum setup of the instruction whose operand is at OPERANDS_AT */
	uint8_t unused;
	uint64_t gprs[N_GPRS];
	uint64_t rflags, cr0, cr4, fs_base, gs_base;
	struct patch patches[MAX_PATCHES];
	struct insn insns[MAX_INSNS];
	uint8_t code[CODE_BYTES];
	_Alignas(16) uint8_t fx[FX_BYTES];
};

/* The words of an outcome. */
enum word {
	W_GPRS = 0,
	W_RIP = N_GPRS,
	W_RFLAGS,
	W_VECTOR,
	W_ERROR,
	W_CR2,
	W_SEGMENTS,  /* ES, CS, SS, DS, from the lowest */
	W_SEGMENTS2, /* FS, GS, LDTR, TR */
	W_CR0,
	W_CR3,
	W_CR4,
	W_CR8,
	W_FS_BASE,
	W_GS_BASE,
	W_KERNEL_GS_BASE,
	W_EFER,
	W_DR6,
	W_DR7,
	W_STAR,
	W_LSTAR,
	W_GDT_LIMIT,
	W_IDT_LIMIT,
	W_FX,
	N_WORDS = W_FX + FX_USED_BYTES / 8
};

enum { BITMAP_BYTES = (N_WORDS + 7) / 8, MAX_CHANGES = 24 };

struct change {
	uint32_t offset;
	uint64_t value;
};

enum ending { ENDING_NONE, ENDING_TRAP, ENDING_DIED };

struct outcome {
	enum ending ending;
	uint32_t n_changes; /* words of the window that differ from their initial values */
	uint32_t n_listed;  /* how many of them are listed: at most MAX_CHANGES */
	uint64_t words[N_WORDS];
	uint64_t sum; /* over all changes */
	struct change changes[MAX_CHANGES];
};

/* How a record goes over the debug port: RECORD_START; the program's index (4 bytes); a bitmap of
 * the words that differ from baseline_words(), and these words; the number of changes (2 bytes),
 * their sum (8 bytes), and the listed ones (2 + 8 bytes each); RECORD_END. */
enum { RECORD_START = 0xd1, RECORD_END = 0xe7 };

/* The word of the window at `offset` (a multiple of 8), without patches. */
static inline uint64_t window_word(uint32_t offset)
{
	uint64_t random = (offset + 8) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t page = offset / PAGE_BYTES;

	random ^= random >> 29;
	if (page == PAGE_CODE) return UINT64_C(0xcccccccccccccccc);
	if (page == PAGE_STACK || page == PAGE_STACK + 1) {
		if (offset & 8) return (offset & 0x30) ? SEL_UDATA | 3 : random;
		return WINDOW + PAGE_CODE * PAGE_BYTES + (random & 0x3ff);
	}
	switch (offset >> 3 & 7) {
	case 0: return WINDOW + (random & 0x9fff);
	case 1: return random & 0xff;
	case 2: return UINT64_C(0x3ff0000000000000) | (random & 0xfffff00000000);
	case 3: return UINT64_C(0x3f8000003f000000) ^ (random & 0x807fffff00ff0000);
	case 4: return (uint64_t) - (int64_t)(random & 0xffff);
	default: return random;
	}
}

static inline uint64_t sum_change(uint64_t sum, uint32_t offset, uint64_t value)
{
	sum = (sum ^ value ^ offset) * UINT64_C(0xff51afd7ed558ccd);
	return sum ^ sum >> 31;
}

/* The words of an outcome if the program did nothing; records contain only differences from these.
 */
static inline void baseline_words(const struct program *p, uint64_t words[N_WORDS])
{
	for (unsigned i = 0; i < N_WORDS; i++) words[i] = 0;
	for (unsigned i = 0; i < N_GPRS; i++) words[W_GPRS + i] = p->gprs[i];
	words[W_RIP] = PAGE_CODE * PAGE_BYTES + p->code_at + (unsigned)p->code_length + 1u +
		       (p->bits == 16 ? 0 : WINDOW);
	words[W_RFLAGS] = p->rflags;
	words[W_VECTOR] = 3;
	for (unsigned i = 0; i < 4; i++) words[W_SEGMENTS] |= (uint64_t)p->segments[i] << 16 * i;
	words[W_SEGMENTS2] = p->segments[FS] | (uint32_t)p->segments[GS] << 16 |
			     (uint64_t)SEL_LDT << 32 | (uint64_t)SEL_TSS << 48;
	words[W_CR0] = p->cr0;
	words[W_CR4] = p->cr4;
	words[W_FS_BASE] = p->fs_base;
	words[W_GS_BASE] = p->gs_base;
	words[W_DR6] = 0xffff0ff0;
	words[W_DR7] = 0x400;
	words[W_GDT_LIMIT] = SEL_END - 1;
	words[W_IDT_LIMIT] = IDT_GATES * 16 - 1;
	for (unsigned i = 0; i < FX_USED_BYTES; i++)
		words[W_FX + i / 8] |= (uint64_t)p->fx[i] << 8 * (i % 8);
}

#endif
