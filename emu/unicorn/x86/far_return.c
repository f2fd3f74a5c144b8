/* SPDX-License-Identifier: MIT */
/* Far RET and IRET (SDM Vol. 2A, IRET, and Vol. 2B, RET). */
#include "emu/unicorn/x86/transfer.h"

#include "emu/bytes.h"

/* What a return pops, in order. */
enum { POPPED_IP, POPPED_CS, RET_POPPED };
enum { POPPED_FLAGS = 2, IRET_POPPED, POPPED_SP = 3, POPPED_SS, OUTER_POPPED };
enum { POPPED_ES = 5, POPPED_DS, POPPED_FS, POPPED_GS, V86_POPPED };

enum { TSS_LINK = 0 }; /* offset in a TSS */

/* The target of a return. */
struct target {
	struct descriptor code, stack;
	uint64_t rip, sp;
	unsigned cpl;
	bool takes_stack; /* SS:SP are popped too */
};

static bool fail(struct transfer *t, uint8_t vector, uint32_t error)
{
	return transfer_fail(t, CPU_REFUSED_CODE_TYPE, vector, error);
}

static uint32_t operand(uint64_t popped) { return (uint32_t)popped & 0xffff; }

static bool code_is_long(const struct transfer *t, const struct descriptor *code)
{
	return t->lma && (code->segment.flags & DESC_L);
}

static bool check_code(struct transfer *t, uint32_t selector, struct descriptor *code)
{
	uint32_t error = selector & SELECTOR_ERROR;
	unsigned cpl = t->env->hflags & HF_CPL, rpl = selector & SELECTOR_RPL;
	if (selector_is_null(selector)) return fail(t, VEC_GP, 0);
	if (!descriptor_read(t, selector, VEC_GP, code)) return false;
	uint32_t flags = code->segment.flags;
	unsigned dpl = segment_dpl(&code->segment);
	bool both = t->lma && (flags & DESC_L) && (flags & DESC_B);
	bool allowed = flags & DESC_C ? dpl <= rpl : dpl == rpl;
	if (!segment_is_code(&code->segment) || rpl < cpl || both || !allowed)
		return fail(t, VEC_GP, error);
	return flags & DESC_P ? true : fail(t, VEC_NP, error);
}

/* Check the stack of the ring to which it returns. Only inner rings in 64-bit mode may have a null
 * stack segment. */
static bool check_stack(struct transfer *t, uint32_t selector, struct target *to)
{
	uint32_t error = selector & SELECTOR_ERROR;
	if (selector_is_null(selector)) {
		bool allowed = code_is_long(t, &to->code) && to->cpl != 3 &&
			       (selector & SELECTOR_RPL) == to->cpl;
		to->stack.segment = (struct env_segment){ .selector = selector,
							  .flags = to->cpl << DESC_DPL_SHIFT };
		return allowed ? true : fail(t, VEC_GP, 0);
	}
	if (!descriptor_read(t, selector, VEC_GP, &to->stack)) return false;
	const struct env_segment *ss = &to->stack.segment;
	if ((selector & SELECTOR_RPL) != to->cpl || segment_dpl(ss) != to->cpl ||
	    !segment_is_writable_data(ss))
		return fail(t, VEC_GP, error);
	return ss->flags & DESC_P ? true : fail(t, VEC_SS, error);
}

static bool check_rest(struct transfer *t, struct target *to)
{
	bool has_stack = to->takes_stack && !selector_is_null(to->stack.segment.selector);
	return transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &to->code.segment, to->rip) &&
	       descriptor_mark(t, &to->code) && (!has_stack || descriptor_mark(t, &to->stack));
}

/* Segments that the outer ring may not use become null, and null ones lose their RPL. In long mode
 * FS and GS keep their bases, which are valid without a selector (APM Vol. 2 4.5.3). */
