/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/context.h"

#include <string.h>

#include "emu/x86/msr_numbers.h"

/* Patterns that occur nowhere else in a fresh state. */
#define PATTERN_RAX   UINT64_C(0x1122334455667788)
#define PATTERN_RBX   UINT64_C(0x99aabbccddeeff00)
#define PATTERN_DR1   UINT64_C(0xabcdef0123456701)
#define PATTERN_LSTAR UINT64_C(0xffffdef012345601)
enum { EFER_AT_START = 0x500, N_DEBUG_REGISTERS = 8, N_BREAKPOINT_POINTERS = 4 };

uint64_t context_get64(const struct env *env, size_t offset)
{
	uint64_t v;
	memcpy(&v, (const uint8_t *)env + offset, sizeof v);
	return v;
}

void context_set64(struct env *env, size_t offset, uint64_t value)
{
	memcpy((uint8_t *)env + offset, &value, sizeof value);
}

uint32_t context_get32(const struct env *env, size_t offset)
{
	uint32_t v;
	memcpy(&v, (const uint8_t *)env + offset, sizeof v);
	return v;
}

void context_set32(struct env *env, size_t offset, uint32_t value)
{
	memcpy((uint8_t *)env + offset, &value, sizeof value);
}

void context_put_rflags(struct env *env, uint64_t rflags)
{
	enum { DEFINED = 0x3f7fd5 };
	env->eflags = ((rflags & DEFINED) | FL_ONE) & ~(uint64_t)(FL_ARITHMETIC | FL_DF);
	env->cc_src = rflags & FL_ARITHMETIC;
	env->cc_dst = 0;
	env->cc_op = CC_OP_EFLAGS;
	env->df = rflags & FL_DF ? -1 : 1;
}

/* A segment for which the engine is right without checks: all of 4 GiB, readable and writable; CS:
 * readable. */
static bool is_flat(const struct env_segment *s, bool code)
{
	uint32_t kind = s->flags & (DESC_P | DESC_S | DESC_CODE | DESC_W);
	uint32_t wanted = DESC_P | DESC_S | DESC_W | (code ? DESC_CODE : 0);
	bool expand_down = !code && (s->flags & DESC_C);
	return s->limit == UINT32_MAX && kind == wanted && !expand_down;
}

struct env_float *context_float(struct env *env, const struct context_layout *l)
{
	return (struct env_float *)(void *)((uint8_t *)env + l->efer);
}

void context_update_unmasked(struct env *env, const struct context_layout *l)
{
	const struct env_float *f = context_float(env, l);
	unsigned masked = f->control & (f->mxcsr >> MXCSR_MASKS) & FLOAT_ALL;
	env->hflags &= ~(uint32_t)HF_UNMASKED;
	if (masked != FLOAT_ALL) env->hflags |= HF_UNMASKED;
}

/* In 64-bit code nothing is checked. */
static uint32_t segments_to_check(const struct env *env)
{
	enum { CS = 1, N_SEGMENTS = 6 };
	uint32_t check = 0;
	for (unsigned i = 0; i < N_SEGMENTS; i++)
		if (!is_flat(&env->segs[i], i == CS)) check |= context_check_bit(i);
	return check;
}

void context_update_hflags(struct env *env, const struct context_layout *l, uint64_t rflags)
{
	uint64_t cr0 = env->cr[0];
	bool pe = cr0 & CR0_PE;
	context_update_unmasked(env, l);
	uint32_t h = env->hflags & (HF_SOFTMMU | HF_SMAP | HF_UNMASKED | HF_GUEST);

	if (pe) h |= HF_PE | ((env->segs[2].flags >> DESC_DPL_SHIFT) & HF_CPL);
	h |= (uint32_t)(cr0 & (CR0_MP | CR0_EM | CR0_TS)) << 8;
	/* Not included: TF, IOPL, RF, VM and AC. The engine takes them from the flags at every
	 * block. */
	if (env->cr[4] & CR4_OSFXSR) h |= HF_OSFXSR;

	bool lma = context_get64(env, l->efer) & EFER_LMA;
	if (lma) h |= HF_LMA;
	if (lma && (env->segs[1].flags & DESC_L)) {
		env->hflags = h | HF_CS32 | HF_SS32 | HF_CS64;
		return;
	}
	if (env->segs[1].flags & DESC_B) h |= HF_CS32;
	if (env->segs[2].flags & DESC_B) h |= HF_SS32;
	bool flat = !env->segs[0].base && !env->segs[2].base && !env->segs[3].base;
	if (!pe || (rflags & FL_VM) || !(h & HF_CS32) || !flat) h |= HF_ADDSEG;
	env->hflags = h | segments_to_check(env);
}

