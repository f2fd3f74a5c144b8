/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/fpu.h"

#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"
#include "emu/unicorn/x86/sites.h"
#include "emu/unicorn/x86/sse.h"
#include "emu/unicorn/x86/x87.h"

/* None is 0, because 0 means no call. */
enum fpu_quick { QUICK_X87 = 1, QUICK_MMX, QUICK_SSE, QUICK_SETTLE };
enum { EXPONENT = 0x7fff, MMX_EXPONENT = 0xffff, SSE_BYTES = 16 };

static uint64_t pack(const struct x87_insn *how)
{
	uint64_t told = 0;
	_Static_assert(sizeof *how <= sizeof told, "it fits one register");
	memcpy(&told, how, sizeof *how);
	return told;
}

/* --- translation */

enum { FWAIT = 0x9b };

void fpu_translate(struct cpu *cpu, const struct insn *insn, uint32_t flags, bool first,
		   struct engine_instruction *how)
{
	struct x87_insn x = { .kind = QUICK_SETTLE };
	if (cpu->fpu_watched && !first) how->settle = pack(&x);
	cpu->fpu_watched = false;
	if (!insn || flags & (HF_EM | HF_TS)) return; /* the engine raises #NM and #UD */
	if (insn->map == INSN_ONE_BYTE && insn->opcode < FWAIT) return; /* true for most */
	bool described = x87_describe(insn, &x);
	bool sse = (flags & HF_UNMASKED) && sse_computes(insn);
	cpu->fpu_watched = sse || ((flags & HF_UNMASKED) && described && x.computes);
	x.kind = sse ? QUICK_SSE : QUICK_X87;
	x.slow = x.settles || x.bcd || x.class == X87_STORE;
	if (described || sse) how->quick = pack(&x);
	if (!x87_is_mmx(insn, &x)) return;
	x.kind = QUICK_MMX;
	how->mmx = pack(&x);
	how->mmx_accesses = (uint8_t)(!insn->memory                          ? 0
				      : insn_memory_bytes(insn) == SSE_BYTES ? 2
									     : 1);
}

/* --- before an instruction */

static void turn_to_mmx(struct env_float *f, const struct x87_insn *how)
{
	if (how->mmx == X87_STAYS) return;
	f->top = 0;
	memset(f->empty, 0, sizeof f->empty);
	if (how->mmx < X87_NO_REGISTER) f->reg[how->mmx].exponent = MMX_EXPONENT;
}

static bool is_denormal(const struct env_extended *r)
{
	return !(r->exponent & EXPONENT) && r->significand;
}

/* Is a register operand denormal, and no other one comes before it? Stores do not have this
 * exception. */
static bool meets_denormal(const struct env_float *f, const struct x87_insn *how)
{
	bool denormal = false;
	if (!how->computes || how->class == X87_STORE) return false;
	for (unsigned i = 0; i < 2; i++) {
		if (how->needs[i] >= X87_NO_REGISTER) continue;
		const struct env_extended *r = &f->reg[(f->top + how->needs[i]) & 7];
		if (x87_precedes_denormal(r)) return false;
		denormal |= is_denormal(r);
	}
	return denormal;
}

/* FCOMI and variants; COMISx, UCOMISx. */
static bool sets_flags(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (insn->map == INSN_0F) return op == 0x2e || op == 0x2f;
	return (op == 0xdb || op == 0xdf) && !insn->memory;
}

/* Record what an instruction may change, except a memory operand. */
static void arm(struct cpu *cpu, const struct insn *insn, bool sse)
{
	struct fpu_watch *w = &cpu->s.fpu;
	struct env *env = cpu->live;
	struct env_float *f = context_float(env, &cpu->layout);
	*w = (struct fpu_watch){ .armed = true, .sse = sse, .linear = cpu->site_linear };
	w->rip = env->eip;
	memcpy(&w->x87, f, offsetof(struct env_float, xmm));
	w->xmm = (uint8_t)(insn->has_modrm ? insn_reg(insn) : 0);
	w->before = f->xmm[w->xmm];
	memcpy(w->regs, env->regs, sizeof w->regs);
	w->compares = sets_flags(insn);
	if (w->compares) w->rflags = cpu_rflags(cpu);
	cpu->plain_until_ns = 0; /* the next block entry checks it */
}

static void watch_x87(struct cpu *cpu, const struct x87_insn *how)
{
	struct env_float *f = context_float(cpu->live, &cpu->layout);
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	arm(cpu, &insn, false);
	cpu->s.fpu.pushes = how->class == X87_PUSH;
	cpu->s.fpu.denormal = meets_denormal(f, how) ? FLOAT_DE : 0;
}

