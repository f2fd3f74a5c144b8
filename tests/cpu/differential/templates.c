/* SPDX-License-Identifier: MIT */
/* Opcodes, operands and flags are those of the SDM's Vol. 2: opcode maps (appendix A) and the page of
 * each instruction ("Flags Affected"). */
#include "templates.h"

#include "program.h"

enum {
	LOGIC = F_AF,
	SHIFT = F_OF | F_AF,
	SHIFT_N = F_OF | F_AF | F_CF, /* CF is undefined for counts of the operand's size and more */
	ROTATE_N = F_OF,
	MULTIPLY = F_SF | F_ZF | F_AF | F_PF,
	DIVIDE = F_STATUS,
	BIT = F_OF | F_SF | F_AF | F_PF,
	SCAN = F_STATUS & ~F_ZF
};

#define M_REG   .modrm = MODRM_REG
#define M_NONE  .modrm = MODRM_NONE
#define DIGIT(n) .modrm = (n)

/* The six forms of ADD and its kin. */
#define ARITHMETIC(base, rd, undef, fl)                                                              \
	{ .opcode = (base), .span = 2, M_REG, .flags = (fl), .reads = (rd), .undefined = (undef) },  \
	{ .opcode = (base) + 2, .span = 2, M_REG, .reads = (rd), .undefined = (undef) },             \
	{ .opcode = (base) + 4, M_NONE, .imm = IMM_8, .reads = (rd), .undefined = (undef) },         \
	{ .opcode = (base) + 5, M_NONE, .imm = IMM_Z, .reads = (rd), .undefined = (undef) },         \
	{ .opcode = 0x80, DIGIT((base) >> 3), .imm = IMM_8, .flags = (fl), .reads = (rd),            \
	  .undefined = (undef) },                                                                    \
	{ .opcode = 0x81, DIGIT((base) >> 3), .imm = IMM_Z, .flags = (fl), .reads = (rd),            \
	  .undefined = (undef) },                                                                    \
	{ .opcode = 0x83, DIGIT((base) >> 3), .imm = IMM_8, .flags = (fl), .reads = (rd),            \
	  .undefined = (undef) }

/* By one, by CL, by a number. */
#define SHIFTS(digit, rd, by1, byn, bycl)                                                      \
	{ .opcode = 0xd0, .span = 2, DIGIT(digit), .reads = (rd), .undefined = (by1) },        \
	{ .opcode = 0xd2, .span = 2, DIGIT(digit), .reads = (rd), .undefined = (bycl) },       \
	{ .opcode = 0xc0, .span = 2, DIGIT(digit), .imm = IMM_SMALL, .reads = (rd),            \
	  .undefined = (byn) }

