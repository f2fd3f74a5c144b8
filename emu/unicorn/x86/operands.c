/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/operands.h"

#include <stdbool.h>

enum { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS };
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };

static uint64_t cut(uint64_t v, unsigned bytes)
{
	return bytes >= sizeof v ? v : v & ((UINT64_C(1) << (8 * bytes)) - 1);
}

uint64_t operand_offset(const struct env *env, const struct insn *insn, uint64_t rip)
{
	uint64_t offset = (uint64_t)insn->displacement;
	if (insn->rip_relative) offset += rip + insn->length;
	if (insn->base != INSN_NO_REGISTER) offset += env->regs[insn->base];
	if (insn->index != INSN_NO_REGISTER) offset += env->regs[insn->index] * insn->scale;
	return cut(offset, insn->address_bytes);
}

/* In 64-bit code only FS and GS override. */
unsigned operand_segment(const struct insn *insn)
{
	bool counts =
		insn->segment != INSN_NO_SEGMENT && (insn->bits != 64 || insn->segment >= SEG_FS);
	return counts ? insn->segment : insn->default_segment;
}

uint64_t operand_linear(const struct env *env, unsigned segment, uint64_t offset)
{
	if (!(env->hflags & HF_CS64)) return (uint32_t)(env->segs[segment].base + offset);
	bool based = segment == SEG_FS || segment == SEG_GS;
	return based ? env->segs[segment].base + offset : offset;
}

struct list {
	const struct env *env;
	const struct insn *insn;
	struct operand *operand;
	unsigned n;
};

static void add(struct list *l, unsigned segment, uint64_t offset, unsigned bytes,
		enum insn_access access)
{
	l->operand[l->n++] = (struct operand){ .segment = (uint8_t)segment,
					       .access = (uint8_t)access,
					       .bytes = bytes,
					       .offset = offset,
					       .linear = operand_linear(l->env, segment, offset) };
}

/* --- the stack */

static unsigned stack_address_bytes(const struct env *env)
{
	return env->hflags & HF_CS64 ? 8 : env->hflags & HF_SS32 ? 4 : 2;
}

/* The number of stack slots that it moves. */
static unsigned slots(const struct insn *insn)
{
	enum { ALL_REGISTERS = 8, IRET = 3, FAR = 2 };
	if (insn->map != INSN_ONE_BYTE) return 1;
	switch (insn->opcode) {
	case 0x60:
	case 0x61: return ALL_REGISTERS;
	case 0xcf: return IRET;
	case 0x9a:
	case 0xca:
	case 0xcb: return FAR;
	case 0xff: return insn_digit(insn) == 3 ? FAR : 1;
	default: return 1;
	}
}

/* Add the stack accesses, slot by slot. A push starts below the stack pointer, a pop at it; LEAVE
 * pops at RBP. */
static void add_stack(struct list *l)
{
	enum { LEAVE = 0xc9 };
	const struct insn *insn = l->insn;
	unsigned bytes = insn->stack_bytes, n = slots(insn);
	bool push = insn_stack(insn) == INSN_PUSH;
	bool leave = insn->map == INSN_ONE_BYTE && insn->opcode == LEAVE;
	if (insn_stack(insn) == INSN_STACK_NONE) return;
	uint64_t sp = l->env->regs[leave ? RBP : RSP];
	for (unsigned i = 0; i < n; i++) {
		if (push) sp -= bytes;
		add(l, SEG_SS, cut(sp, stack_address_bytes(l->env)), bytes,
		    push ? INSN_WRITE : INSN_READ);
		if (!push) sp += bytes;
	}
}

/* --- strings */

static unsigned string_bytes(const struct insn *insn)
{
	if (!(insn->opcode & 1)) return 1;
	bool port = insn->opcode == 0x6d || insn->opcode == 0x6f;
	return port && insn->operand_bytes == 8 ? 4 : insn->operand_bytes;
}

static void add_source(struct list *l)
{
	const struct insn *insn = l->insn;
	struct insn at = *insn;
	at.default_segment = SEG_DS;
	add(l, operand_segment(&at), cut(l->env->regs[RSI], insn->address_bytes),
	    string_bytes(insn), INSN_READ);
}

