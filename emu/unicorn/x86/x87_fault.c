/* SPDX-License-Identifier: MIT */
/* Stack faults of the x87 and their results (SDM Vol. 1 8.5.1; unread: table 8-10). */
#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"
#include "emu/unicorn/x86/sites.h"
#include "emu/unicorn/x86/x87.h"

enum status_bit {
	STATUS_SF = 1 << 6,
	STATUS_ES = 1 << 7,
	STATUS_C0 = 1 << 8,
	STATUS_C1 = 1 << 9,
	STATUS_C2 = 1 << 10,
	STATUS_C3 = 1 << 14,
	STATUS_B = 1 << 15
};

static const struct env_extended indefinite = { .significand = UINT64_C(3) << 62,
						.exponent = 0xffff };

void x87_summarise(struct env_float *f)
{
	const uint16_t bits = STATUS_ES | STATUS_B;
	bool pending = f->status & ~f->control & FLOAT_ALL;
	f->status = (uint16_t)((f->status & ~bits) | (pending ? bits : 0));
}

static unsigned taken(struct env_rounding *r)
{
	unsigned flags = r->flags & FLOAT_ALL & ~(unsigned)FLOAT_DE;
	if (r->flags & ENV_FLUSHED_RESULT) flags |= FLOAT_UE | FLOAT_PE;
	r->flags = 0;
	return flags;
}

void x87_settle(struct env_float *f)
{
	f->status = (uint16_t)(f->status | taken(&f->x87));
	x87_summarise(f);
}

void sse_settle(struct env_float *f) { f->mxcsr |= taken(&f->sse); }

/* --- the masked response */

static struct env_extended *st(struct env_float *f, unsigned i)
{
	return &f->reg[(f->top + i) & 7];
}

static void put(struct env_float *f, unsigned i)
{
	*st(f, i) = indefinite;
	f->empty[(f->top + i) & 7] = 0;
}

static void exchange(struct env_float *f, unsigned i)
{
	if (f->empty[f->top & 7]) put(f, 0);
	if (f->empty[(f->top + i) & 7]) put(f, i);
	struct env_extended first = *st(f, 0);
	*st(f, 0) = *st(f, i);
	*st(f, i) = first;
}

static void push(struct env_float *f)
{
	f->top = (f->top - 1) & 7;
	put(f, 0);
}

static void pop(struct env_float *f)
{
	f->empty[f->top & 7] = 1;
	f->top = (f->top + 1) & 7;
}

static void compare_flags(struct cpu *cpu) { cpu_put_arithmetic_flags(cpu, FL_ZF | FL_PF | FL_CF); }

/* The indefinite value of the stored type: integer, real, or BCD (unread: SDM Vol. 1 tables 4-1,
 * 4-3, 4-4). */
static void encode(const struct insn *insn, unsigned bytes, uint8_t to[10])
{
	static const uint8_t bcd[10] = { 0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff };
	bool integer = insn->opcode == 0xdb || insn->opcode == 0xdf || insn_digit(insn) == 1;
	memset(to, 0, 10);
	if (bytes == 10) {
		memcpy(to, bcd, sizeof bcd); /* which is also the real indefinite */
		return;
	}
	to[bytes - 1] = integer ? 0x80 : 0xff;
	if (!integer) to[bytes - 2] = bytes == 4 ? 0xc0 : 0xf8;
}

/* Store to the memory operand. False: it faults. */
static bool store(struct cpu *cpu, const struct insn *insn, const uint8_t *value)
{
	unsigned segment = operand_segment(insn);
	uint64_t linear =
		operand_linear(cpu->live, segment, operand_offset(cpu->live, insn, cpu->live->eip));
	return site_write(cpu, segment, linear, value, insn_memory_bytes(insn));
}

/* Check access to the memory operand. False: it faults. */
static bool reach(struct cpu *cpu, const struct insn *insn, bool stores)
{
	uint8_t value[16];
	if (!insn->memory) return true;
	unsigned segment = operand_segment(insn), bytes = insn_memory_bytes(insn);
	uint64_t linear =
		operand_linear(cpu->live, segment, operand_offset(cpu->live, insn, cpu->live->eip));
	if (!stores) return site_read(cpu, segment, linear, value, bytes);
	encode(insn, bytes, value);
	return store(cpu, insn, value);
}

static void respond(struct cpu *cpu, struct env_float *f, const struct x87_insn *how)
{
	switch ((enum x87_class)how->class) {
	case X87_NONE:
	case X87_STORE: break;
	case X87_PUSH: push(f); break;
	case X87_RESULT: put(f, how->destination); break;
	case X87_COMPARE: f->status |= STATUS_C0 | STATUS_C2 | STATUS_C3; break;
	case X87_COMPARE_FLAGS: compare_flags(cpu); break;
	case X87_EXCHANGE: exchange(f, how->destination); break;
	case X87_SPLIT:
		put(f, 0);
		push(f);
		break;
	}
	for (unsigned i = 0; i < how->pops; i++) pop(f);
}

