/* SPDX-License-Identifier: MIT */
/* How opcodes use their memory operand: SDM Vol. 2D appendix A, and the page of each instruction.
 */
#include "emu/x86/insn.h"

/* How an opcode uses its ModRM memory operand, one letter each: r read, w write, m both, '-' not at
 * all; g: depends on the digit; s: depends on the prefix. */
static const char one_byte[] = "mmrr----mmrr----" /* 00 */
			       "mmrr----mmrr----" /* 10 */
			       "mmrr----mmrr----" /* 20 */
			       "mmrr----rrrr----" /* 30 */
			       "----------------" /* 40 */
			       "----------------" /* 50 */
			       "--rs-----r-r----" /* 60 */
			       "----------------" /* 70 */
			       "ggggrrmmwwrrw-rw" /* 80 */
			       "----------------" /* 90 */
			       "rrww------------" /* A0 */
			       "----------------" /* B0 */
			       "mm--rrww--------" /* C0 */
			       "mmmm----rgrgrgrg" /* D0 */
			       "----------------" /* E0 */
			       "------gg------gg" /* F0 */;

static const char two_byte[] = "ggrr---------r-r" /* 00 */
			       "rwrwrrrw--------" /* 10 */
			       "--------rwrwrrrr" /* 20 */
			       "----------------" /* 30 */
			       "rrrrrrrrrrrrrrrr" /* 40 */
			       "-rrrrrrrrrrrrrrr" /* 50 */
			       "rrrrrrrrrrrrrrrr" /* 60 */
			       "r---rrr-rr--rrsw" /* 70 */
			       "----------------" /* 80 */
			       "wwwwwwwwwwwwwwww" /* 90 */
			       "---rmm-----mmmgr" /* A0 */
			       "mmrmrrrrr-gmrrrr" /* B0 */
			       "mmrwr-rg--------" /* C0 */
			       "rrrrrrwrrrrrrrrr" /* D0 */
			       "rrrrrrrwrrrrrrrr" /* E0 */
			       "rrrrrrr-rrrrrrr-" /* F0 */;

/* Letters by digit, for the opcodes with 'g'. */
static const char *one_byte_group(uint8_t opcode)
{
	switch (opcode) {
	case 0x80:
	case 0x81:
	case 0x82:
	case 0x83: return "mmmmmmmr";
	case 0xd9: return "r-wwrrww";
	case 0xdb: return "rwww-r-w";
	case 0xdd: return "rwwwr-ww";
	case 0xdf: return "rwwwrrww";
	case 0xf6:
	case 0xf7: return "rrmmrrrr";
	case 0xfe: return "mm------";
	default: return "mmrrrrr-"; /* FF */
	}
}

static const char *two_byte_group(uint8_t opcode)
{
	switch (opcode) {
	case 0x00: return "wwrrrr--";
	case 0x01: return "wwrrw-r-";
	case 0xae: return "wrrwwr-r";
	case 0xba: return "----rmmm";
	default: return "-m----rr"; /* C7 */
	}
}

static char letter_of(const struct insn *insn)
{
	enum { MOVSXD = 0x63, MOVBE_STORE = 0xf1, PEXTRB = 0x14, EXTRACTPS = 0x17 };
	char c;
	switch (insn->map) {
	case INSN_ONE_BYTE:
		c = one_byte[insn->opcode];
		if (c == 's') return insn->opcode == MOVSXD && insn->bits == 64 ? 'r' : 'm';
		if (c == 'g') return one_byte_group(insn->opcode)[insn_digit(insn)];
		return c;
	case INSN_0F:
		c = two_byte[insn->opcode];
		if (c == 's') return insn_mandatory(insn) == 0xf3 ? 'r' : 'w'; /* 7E */
		if (c == 'g') return two_byte_group(insn->opcode)[insn_digit(insn)];
		return c;
	case INSN_0F38:
		return insn->opcode == MOVBE_STORE && !(insn->prefixes & INSN_REPNE) ? 'w' : 'r';
	default: return insn->opcode >= PEXTRB && insn->opcode <= EXTRACTPS ? 'w' : 'r';
	}
}