static void drop_inner_segments(struct transfer *t, unsigned cpl)
{
	static const enum cpu_segment data[] = { CPU_ES, CPU_DS, CPU_FS, CPU_GS };
	for (unsigned i = 0; i < sizeof data / sizeof data[0]; i++) {
		struct env_segment *s = &t->env->segs[data[i]];
		bool conforming = (s->flags & (DESC_CODE | DESC_C)) == (DESC_CODE | DESC_C);
		bool null = selector_is_null(s->selector);
		if (!null && (conforming || segment_dpl(s) >= cpl)) continue;
		bool keeps = t->lma && data[i] >= CPU_FS;
		*s = (struct env_segment){ .base = keeps ? s->base : 0 };
	}
}

/* The last step, which cannot fail. `released`: bytes of parameters above the outer SS:SP. */
static void leave_to(struct transfer *t, const struct target *to, uint32_t released)
{
	struct env *env = t->env;
	unsigned was = env->hflags & HF_CPL;
	env->segs[CPU_CS] = to->code.segment;
	env->eip = to->rip;
	if (to->takes_stack) {
		env->segs[CPU_SS] = to->stack.segment;
		uint64_t mask =
			code_is_long(t, &to->code) ? UINT64_MAX : stack_mask(&to->stack.segment);
		if (mask == 0xffff) env->regs[CPU_RSP] = (uint32_t)env->regs[CPU_RSP];
		stack_use(env, to->sp + released, mask);
	}
	if (to->cpl > was) drop_inner_segments(t, to->cpl);
}

/* --- RET */

bool far_return(struct transfer *t, unsigned width, uint32_t parameters)
{
	uint64_t popped[RET_POPPED], outer[2];
	struct target to = { 0 };
	struct env *env = t->env;
	struct far_stack s = stack_now(t);
	uint64_t frame = (uint64_t)RET_POPPED * width + parameters;
	if (!stack_peek(t, &s, 0, width, popped, RET_POPPED)) return false;
	if (!check_code(t, operand(popped[POPPED_CS]), &to.code)) return false;
	to.rip = popped[POPPED_IP];
	to.cpl = to.code.segment.selector & SELECTOR_RPL;
	to.takes_stack = to.cpl > (env->hflags & HF_CPL);
	if (to.takes_stack) {
		if (!stack_peek(t, &s, frame, width, outer, 2) ||
		    !check_stack(t, operand(outer[1]), &to))
			return false;
		to.sp = outer[0];
	}
	if (!check_rest(t, &to)) return false;
	if (!to.takes_stack) stack_use(env, s.sp + frame, s.mask);
	leave_to(t, &to, parameters);
	context_update_hflags(env, &t->cpu->layout, env->eflags);
	return true;
}

/* --- IRET */

/* The flags that IRET takes from the stack (SDM Vol. 2A, IRET). */
static uint64_t iret_mask(const struct transfer *t, unsigned width)
{
	uint64_t eflags = t->env->eflags;
	unsigned cpl = t->env->hflags & HF_CPL;
	bool real = !(t->env->cr[0] & CR0_PE), v86 = eflags & FL_VM;
	uint64_t mask = FL_ARITHMETIC | FL_DF | FL_TF | FL_NT;
	if (width > 2) mask |= FL_RF | FL_AC | FL_ID;
	if (real || cpl <= (eflags & FL_IOPL) >> 12) mask |= FL_IF;
	if (real || (!v86 && !cpl)) mask |= FL_IOPL;
	if (!real && !v86 && !cpl && width > 2) mask |= FL_VIF | FL_VIP;
	return mask;
}

static void load_flags(struct transfer *t, uint64_t popped, uint64_t mask)
{
	struct env *env = t->env;
	uint64_t rflags = (env->eflags & ~mask) | (popped & mask);
	context_put_rflags(env, rflags);
	context_update_hflags(env, &t->cpu->layout, rflags);
}

