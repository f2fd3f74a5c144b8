/* SPDX-License-Identifier: MIT */
/* What x87 instructions need from the register stack (unread: SDM Vol. 2D tables, and
 * the page of each). */
#include "emu/unicorn/x86/x87.h"

#define NO X87_NO_REGISTER

/* --- with a memory operand, D8 to DF */

static void needs(struct x87_insn *how, enum x87_class class, unsigned first, unsigned second)
{
	how->class = (uint8_t) class;
	how->needs[0] = (uint8_t)first;
	how->needs[1] = (uint8_t)second;
}

static void pushes(struct x87_insn *how)
{
	needs(how, X87_PUSH, NO, NO);
	how->pushes = 1;
}

static void stores(struct x87_insn *how, unsigned pops)
{
	needs(how, X87_STORE, 0, NO);
	how->pops = pops & 3;
}

/* D8, DA, DC, DE: ST(0) and the operand. */
static void arithmetic_of_memory(struct x87_insn *how, unsigned digit)
{
	enum { COM = 2, COMP = 3 };
	bool compares = digit == COM || digit == COMP;
	needs(how, compares ? X87_COMPARE : X87_RESULT, 0, NO);
	how->pops = digit == COMP;
}

static void control(struct x87_insn *how, bool waits)
{
	how->waits = waits;
	how->settles = 1;
	how->computes = 0;
}

/* D9 /4 to /7: FLDENV, FLDCW, FNSTENV, FNSTCW. DD /4, /6, /7: FRSTOR, FNSAVE, FNSTSW. */
static void of_memory(const struct insn *insn, struct x87_insn *how)
{
	unsigned digit = insn_digit(insn), op = insn->opcode & 7;
	if (!(op & 1)) {
		arithmetic_of_memory(how, digit);
		return;
	}
	bool to_control = (op == 1 && digit >= 4) || (op == 5 && (digit == 4 || digit >= 6));
	if (to_control) {
		control(how, digit < 6);
		return;
	}
	switch (digit) {
	case 0: pushes(how); break;
	case 1:
	case 3: stores(how, 1); break;
	case 2: stores(how, 0); break;
	case 4:
	case 5: pushes(how); break; /* FBLD, FILD m64, FLD m80 */
	default:
		stores(how, 1);
		how->bcd = digit == 6;
		break;
	}
}

/* --- between registers */

/* D9 C0 to FF. */
static void of_d9(const struct insn *insn, struct x87_insn *how)
{
	enum { FXAM = 0xe5, FTST = 0xe4 };
	unsigned i = insn->modrm & 7;
	switch (insn->modrm) {
	case FTST: needs(how, X87_COMPARE, 0, NO); return;
	case 0xe0:
	case 0xe1: /* FCHS, FABS */
		needs(how, X87_RESULT, 0, NO);
		how->computes = 0;
		return;
	case 0xf0: /* F2XM1 */
	case 0xfa: /* FSQRT */
	case 0xfc: /* FRNDINT */
	case 0xfe:
	case 0xff: /* FSIN, FCOS */ needs(how, X87_RESULT, 0, NO); return;
	case 0xf1: /* FYL2X */
	case 0xf3: /* FPATAN */
	case 0xf9: /* FYL2XP1 */
		needs(how, X87_RESULT, 0, 1);
		how->destination = 1;
		how->pops = 1;
		return;
	case 0xf5: /* FPREM1 */
	case 0xf8: /* FPREM */
	case 0xfd: /* FSCALE */ needs(how, X87_RESULT, 0, 1); return;
	case 0xf2: /* FPTAN */
	case 0xf4: /* FXTRACT */
	case 0xfb: /* FSINCOS */
		needs(how, X87_SPLIT, 0, NO);
		how->pushes = 1;
		return;
	case FXAM: how->computes = 0; return;
	default: break;
	}
	switch (insn->modrm >> 3) {
	case 0xc0 >> 3:
		needs(how, X87_PUSH, i, NO);
		how->pushes = 1;
		how->computes = 0;
		return;
	case 0xc8 >> 3:
		needs(how, X87_EXCHANGE, 0, i);
		how->destination = i & 7;
		how->computes = 0;
		return;
	case 0xd8 >> 3:
		needs(how, X87_RESULT, 0, NO);
		how->destination = i & 7;
		how->pops = 1;
		how->computes = 0;
		return;
	case 0xe8 >> 3:
		pushes(how); /* constants */
		how->computes = 0;
		return;
	default: how->computes = 0; return; /* FNOP, FDECSTP, FINCSTP */
	}
}