/* The offset of the only 8-aligned occurrence of `pattern` from `from` on; SIZE_MAX: none, or
 * several. */
static size_t find64(const struct env *env, size_t from, size_t size, uint64_t pattern)
{
	size_t found = SIZE_MAX;
	for (size_t i = from; i + 8 <= size; i += 8) {
		if (context_get64(env, i) != pattern) continue;
		if (found != SIZE_MAX) return SIZE_MAX;
		found = i;
	}
	return found;
}

static const char *find_env(uc_engine *uc, uc_context *ctx, struct context_layout *l)
{
	uint64_t rax = PATTERN_RAX;
	uint64_t rbx = PATTERN_RBX;
	size_t total = uc_context_size(uc);
	uc_reg_write(uc, UC_X86_REG_RAX, &rax);
	uc_reg_write(uc, UC_X86_REG_RBX, &rbx);
	uc_context_save(uc, ctx);
	for (size_t i = 0; i + sizeof(struct env) < total && i < 256; i += 8) {
		uint64_t v;
		memcpy(&v, (const uint8_t *)ctx + i, sizeof v);
		if (v != PATTERN_RAX) continue;
		l->env = i;
		l->size = total - i;
		return context_env(ctx, l)->regs[3] == PATTERN_RBX ? NULL
								   : "RBX is not where it was";
	}
	return "the general registers were not found";
}

static const char *find_fields(uc_engine *uc, uc_context *ctx, struct context_layout *l)
{
	struct env *env = context_env(ctx, l);
	uint64_t dr1 = PATTERN_DR1;
	uc_x86_msr lstar = { MSR_LSTAR, PATTERN_LSTAR };

	for (size_t i = sizeof *env; i + 8 <= l->size; i += 8) {
		if (context_get64(env, i) != EFER_AT_START) continue;
		l->efer = i;
		break;
	}
	if (!l->efer) return "EFER was not found";
	uc_reg_write(uc, UC_X86_REG_DR1, &dr1);
	uc_reg_write(uc, UC_X86_REG_MSR, &lstar);
	uc_context_save(uc, ctx);

	size_t at = find64(env, sizeof *env, l->size, PATTERN_DR1);
	if (at == SIZE_MAX) return "DR1 was not found";
	l->dr = at - 8;
	l->error_code = l->dr - 16;
	l->old_exception = l->dr + 8 * (size_t)(N_DEBUG_REGISTERS + N_BREAKPOINT_POINTERS);
	at = find64(env, sizeof *env, l->size, PATTERN_LSTAR);
	if (at == SIZE_MAX) return "LSTAR was not found";
	l->star = at - 16;
	return NULL;
}

static void on_trap(uc_engine *uc, uint32_t vector, void *data)
{
	*(uint32_t *)data = vector;
	uc_emu_stop(uc);
}

/* Known answers: STAR and FMASK are next to LSTAR; and an INT 0x55 sets the exception fields. */
static const char *prove(uc_engine *uc, uc_context *ctx, const struct context_layout *l)
{
	static const uint8_t code[] = { 0xcd, 0x55 };
	enum { CODE_AT = 0x1000, VECTOR = 0x55 };
	struct env *env = context_env(ctx, l);
	uc_x86_msr star = { MSR_STAR, UINT64_C(0x0018000800000000) };
	uc_x86_msr fmask = { MSR_FMASK, 0x47700 };
	uint32_t vector = 0;
	uc_hook hook = 0;

	uc_reg_write(uc, UC_X86_REG_MSR, &star);
	uc_reg_write(uc, UC_X86_REG_MSR, &fmask);
	if (uc_mem_map(uc, CODE_AT, 0x1000, UC_PROT_ALL)) return "memory cannot be mapped";
	uc_mem_write(uc, CODE_AT, code, sizeof code);
	uc_hook_add(uc, &hook, UC_HOOK_INTR, (void *)on_trap, &vector, 1, 0);
	uc_err err = uc_emu_start(uc, CODE_AT, 0, 0, 0);
	uc_hook_del(uc, hook);
	uc_context_save(uc, ctx);
	uc_mem_unmap(uc, CODE_AT, 0x1000);

	if (err || vector != VECTOR) return "INT n was not reported";
	if (context_get64(env, l->star) != star.value) return "STAR is not where it was";
	if (context_get64(env, l->star + 32) != fmask.value) return "FMASK is not where it was";
	if (context_get32(env, l->error_code + 4) != 1) return "exception_is_int is not there";
	if (context_get64(env, l->error_code + 8) != CODE_AT + sizeof code)
		return "exception_next_eip is not there";
	if (context_get32(env, l->old_exception) != UINT32_MAX &&
	    context_get32(env, l->old_exception) > 31)
		return "old_exception is not there";
	return NULL;
}

