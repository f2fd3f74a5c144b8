/* SPDX-License-Identifier: MIT */
/* Stack faults of the x87: what its instructions leave then (SDM Vol. 1 8.5.1.1, table 8-10). */
#include <string.h>

#include "emu/cpu/cpu_internal.h"
#include "emu/cpu/operands.h"
#include "emu/cpu/sites.h"
#include "emu/cpu/x87.h"

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

static struct env_extended *st(struct env_float *f, unsigned i) { return &f->reg[(f->top + i) & 7]; }

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

static void compare_flags(struct cpu *cpu)
{
	cpu_put_arithmetic_flags(cpu, FL_ZF | FL_PF | FL_CF);
}

/* The indefinite of what is stored: an integer, a real, or BCD (SDM Vol. 1 tables 4-1, 4-3, 4-4). */
static void encode(const struct insn *insn, unsigned bytes, uint8_t to[10])
{
	static const uint8_t bcd[10] = { 0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff };
	bool integer = insn->opcode == 0xdb || insn->opcode == 0xdf || insn_digit(insn) == 1;
	memset(to, 0, 10);
	if (bytes == 10) {
		memcpy(to, bcd, sizeof bcd); /* which is the real one, too */
		return;
	}
	to[bytes - 1] = integer ? 0x80 : 0xff;
	if (!integer) to[bytes - 2] = bytes == 4 ? 0xc0 : 0xf8;
}

/* Its operand in memory. False: it faults. */
static bool reach(struct cpu *cpu, const struct insn *insn, bool store)
{
	uint8_t value[16];
	if (!insn->memory) return true;
	unsigned segment = operand_segment(insn), bytes = insn_memory_bytes(insn);
	uint64_t linear = operand_linear(cpu->live, segment,
					 operand_offset(cpu->live, insn, cpu->live->eip));
	if (!store) return site_read(cpu, segment, linear, value, bytes);
	encode(insn, bytes, value);
	return site_write(cpu, segment, linear, value, bytes);
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
	bool store = how->class == X87_STORE;
	for (unsigned i = 0; i < 2; i++)
		if (how->needs[i] < X87_NO_REGISTER && f->empty[(f->top + how->needs[i]) & 7])
			underflow = true;
	if ((masked || !store) && !reach(cpu, &insn, store)) return;
	f->status &= (uint16_t)~STATUS_C1;
	f->status |= FLOAT_IE | STATUS_SF | (underflow ? 0 : STATUS_C1);
	if (masked) respond(cpu, f, how);
	x87_summarise(f);
	cpu_skip(cpu, &(struct site){ .length = insn.length });
}