/* DA and DB, C0 to FF. */
static void of_da_db(const struct insn *insn, struct x87_insn *how)
{
	enum { FUCOMPP = 0xe9, FNCLEX = 0xe2, FNINIT = 0xe3 };
	unsigned i = insn->modrm & 7, digit = insn_digit(insn);
	how->computes = digit == 5 || digit == 6;
	if (digit <= 3) {
		needs(how, X87_RESULT, 0, i); /* FCMOVcc */
	} else if (insn->opcode == 0xda && insn->modrm == FUCOMPP) {
		needs(how, X87_COMPARE, 0, 1);
		how->pops = 2;
	} else if (insn->opcode == 0xdb && (digit == 5 || digit == 6)) {
		needs(how, X87_COMPARE_FLAGS, 0, i);
	} else if (insn->opcode == 0xdb && (insn->modrm == FNCLEX || insn->modrm == FNINIT)) {
		control(how, false);
	}
}

/* DD and DF, C0 to FF. */
static void of_dd_df(const struct insn *insn, struct x87_insn *how)
{
	enum { FNSTSW_AX = 0xe0 };
	unsigned i = insn->modrm & 7, digit = insn_digit(insn);
	bool df = insn->opcode == 0xdf;
	how->computes = digit >= 4;
	if (digit == 1) {
		needs(how, X87_EXCHANGE, 0, i);
		how->destination = i & 7;
	} else if (digit == 2 || digit == 3) { /* FST, FSTP */
		needs(how, X87_RESULT, 0, NO);
		how->destination = i & 7;
		how->pops = df || digit == 3;
	} else if (df && insn->modrm == FNSTSW_AX) {
		control(how, false);
	} else if (df && (digit == 5 || digit == 6)) { /* FUCOMIP, FCOMIP */
		needs(how, X87_COMPARE_FLAGS, 0, i);
		how->pops = 1;
	} else if (!df && (digit == 4 || digit == 5)) { /* FUCOM, FUCOMP */
		needs(how, X87_COMPARE, 0, i);
		how->pops = digit == 5;
	} else {
		how->computes = 0; /* FFREE */
	}
}

/* D8, DC, DE, C0 to FF. */
static void arithmetic(const struct insn *insn, struct x87_insn *how)
{
	enum { FCOMPP = 0xd9 };
	unsigned i = insn->modrm & 7, digit = insn_digit(insn), op = insn->opcode;
	if (digit == 2 || digit == 3) {
		needs(how, X87_COMPARE, 0, i);
		how->pops = op == 0xde ? (insn->modrm == FCOMPP ? 2 : 1) : digit == 3;
		return;
	}
	needs(how, X87_RESULT, 0, i);
	how->destination = (op == 0xd8 ? 0 : i) & 7;
	how->pops = op == 0xde;
}

static void of_registers(const struct insn *insn, struct x87_insn *how)
{
	switch (insn->opcode) {
	case 0xd9: of_d9(insn, how); break;
	case 0xda:
	case 0xdb: of_da_db(insn, how); break;
	case 0xdd:
	case 0xdf: of_dd_df(insn, how); break;
	default: arithmetic(insn, how); break;
	}
}

/* --- the others */

/* FXSAVE, FXRSTOR, LDMXCSR, STMXCSR. */
static bool saves(const struct insn *insn)
{
	return insn->opcode == 0xae && insn->memory && insn_digit(insn) <= 3 &&
	       !insn_mandatory(insn);
}

