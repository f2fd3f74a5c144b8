/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/forged.h"

#include "emu/unicorn/x86/cpu_internal.h"

/* --- invalid instructions */

/* Invalid digits of an opcode extension, as a set, where the engine accepts some or reads an
 * operand first (SDM Vol. 2D table A-6). */
static unsigned undefined_digits_one_byte(const struct insn *insn)
{
	switch (insn->opcode) {
	case 0x8c: return 0xc0;
	case 0x8e: return 0xc2;
	case 0x8f:
	case 0xc6:
	case 0xc7: return 0xfe;
	case 0xfe: return 0xfc;
	case 0xff: return 0x80;
	default: return 0;
	}
}

static unsigned undefined_digits_0f(const struct insn *insn)
{
	switch (insn->opcode) {
	case 0x20:
	case 0x22: return insn->rex & INSN_REX_R ? 0xfe : 0xe2; /* all but CR0, 2, 3, 4, 8 */
	case 0x21:
	case 0x23: return insn->rex & INSN_REX_R ? 0xff : 0;
	case 0x71:
	case 0x72:
	case 0x73: return insn->memory ? 0xff : 0;
	case 0x78:
	case 0x79: return 0xff; /* EXTRQ, INSERTQ */
	case 0xba: return 0x0f;
	default: return 0;
	}
}

/* Only register forms exist: MOVMSKPS, PMOVMSKB, PEXTRW, MASKMOVQ, MOVDQ2Q and MOVQ2DQ. */
static bool takes_registers_only(const struct insn *insn)
{
	uint8_t op = insn->opcode, prefix = insn_mandatory(insn);
	return op == 0x50 || op == 0xd7 || op == 0xc5 || op == 0xf7 ||
	       (op == 0xd6 && (prefix == 0xf2 || prefix == 0xf3));
}

/* Only memory forms exist: MOVLPS, MOVLPD, MOVHPS, MOVHPD, MOVNTx. Exceptions: MOVHLPS and MOVLHPS
 * (0F 12, 0F 16). */
static bool takes_memory_only(const struct insn *insn)
{
	uint8_t op = insn->opcode, prefix = insn_mandatory(insn);
	if (op == 0x13 || op == 0x17 || op == 0x2b || op == 0xe7) return true; /* and MOVNTx */
	return (op == 0x12 || op == 0x16) && prefix == 0x66;
}

static bool is_vex(const struct insn *insn)
{
	return insn->map == INSN_ONE_BYTE && (insn->opcode == 0xc4 || insn->opcode == 0xc5);
}

static bool undefined(const struct insn *insn)
{
	unsigned digits = 0;
	if ((insn->prefixes & INSN_LOCK) && !insn_lockable(insn)) return true;
	if (is_vex(insn)) return !insn->memory; /* LES and LDS */
	if (insn->map == INSN_ONE_BYTE) digits = undefined_digits_one_byte(insn);
	if (insn->map == INSN_0F) digits = undefined_digits_0f(insn);
	if (insn->map == INSN_0F && insn->memory && takes_registers_only(insn)) return true;
	if (insn->map == INSN_0F && insn->has_modrm && !insn->memory && takes_memory_only(insn))
		return true;
	return insn->has_modrm && (digits >> insn_digit(insn) & 1);
}

/* SSE3 instructions, FISTTP included. */
static bool is_sse3(const struct insn *insn)
{
	uint8_t prefix = insn_mandatory(insn), op = insn->opcode;
	if (insn->map == INSN_ONE_BYTE)
		return (op == 0xdb || op == 0xdd || op == 0xdf) && insn->memory &&
		       insn_digit(insn) == 1;
	if (insn->map != INSN_0F) return false;
	switch (op) {
	case 0x12: return prefix == 0xf2 || prefix == 0xf3;
	case 0x16: return prefix == 0xf3;
	case 0x7c:
	case 0x7d:
	case 0xd0: return prefix == 0x66 || prefix == 0xf2;
	case 0xf0: return prefix == 0xf2;
	default: return false;
	}
}

/* Instructions of features that the engine does not check. */
static bool lacks(const struct cpu *cpu, const struct insn *insn)
{
	const struct cpu_features *f = &cpu->features;
	uint8_t op = insn->opcode;
	if (!cpuid_has(f, FEATURE_SSE3) && is_sse3(insn)) return true;
	if (insn->map != INSN_0F) return false;
	if (op == 0x31) return !cpuid_has(f, FEATURE_TSC);
	if (op == 0x30 || op == 0x32) return !cpuid_has(f, FEATURE_MSR);
	if (op == 0x34 || op == 0x35) return !cpuid_has(f, FEATURE_SEP);
	bool mmx = (op >= 0x60 && op <= 0x7f && op != 0x70) || (op >= 0xd1 && op <= 0xfe);
	return mmx && !insn_mandatory(insn) && !cpuid_has(f, FEATURE_MMX);
}

