/* SPDX-License-Identifier: MIT */
#include "emu/x86/insn.h"

enum { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS };
enum { REG_SP = 4, REG_BP = 5, REG_SI = 6, REG_DI = 7, REG_BX = 3 };

/* What follows an opcode, one letter each. '-' nothing, 'm' ModRM, '1' imm8, '2' imm16, 'z' imm of
 * 2 or 4 bytes, 'v' imm of 2, 4 or 8; 'b' ModRM and imm8, 'w' ModRM and 'z'; 'o' an offset of the
 * address size; 'f' far pointer; 'e' ENTER's imm16 and imm8; '3' group 3; 'p' prefix or escape
 * (handled before); 'x' not an instruction. */
static const char one_byte[] = "mmmm1z--mmmm1z-p" /* 00 */
			       "mmmm1z--mmmm1z--" /* 10 */
			       "mmmm1zp-mmmm1zp-" /* 20 */
			       "mmmm1zp-mmmm1zp-" /* 30 */
			       "----------------" /* 40 */
			       "----------------" /* 50 */
			       "--mmppppzw1b----" /* 60 */
			       "1111111111111111" /* 70 */
			       "bwbbmmmmmmmmmmmm" /* 80 */
			       "----------f-----" /* 90 */
			       "oooo----1z------" /* A0 */
			       "11111111vvvvvvvv" /* B0 */
			       "bb2-mmbwe-2--1--" /* C0 */
			       "mmmm11--mmmmmmmm" /* D0 */
			       "11111111zzf1----" /* E0 */
			       "p-pp--33------mm" /* F0 */;

static const char two_byte[] = "mmmmx-----x-xm-b" /* 00 */
			       "mmmmmmmmmmmmmmmm" /* 10 */
			       "mmmmxxxxmmmmmmmm" /* 20 */
			       "------x-pxpxxxxx" /* 30 */
			       "mmmmmmmmmmmmmmmm" /* 40 */
			       "mmmmmmmmmmmmmmmm" /* 50 */
			       "mmmmmmmmmmmmmmmm" /* 60 */
			       "bbbbmmm-mmxxmmmm" /* 70 */
			       "zzzzzzzzzzzzzzzz" /* 80 */
			       "mmmmmmmmmmmmmmmm" /* 90 */
			       "---mbmxx---mbmmm" /* A0 */
			       "mmmmmmmmmmbmmmmm" /* B0 */
			       "mmbmbbbm--------" /* C0 */
			       "mmmmmmmmmmmmmmmm" /* D0 */
			       "mmmmmmmmmmmmmmmm" /* E0 */
			       "mmmmmmmmmmmmmmm-" /* F0 */;

/* Opcodes that are invalid in 64-bit code. */
static bool not_in_64(uint8_t op)
{
	switch (op) {
	case 0x06:
	case 0x07:
	case 0x0e:
	case 0x16:
	case 0x17:
	case 0x1e:
	case 0x1f:
	case 0x27:
	case 0x2f:
	case 0x37:
	case 0x3f:
	case 0x60:
	case 0x61:
	case 0x62:
	case 0x82:
	case 0x9a:
	case 0xc4:
	case 0xc5:
	case 0xce:
	case 0xd4:
	case 0xd5:
	case 0xd6:
	case 0xea: return true;
	default: return false;
	}
}

/* --- reading */

struct reader {
	const uint8_t *code;
	size_t at, size;
	bool short_of; /* a byte beyond the end was needed */
};

static uint8_t next(struct reader *r)
{
	if (r->at >= r->size || r->at >= INSN_MAX_BYTES) {
		r->short_of = true;
		return 0;
	}
	return r->code[r->at++];
}

static uint64_t next_bytes(struct reader *r, unsigned n)
{
	uint64_t v = 0;
	for (unsigned i = 0; i < n; i++) v |= (uint64_t)next(r) << (8 * i);
	return v;
}

static int64_t sign_extended(uint64_t v, unsigned bytes)
{
	unsigned unused = 64 - 8 * bytes;
	return (int64_t)(v << unused) >> unused;
}

static bool take_prefix(struct insn *insn, uint8_t b)
{
	switch (b) {
	case 0x26: insn->segment = SEG_ES; return true;
	case 0x2e: insn->segment = SEG_CS; return true;
	case 0x36: insn->segment = SEG_SS; return true;
	case 0x3e: insn->segment = SEG_DS; return true;
	case 0x64: insn->segment = SEG_FS; return true;
	case 0x65: insn->segment = SEG_GS; return true;
	case 0x66: insn->prefixes |= INSN_OPERAND_SIZE; return true;
	case 0x67: insn->prefixes |= INSN_ADDRESS_SIZE; return true;
	case 0xf0: insn->prefixes |= INSN_LOCK; return true;
	case 0xf2:
		insn->prefixes = (uint8_t)((insn->prefixes & ~INSN_REP) | INSN_REPNE);
		return true;
	case 0xf3:
		insn->prefixes = (uint8_t)((insn->prefixes & ~INSN_REPNE) | INSN_REP);
		return true;
	default: return false;
	}
}