static bool return_to_v86(struct transfer *t, const struct far_stack *s)
{
	static const enum cpu_segment order[] = { CPU_ES, CPU_DS, CPU_FS, CPU_GS };
	const uint64_t mask = FL_ARITHMETIC | FL_DF | FL_TF | FL_IF | FL_IOPL | FL_NT | FL_RF |
			      FL_VM | FL_AC | FL_VIF | FL_VIP | FL_ID;
	uint64_t popped[V86_POPPED];
	struct env *env = t->env;
	if (!stack_peek(t, s, 0, 4, popped, V86_POPPED)) return false;
	struct env_segment cs = segment_v86(operand(popped[POPPED_CS]));
	if (!transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &cs, popped[POPPED_IP])) return false;
	env->segs[CPU_CS] = cs;
	env->segs[CPU_SS] = segment_v86(operand(popped[POPPED_SS]));
	for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++)
		env->segs[order[i]] = segment_v86(operand(popped[POPPED_ES + i]));
	env->regs[CPU_RSP] = popped[POPPED_SP];
	env->eip = popped[POPPED_IP];
	load_flags(t, popped[POPPED_FLAGS], mask);
	return true;
}

/* Return to the task that called this one. */
static bool return_to_task(struct transfer *t, uint64_t next)
{
	uint8_t link[2];
	if (!transfer_read(t, CPU_REFUSED_TSS_UNREADABLE, t->env->tr.base + TSS_LINK, link,
			   sizeof link))
		return false;
	struct task_switch s = { .reason = TASK_RETURN,
				 .selector = (uint32_t)get_le(link, sizeof link),
				 .rip = next,
				 .rflags = t->rflags };
	return task_switch(t, &s);
}

bool far_iret(struct transfer *t, unsigned width, uint64_t next)
{
	uint64_t popped[OUTER_POPPED];
	struct target to = { 0 };
	struct env *env = t->env;
	unsigned cpl = env->hflags & HF_CPL;
	bool code64 = env->hflags & HF_CS64;
	if (env->eflags & FL_NT) return t->lma ? fail(t, VEC_GP, 0) : return_to_task(t, next);
	struct far_stack s = stack_now(t);
	if (!stack_peek(t, &s, 0, width, popped, code64 ? OUTER_POPPED : IRET_POPPED)) return false;
	uint64_t flags = popped[POPPED_FLAGS];
	if (!t->lma && width == 4 && (flags & FL_VM) && !cpl) return return_to_v86(t, &s);
	if (!check_code(t, operand(popped[POPPED_CS]), &to.code)) return false;
	to.rip = popped[POPPED_IP];
	to.cpl = to.code.segment.selector & SELECTOR_RPL;
	to.takes_stack = code64 || to.cpl > cpl;
	if (to.takes_stack) {
		uint64_t above = (uint64_t)IRET_POPPED * width;
		if (!code64 && !stack_peek(t, &s, above, width, &popped[POPPED_SP], 2))
			return false;
		if (!check_stack(t, operand(popped[POPPED_SS]), &to)) return false;
		to.sp = popped[POPPED_SP];
	}
	if (!check_rest(t, &to)) return false;
	uint64_t mask = iret_mask(t, width);
	if (!to.takes_stack) stack_use(env, s.sp + (uint64_t)IRET_POPPED * width, s.mask);
	leave_to(t, &to, 0);
	load_flags(t, flags, mask);
	return true;
}

/* IRET in real mode, and in virtual-8086 mode with IOPL 3. */
bool far_iret_real(struct transfer *t, unsigned width)
{
	uint64_t popped[IRET_POPPED];
	struct env *env = t->env;
	struct far_stack s = stack_now(t);
	if (!stack_peek(t, &s, 0, width, popped, IRET_POPPED) ||
	    !transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &env->segs[CPU_CS], popped[POPPED_IP]))
		return false;
	stack_use(env, s.sp + (uint64_t)IRET_POPPED * width, s.mask);
	env->segs[CPU_CS].selector = operand(popped[POPPED_CS]);
	env->segs[CPU_CS].base = (uint64_t)env->segs[CPU_CS].selector << 4;
	env->eip = popped[POPPED_IP];
	load_flags(t, popped[POPPED_FLAGS], iret_mask(t, width));
	return true;
}