/* Instructions with selectors are invalid in modes without them (SDM Vol. 2, LLDT, LAR, ARPL ...),
 * whatever the operand. Intel's SYSCALL and SYSRET exist only in 64-bit mode (SDM Vol. 2B). */
static bool not_in_mode(const struct cpu *cpu, const struct insn *insn, uint32_t flags)
{
	enum { ARPL = 0x63, GROUP6 = 0x00, LAR = 0x02, LSL = 0x03, SYSCALL = 0x05, SYSRET = 0x07 };
	bool selectors = (flags & HF_PE) && !(flags & HF_VM);
	uint8_t op = insn->opcode;
	if (insn->map == INSN_ONE_BYTE) return op == ARPL && !selectors;
	if (insn->map != INSN_0F) return false;
	if (op == GROUP6 || op == LAR || op == LSL) return !selectors;
	bool fast = op == SYSCALL || op == SYSRET;
	return fast && cpuid_is_intel(&cpu->features) && insn->bits != 64;
}

/* --- bits that are ignored */

static void put(struct engine_instruction *how, unsigned at, unsigned byte)
{
	how->forged[how->n_forged].at = (uint8_t)at;
	how->forged[how->n_forged++].byte = (uint8_t)byte;
}

/* AMD's far JMP and CALL have no 64-bit offset: the target offset "can only be a 16 or 32 bit
 * value" (APM Vol. 3, 24594 rev. 3.10, JMP (Far)), so REX.W is ignored. */
static bool ignores_rex_w(const struct cpu *cpu, const struct insn *insn)
{
	enum { GROUP5 = 0xff, CALL_FAR = 3, JMP_FAR = 5 };
	if (cpuid_is_intel(&cpu->features) || insn->opcode != GROUP5 || !insn->memory) return false;
	return insn_digit(insn) == CALL_FAR || insn_digit(insn) == JMP_FAR;
}

/* Bits of REX that the engine uses and the CPU ignores. */
static unsigned ignored_rex(const struct cpu *cpu, const struct insn *insn)
{
	enum { NOP = 0x90, XLAT = 0xd7 };
	uint8_t op = insn->opcode;
	if (op == 0xc6 || op == 0xc7) return INSN_REX_R;
	if (op == XLAT || (op == NOP && (insn->prefixes & INSN_REP))) return INSN_REX_B;
	return ignores_rex_w(cpu, insn) ? INSN_REX_W : 0;
}

static void forge_one_byte(const struct cpu *cpu, const struct insn *insn,
			   struct engine_instruction *how)
{
	enum { TEST_AGAIN = 1 << 3 }; /* F6 /1 and F7 /1 are the same as /0 */
	unsigned ignored = insn->rex & ignored_rex(cpu, insn);
	if (ignored) put(how, insn->rex_at, insn->rex & ~ignored);
	if ((insn->opcode == 0xf6 || insn->opcode == 0xf7) && insn_digit(insn) == 1)
		put(how, insn->modrm_at, insn->modrm & ~(unsigned)TEST_AGAIN);
}

static void forge_0f(const struct insn *insn, struct engine_instruction *how)
{
	enum { CMPPS = 0xc2, CONDITIONS = 7, SHLD = 0xa4, SHRD = 0xac };
	bool shifts = insn->opcode == SHLD || insn->opcode == SHRD;
	if (insn->opcode == CMPPS && insn->immediate > CONDITIONS)
		put(how, insn->length - 1u, (unsigned)insn->immediate & CONDITIONS);
	/* The engine forgets that an immediate follows the displacement. */
	if (shifts && insn->rip_relative) how->displacement_at = (uint8_t)(insn->modrm_at + 1);
}

/* Remove LOCK: there is one CPU, and the engine's locked instructions check no alignment and
 * compute NEG's flags wrongly. An instruction with LOCK ignores F3. */
static void forge_lock(const struct insn *insn, struct engine_instruction *how)
{
	enum { REP = 0xf3 };
	if (insn->prefixes & INSN_LOCK) put(how, insn->lock_at, REP);
}

bool forge(const struct cpu *cpu, const struct insn *insn, uint32_t flags, bool decoded,
	   struct engine_instruction *how)
{
	bool none = decoded ? undefined(insn) || lacks(cpu, insn) || not_in_mode(cpu, insn, flags)
			    : is_vex(insn);
	if (none) {
		put(how, 0, 0x0f); /* UD2 */
		put(how, 1, 0x0b);
		return false;
	}
	if (decoded) forge_lock(insn, how);
	if (decoded && insn->map == INSN_ONE_BYTE) forge_one_byte(cpu, insn, how);
	if (decoded && insn->map == INSN_0F) forge_0f(insn, how);
	return true;
}