enum insn_access insn_access(const struct insn *insn)
{
	if (!insn->memory) return INSN_NONE;
	switch (letter_of(insn)) {
	case 'r': return INSN_READ;
	case 'w': return INSN_WRITE;
	case 'm': return INSN_MODIFY;
	default: return INSN_NONE;
	}
}

/* --- sizes */

enum {
	ENVIRONMENT_16 = 14, /* of the x87, FLDENV */
	ENVIRONMENT_32 = 28,
	STATE_16 = 94, /* FRSTOR */
	STATE_32 = 108,
	FXSAVE_BYTES = 512
};

static unsigned x87_bytes(const struct insn *insn)
{
	static const uint8_t bytes[8][8] = {
		{ 4, 4, 4, 4, 4, 4, 4, 4 }, { 4, 4, 4, 4, 0, 2, 0, 2 },
		{ 4, 4, 4, 4, 4, 4, 4, 4 }, { 4, 4, 4, 4, 0, 10, 0, 10 },
		{ 8, 8, 8, 8, 8, 8, 8, 8 }, { 8, 8, 8, 8, 0, 0, 0, 2 },
		{ 2, 2, 2, 2, 2, 2, 2, 2 }, { 2, 2, 2, 2, 10, 8, 10, 8 },
	};
	unsigned digit = insn_digit(insn);
	unsigned n = bytes[insn->opcode & 7][digit];
	if (n || (digit != 4 && digit != 6)) return n;
	bool small = insn->operand_bytes == 2;
	if (insn->opcode == 0xd9) return small ? ENVIRONMENT_16 : ENVIRONMENT_32;
	return insn->opcode == 0xdd ? (small ? STATE_16 : STATE_32) : 0;
}

/* FF: an indirect near branch has 8 bytes in 64-bit code. */
static unsigned group5_bytes(const struct insn *insn)
{
	switch (insn_digit(insn)) {
	case 2:
	case 4: return insn->bits == 64 ? 8 : insn->operand_bytes;
	case 3:
	case 5: return insn->operand_bytes + 2u;
	case 6: return insn->stack_bytes;
	default: return insn->operand_bytes;
	}
}

static unsigned one_byte_bytes(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (op >= 0xd8 && op <= 0xdf) return x87_bytes(insn);
	switch (op) {
	case 0x62: return 2u * insn->operand_bytes;
	case 0x63: return insn->bits == 64 ? 4 : 2;
	case 0x69:
	case 0x6b: return insn->operand_bytes;
	case 0x8c:
	case 0x8e: return 2;
	case 0x8f: return insn->stack_bytes;
	case 0xc4:
	case 0xc5: return insn->operand_bytes + 2u;
	case 0xff: return group5_bytes(insn);
	default: return op & 1 ? insn->operand_bytes : 1;
	}
}

/* The size of packed and scalar operands, by prefix. */
static unsigned packed(const struct insn *insn)
{
	switch (insn_mandatory(insn)) {
	case 0xf3: return 4;
	case 0xf2: return 8;
	default: return 16;
	}
}

/* MMX without a prefix, SSE with one. */
static unsigned mmx_or_sse(const struct insn *insn) { return insn_mandatory(insn) ? 16 : 8; }

static unsigned gpr_bytes(const struct insn *insn) { return insn->rex & INSN_REX_W ? 8 : 4; }

static unsigned moves_bytes(const struct insn *insn)
{
	uint8_t prefix = insn_mandatory(insn);
	switch (insn->opcode) {
	case 0x10:
	case 0x11: return packed(insn);
	case 0x12:
	case 0x16: return prefix == 0xf3 ? 16 : 8;
	case 0x13:
	case 0x17: return 8;
	case 0x2a: return prefix == 0xf3 || prefix == 0xf2 ? gpr_bytes(insn) : 8;
	case 0x2c:
	case 0x2d: return prefix == 0 ? 8 : packed(insn);
	case 0x2e:
	case 0x2f: return prefix == 0x66 ? 8 : 4;
	default: return 16; /* 14, 15, 28, 29, 2B */
	}
}

