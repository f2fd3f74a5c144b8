/* SPDX-License-Identifier: MIT */
/* The instructions that programs consist of. */
#ifndef TESTS_CPU_DIFFERENTIAL_TEMPLATES_H
#define TESTS_CPU_DIFFERENTIAL_TEMPLATES_H

#include <stdint.h>

/* How ModRM is built: 0 to 7 is the opcode extension. */
enum { MODRM_REG = -1, MODRM_NONE = -2, MODRM_FIXED = -3, MODRM_ANY_DIGIT = -4 };

enum immediate {
	IMM_NONE,
	IMM_8,
	IMM_SMALL, /* 8 bits, 1 to 7: a count */
	IMM_16,
	IMM_Z,      /* 2 or 4 bytes, by operand size */
	IMM_V,      /* 2, 4 or 8 */
	IMM_OFFSET, /* by address size: an address */
	IMM_REL8,
	IMM_REL_Z,
	IMM_FAR,   /* offset and selector */
	IMM_ENTER, /* 16 and 8 bits */
	IMM_PORT,
	IMM_VECTOR
};

/* What a template needs of the initial state, besides its operands. */
enum setup {
	SETUP_NONE,
	SETUP_FAR,   /* a far pointer in memory */
	SETUP_TABLE, /* a limit and a base that is not canonical */
	SETUP_IRET,  /* a frame on the stack */
	SETUP_RETF,
	SETUP_CR,
	SETUP_DR,
	SETUP_MSR,
	SETUP_PORT,
	SETUP_SELECTOR
};

enum template_flag {
	T_MEM = 1 << 0,   /* only memory operands are defined: registers are rare */
	T_REGS = 1 << 1,  /* likewise */
	T_LOCK = 1 << 2,  /* LOCK is allowed with a destination in memory */
	T_PLAIN = 1 << 3, /* 66, F2 and F3 would make another instruction */
	T_NO64 = 1 << 4,  /* rare in 64-bit mode, where it is #UD */
	T_ONLY64 = 1 << 5,
	T_NO16 = 1 << 6,   /* undefined with a 16-bit operand */
	T_GUEST = 1 << 7,  /* not for the host: it shows the host's own tables, or leaves ring 3 */
	T_FIRST = 1 << 8,  /* only as the first instruction, as it needs the initial registers */
	T_REP = 1 << 9,    /* F2 and F3 are likely */
	T_RING3 = 1 << 10, /* in ring 3 only */
	T_C_FLAGS = 1 << 11, /* leaves C0 to C3 of the x87 undefined */
	T_NO_F3 = 1 << 12,   /* F3 is another instruction on newer CPUs */
	T_RING0 = 1 << 13    /* mostly in ring 0 */
};

struct template
{
	uint8_t prefix;       /* mandatory: 0, 66h, F2h, F3h */
	uint8_t map;          /* 0 = one byte, 1 = after 0F */
	uint8_t opcode, span; /* one of `span` opcodes from `opcode` on */
	int8_t modrm;
	uint8_t fixed; /* ModRM of MODRM_FIXED */
	uint8_t imm;   /* enum immediate */
	uint8_t setup; /* enum setup */
	uint16_t flags;
	uint16_t reads, undefined; /* status flags: read; undefined afterwards */
	uint8_t weight;            /* 0 is taken as 1 */
};

/* Groups, so that programs are of all kinds whatever the lengths of the lists. */
enum group {
	GROUP_INTEGER,
	GROUP_CONTROL,
	GROUP_SYSTEM,
	GROUP_X87,
	GROUP_SSE,
	GROUP_INVALID,
	N_GROUPS
};

struct template_list {
	const struct template *list;
	uint32_t count;
	uint8_t weight;
};
#define TEMPLATE_LIST(array, w)                                \
	{                                                      \
		(array), sizeof(array) / sizeof(array)[0], (w) \
	}
extern const struct template_list templates_x87, templates_sse; /* templates_float.c */
extern const struct template_list *const template_lists[N_GROUPS];

#endif