/* Known answers of the x87 and SSE. */
static const char *prove_float(uc_engine *uc, uc_context *ctx, const struct context_layout *l)
{
	enum {
		TOP = 5,
		STATUS = 0x4701,
		TOP_SHIFT = 11,
		CHOP = 3,
		CONTROL = 0x0f7f,
		TAGS = 0xfff3
	};
	uint64_t st[2] = { PATTERN_RAX, 0x4001 }, xmm[2] = { PATTERN_RBX, PATTERN_RAX };
	uint32_t mxcsr = 0x7f80 | MXCSR_DAZ;
	uint16_t control = CONTROL, status = STATUS | TOP << TOP_SHIFT, tags = TAGS;
	uc_reg_write(uc, UC_X86_REG_FPSW, &status);
	uc_reg_write(uc, UC_X86_REG_FPCW, &control);
	uc_reg_write(uc, UC_X86_REG_FPTAG, &tags);
	uc_reg_write(uc, UC_X86_REG_FP1, st);
	uc_reg_write(uc, UC_X86_REG_XMM1, xmm);
	uc_reg_write(uc, UC_X86_REG_MXCSR, &mxcsr);
	uc_context_save(uc, ctx);
	const struct env_float *f = context_float(context_env(ctx, l), l);
	bool x87 = f->top == TOP && f->status == STATUS && f->control == CONTROL &&
		   f->reg[1].significand == st[0] && f->reg[1].exponent == st[1] && !f->empty[1] &&
		   f->empty[0] && f->empty[7] && f->x87.mode == CHOP;
	bool sse = f->mxcsr == mxcsr && f->sse.mode == CHOP && f->sse.flush_operands &&
		   f->xmm[1].low == xmm[0] && f->xmm[1].high == xmm[1];
	return x87 && sse ? NULL : "the x87 and SSE registers are not where they were";
}

static const char *probe(uc_engine *uc, uc_context *ctx, struct context_layout *layout)
{
	const char *fault = find_env(uc, ctx, layout);
	if (!fault) fault = find_fields(uc, ctx, layout);
	if (!fault) fault = prove_float(uc, ctx, layout);
	return fault ? fault : prove(uc, ctx, layout);
}

const char *context_probe(uc_engine *uc, struct context_layout *layout)
{
	uc_context *fresh = NULL, *ctx = NULL;
	const char *fault = "no context";

	*layout = (struct context_layout){ 0 };
	if (!uc_context_alloc(uc, &fresh) && !uc_context_alloc(uc, &ctx)) {
		uc_context_save(uc, fresh);
		fault = probe(uc, ctx, layout);
		/* The translation was dropped with its memory; its buffer starts anew too. */
		uc_context_restore(uc, fresh);
		uc_ctl_flush_tb(uc);
		uc_ctl_flush_tlb(uc);
	}
	if (ctx) uc_context_free(ctx);
	if (fresh) uc_context_free(fresh);
	return fault;
}

struct env *context_live(uc_engine *uc, void *engine_cpu)
{
	enum { SEARCHED = 64 << 10, ALIGNMENT = 16 }; /* it is about 35 KiB into the object */
	uint64_t patterns[] = { PATTERN_RAX, PATTERN_RBX }, zero = 0;
	struct env *found = NULL;
	uc_reg_write(uc, UC_X86_REG_RAX, &patterns[0]);
	uc_reg_write(uc, UC_X86_REG_RBX, &patterns[1]);
	for (size_t i = 0; engine_cpu && !found && i < SEARCHED; i += ALIGNMENT) {
		struct env *env = (struct env *)(void *)((uint8_t *)engine_cpu + i);
		if (env->regs[0] == patterns[0] && env->regs[3] == patterns[1]) found = env;
	}
	uc_reg_write(uc, UC_X86_REG_RAX, &zero);
	uc_reg_write(uc, UC_X86_REG_RBX, &zero);
	return found;
}