/* A REX byte has an effect only directly before the opcode. */
static uint8_t read_prefixes(struct reader *r, struct insn *insn)
{
	for (;;) {
		uint8_t b = next(r);
		if (r->short_of) return 0;
		if (take_prefix(insn, b)) {
			if (b == 0xf0) insn->lock_at = (uint8_t)(r->at - 1);
			insn->rex = 0;
			continue;
		}
		if (insn->bits != 64 || (b & 0xf0) != 0x40) return b;
		insn->rex = b;
		insn->rex_at = (uint8_t)(r->at - 1);
	}
}

static void choose_sizes(struct insn *insn)
{
	bool wide = insn->bits != 16;
	bool operand = insn->prefixes & INSN_OPERAND_SIZE;
	bool address = insn->prefixes & INSN_ADDRESS_SIZE;
	insn->operand_bytes = wide != operand ? 4 : 2;
	insn->address_bytes = wide != address ? 4 : 2;
	insn->stack_bytes = insn->operand_bytes;
	if (insn->bits != 64) return;
	if (insn->rex & INSN_REX_W) insn->operand_bytes = 8;
	insn->address_bytes = address ? 4 : 8;
	insn->stack_bytes = operand && !(insn->rex & INSN_REX_W) ? 2 : 8;
}

/* --- ModRM (SDM Vol. 2A tables 2-1 to 2-3) */

static void operand_16(struct reader *r, struct insn *insn, unsigned mod, unsigned rm)
{
	static const uint8_t base[8] = { REG_BX, REG_BX, REG_BP, REG_BP,
					 REG_SI, REG_DI, REG_BP, REG_BX };
	static const uint8_t index[4] = { REG_SI, REG_DI, REG_SI, REG_DI };
	insn->base = base[rm];
	if (rm < 4) insn->index = index[rm];
	if (mod == 0 && rm == 6) {
		insn->base = INSN_NO_REGISTER;
		insn->displacement = sign_extended(next_bytes(r, 2), 2);
	}
	if (mod == 1) insn->displacement = sign_extended(next(r), 1);
	if (mod == 2) insn->displacement = sign_extended(next_bytes(r, 2), 2);
}

static unsigned with_rex(const struct insn *insn, unsigned reg, enum insn_rex bit)
{
	return reg | (insn->rex & bit ? 8u : 0);
}

static void operand_sib(struct reader *r, struct insn *insn, unsigned mod)
{
	uint8_t sib = next(r);
	unsigned index = with_rex(insn, sib >> 3 & 7, INSN_REX_X);
	if (index != REG_SP) insn->index = (uint8_t)index;
	insn->scale = (uint8_t)(1u << (sib >> 6));
	if ((sib & 7) == REG_BP && mod == 0)
		insn->displacement = sign_extended(next_bytes(r, 4), 4);
	else
		insn->base = (uint8_t)with_rex(insn, sib & 7, INSN_REX_B);
}

static void operand_wide(struct reader *r, struct insn *insn, unsigned mod, unsigned rm)
{
	if (rm == REG_SP) {
		operand_sib(r, insn, mod);
	} else if (rm == REG_BP && mod == 0) {
		insn->displacement = sign_extended(next_bytes(r, 4), 4);
		insn->rip_relative = insn->bits == 64;
	} else {
		insn->base = (uint8_t)with_rex(insn, rm, INSN_REX_B);
	}
	if (mod == 1) insn->displacement = sign_extended(next(r), 1);
	if (mod == 2) insn->displacement = sign_extended(next_bytes(r, 4), 4);
}

static bool moves_control_register(const struct insn *insn)
{
	return insn->map == INSN_0F && insn->opcode >= 0x20 && insn->opcode <= 0x23;
}

static void read_modrm(struct reader *r, struct insn *insn)
{
	insn->has_modrm = true;
	insn->modrm_at = (uint8_t)r->at;
	insn->modrm = next(r);
	unsigned mod = insn->modrm >> 6;
	unsigned rm = insn->modrm & 7;
	if (mod == 3 || moves_control_register(insn)) return;
	insn->memory = true;
	insn->scale = 1;
	if (insn->address_bytes == 2)
		operand_16(r, insn, mod, rm);
	else
		operand_wide(r, insn, mod, rm);
	unsigned base = insn->base; /* R12 and R13 use DS */
	bool stack = base == REG_BP || (base == REG_SP && insn->address_bytes != 2);
	insn->default_segment = stack ? SEG_SS : SEG_DS;
}