static void add_destination(struct list *l, enum insn_access access)
{
	add(l, SEG_ES, cut(l->env->regs[RDI], l->insn->address_bytes), string_bytes(l->insn),
	    access);
}

/* With REP and a count of zero nothing is accessed. */
static bool runs_no_time(const struct list *l)
{
	const struct insn *insn = l->insn;
	bool repeats = insn->prefixes & (INSN_REP | INSN_REPNE);
	return repeats && !cut(l->env->regs[RCX], insn->address_bytes);
}

static bool add_string(struct list *l)
{
	const struct insn *insn = l->insn;
	if (insn->map != INSN_ONE_BYTE) return false;
	uint8_t op = insn->opcode & 0xfe;
	bool string = op == 0x6c || op == 0x6e || op == 0xa4 || op == 0xa6 || op == 0xaa ||
		      op == 0xac || op == 0xae;
	if (!string || runs_no_time(l)) return string;
	if (op == 0x6e || op == 0xa4 || op == 0xa6 || op == 0xac) add_source(l);
	if (op == 0x6c || op == 0xa4 || op == 0xaa) add_destination(l, INSN_WRITE);
	if (op == 0xa6 || op == 0xae) add_destination(l, INSN_READ);
	return true;
}

/* --- the rest */

/* XLAT and MASKMOVQ have an implied memory operand, without ModRM. */
static void add_implied(struct list *l)
{
	enum { XLAT = 0xd7, MASKMOV = 0xf7 };
	const struct insn *insn = l->insn;
	struct insn at = *insn;
	at.default_segment = SEG_DS;
	if (insn->map == INSN_ONE_BYTE && insn->opcode == XLAT) {
		uint64_t offset = l->env->regs[RBX] + (l->env->regs[RAX] & 0xff);
		add(l, operand_segment(&at), cut(offset, insn->address_bytes), 1, INSN_READ);
	}
	/* The mask is ignored: whether a masked byte can fault depends on the processor model
	 * (unread: SDM Vol. 2A "MASKMOVDQU"). */
	if (insn->map == INSN_0F && insn->opcode == MASKMOV)
		add(l, operand_segment(&at), cut(l->env->regs[RDI], insn->address_bytes),
		    insn->prefixes & INSN_OPERAND_SIZE ? 16 : 8, INSN_WRITE);
}

/* BT, BTS, BTR and BTC with a register offset access memory beyond their operand (SDM Vol. 2A
 * "BT"). */
static int64_t bit_offset(const struct env *env, const struct insn *insn)
{
	uint8_t op = insn->opcode;
	bool by_register =
		insn->map == INSN_0F && (op == 0xa3 || op == 0xab || op == 0xb3 || op == 0xbb);
	if (!by_register) return 0;
	unsigned unused = 64 - 8u * insn->operand_bytes;
	int64_t bit = (int64_t)(env->regs[insn_reg(insn)] << unused) >> unused;
	int64_t bits = 8 * (int64_t)insn->operand_bytes;
	int64_t unit = (bit - ((bit % bits) + bits) % bits) / bits;
	return unit * insn->operand_bytes;
}

static void add_memory(struct list *l, uint64_t rip)
{
	enum { POP_M = 0x8f };
	const struct insn *insn = l->insn;
	enum insn_access access = insn_access(insn);
	if (access == INSN_NONE) return;
	uint64_t offset = operand_offset(l->env, insn, rip) + (uint64_t)bit_offset(l->env, insn);
	/* POP increments the stack pointer before it computes the address (SDM Vol. 2B "POP"). */
	if (insn->map == INSN_ONE_BYTE && insn->opcode == POP_M && insn->base == RSP)
		offset += insn->stack_bytes;
	add(l, operand_segment(insn), cut(offset, insn->address_bytes), insn_memory_bytes(insn),
	    access);
}

unsigned operands_of(const struct env *env, const struct insn *insn, uint64_t rip,
		     struct operand operand[OPERANDS_MAX])
{
	struct list l = { .env = env, .insn = insn, .operand = operand };
	if (add_string(&l)) return l.n;
	bool pops = insn_stack(insn) == INSN_POP;
	if (pops) add_stack(&l);
	add_memory(&l, rip);
	if (!pops) add_stack(&l);
	add_implied(&l);
	return l.n;
}