static const struct template integer[] = {
	ARITHMETIC(0x00, 0, 0, T_LOCK),
	ARITHMETIC(0x08, 0, LOGIC, T_LOCK),
	ARITHMETIC(0x10, F_CF, 0, T_LOCK),
	ARITHMETIC(0x18, F_CF, 0, T_LOCK),
	ARITHMETIC(0x20, 0, LOGIC, T_LOCK),
	ARITHMETIC(0x28, 0, 0, T_LOCK),
	ARITHMETIC(0x30, 0, LOGIC, T_LOCK),
	ARITHMETIC(0x38, 0, 0, 0),
	SHIFTS(0, 0, 0, ROTATE_N, ROTATE_N),
	SHIFTS(1, 0, 0, ROTATE_N, ROTATE_N),
	SHIFTS(2, F_CF, 0, ROTATE_N, ROTATE_N),
	SHIFTS(3, F_CF, 0, ROTATE_N, ROTATE_N),
	SHIFTS(4, 0, F_AF, SHIFT, SHIFT_N),
	SHIFTS(5, 0, F_AF, SHIFT, SHIFT_N),
	SHIFTS(7, 0, F_AF, SHIFT, SHIFT_N),
	{ .opcode = 0x84, .span = 2, M_REG, .undefined = LOGIC },
	{ .opcode = 0x86, .span = 2, M_REG, .flags = T_LOCK, .weight = 3 },
	{ .opcode = 0x88, .span = 4, M_REG, .weight = 5 },
	{ .opcode = 0x8d, M_REG, .flags = T_MEM, .weight = 2 },
	{ .opcode = 0x63, M_REG, .flags = T_ONLY64 },
	{ .opcode = 0x69, M_REG, .imm = IMM_Z, .undefined = MULTIPLY },
	{ .opcode = 0x6b, M_REG, .imm = IMM_8, .undefined = MULTIPLY },
	{ .opcode = 0xa0, .span = 4, M_NONE, .imm = IMM_OFFSET, .weight = 2 },
	{ .opcode = 0xa8, M_NONE, .imm = IMM_8, .undefined = LOGIC },
	{ .opcode = 0xa9, M_NONE, .imm = IMM_Z, .undefined = LOGIC },
	{ .opcode = 0xb0, .span = 8, M_NONE, .imm = IMM_8 },
	{ .opcode = 0xb8, .span = 8, M_NONE, .imm = IMM_V },
	{ .opcode = 0xc6, DIGIT(0), .imm = IMM_8 },
	{ .opcode = 0xc7, DIGIT(0), .imm = IMM_Z },
	{ .opcode = 0xf6, DIGIT(0), .imm = IMM_8, .undefined = LOGIC },
	{ .opcode = 0xf7, DIGIT(0), .imm = IMM_Z, .undefined = LOGIC },
	{ .opcode = 0xf6, .span = 2, DIGIT(2), .flags = T_LOCK, .weight = 2 },
	{ .opcode = 0xf6, .span = 2, DIGIT(3), .flags = T_LOCK, .weight = 2 },
	{ .opcode = 0xf6, .span = 2, DIGIT(4), .undefined = MULTIPLY },
	{ .opcode = 0xf6, .span = 2, DIGIT(5), .undefined = MULTIPLY },
	{ .opcode = 0xf6, .span = 2, DIGIT(6), .undefined = DIVIDE, .weight = 2 },
	{ .opcode = 0xf6, .span = 2, DIGIT(7), .undefined = DIVIDE, .weight = 2 },
	{ .opcode = 0xfe, .span = 2, DIGIT(0), .flags = T_LOCK },
	{ .opcode = 0xfe, .span = 2, DIGIT(1), .flags = T_LOCK },
	{ .opcode = 0x40, .span = 16, M_NONE, .flags = T_NO64, .weight = 2 },
	{ .opcode = 0x90, .span = 8, M_NONE },
	{ .opcode = 0x98, .span = 2, M_NONE, .weight = 2 },
	{ .opcode = 0x9e, M_NONE, .weight = 3 },
	{ .opcode = 0x9f, M_NONE, .reads = F_STATUS & ~F_OF, .weight = 3 },
	{ .opcode = 0xd7, M_NONE, .weight = 2 },
	{ .opcode = 0xf5, M_NONE, .reads = F_CF },
	{ .opcode = 0xf8, .span = 2, M_NONE },
	{ .opcode = 0xfc, .span = 2, M_NONE },
	{ .opcode = 0x27, M_NONE, .flags = T_NO64, .reads = F_CF | F_AF, .undefined = F_OF },
	{ .opcode = 0x2f, M_NONE, .flags = T_NO64, .reads = F_CF | F_AF, .undefined = F_OF },
	{ .opcode = 0x37, M_NONE, .flags = T_NO64, .reads = F_AF,
	  .undefined = F_OF | F_SF | F_ZF | F_PF },
	{ .opcode = 0x3f, M_NONE, .flags = T_NO64, .reads = F_AF,
	  .undefined = F_OF | F_SF | F_ZF | F_PF },
	{ .opcode = 0xd4, .span = 2, M_NONE, .imm = IMM_8, .flags = T_NO64,
	  .undefined = F_OF | F_AF | F_CF },
	{ .opcode = 0xd6, M_NONE, .flags = T_NO64, .reads = F_CF },
	{ .opcode = 0x62, M_REG, .flags = T_NO64 | T_MEM, .weight = 2 },
	/* Strings. */
	{ .opcode = 0xa4, .span = 2, M_NONE, .flags = T_REP, .weight = 4 },
	{ .opcode = 0xa6, .span = 2, M_NONE, .flags = T_REP, .weight = 3 },
	{ .opcode = 0xaa, .span = 2, M_NONE, .flags = T_REP, .weight = 4 },
	{ .opcode = 0xac, .span = 2, M_NONE, .flags = T_REP, .weight = 2 },
	{ .opcode = 0xae, .span = 2, M_NONE, .flags = T_REP, .weight = 3 },
	/* 0F. */
	{ .map = 1, .opcode = 0x40, .span = 16, M_REG, .flags = T_PLAIN, .reads = F_STATUS & ~F_AF,
	  .weight = 3 },
	{ .map = 1, .opcode = 0x90, .span = 16, M_REG, .flags = T_PLAIN, .reads = F_STATUS & ~F_AF,
	  .weight = 3 },
	{ .map = 1, .opcode = 0xa3, M_REG, .undefined = BIT, .weight = 3 },
	{ .map = 1, .opcode = 0xab, M_REG, .flags = T_LOCK, .undefined = BIT, .weight = 3 },
	{ .map = 1, .opcode = 0xb3, M_REG, .flags = T_LOCK, .undefined = BIT, .weight = 3 },
	{ .map = 1, .opcode = 0xbb, M_REG, .flags = T_LOCK, .undefined = BIT, .weight = 3 },
	{ .map = 1, .opcode = 0xba, DIGIT(4), .imm = IMM_8, .undefined = BIT },
	{ .map = 1, .opcode = 0xba, DIGIT(5), .imm = IMM_8, .flags = T_LOCK, .undefined = BIT },
	{ .map = 1, .opcode = 0xba, DIGIT(6), .imm = IMM_8, .flags = T_LOCK, .undefined = BIT },
	{ .map = 1, .opcode = 0xba, DIGIT(7), .imm = IMM_8, .flags = T_LOCK, .undefined = BIT },
	{ .map = 1, .opcode = 0xa4, M_REG, .imm = IMM_SMALL, .undefined = SHIFT, .weight = 2 },
	{ .map = 1, .opcode = 0xa5, M_REG, .flags = T_NO16, .undefined = SHIFT_N, .weight = 2 },
	{ .map = 1, .opcode = 0xac, M_REG, .imm = IMM_SMALL, .undefined = SHIFT, .weight = 2 },
	{ .map = 1, .opcode = 0xad, M_REG, .flags = T_NO16, .undefined = SHIFT_N, .weight = 2 },
	{ .map = 1, .opcode = 0xaf, M_REG, .undefined = MULTIPLY },
	{ .map = 1, .opcode = 0xb0, .span = 2, M_REG, .flags = T_LOCK, .weight = 5 },
	{ .map = 1, .opcode = 0xb6, .span = 2, M_REG, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xbe, .span = 2, M_REG, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xbc, .span = 2, M_REG, .flags = T_NO_F3, .undefined = SCAN, .weight = 2 },
	{ .map = 1, .opcode = 0xc0, .span = 2, M_REG, .flags = T_LOCK, .weight = 4 },
	{ .map = 1, .opcode = 0xc3, M_REG, .flags = T_MEM | T_PLAIN },
	{ .map = 1, .opcode = 0xc7, DIGIT(1), .flags = T_MEM | T_LOCK | T_PLAIN, .weight = 4 },
	{ .map = 1, .opcode = 0xc8, .span = 8, M_NONE, .flags = T_NO16 },
	{ .map = 1, .opcode = 0x1f, DIGIT(0), .flags = T_PLAIN, .weight = 2 },
	{ .map = 1, .opcode = 0x0d, .modrm = 1, .flags = T_MEM | T_PLAIN },
	{ .map = 1, .opcode = 0x18, DIGIT(1), .flags = T_MEM | T_PLAIN },
};

