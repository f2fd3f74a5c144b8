/* SPDX-License-Identifier: MIT */
/* The x87, MMX and SSE to SSE3; templates.c has the rest. */
#include "program.h"
#include "templates.h"

#define DIGIT(n) .modrm = (n)

/* One row for each memory form and each register form of an x87 opcode. */
#define X87_MEM(op, digit)                                               \
	{                                                                \
		.opcode = (op), DIGIT(digit), .flags = T_MEM | T_C_FLAGS \
	}
#define X87_REG(op, digit)                                                \
	{                                                                 \
		.opcode = (op), DIGIT(digit), .flags = T_REGS | T_C_FLAGS \
	}
#define X87_ONE(op, byte)                                                                 \
	{                                                                                 \
		.opcode = (op), .modrm = MODRM_FIXED, .fixed = (byte), .flags = T_C_FLAGS \
	}
#define X87_ALL_MEM(op)                                                                 \
	X87_MEM(op, 0), X87_MEM(op, 1), X87_MEM(op, 2), X87_MEM(op, 3), X87_MEM(op, 4), \
		X87_MEM(op, 5), X87_MEM(op, 6), X87_MEM(op, 7)
#define X87_ALL_REG(op)                                                                 \
	X87_REG(op, 0), X87_REG(op, 1), X87_REG(op, 2), X87_REG(op, 3), X87_REG(op, 4), \
		X87_REG(op, 5), X87_REG(op, 6), X87_REG(op, 7)

static const struct template x87[] = {
	X87_ALL_MEM(0xd8),
	X87_ALL_REG(0xd8),
	X87_MEM(0xd9, 0),
	X87_MEM(0xd9, 2),
	X87_MEM(0xd9, 3),
	X87_MEM(0xd9, 4),
	{ .opcode = 0xd9, DIGIT(5), .flags = T_MEM | T_C_FLAGS, .weight = 5 },
	{ .opcode = 0xd9, DIGIT(6), .flags = T_MEM, .reads = F_FSW },
	X87_MEM(0xd9, 7),
	X87_REG(0xd9, 0),
	X87_REG(0xd9, 1),
	X87_ONE(0xd9, 0xd0),
	X87_ONE(0xd9, 0xe0),
	X87_ONE(0xd9, 0xe1),
	X87_ONE(0xd9, 0xe4),
	X87_ONE(0xd9, 0xe5),
	X87_ONE(0xd9, 0xe8),
	X87_ONE(0xd9, 0xe9),
	X87_ONE(0xd9, 0xea),
	X87_ONE(0xd9, 0xeb),
	X87_ONE(0xd9, 0xec),
	X87_ONE(0xd9, 0xed),
	X87_ONE(0xd9, 0xee),
	X87_ONE(0xd9, 0xf4),
	X87_ONE(0xd9, 0xf5),
	X87_ONE(0xd9, 0xf6),
	X87_ONE(0xd9, 0xf7),
	X87_ONE(0xd9, 0xf8),
	X87_ONE(0xd9, 0xfa),
	X87_ONE(0xd9, 0xfc),
	X87_ONE(0xd9, 0xfd),
	X87_ALL_MEM(0xda),
	{ .opcode = 0xda, DIGIT(0), .flags = T_REGS | T_C_FLAGS, .reads = F_CF },
	{ .opcode = 0xda, DIGIT(1), .flags = T_REGS | T_C_FLAGS, .reads = F_ZF },
	{ .opcode = 0xda, DIGIT(2), .flags = T_REGS | T_C_FLAGS, .reads = F_CF | F_ZF },
	{ .opcode = 0xda, DIGIT(3), .flags = T_REGS | T_C_FLAGS, .reads = F_PF },
	X87_ONE(0xda, 0xe9),
	X87_MEM(0xdb, 0),
	X87_MEM(0xdb, 2),
	X87_MEM(0xdb, 3),
	X87_MEM(0xdb, 5),
	X87_MEM(0xdb, 7),
	{ .opcode = 0xdb, DIGIT(0), .flags = T_REGS | T_C_FLAGS, .reads = F_CF },
	X87_ONE(0xdb, 0xe2),
	X87_ONE(0xdb, 0xe3),
	{ .opcode = 0xdb, DIGIT(5), .flags = T_REGS | T_C_FLAGS, .weight = 4 },
	{ .opcode = 0xdb, DIGIT(6), .flags = T_REGS | T_C_FLAGS, .weight = 4 },
	X87_ALL_MEM(0xdc),
	X87_REG(0xdc, 0),
	X87_REG(0xdc, 1),
	X87_REG(0xdc, 4),
	X87_REG(0xdc, 5),
	X87_REG(0xdc, 6),
	X87_REG(0xdc, 7),
	X87_MEM(0xdd, 0),
	X87_MEM(0xdd, 2),
	X87_MEM(0xdd, 3),
	{ .opcode = 0xdd, DIGIT(4), .flags = T_MEM | T_C_FLAGS, .weight = 3 },
	{ .opcode = 0xdd, DIGIT(6), .flags = T_MEM | T_C_FLAGS, .reads = F_FSW, .weight = 2 },
	{ .opcode = 0xdd, DIGIT(7), .flags = T_MEM, .reads = F_FSW },
	X87_REG(0xdd, 0),
	X87_REG(0xdd, 2),
	X87_REG(0xdd, 3),
	X87_REG(0xdd, 4),
	X87_REG(0xdd, 5),
	X87_ALL_MEM(0xde),
	X87_REG(0xde, 0),
	X87_REG(0xde, 1),
	X87_ONE(0xde, 0xd9),
	X87_REG(0xde, 4),
	X87_REG(0xde, 5),
	X87_REG(0xde, 6),
	X87_REG(0xde, 7),
	X87_MEM(0xdf, 0),
	X87_MEM(0xdf, 2),
	X87_MEM(0xdf, 3),
	X87_MEM(0xdf, 4),
	X87_MEM(0xdf, 5),
	X87_MEM(0xdf, 6),
	X87_MEM(0xdf, 7),
	{ .opcode = 0xdf, .modrm = MODRM_FIXED, .fixed = 0xe0, .reads = F_FSW },
	{ .opcode = 0xdf, DIGIT(5), .flags = T_REGS | T_C_FLAGS, .weight = 3 },
	{ .opcode = 0xdf, DIGIT(6), .flags = T_REGS | T_C_FLAGS, .weight = 3 },
};

