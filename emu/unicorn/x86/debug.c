/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/debug.h"

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"

enum { N_BREAKPOINTS = 4, DR4 = 4, DR5, DR6, DR7, N_REGISTERS };
enum dr6_bit { DR6_BD = 1 << 13, DR6_BS = 1 << 14, DR6_BREAKPOINTS = 0xf, DR6_WRITABLE = 0xe00f };
#define DR6_ONES UINT64_C(0xffff0ff0)
enum dr7_bit { DR7_GD = 1 << 13, DR7_ONES = 1 << 10 };
#define DR7_WRITABLE UINT64_C(0xffff23ff)
enum dr7_type { TYPE_INSTRUCTION, TYPE_WRITE, TYPE_PORT, TYPE_ACCESS };
enum { CR4_DE = 1 << 3 };

static uint64_t get(const struct cpu *cpu, unsigned reg)
{
	return context_get64(cpu->live, cpu->layout.dr + (size_t)reg * 8);
}

static void put(struct cpu *cpu, unsigned reg, uint64_t value)
{
	context_set64(cpu->live, cpu->layout.dr + (size_t)reg * 8, value);
}

/* B0 to B3 describe only this #DB (SDM Vol. 3B 17.2.3: they may be cleared). */
static void set_dr6(struct cpu *cpu, uint64_t bits)
{
	put(cpu, DR6, (get(cpu, DR6) & ~(uint64_t)DR6_BREAKPOINTS) | bits);
}

/* --- MOV (SDM Vol. 2B "MOV - Move to/from Debug Registers") */

static bool is_alias(unsigned reg) { return reg == DR4 || reg == DR5; }

bool debug_has_register(const struct cpu *cpu, unsigned reg)
{
	return reg < N_REGISTERS && !(is_alias(reg) && (cpu->live->cr[4] & CR4_DE));
}

bool debug_guarded(const struct cpu *cpu) { return get(cpu, DR7) & DR7_GD; }

/* The register number; -1: an exception was raised. */
static int chosen(struct cpu *cpu, unsigned reg)
{
	if (debug_guarded(cpu)) {
		set_dr6(cpu, DR6_BD);
		put(cpu, DR7, get(cpu, DR7) & ~(uint64_t)DR7_GD);
		cpu_raise(cpu, VEC_DB, false, 0);
		return -1;
	}
	return (int)(is_alias(reg) ? reg + 2 : reg);
}

bool debug_read(struct cpu *cpu, unsigned reg, uint64_t *value)
{
	int from = chosen(cpu, reg);
	if (from < 0) return false;
	*value = get(cpu, (unsigned)from);
	return true;
}

void debug_set(struct cpu *cpu, unsigned to, uint64_t value)
{
	if (to == DR6) value = (value & DR6_WRITABLE) | DR6_ONES;
	if (to == DR7) value = (value & DR7_WRITABLE) | DR7_ONES;
	bool armed = (get(cpu, DR7) | (to == DR7 ? value : 0)) & 0xff;
	put(cpu, to, value);
	/* Existing translations depend on the old breakpoints. */
	if (armed && to != DR6) cpu_translate_anew(cpu);
}

bool debug_write(struct cpu *cpu, unsigned reg, uint64_t value)
{
	int to = chosen(cpu, reg);
	if (to < 0) return false;
	if (to >= DR6 && value >> 32) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return false;
	}
	debug_set(cpu, (unsigned)to, value);
	return true;
}

/* --- breakpoints */

static bool enabled(uint64_t dr7, unsigned i) { return dr7 >> (2 * i) & 3; }
static enum dr7_type type_of(uint64_t dr7, unsigned i)
{
	return (enum dr7_type)(dr7 >> (16 + 4 * i) & 3);
}

static uint64_t length_of(uint64_t dr7, unsigned i)
{
	static const uint8_t length[4] = { 1, 2, 8, 4 };
	return length[dr7 >> (18 + 4 * i) & 3];
}

/* The breakpoints of a type that overlap [at, at + bytes). */
static uint64_t matching(const struct cpu *cpu, enum dr7_type type, uint64_t at, uint64_t bytes)
{
	uint64_t dr7 = get(cpu, DR7), found = 0;
	for (unsigned i = 0; i < N_BREAKPOINTS; i++) {
		if (!enabled(dr7, i) || type_of(dr7, i) != type) continue;
		uint64_t length = length_of(dr7, i);
		uint64_t start = get(cpu, i) & ~(length - 1);
		if (at - start < length || start - at < bytes) found |= UINT64_C(1) << i;
	}
	return found;
}

bool debug_armed_at(const struct cpu *cpu, uint64_t linear)
{
	if (!(get(cpu, DR7) & 0xff)) return false;
	return matching(cpu, TYPE_INSTRUCTION, linear, 1) != 0;
}