static const struct template control[] = {
	{ .opcode = 0x50, .span = 16, M_NONE, .weight = 5 },
	{ .opcode = 0x68, M_NONE, .imm = IMM_Z, .weight = 2 },
	{ .opcode = 0x6a, M_NONE, .imm = IMM_8, .weight = 2 },
	{ .opcode = 0x60, .span = 2, M_NONE, .flags = T_NO64, .weight = 3 },
	{ .opcode = 0x70, .span = 16, M_NONE, .imm = IMM_REL8, .reads = F_STATUS & ~F_AF, .weight = 4 },
	{ .opcode = 0x8f, DIGIT(0), .weight = 3 },
	{ .opcode = 0x9c, M_NONE, .flags = T_GUEST, .reads = F_STATUS, .weight = 4 },
	{ .opcode = 0x9d, M_NONE, .flags = T_GUEST, .weight = 4 },
	{ .opcode = 0xc2, M_NONE, .imm = IMM_16, .weight = 2 },
	{ .opcode = 0xc3, M_NONE, .weight = 3 },
	{ .opcode = 0xc8, M_NONE, .imm = IMM_ENTER, .weight = 5 },
	{ .opcode = 0xc9, M_NONE, .weight = 4 },
	{ .opcode = 0xe0, .span = 2, M_NONE, .imm = IMM_REL8, .reads = F_ZF },
	{ .opcode = 0xe2, .span = 2, M_NONE, .imm = IMM_REL8, .weight = 2 },
	{ .opcode = 0xe8, .span = 2, M_NONE, .imm = IMM_REL_Z, .weight = 4 },
	{ .opcode = 0xeb, M_NONE, .imm = IMM_REL8 },
	{ .opcode = 0xff, DIGIT(2), .weight = 3 },
	{ .opcode = 0xff, DIGIT(4), .weight = 3 },
	{ .opcode = 0xff, DIGIT(6), .weight = 3 },
	{ .map = 1, .opcode = 0x80, .span = 16, M_NONE, .imm = IMM_REL_Z, .flags = T_PLAIN,
	  .reads = F_STATUS & ~F_AF, .weight = 2 },
	{ .opcode = 0xcc, M_NONE },
	{ .opcode = 0xce, M_NONE, .flags = T_NO64, .reads = F_OF, .weight = 2 },
	{ .opcode = 0x9b, M_NONE },
	{ .prefix = 0xf3, .opcode = 0x90, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0x0b, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xae, .modrm = MODRM_FIXED, .fixed = 0xe8, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xae, .modrm = MODRM_FIXED, .fixed = 0xf0, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xae, .modrm = MODRM_FIXED, .fixed = 0xf8, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xae, DIGIT(7), .flags = T_PLAIN | T_MEM, .weight = 3 },
};