#define SSE(pfx, op)                                                                            \
	{                                                                                       \
		.prefix = (pfx), .map = 1, .opcode = (op), .modrm = MODRM_REG, .flags = T_PLAIN \
	}
#define SSE_N(pfx, op, n, w)                                                                \
	{                                                                                   \
		.prefix = (pfx), .map = 1, .opcode = (op), .span = (n), .modrm = MODRM_REG, \
		.flags = T_PLAIN, .weight = (w)                                             \
	}
#define SSE_IMM(pfx, op)                                                                     \
	{                                                                                    \
		.prefix = (pfx), .map = 1, .opcode = (op), .modrm = MODRM_REG, .imm = IMM_8, \
		.flags = T_PLAIN                                                             \
	}
#define SSE_MEM(pfx, op)                                                       \
	{                                                                      \
		.prefix = (pfx), .map = 1, .opcode = (op), .modrm = MODRM_REG, \
		.flags = T_PLAIN | T_MEM                                       \
	}
#define SSE_REG(pfx, op)                                                       \
	{                                                                      \
		.prefix = (pfx), .map = 1, .opcode = (op), .modrm = MODRM_REG, \
		.flags = T_PLAIN | T_REGS                                      \
	}
#define SSE_FOUR(op) SSE(0, op), SSE(0x66, op), SSE(0xf3, op), SSE(0xf2, op)
#define SSE_COUNT(pfx, op, digit)                                                      \
	{                                                                              \
		.prefix = (pfx), .map = 1, .opcode = (op), DIGIT(digit), .imm = IMM_8, \
		.flags = T_PLAIN | T_REGS                                              \
	}