/* Is an #MF due? */
static bool reports(struct cpu *cpu, const struct env_float *f, const struct x87_insn *how)
{
	if (!how->waits || !(f->status & ~f->control & FLOAT_ALL)) return false;
	if (!(cpu->live->cr[0] & CR0_NE)) return false; /* FERR#: docs/differences.md */
	cpu_raise(cpu, VEC_MF, false, 0);
	return true;
}

bool fpu_prevents_access(const struct cpu *cpu, const struct insn *insn)
{
	const struct env_float *f = context_float(cpu->live, &cpu->layout);
	struct x87_insn how;
	if (!x87_describe(insn, &how)) return false;
	unsigned met = (f->status | f->x87.flags) & FLOAT_ALL;
	if (how.waits && (met & ~(unsigned)f->control)) return true;
	if (how.class != X87_STORE || (f->control & FLOAT_ALL) == FLOAT_ALL) return false;
	if (!x87_stack_fits(f, &how)) return !(f->control & FLOAT_IE);
	return x87_keeps_back(f, insn, &met);
}

static void look_at_x87(struct cpu *cpu, struct env_float *f, const struct x87_insn *how)
{
	if (reports(cpu, f, how)) return;
	if (!x87_stack_fits(f, how))
		x87_stack_fault(cpu, how);
	else if (how->class == X87_STORE)
		x87_store(cpu, how);
	else if ((f->control & FLOAT_ALL) != FLOAT_ALL && how->computes)
		watch_x87(cpu, how);
}

static void look_at_sse(struct cpu *cpu, const struct env_float *f, const struct x87_insn *how)
{
	struct insn insn;
	if (reports(cpu, f, how)) return;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	sse_settle(context_float(cpu->live, &cpu->layout));
	arm(cpu, &insn, true);
	cpu->s.fpu.denormal = sse_meets_denormal(cpu, &insn) ? FLOAT_DE : 0;
	cpu->s.fpu.result = sse_result_of(&insn);
}

static void look_closer(struct cpu *cpu, struct env_float *f, const struct x87_insn *how,
			uint64_t linear)
{
	engine_catch_up(&cpu->engine_blocks);
	cpu->site_linear = linear;
	cpu->site_leaves = false;
	if (how->kind == QUICK_SSE)
		look_at_sse(cpu, f, how);
	else
		look_at_x87(cpu, f, how);
	if (cpu->site_leaves || cpu->stop != STOP_NONE) engine_leave(&cpu->engine_blocks);
}

/* Settle the previous instruction of the same block. */
static void settle_within(struct cpu *cpu)
{
	engine_catch_up(&cpu->engine_blocks);
	if (fpu_settle(cpu)) engine_leave(&cpu->engine_blocks);
}

/* An x87 instruction that needs no work: its registers are valid, no operand is zero or denormal,
 * no exception is pending, and all are masked. */
static inline bool is_plain(const struct env_float *f, struct x87_insn how)
{
	unsigned top = f->top, first = how.needs[0], second = how.needs[1];
	if (how.kind != QUICK_X87 || how.slow || (~f->control & FLOAT_ALL)) return false;
	if (first < X87_NO_REGISTER) {
		unsigned i = (top + first) & 7;
		if (f->empty[i] || !(f->reg[i].exponent & EXPONENT)) return false;
	}
	if (second < X87_NO_REGISTER) {
		unsigned i = (top + second) & 7;
		if (f->empty[i] || !(f->reg[i].exponent & EXPONENT)) return false;
	}
	return !how.pushes || f->empty[(top - 1) & 7];
}

static __attribute__((noinline)) void quick(struct cpu *cpu, uint64_t told, uint64_t linear)
{
	struct env_float *f = cpu->live_float;
	struct x87_insn how;
	memcpy(&how, &told, sizeof how);
	if (cpu->s.fpu.armed && how.kind != QUICK_MMX) settle_within(cpu);
	if (how.kind == QUICK_SETTLE) return;
	if (how.kind == QUICK_MMX) {
		turn_to_mmx(f, &how);
		return;
	}
	if (how.settles) {
		x87_settle(f);
		sse_settle(f);
	}
	bool denormal = meets_denormal(f, &how);
	cpu->s.fpu.fresh = denormal && !(f->status & FLOAT_DE);
	if (how.class == X87_STORE || denormal) {
		cpu->s.fpu.at = linear;
		cpu->s.fpu.block = cpu->s.stats.blocks;
		cpu->s.fpu.flags = f->x87.flags;
		cpu->s.fpu.status = f->status;
	}
	bool masked = (f->control & FLOAT_ALL) == FLOAT_ALL;
	if (!masked) x87_settle(f);
	if (!masked || how.kind == QUICK_SSE || how.bcd || !x87_stack_fits(f, &how))
		look_closer(cpu, f, &how, linear);
	else if (denormal)
		f->status |= FLOAT_DE;
}