static const struct template system_[] = {
	{ .opcode = 0xcd, M_NONE, .imm = IMM_VECTOR, .flags = T_GUEST, .weight = 8 },
	{ .opcode = 0xcf, M_NONE, .setup = SETUP_IRET, .flags = T_GUEST, .weight = 12 },
	{ .opcode = 0xcb, M_NONE, .setup = SETUP_RETF, .flags = T_GUEST, .weight = 8 },
	{ .opcode = 0xca, M_NONE, .imm = IMM_16, .setup = SETUP_RETF, .flags = T_GUEST, .weight = 4 },
	{ .opcode = 0xff, DIGIT(3), .setup = SETUP_FAR, .flags = T_GUEST | T_MEM, .weight = 6 },
	{ .opcode = 0xff, DIGIT(5), .setup = SETUP_FAR, .flags = T_GUEST | T_MEM, .weight = 6 },
	{ .opcode = 0xea, M_NONE, .imm = IMM_FAR, .flags = T_GUEST | T_NO64, .weight = 4 },
	{ .opcode = 0x9a, M_NONE, .imm = IMM_FAR, .flags = T_GUEST | T_NO64, .weight = 4 },
	{ .opcode = 0x8c, M_REG, .flags = T_GUEST, .weight = 4 },
	{ .opcode = 0x8e, M_REG, .flags = T_GUEST, .setup = SETUP_SELECTOR, .weight = 10 },
	{ .opcode = 0xc4, .span = 2, M_REG, .setup = SETUP_FAR, .flags = T_GUEST | T_MEM | T_NO64,
	  .weight = 4 },
	{ .map = 1, .opcode = 0xb2, M_REG, .setup = SETUP_FAR, .flags = T_GUEST | T_MEM, .weight = 4 },
	{ .map = 1, .opcode = 0xb4, .span = 2, M_REG, .setup = SETUP_FAR, .flags = T_GUEST | T_MEM,
	  .weight = 4 },
	{ .opcode = 0x06, .span = 2, M_NONE, .flags = T_GUEST | T_NO64, .weight = 2 },
	{ .opcode = 0x16, .span = 2, M_NONE, .flags = T_GUEST | T_NO64, .weight = 2 },
	{ .opcode = 0x1e, .span = 2, M_NONE, .flags = T_GUEST | T_NO64, .weight = 2 },
	{ .opcode = 0x0e, M_NONE, .flags = T_GUEST | T_NO64 },
	{ .map = 1, .opcode = 0xa0, .span = 2, M_NONE, .flags = T_GUEST, .weight = 2 },
	{ .map = 1, .opcode = 0xa8, .span = 2, M_NONE, .flags = T_GUEST, .weight = 2 },
	{ .map = 1, .opcode = 0x02, .span = 2, M_REG, .setup = SETUP_SELECTOR, .flags = T_GUEST, .weight = 6 },
	{ .map = 1, .opcode = 0x00, DIGIT(4), .setup = SETUP_SELECTOR, .flags = T_GUEST, .weight = 4 },
	{ .map = 1, .opcode = 0x00, DIGIT(5), .setup = SETUP_SELECTOR, .flags = T_GUEST, .weight = 4 },
	{ .map = 1, .opcode = 0x00, DIGIT(0), .flags = T_GUEST },
	{ .map = 1, .opcode = 0x00, DIGIT(1), .flags = T_GUEST },
	{ .map = 1, .opcode = 0x00, DIGIT(2), .setup = SETUP_SELECTOR, .flags = T_GUEST, .weight = 4 },
	{ .map = 1, .opcode = 0x00, DIGIT(3), .setup = SETUP_SELECTOR, .flags = T_GUEST, .weight = 4 },
	{ .map = 1, .opcode = 0x01, DIGIT(0), .flags = T_GUEST | T_MEM | T_PLAIN, .weight = 2 },
	{ .map = 1, .opcode = 0x01, DIGIT(1), .flags = T_GUEST | T_MEM | T_PLAIN, .weight = 2 },
	{ .map = 1, .opcode = 0x01, DIGIT(2), .setup = SETUP_TABLE,
	  .flags = T_GUEST | T_MEM | T_PLAIN | T_ONLY64 | T_FIRST, .weight = 3 },
	{ .map = 1, .opcode = 0x01, DIGIT(3), .setup = SETUP_TABLE,
	  .flags = T_GUEST | T_MEM | T_PLAIN | T_ONLY64 | T_FIRST, .weight = 3 },
	{ .map = 1, .opcode = 0x01, DIGIT(4), .flags = T_GUEST, .weight = 2 },
	{ .map = 1, .opcode = 0x01, DIGIT(6), .setup = SETUP_SELECTOR, .flags = T_GUEST, .weight = 2 },
	{ .map = 1, .opcode = 0x01, DIGIT(7), .flags = T_MEM | T_PLAIN, .weight = 3 },
	{ .map = 1, .opcode = 0x01, .modrm = MODRM_FIXED, .fixed = 0xf8, .flags = T_GUEST | T_PLAIN,
	  .weight = 2 },
	{ .map = 1, .opcode = 0x05, M_NONE, .flags = T_GUEST | T_PLAIN, .weight = 4 },
	{ .map = 1, .opcode = 0x06, M_NONE, .flags = T_PLAIN, .weight = 2 },
	{ .map = 1, .opcode = 0x07, M_NONE, .flags = T_GUEST | T_PLAIN, .weight = 4 },
	{ .map = 1, .opcode = 0x08, .span = 2, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0x20, M_REG, .setup = SETUP_CR, .flags = T_REGS | T_FIRST | T_PLAIN,
	  .weight = 4 },
	{ .map = 1, .opcode = 0x22, M_REG, .setup = SETUP_CR, .flags = T_REGS | T_FIRST | T_PLAIN | T_GUEST,
	  .weight = 10 },
	{ .map = 1, .opcode = 0x21, M_REG, .setup = SETUP_DR, .flags = T_REGS | T_FIRST | T_PLAIN, .weight = 3 },
	{ .map = 1, .opcode = 0x23, M_REG, .setup = SETUP_DR, .flags = T_REGS | T_FIRST | T_PLAIN, .weight = 5 },
	{ .map = 1, .opcode = 0x30, M_NONE, .setup = SETUP_MSR, .flags = T_FIRST | T_PLAIN, .weight = 10 },
	{ .map = 1, .opcode = 0x32, M_NONE, .setup = SETUP_MSR, .flags = T_FIRST | T_PLAIN, .weight = 5 },
	{ .map = 1, .opcode = 0x34, M_NONE, .flags = T_GUEST | T_PLAIN, .weight = 2 },
	{ .map = 1, .opcode = 0x35, M_NONE, .flags = T_GUEST | T_PLAIN, .weight = 2 },
	{ .opcode = 0x6c, .span = 2, M_NONE, .setup = SETUP_PORT, .flags = T_FIRST | T_REP | T_GUEST, .weight = 2 },
	{ .opcode = 0x6e, .span = 2, M_NONE, .setup = SETUP_PORT, .flags = T_FIRST | T_REP | T_GUEST, .weight = 2 },
	{ .opcode = 0xe4, .span = 4, M_NONE, .imm = IMM_PORT, .flags = T_GUEST, .weight = 3 },
	{ .opcode = 0xec, .span = 4, M_NONE, .setup = SETUP_PORT, .flags = T_FIRST | T_GUEST, .weight = 3 },
	{ .opcode = 0xf4, M_NONE, .flags = T_RING3 },
	{ .opcode = 0xfa, .span = 2, M_NONE, .flags = T_GUEST, .weight = 2 },
	{ .opcode = 0x63, M_REG, .flags = T_GUEST | T_NO64, .weight = 2 },
};