/* Does it have an operand or a result in an MMX register? */
static bool uses_mmx(const struct insn *insn)
{
	uint8_t op = insn->opcode, prefix = insn_mandatory(insn);
	if (insn->map == INSN_0F38) return prefix == 0 && op < 0x20;
	if (insn->map == INSN_0F3A) return prefix == 0 && op == 0x0f;
	if (insn->map != INSN_0F) return false;
	if (op == 0x2a && insn->memory)
		return false; /* SDM Vol. 2A "CVTPI2PD"; the host's CPU does so for CVTPI2PS too */
	if (op == 0x2a || op == 0x2c || op == 0x2d) return prefix == 0 || prefix == 0x66;
	if (op == 0xd6) return prefix == 0xf2 || prefix == 0xf3;
	if (op == 0xc4 || op == 0xc5) return prefix == 0;
	bool mmx = (op >= 0x60 && op <= 0x77) || op == 0x7e || op == 0x7f ||
		   (op >= 0xd1 && op != 0xff);
	return mmx && prefix == 0 && op != 0xd0;
}

static bool undefined_registers(const struct insn *insn)
{
	uint8_t m = insn->modrm;
	switch (insn->opcode) {
	case 0xd9:
		return (m > 0xd0 && m < 0xd8) || m == 0xe2 || m == 0xe3 || m == 0xe6 || m == 0xe7 ||
		       m == 0xef;
	case 0xda: return m >= 0xe0 && m != 0xe9;
	case 0xdb: return (m >= 0xe5 && m < 0xe8) || m >= 0xf8;
	case 0xdd: return m >= 0xf0;
	case 0xde: return m >= 0xd8 && m < 0xe0 && m != 0xd9;
	case 0xdf: return (m > 0xe0 && m < 0xe8) || m >= 0xf8;
	default: return false;
	}
}

static bool undefined(const struct insn *insn)
{
	unsigned digit = insn_digit(insn);
	if (!insn->memory) return undefined_registers(insn);
	if (insn->opcode == 0xd9) return digit == 1;
	if (insn->opcode == 0xdb) return digit == 4 || digit == 6;
	return insn->opcode == 0xdd && digit == 5;
}

bool x87_describe(const struct insn *insn, struct x87_insn *how)
{
	enum { FWAIT = 0x9b };
	*how = (struct x87_insn){ .needs = { NO, NO } };
	if (insn->map == INSN_ONE_BYTE && insn->opcode == FWAIT) {
		how->waits = 1;
		return true;
	}
	if (insn->map != INSN_ONE_BYTE) {
		how->waits = uses_mmx(insn);
		how->settles = insn->map == INSN_0F && saves(insn);
		return how->waits || how->settles;
	}
	if (insn->opcode < 0xd8 || insn->opcode > 0xdf) return false;
	if (undefined(insn)) return false;
	how->waits = 1;
	how->computes = 1;
	if (insn->memory)
		of_memory(insn, how);
	else
		of_registers(insn, how);
	return true;
}

/* The MMX register that it writes, if any. */
static unsigned mmx_written(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (insn->map != INSN_0F) return insn_digit(insn);
	switch (op) {
	case 0x2a:
	case 0xd7:
	case 0xc5:
	case 0xf7:
	case 0x7e:
	case 0xe7: return NO;
	case 0x7f: return insn->memory ? NO : insn->modrm & 7u;
	case 0x71:
	case 0x72:
	case 0x73: return insn->modrm & 7;
	case 0xd6: return insn_mandatory(insn) == 0xf2 ? insn_digit(insn) : NO; /* MOVDQ2Q */
	default: return insn_digit(insn);
	}
}

bool x87_is_mmx(const struct insn *insn, struct x87_insn *how)
{
	enum { EMMS = 0x77, CVTPI2PS = 0x2a };
	*how = (struct x87_insn){ .needs = { NO, NO } };
	/* The engine switches to MMX state in any case. */
	if (insn->map == INSN_0F && insn->opcode == CVTPI2PS && insn->memory &&
	    !(insn->prefixes & (INSN_REP | INSN_REPNE))) {
		how->mmx = X87_STAYS;
		return true;
	}
	if (!uses_mmx(insn) || (insn->map == INSN_0F && insn->opcode == EMMS)) return false;
	how->mmx = (uint8_t)mmx_written(insn);
	return true;
}