static unsigned arithmetic_bytes(const struct insn *insn)
{
	uint8_t prefix = insn_mandatory(insn);
	switch (insn->opcode) {
	case 0x54:
	case 0x55:
	case 0x56:
	case 0x57:
	case 0x5b: return 16;
	case 0x5a: return prefix == 0 ? 8 : packed(insn);
	default: return packed(insn);
	}
}

static unsigned integer_bytes(const struct insn *insn)
{
	uint8_t prefix = insn_mandatory(insn);
	switch (insn->opcode) {
	case 0x60:
	case 0x61:
	case 0x62: return prefix ? 16 : 4;
	case 0x6e: return gpr_bytes(insn);
	case 0x7e: return prefix == 0xf3 ? 8 : gpr_bytes(insn);
	case 0xc4: return 2;
	case 0xd6: return 8;
	case 0xe6: return prefix == 0xf3 ? 8 : 16;
	default: return mmx_or_sse(insn);
	}
}

static unsigned group15_bytes(const struct insn *insn)
{
	switch (insn_digit(insn)) {
	case 2:
	case 3: return 4;
	case 7: return 1;
	default: return FXSAVE_BYTES;
	}
}

static unsigned system_bytes(const struct insn *insn)
{
	if (insn->opcode != 0x01 || insn_digit(insn) >= 4) return 2;
	return insn->bits == 64 ? 10 : 6;
}

static unsigned two_byte_bytes(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (op <= 0x03) return system_bytes(insn);
	if (op >= 0x10 && op <= 0x2f) return moves_bytes(insn);
	if (op >= 0x40 && op <= 0x4f) return insn->operand_bytes;
	if (op >= 0x51 && op <= 0x5f) return arithmetic_bytes(insn);
	if ((op >= 0x60 && op <= 0x7f) || op >= 0xd0) return integer_bytes(insn);
	if (op >= 0x90 && op <= 0x9f) return 1;
	switch (op) {
	case 0x0d: return 1;
	case 0x0f: return 8;
	case 0xae: return group15_bytes(insn);
	case 0xb0:
	case 0xb6:
	case 0xbe:
	case 0xc0: return 1;
	case 0xb7:
	case 0xbf:
	case 0xc4: return 2;
	case 0xb2:
	case 0xb4:
	case 0xb5: return insn->operand_bytes + 2u;
	case 0xc2: return packed(insn);
	case 0xc3: return gpr_bytes(insn);
	case 0xc6: return 16;
	case 0xc7: return insn->rex & INSN_REX_W ? 16 : 8;
	default: return insn->operand_bytes;
	}
}

static unsigned three_byte_bytes(const struct insn *insn)
{
	static const uint8_t extensions[6] = { 8, 4, 2, 8, 4, 8 }; /* PMOVSX and PMOVZX */
	uint8_t op = insn->opcode;
	if (insn->map == INSN_0F38) {
		if ((op >= 0x20 && op <= 0x25) || (op >= 0x30 && op <= 0x35))
			return extensions[op & 7];
		if (op == 0xf0 || op == 0xf1)
			return op == 0xf0 && (insn->prefixes & INSN_REPNE) ? 1
									   : insn->operand_bytes;
		return mmx_or_sse(insn);
	}
	switch (op) {
	case 0x0a:
	case 0x17:
	case 0x21: return 4;
	case 0x0b: return 8;
	case 0x0f: return mmx_or_sse(insn);
	case 0x14:
	case 0x20: return 1;
	case 0x15: return 2;
	case 0x16:
	case 0x22: return gpr_bytes(insn);
	default: return 16;
	}
}

unsigned insn_memory_bytes(const struct insn *insn)
{
	if (insn_access(insn) == INSN_NONE) return 0;
	if (insn->map == INSN_ONE_BYTE) return one_byte_bytes(insn);
	return insn->map == INSN_0F ? two_byte_bytes(insn) : three_byte_bytes(insn);
}