/* --- immediates */

static unsigned z_bytes(const struct insn *insn) { return insn->operand_bytes == 2 ? 2 : 4; }

static unsigned immediate_bytes(const struct insn *insn, char form)
{
	switch (form) {
	case '1':
	case 'b': return 1;
	case '2': return 2;
	case 'e': return 3;
	case 'z':
	case 'w': return z_bytes(insn);
	case 'v': return insn->operand_bytes;
	case 'f': return z_bytes(insn) + 2;
	case '3':
		if (insn_digit(insn) > 1) return 0;
		return insn->opcode == 0xf6 ? 1 : z_bytes(insn);
	default: return 0;
	}
}

static void read_offset(struct reader *r, struct insn *insn)
{
	insn->memory = true;
	insn->default_segment = SEG_DS;
	insn->displacement = (int64_t)next_bytes(r, insn->address_bytes);
}

static char read_opcode(struct reader *r, struct insn *insn)
{
	insn->opcode = read_prefixes(r, insn);
	if (r->short_of) return 'x';
	if (insn->opcode != 0x0f) {
		insn->map = INSN_ONE_BYTE;
		if (insn->bits == 64 && not_in_64(insn->opcode)) return 'x';
		return one_byte[insn->opcode];
	}
	insn->opcode = next(r);
	insn->map = INSN_0F;
	if (insn->opcode != 0x38 && insn->opcode != 0x3a) return two_byte[insn->opcode];
	insn->map = insn->opcode == 0x38 ? INSN_0F38 : INSN_0F3A;
	insn->opcode = next(r);
	return insn->map == INSN_0F38 ? 'm' : 'b';
}

bool insn_decode(const uint8_t *code, size_t size, unsigned bits, struct insn *insn)
{
	struct reader r = { .code = code, .size = size };
	*insn = (struct insn){ .bits = (uint8_t)bits,
			       .segment = INSN_NO_SEGMENT,
			       .base = INSN_NO_REGISTER,
			       .index = INSN_NO_REGISTER };
	char form = read_opcode(&r, insn);
	choose_sizes(insn);
	if (form == 'x' || form == 'p') return false;
	if (form == 'm' || form == 'b' || form == 'w' || form == '3') read_modrm(&r, insn);
	if (form == 'o') read_offset(&r, insn);
	insn->immediate_bytes = (uint8_t)immediate_bytes(insn, form);
	insn->immediate = next_bytes(&r, insn->immediate_bytes);
	if (r.short_of) return false;
	insn->length = (uint8_t)r.at;
	return true;
}

unsigned insn_reg(const struct insn *insn)
{
	return with_rex(insn, insn->modrm >> 3 & 7, INSN_REX_R);
}

unsigned insn_rm(const struct insn *insn) { return with_rex(insn, insn->modrm & 7, INSN_REX_B); }

uint8_t insn_mandatory(const struct insn *insn)
{
	if (insn->prefixes & INSN_REP) return 0xf3;
	if (insn->prefixes & INSN_REPNE) return 0xf2;
	return insn->prefixes & INSN_OPERAND_SIZE ? 0x66 : 0;
}

bool insn_transfers(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (insn->map == INSN_0F)
		return (op & 0xf0) == 0x80 || op == 0x05 || op == 0x07 || op == 0x34 || op == 0x35;
	if (insn->map != INSN_ONE_BYTE) return false;
	if ((op & 0xf0) == 0x70 || (op >= 0xe0 && op <= 0xe3) || (op >= 0xe8 && op <= 0xeb))
		return true;
	switch (op) {
	case 0x9a:
	case 0xc2:
	case 0xc3:
	case 0xca:
	case 0xcb:
	case 0xcc:
	case 0xcd:
	case 0xce:
	case 0xcf:
	case 0xf1: return true;
	case 0xff: return insn_digit(insn) >= 2 && insn_digit(insn) <= 5;
	default: return false;
	}
}

bool insn_is_string(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	return insn->map == INSN_ONE_BYTE &&
	       ((op >= 0x6c && op <= 0x6f) || (op >= 0xa4 && op <= 0xa7) ||
		(op >= 0xaa && op <= 0xaf));
}

bool insn_is_far(const struct insn *insn)
{
	if (insn->map != INSN_ONE_BYTE) return false;
	switch (insn->opcode) {
	case 0x9a:
	case 0xca:
	case 0xcb:
	case 0xcf: return true;
	case 0xff: return insn_digit(insn) == 3;
	default: return false;
	}
}