/* Intel's MOV SS and POP SS do (SDM Vol. 3B 253668-032US, 16.3.1.1); AMD's do not. */
bool debug_hides_next(const struct cpu *cpu, const struct insn *insn)
{
	enum { MOV_SREG = 0x8e, POP_SS = 0x17 };
	if (!cpuid_is_intel(&cpu->features) || !(get(cpu, DR7) & 0xff)) return false;
	if (insn->map != INSN_ONE_BYTE) return false;
	return insn->opcode == MOV_SREG ? insn_digit(insn) == CPU_SS : insn->opcode == POP_SS;
}

void debug_hide(struct cpu *cpu, uint64_t linear) { cpu->s.hidden_at = linear; }

void debug_instruction(struct cpu *cpu, uint64_t linear)
{
	/* STI also delays interrupts, but suppresses no breakpoint. */
	if ((cpu->live->hflags & HF_INHIBIT_IRQ) && cpu->s.hidden_at == linear) return;
	set_dr6(cpu, matching(cpu, TYPE_INSTRUCTION, linear, 1) | cpu->s.watch_held);
	cpu->s.watch_held = 0;
	cpu_raise(cpu, VEC_DB, false, 0);
}

/* CR4.DE, which allows port breakpoints, is checked only when one is hit. */
bool debug_watches(const struct cpu *cpu)
{
	uint64_t dr7 = get(cpu, DR7);
	for (unsigned i = 0; i < N_BREAKPOINTS; i++)
		if (enabled(dr7, i) && type_of(dr7, i) != TYPE_INSTRUCTION) return true;
	return false;
}

/* The port of IN, OUT, INS or OUTS; false: another instruction. */
static bool port_of(const struct env *env, const struct insn *insn, uint64_t *port, unsigned *bytes)
{
	uint8_t op = insn->opcode;
	bool string = op >= 0x6c && op <= 0x6f;
	bool immediate = op >= 0xe4 && op <= 0xe7;
	bool dx = op >= 0xec && op <= 0xef;
	if (insn->map != INSN_ONE_BYTE || !(string || immediate || dx)) return false;
	*port = immediate ? insn->immediate : env->regs[CPU_RDX] & 0xffff;
	*bytes = !(op & 1) ? 1 : insn->operand_bytes == 2 ? 2 : 4;
	return true;
}

void debug_operands(struct cpu *cpu, uint64_t linear)
{
	struct operand operand[OPERANDS_MAX];
	struct insn insn;
	uint64_t port, hit = 0;
	unsigned bytes;
	if (!cpu_decode(cpu, linear, &insn)) return;
	unsigned n = operands_of(cpu->live, &insn, cpu->live->eip, operand);
	for (unsigned i = 0; i < n; i++) {
		uint64_t size = operand[i].bytes ? operand[i].bytes : 1;
		hit |= matching(cpu, TYPE_ACCESS, operand[i].linear, size);
		if (operand[i].access & INSN_WRITE)
			hit |= matching(cpu, TYPE_WRITE, operand[i].linear, size);
	}
	if ((cpu->live->cr[4] & CR4_DE) && port_of(cpu->live, &insn, &port, &bytes))
		hit |= matching(cpu, TYPE_PORT, port, bytes);
	cpu->s.watch_hit = (uint8_t)hit;
}

/* The breakpoints to report now. Those of MOV SS and POP SS are delayed until the next instruction,
 * or the entry to its handler, is done (SDM Vol. 3A 6.8.3). */
static uint8_t take_hits(struct cpu *cpu)
{
	struct cpu_state *s = &cpu->s;
	uint8_t hit = s->watch_hit | s->watch_held;
	bool hold = cpu->live->hflags & HF_INHIBIT_IRQ;
	s->watch_held = hold ? hit : 0;
	s->watch_hit = 0;
	return hold ? 0 : hit;
}

bool debug_trap(struct cpu *cpu)
{
	uint8_t hit = take_hits(cpu);
	if (!hit) return false;
	set_dr6(cpu, hit);
	cpu_raise(cpu, VEC_DB, false, 0);
	return true;
}

void debug_join(struct cpu *cpu, uint8_t vector, bool software)
{
	struct cpu_state *s = &cpu->s;
	uint8_t hit = s->watch_hit | s->watch_held;
	s->watch_hit = 0;
	if (vector != VEC_DB || software || !hit) return;
	set_dr6(cpu, hit);
	s->watch_held = 0;
}

void debug_single_step(struct cpu *cpu)
{
	set_dr6(cpu, DR6_BS);
	cpu_raise(cpu, VEC_DB, false, 0);
}