/* One row for each memory form, and each register form, of an opcode of the x87. */
#define X87_MEM(op, digit) { .opcode = (op), DIGIT(digit), .flags = T_MEM | T_C_FLAGS }
#define X87_REG(op, digit) { .opcode = (op), DIGIT(digit), .flags = T_REGS | T_C_FLAGS }
#define X87_ONE(op, byte) { .opcode = (op), .modrm = MODRM_FIXED, .fixed = (byte), .flags = T_C_FLAGS }
#define X87_ALL_MEM(op)                                                                         \
	X87_MEM(op, 0), X87_MEM(op, 1), X87_MEM(op, 2), X87_MEM(op, 3), X87_MEM(op, 4),        \
		X87_MEM(op, 5), X87_MEM(op, 6), X87_MEM(op, 7)
#define X87_ALL_REG(op)                                                                         \
	X87_REG(op, 0), X87_REG(op, 1), X87_REG(op, 2), X87_REG(op, 3), X87_REG(op, 4),        \
		X87_REG(op, 5), X87_REG(op, 6), X87_REG(op, 7)

static const struct template x87[] = {
	X87_ALL_MEM(0xd8),
	X87_ALL_REG(0xd8),
	X87_MEM(0xd9, 0),
	X87_MEM(0xd9, 2),
	X87_MEM(0xd9, 3),
	X87_MEM(0xd9, 4),
	{ .opcode = 0xd9, DIGIT(5), .flags = T_MEM | T_C_FLAGS, .weight = 5 },
	X87_MEM(0xd9, 6),
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
	{ .opcode = 0xdd, DIGIT(6), .flags = T_MEM | T_C_FLAGS, .weight = 2 },
	X87_MEM(0xdd, 7),
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
	X87_ONE(0xdf, 0xe0),
	{ .opcode = 0xdf, DIGIT(5), .flags = T_REGS | T_C_FLAGS, .weight = 3 },
	{ .opcode = 0xdf, DIGIT(6), .flags = T_REGS | T_C_FLAGS, .weight = 3 },
};