void fpu_quick(void *ctx, uint64_t told, uint64_t linear)
{
	struct cpu *cpu = ctx;
	struct x87_insn how;
	memcpy(&how, &told, sizeof how);
	cpu->s.fpu.fresh = false;
	if (cpu->s.fpu.armed || !is_plain(cpu->live_float, how)) quick(cpu, told, linear);
}

/* --- after an instruction */

static void take_back(struct cpu *cpu)
{
	struct fpu_watch *w = &cpu->s.fpu;
	struct env *env = cpu->live;
	struct env_float *f = context_float(env, &cpu->layout);
	memcpy(f, &w->x87, offsetof(struct env_float, xmm));
	f->xmm[w->xmm] = w->before;
	memcpy(env->regs, w->regs, sizeof w->regs);
	/* After these the block continues with flags in this form; other instructions leave flags
	 * unchanged. */
	if (w->compares) cpu_put_arithmetic_flags(cpu, w->rflags);
}

/* The exceptions of this instruction alone. */
static unsigned met(struct env_rounding *r, const struct fpu_watch *w)
{
	unsigned flags = (r->flags & FLOAT_ALL & ~(unsigned)FLOAT_DE) | w->denormal;
	if (r->flags & ENV_FLUSHED_RESULT) flags |= FLOAT_UE | FLOAT_PE;
	r->flags = 0;
	return !w->sse && (flags & (FLOAT_IE | FLOAT_ZE)) ? flags & ~(unsigned)FLOAT_DE : flags;
}

static void settle_x87(struct cpu *cpu)
{
	struct fpu_watch *w = &cpu->s.fpu;
	struct env_float *f = context_float(cpu->live, &cpu->layout);
	unsigned flags = met(&f->x87, w);
	unsigned unmasked = flags & ~(unsigned)w->x87.control & FLOAT_ALL;
	/* Loading a denormal number completes in spite of its exception. */
	if (w->pushes) unmasked &= ~(unsigned)FLOAT_DE;
	if (unmasked & FLOAT_BEFORE) {
		flags &= FLOAT_BEFORE;
		take_back(cpu);
	}
	f->x87.flags = 0;
	f->status = (uint16_t)(f->status | flags);
	x87_summarise(f);
}

/* unread: SDM Vol. 1 11.5.3. True: an exception was raised. */
static bool settle_sse(struct cpu *cpu)
{
	enum { OSXMMEXCPT = 1 << 10 };
	struct fpu_watch *w = &cpu->s.fpu;
	struct env *env = cpu->live;
	struct env_float *f = context_float(env, &cpu->layout);
	unsigned flags = met(&f->sse, w), unmasked = ~(f->mxcsr >> MXCSR_MASKS) & FLOAT_ALL;
	if ((unmasked & FLOAT_UE) && sse_is_tiny(w->result, &f->xmm[w->xmm])) flags |= FLOAT_UE;
	unmasked &= flags;
	if (unmasked) take_back(cpu);
	if (unmasked & FLOAT_BEFORE) flags &= FLOAT_BEFORE;
	f->sse.flags = 0;
	f->mxcsr |= flags;
	if (!unmasked) return false;
	env->eip = w->rip;
	cpu->event.valid = false;
	cpu_raise(cpu, env->cr[4] & OSXMMEXCPT ? VEC_XM : VEC_UD, false, 0);
	cpu->event.rip = w->rip;
	return true;
}

bool fpu_settle(struct cpu *cpu)
{
	struct fpu_watch *w = &cpu->s.fpu;
	if (!w->armed) return false;
	w->armed = false;
	if (w->sse) return settle_sse(cpu);
	settle_x87(cpu);
	return false;
}

void fpu_event(struct cpu *cpu, uint64_t at)
{
	struct fpu_watch *w = &cpu->s.fpu;
	struct env_float *f = context_float(cpu->live, &cpu->layout);
	if (w->armed && at != w->linear) {
		(void)fpu_settle(cpu);
		return;
	}
	if (w->armed) take_back(cpu);
	w->armed = false;
	if (at != w->at || w->block != cpu->s.stats.blocks) return;
	f->x87.flags = w->flags;
	f->status = w->status;
}