/* --- the stack */

static enum insn_stack one_byte_stack(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (op >= 0x50 && op <= 0x57) return INSN_PUSH;
	if (op >= 0x58 && op <= 0x5f) return INSN_POP;
	switch (op) {
	case 0x06:
	case 0x0e:
	case 0x16:
	case 0x1e:
	case 0x60:
	case 0x68:
	case 0x6a:
	case 0x9a:
	case 0x9c:
	case 0xc8:
	case 0xe8: return INSN_PUSH;
	case 0x07:
	case 0x17:
	case 0x1f:
	case 0x61:
	case 0x8f:
	case 0x9d:
	case 0xc2:
	case 0xc3:
	case 0xc9:
	case 0xca:
	case 0xcb:
	case 0xcf: return INSN_POP;
	case 0xff: {
		unsigned digit = insn_digit(insn);
		return digit == 2 || digit == 3 || digit == 6 ? INSN_PUSH : INSN_STACK_NONE;
	}
	default: return INSN_STACK_NONE;
	}
}

enum insn_stack insn_stack(const struct insn *insn)
{
	if (insn->map == INSN_ONE_BYTE) return one_byte_stack(insn);
	if (insn->map != INSN_0F) return INSN_STACK_NONE;
	if (insn->opcode == 0xa0 || insn->opcode == 0xa8) return INSN_PUSH;
	return insn->opcode == 0xa1 || insn->opcode == 0xa9 ? INSN_POP : INSN_STACK_NONE;
}

/* --- LOCK */

static bool lockable_one_byte(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	unsigned digit = insn_digit(insn);
	if (op < 0x38) return (op & 7) < 2;
	switch (op) {
	case 0x80:
	case 0x81:
	case 0x82:
	case 0x83: return digit != 7;
	case 0x86:
	case 0x87: return true;
	case 0xf6:
	case 0xf7: return digit == 2 || digit == 3;
	case 0xfe:
	case 0xff: return digit < 2;
	default: return false;
	}
}

bool insn_lockable(const struct insn *insn)
{
	if (!insn->memory) return false;
	if (insn->map == INSN_ONE_BYTE) return lockable_one_byte(insn);
	if (insn->map != INSN_0F) return false;
	switch (insn->opcode) {
	case 0xab:
	case 0xb0:
	case 0xb1:
	case 0xb3:
	case 0xbb:
	case 0xc0:
	case 0xc1: return true;
	case 0xba: return insn_digit(insn) >= 5;
	case 0xc7: return insn_digit(insn) == 1;
	default: return false;
	}
}

/* --- alignment */

/* MOVUPS, MOVUPD, MOVDQU, LDDQU, PCMPxSTRx. */
static bool takes_unaligned(const struct insn *insn)
{
	uint8_t prefix = insn_mandatory(insn);
	if (insn->map == INSN_0F3A) return insn->opcode >= 0x60 && insn->opcode <= 0x63;
	if (insn->map != INSN_0F) return false;
	switch (insn->opcode) {
	case 0x10:
	case 0x11: return true;
	case 0x6f:
	case 0x7f: return prefix == 0xf3;
	case 0xf0: return prefix == 0xf2;
	default: return false;
	}
}

bool insn_is_sse(const struct insn *insn)
{
	if (insn->map == INSN_ONE_BYTE) return false;
	if (insn->map != INSN_0F) return true;
	uint8_t op = insn->opcode;
	return (op >= 0x10 && op <= 0x17) || (op >= 0x28 && op <= 0x2f) ||
	       (op >= 0x50 && op <= 0x7f) || op == 0xc2 || op == 0xc6 || op >= 0xd0;
}

unsigned insn_alignment(const struct insn *insn)
{
	enum { SSE_BYTES = 16 };
	bool aligned = insn_is_sse(insn) && insn_memory_bytes(insn) == SSE_BYTES;
	return aligned && !takes_unaligned(insn) ? SSE_BYTES : 1;
}