void x87_stack_fault(struct cpu *cpu, const struct x87_insn *how)
{
	struct env_float *f = context_float(cpu->live, &cpu->layout);
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	bool masked = f->control & FLOAT_IE, underflow = false;
	bool stores = how->class == X87_STORE;
	for (unsigned i = 0; i < 2; i++)
		if (how->needs[i] < X87_NO_REGISTER && f->empty[(f->top + how->needs[i]) & 7])
			underflow = true;
	if ((masked || !stores) && !reach(cpu, &insn, stores)) return;
	f->status &= (uint16_t)~STATUS_C1;
	f->status |= FLOAT_IE | STATUS_SF | (underflow ? 0 : STATUS_C1);
	if (masked) respond(cpu, f, how);
	x87_summarise(f);
	cpu_skip(cpu, &(struct site){ .length = insn.length });
}

/* --- stores */

/* `a` is in the form that the engine's functions take. */
static unsigned met_by_integer(const struct insn *insn, struct env_extended a,
			       struct env_rounding *r)
{
	enum { FISTTP = 1 };
	bool chop = insn_digit(insn) == FISTTP;
	if (insn_memory_bytes(insn) == 8)
		(void)(chop ? bimetal_unicorn_floatx80_to_int64_chop(a, r)
			    : bimetal_unicorn_floatx80_to_int64(a, r));
	else {
		int32_t v = chop ? bimetal_unicorn_floatx80_to_int32_chop(a, r)
				 : bimetal_unicorn_floatx80_to_int32(a, r);
		if (insn_memory_bytes(insn) == 2 && v != (int16_t)v) return FLOAT_IE;
	}
	return r->flags & FLOAT_ALL;
}

/* The exceptions that the store will cause. */
static unsigned met_by_store(const struct insn *insn, const struct env_float *f)
{
	struct env_rounding r = f->x87;
	struct env_extended a = f->reg[f->top & 7];
	bool integer = insn->opcode == 0xdb || insn->opcode == 0xdf || insn_digit(insn) == 1;
	unsigned bytes = insn_memory_bytes(insn);
	r.flags = 0;
	if (bytes == 10) return 0;
	if (integer) return met_by_integer(insn, a, &r);
	if (bytes == 4)
		(void)bimetal_unicorn_floatx80_to_float32(a, &r);
	else
		(void)bimetal_unicorn_floatx80_to_float64(a, &r);
	return r.flags & FLOAT_ALL;
}

static void make_bcd(int64_t value, bool negative, uint8_t to[10])
{
	uint64_t rest = (uint64_t)(value < 0 ? -value : value);
	for (unsigned i = 0; i < 9; i++, rest /= 100)
		to[i] = (uint8_t)(rest % 10 | rest / 10 % 10 << 4);
	to[9] = negative ? 0x80 : 0;
}

#define BCD_LIMIT INT64_C(999999999999999999)

static unsigned met_by_bcd(const struct env_float *f)
{
	struct env_rounding r = f->x87;
	r.flags = 0;
	int64_t v = bimetal_unicorn_floatx80_to_int64(f->reg[f->top & 7], &r);
	bool invalid = (r.flags & FLOAT_IE) || v > BCD_LIMIT || v < -BCD_LIMIT;
	return invalid ? FLOAT_IE : r.flags & FLOAT_PE;
}

/* unread: SDM Vol. 2A "FBSTP": 18 digits; the sign of a zero is kept. */
static void store_bcd(struct cpu *cpu, struct env_float *f, const struct insn *insn,
		      const struct x87_insn *how)
{
	uint8_t value[10];
	struct env_rounding r = f->x87;
	struct env_extended a = f->reg[f->top & 7];
	r.flags = 0;
	int64_t v = bimetal_unicorn_floatx80_to_int64(a, &r);
	unsigned flags = met_by_bcd(f);
	bool invalid = flags & FLOAT_IE;
	if (invalid && !(f->control & FLOAT_IE)) {
		f->status |= FLOAT_IE;
		x87_summarise(f);
		cpu_skip(cpu, &(struct site){ .length = insn->length });
		return;
	}
	if (invalid)
		encode(insn, 10, value);
	else
		make_bcd(v, a.exponent >> 15, value);
	if (!store(cpu, insn, value)) return;
	f->status = (uint16_t)((f->status & ~(unsigned)STATUS_C1) | flags);
	respond(cpu, f, how);
	x87_summarise(f);
	cpu_skip(cpu, &(struct site){ .length = insn->length });
}

bool x87_keeps_back(const struct env_float *f, const struct insn *insn, unsigned *met)
{
	enum { BCD = 10 };
	*met = met_by_store(insn, f);
	if (insn->opcode == 0xdf && insn_memory_bytes(insn) == BCD) *met = met_by_bcd(f);
	/* If it is only inexact, the store happens. */
	return *met & ~(unsigned)f->control & (FLOAT_IE | FLOAT_OE | FLOAT_UE);
}

void x87_store(struct cpu *cpu, const struct x87_insn *how)
{
	struct env_float *f = context_float(cpu->live, &cpu->layout);
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	if (how->bcd) {
		store_bcd(cpu, f, &insn, how);
		return;
	}
	unsigned met;
	if (!x87_keeps_back(f, &insn, &met)) return;
	met = met & ~(unsigned)f->control & FLOAT_IE ? FLOAT_IE : met & ~(unsigned)FLOAT_PE;
	f->status = (uint16_t)((f->status & ~(unsigned)STATUS_C1) | met);
	x87_summarise(f);
	cpu_skip(cpu, &(struct site){ .length = insn.length });
}