#define SSE(pfx, op) { .prefix = (pfx), .map = 1, .opcode = (op), M_REG, .flags = T_PLAIN }
#define SSE_N(pfx, op, n, w)                                                                    \
	{ .prefix = (pfx), .map = 1, .opcode = (op), .span = (n), M_REG, .flags = T_PLAIN, .weight = (w) }
#define SSE_IMM(pfx, op)                                                                        \
	{ .prefix = (pfx), .map = 1, .opcode = (op), M_REG, .imm = IMM_8, .flags = T_PLAIN }
#define SSE_MEM(pfx, op)                                                                        \
	{ .prefix = (pfx), .map = 1, .opcode = (op), M_REG, .flags = T_PLAIN | T_MEM }
#define SSE_REG(pfx, op)                                                                        \
	{ .prefix = (pfx), .map = 1, .opcode = (op), M_REG, .flags = T_PLAIN | T_REGS }
#define SSE_FOUR(op) SSE(0, op), SSE(0x66, op), SSE(0xf3, op), SSE(0xf2, op)
#define SSE_COUNT(pfx, op, digit)                                                               \
	{ .prefix = (pfx), .map = 1, .opcode = (op), DIGIT(digit), .imm = IMM_8, .flags = T_PLAIN | T_REGS }

static const struct template sse[] = {
	SSE_N(0, 0x10, 2, 4), SSE_N(0x66, 0x10, 2, 4), SSE_N(0xf3, 0x10, 2, 4), SSE_N(0xf2, 0x10, 2, 4),
	SSE_MEM(0x66, 0x12), SSE(0, 0x12), SSE_MEM(0, 0x13), SSE_MEM(0x66, 0x13),
	SSE(0xf2, 0x12), SSE(0xf3, 0x12), SSE(0xf3, 0x16),
	SSE_N(0, 0x14, 2, 2), SSE_N(0x66, 0x14, 2, 2), SSE(0, 0x16), SSE_MEM(0x66, 0x16), SSE_MEM(0, 0x17),
	SSE_MEM(0x66, 0x17), SSE_N(0, 0x28, 2, 4), SSE_N(0x66, 0x28, 2, 4), SSE(0, 0x2a), SSE(0x66, 0x2a),
	SSE(0xf3, 0x2a), SSE(0xf2, 0x2a), SSE_MEM(0, 0x2b), SSE_MEM(0x66, 0x2b), SSE_FOUR(0x2c), SSE_FOUR(0x2d),
	SSE_N(0, 0x2e, 2, 2), SSE_N(0x66, 0x2e, 2, 2), SSE_REG(0, 0x50), SSE_REG(0x66, 0x50), SSE_FOUR(0x51),
	SSE(0, 0x54), SSE(0x66, 0x54), SSE(0, 0x55), SSE(0, 0x56), SSE(0, 0x57), SSE(0x66, 0x57),
	SSE_FOUR(0x58), SSE_FOUR(0x59), SSE_FOUR(0x5a), SSE(0, 0x5b), SSE(0x66, 0x5b), SSE(0xf3, 0x5b),
	SSE_FOUR(0x5c), SSE_FOUR(0x5d), SSE_FOUR(0x5e), SSE_FOUR(0x5f),
	SSE_N(0, 0x60, 12, 3), SSE_N(0x66, 0x60, 14, 5), SSE_N(0, 0x6e, 2, 2), SSE_N(0x66, 0x6e, 2, 3),
	SSE(0xf3, 0x6f), SSE_IMM(0, 0x70), SSE_IMM(0x66, 0x70), SSE_IMM(0xf3, 0x70), SSE_IMM(0xf2, 0x70),
	SSE_COUNT(0, 0x71, 2), SSE_COUNT(0x66, 0x71, 4), SSE_COUNT(0x66, 0x71, 6), SSE_COUNT(0x66, 0x72, 2),
	SSE_COUNT(0x66, 0x72, 4), SSE_COUNT(0, 0x72, 6), SSE_COUNT(0x66, 0x73, 2), SSE_COUNT(0x66, 0x73, 3),
	SSE_COUNT(0x66, 0x73, 6), SSE_COUNT(0x66, 0x73, 7), SSE_N(0, 0x74, 3, 2), SSE_N(0x66, 0x74, 3, 2),
	{ .map = 1, .opcode = 0x77, M_NONE, .flags = T_PLAIN },
	SSE_N(0x66, 0x7c, 2, 2), SSE_N(0xf2, 0x7c, 2, 2), SSE_N(0, 0x7e, 2, 2), SSE_N(0x66, 0x7e, 2, 3),
	SSE_N(0xf3, 0x7e, 2, 3),
	{ .map = 1, .opcode = 0xae, DIGIT(0), .flags = T_PLAIN | T_MEM | T_GUEST, .weight = 2 },
	{ .map = 1, .opcode = 0xae, DIGIT(1), .flags = T_PLAIN | T_MEM | T_GUEST, .weight = 2 },
	{ .map = 1, .opcode = 0xae, DIGIT(2), .flags = T_PLAIN | T_MEM, .weight = 4 },
	{ .map = 1, .opcode = 0xae, DIGIT(3), .flags = T_PLAIN | T_MEM, .weight = 4 },
	SSE_IMM(0, 0xc2), SSE_IMM(0x66, 0xc2), SSE_IMM(0xf3, 0xc2), SSE_IMM(0xf2, 0xc2),
	SSE_IMM(0, 0xc4), SSE_IMM(0x66, 0xc4), SSE_IMM(0, 0xc5), SSE_IMM(0x66, 0xc5), SSE_IMM(0, 0xc6),
	SSE_IMM(0x66, 0xc6), SSE_N(0x66, 0xd0, 6, 5), SSE(0xf2, 0xd0), SSE_N(0, 0xd1, 5, 3), SSE(0x66, 0xd6),
	SSE_REG(0xf3, 0xd6), SSE_REG(0xf2, 0xd6), SSE_REG(0, 0xd7), SSE_REG(0x66, 0xd7), SSE_N(0, 0xd8, 14, 5),
	SSE_N(0x66, 0xd8, 14, 8), SSE(0x66, 0xe6), SSE(0xf3, 0xe6), SSE(0xf2, 0xe6), SSE_MEM(0, 0xe7),
	SSE_MEM(0x66, 0xe7), SSE_N(0, 0xe8, 8, 3), SSE_N(0x66, 0xe8, 8, 5), SSE_MEM(0xf2, 0xf0),
	SSE_N(0, 0xf1, 6, 3), SSE_N(0x66, 0xf1, 6, 5), SSE_REG(0, 0xf7), SSE_REG(0x66, 0xf7),
	SSE_N(0, 0xf8, 7, 3), SSE_N(0x66, 0xf8, 7, 5),
};