static const struct template sse[] = {
	SSE_N(0, 0x10, 2, 4),
	SSE_N(0x66, 0x10, 2, 4),
	SSE_N(0xf3, 0x10, 2, 4),
	SSE_N(0xf2, 0x10, 2, 4),
	SSE_MEM(0x66, 0x12),
	SSE(0, 0x12),
	SSE_MEM(0, 0x13),
	SSE_MEM(0x66, 0x13),
	SSE(0xf2, 0x12),
	SSE(0xf3, 0x12),
	SSE(0xf3, 0x16),
	SSE_N(0, 0x14, 2, 2),
	SSE_N(0x66, 0x14, 2, 2),
	SSE(0, 0x16),
	SSE_MEM(0x66, 0x16),
	SSE_MEM(0, 0x17),
	SSE_MEM(0x66, 0x17),
	SSE_N(0, 0x28, 2, 4),
	SSE_N(0x66, 0x28, 2, 4),
	SSE(0, 0x2a),
	SSE(0x66, 0x2a),
	SSE(0xf3, 0x2a),
	SSE(0xf2, 0x2a),
	SSE_MEM(0, 0x2b),
	SSE_MEM(0x66, 0x2b),
	SSE_FOUR(0x2c),
	SSE_FOUR(0x2d),
	SSE_N(0, 0x2e, 2, 2),
	SSE_N(0x66, 0x2e, 2, 2),
	SSE_REG(0, 0x50),
	SSE_REG(0x66, 0x50),
	SSE_FOUR(0x51),
	SSE(0, 0x54),
	SSE(0x66, 0x54),
	SSE(0, 0x55),
	SSE(0, 0x56),
	SSE(0, 0x57),
	SSE(0x66, 0x57),
	SSE_FOUR(0x58),
	SSE_FOUR(0x59),
	SSE_FOUR(0x5a),
	SSE(0, 0x5b),
	SSE(0x66, 0x5b),
	SSE(0xf3, 0x5b),
	SSE_FOUR(0x5c),
	SSE_FOUR(0x5d),
	SSE_FOUR(0x5e),
	SSE_FOUR(0x5f),
	SSE_N(0, 0x60, 12, 3),
	SSE_N(0x66, 0x60, 14, 5),
	SSE_N(0, 0x6e, 2, 2),
	SSE_N(0x66, 0x6e, 2, 3),
	SSE(0xf3, 0x6f),
	SSE_IMM(0, 0x70),
	SSE_IMM(0x66, 0x70),
	SSE_IMM(0xf3, 0x70),
	SSE_IMM(0xf2, 0x70),
	SSE_COUNT(0, 0x71, 2),
	SSE_COUNT(0x66, 0x71, 4),
	SSE_COUNT(0x66, 0x71, 6),
	SSE_COUNT(0x66, 0x72, 2),
	SSE_COUNT(0x66, 0x72, 4),
	SSE_COUNT(0, 0x72, 6),
	SSE_COUNT(0x66, 0x73, 2),
	SSE_COUNT(0x66, 0x73, 3),
	SSE_COUNT(0x66, 0x73, 6),
	SSE_COUNT(0x66, 0x73, 7),
	SSE_N(0, 0x74, 3, 2),
	SSE_N(0x66, 0x74, 3, 2),
	{ .map = 1, .opcode = 0x77, .modrm = MODRM_NONE, .flags = T_PLAIN },
	SSE_N(0x66, 0x7c, 2, 2),
	SSE_N(0xf2, 0x7c, 2, 2),
	SSE_N(0, 0x7e, 2, 2),
	SSE_N(0x66, 0x7e, 2, 3),
	SSE_N(0xf3, 0x7e, 2, 3),
	{ .map = 1,
	  .opcode = 0xae,
	  DIGIT(0),
	  .flags = T_PLAIN | T_MEM | T_GUEST,
	  .reads = F_FSW,
	  .weight = 2 },
	{ .map = 1, .opcode = 0xae, DIGIT(1), .flags = T_PLAIN | T_MEM | T_GUEST, .weight = 2 },
	{ .map = 1, .opcode = 0xae, DIGIT(2), .flags = T_PLAIN | T_MEM, .weight = 4 },
	{ .map = 1, .opcode = 0xae, DIGIT(3), .flags = T_PLAIN | T_MEM, .weight = 4 },
	SSE_IMM(0, 0xc2),
	SSE_IMM(0x66, 0xc2),
	SSE_IMM(0xf3, 0xc2),
	SSE_IMM(0xf2, 0xc2),
	SSE_IMM(0, 0xc4),
	SSE_IMM(0x66, 0xc4),
	SSE_IMM(0, 0xc5),
	SSE_IMM(0x66, 0xc5),
	SSE_IMM(0, 0xc6),
	SSE_IMM(0x66, 0xc6),
	SSE_N(0x66, 0xd0, 6, 5),
	SSE(0xf2, 0xd0),
	SSE_N(0, 0xd1, 5, 3),
	SSE(0x66, 0xd6),
	SSE_REG(0xf3, 0xd6),
	SSE_REG(0xf2, 0xd6),
	SSE_REG(0, 0xd7),
	SSE_REG(0x66, 0xd7),
	SSE_N(0, 0xd8, 14, 5),
	SSE_N(0x66, 0xd8, 14, 8),
	SSE(0x66, 0xe6),
	SSE(0xf3, 0xe6),
	SSE(0xf2, 0xe6),
	SSE_MEM(0, 0xe7),
	SSE_MEM(0x66, 0xe7),
	SSE_N(0, 0xe8, 8, 3),
	SSE_N(0x66, 0xe8, 8, 5),
	SSE_MEM(0xf2, 0xf0),
	SSE_N(0, 0xf1, 6, 3),
	SSE_N(0x66, 0xf1, 6, 5),
	SSE_REG(0, 0xf7),
	SSE_REG(0x66, 0xf7),
	SSE_N(0, 0xf8, 7, 3),
	SSE_N(0x66, 0xf8, 7, 5),
};

const struct template_list templates_x87 = TEMPLATE_LIST(x87, 12);
const struct template_list templates_sse = TEMPLATE_LIST(sse, 20);