/* Encodings that are #UD, and undocumented ones that are not. */
static const struct template invalid[] = {
	{ .opcode = 0x8f, .modrm = MODRM_ANY_DIGIT, .flags = T_GUEST, .weight = 3 },
	{ .opcode = 0xfe, .modrm = MODRM_ANY_DIGIT },
	{ .opcode = 0xff, DIGIT(7) },
	{ .opcode = 0xc6, .modrm = MODRM_ANY_DIGIT, .imm = IMM_8, .flags = T_GUEST },
	{ .opcode = 0xc7, .modrm = MODRM_ANY_DIGIT, .imm = IMM_Z, .flags = T_GUEST },
	{ .opcode = 0xf6, DIGIT(1), .imm = IMM_8, .undefined = LOGIC },
	{ .opcode = 0xd0, .span = 2, DIGIT(6), .undefined = F_AF },
	{ .opcode = 0x82, .modrm = MODRM_ANY_DIGIT, .imm = IMM_8, .flags = T_GUEST | T_NO64, .reads = F_CF,
	  .undefined = F_AF },
	{ .map = 1, .opcode = 0xba, .modrm = MODRM_ANY_DIGIT, .imm = IMM_8, .undefined = BIT },
	{ .map = 1, .opcode = 0x04, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0x0a, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0x0c, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0x24, .span = 4, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0x36, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xa6, .span = 2, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xaa, M_NONE, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xb9, M_REG, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xff, M_REG, .flags = T_PLAIN },
	{ .map = 1, .opcode = 0xc7, DIGIT(3), .flags = T_PLAIN | T_MEM | T_GUEST },
	{ .opcode = 0x06, .span = 2, M_NONE, .flags = T_GUEST },
	{ .opcode = 0x27, M_NONE, .flags = T_GUEST, .reads = F_CF | F_AF, .undefined = F_OF },
	{ .opcode = 0x60, .span = 2, M_NONE, .flags = T_GUEST },
	{ .opcode = 0xd4, M_NONE, .imm = IMM_8, .flags = T_GUEST, .undefined = F_OF | F_AF | F_CF },
	{ .opcode = 0xf1, M_NONE, .flags = T_GUEST },
};

#define LIST(array, w) { (array), sizeof(array) / sizeof(array)[0], (w) }
const struct template_list template_lists[N_GROUPS] = {
	[GROUP_INTEGER] = LIST(integer, 40), [GROUP_CONTROL] = LIST(control, 14),
	[GROUP_SYSTEM] = LIST(system_, 18),  [GROUP_X87] = LIST(x87, 12),
	[GROUP_SSE] = LIST(sse, 20),         [GROUP_INVALID] = LIST(invalid, 4),
};
