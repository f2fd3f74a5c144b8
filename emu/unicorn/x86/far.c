/* SPDX-License-Identifier: MIT */
/* Far JMP and CALL: to code, through call gates, to tasks (SDM Vol. 2A, CALL and JMP; Vol. 3A 5.8).
 */
#include "emu/unicorn/x86/transfer.h"

#include "emu/bytes.h"

enum { MAX_PARAMETERS = 31, GATE64_UPPER_TYPE = 0x1f << 8 };

struct call_gate {
	uint32_t selector; /* of the target code segment */
	uint64_t offset;
	unsigned width, parameters;
};

static bool fail(struct transfer *t, uint8_t vector, uint32_t error)
{
	return transfer_fail(t, CPU_REFUSED_CODE_TYPE, vector, error);
}

static unsigned cpl_of(const struct transfer *t) { return t->env->hflags & HF_CPL; }

static unsigned rpl_of(const struct descriptor *d) { return d->segment.selector & SELECTOR_RPL; }

static uint32_t error_of(const struct descriptor *d)
{
	return d->segment.selector & SELECTOR_ERROR;
}

/* The last step, which cannot fail. */
static void enter(struct transfer *t, const struct descriptor *code, uint64_t rip, unsigned cpl)
{
	struct env *env = t->env;
	env->segs[CPU_CS] = code->segment;
	env->segs[CPU_CS].selector = (code->segment.selector & ~(uint32_t)SELECTOR_RPL) | cpl;
	env->eip = rip;
	context_update_hflags(env, &t->cpu->layout, env->eflags);
}

/* --- direct transfer to a code segment */

static bool check_direct(struct transfer *t, const struct descriptor *d)
{
	unsigned cpl = cpl_of(t), dpl = segment_dpl(&d->segment);
	uint32_t flags = d->segment.flags;
	if (t->lma && (flags & DESC_L) && (flags & DESC_B)) return fail(t, VEC_GP, error_of(d));
	bool allowed = flags & DESC_C ? dpl <= cpl : rpl_of(d) <= cpl && dpl == cpl;
	if (!allowed) return fail(t, VEC_GP, error_of(d));
	return flags & DESC_P ? true : fail(t, VEC_NP, error_of(d));
}

static bool jump_direct(struct transfer *t, struct descriptor *d, uint64_t rip)
{
	if (!check_direct(t, d) ||
	    !transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &d->segment, rip) ||
	    !descriptor_mark(t, d))
		return false;
	enter(t, d, rip, cpl_of(t));
	return true;
}

/* Push CS and the return address onto the current stack. */
static bool push_return(struct transfer *t, struct far_stack *s, unsigned width, uint64_t next)
{
	return stack_push(t, s, t->env->segs[CPU_CS].selector, width) &&
	       stack_push(t, s, next, width);
}

static bool call_same_ring(struct transfer *t, struct descriptor *d, uint64_t rip, unsigned width,
			   uint64_t next)
{
	struct far_stack s = stack_now(t);
	if (!push_return(t, &s, width, next) ||
	    !transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &d->segment, rip) ||
	    !descriptor_mark(t, d))
		return false;
	stack_use(t->env, s.sp, s.mask);
	enter(t, d, rip, cpl_of(t));
	return true;
}

/* --- call gates */

static bool read_gate(struct transfer *t, const struct descriptor *d, struct call_gate *gate)
{
	unsigned dpl = segment_dpl(&d->segment);
	uint8_t upper[DESCRIPTOR_BYTES] = { 0 };
	if (t->lma) {
		uint64_t at;
		if (!selector_find(t->env, d->segment.selector, DESCRIPTOR64_BYTES, &at))
			return fail(t, VEC_GP, error_of(d));
		if (!transfer_read(t, CPU_REFUSED_GATE_UNREADABLE, at + DESCRIPTOR_BYTES, upper,
				   sizeof upper))
			return false;
		if (get_le(upper + 4, 4) & GATE64_UPPER_TYPE) return fail(t, VEC_GP, error_of(d));
	}
	if (dpl < cpl_of(t) || dpl < rpl_of(d)) return fail(t, VEC_GP, error_of(d));
	if (!(d->segment.flags & DESC_P)) return fail(t, VEC_NP, error_of(d));
	bool wide = segment_type(&d->segment) & TYPE_32;
	gate->selector = (uint32_t)(d->raw >> 16) & 0xffff;
	gate->offset = d->raw & 0xffff;
	if (wide) gate->offset |= d->raw >> 32 & 0xffff0000;
	gate->offset |= get_le(upper, 4) << 32;
	gate->width = t->lma ? 8 : wide ? 4 : 2;
	gate->parameters = t->lma ? 0 : d->segment.flags & MAX_PARAMETERS;
	return true;
}

/* The target code segment of a gate. A jump must not change the ring. */
static bool gate_target(struct transfer *t, const struct call_gate *gate, bool jump,
			struct descriptor *code)
{
	if (selector_is_null(gate->selector)) return fail(t, VEC_GP, 0);
	if (!descriptor_read(t, gate->selector, VEC_GP, code)) return false;
	uint32_t flags = code->segment.flags;
	unsigned cpl = cpl_of(t), dpl = segment_dpl(&code->segment);
	bool allowed = jump && !(flags & DESC_C) ? dpl == cpl : dpl <= cpl;
	if (!segment_is_code(&code->segment) || !allowed) return fail(t, VEC_GP, error_of(code));
	if (t->lma && (flags & (DESC_L | DESC_B)) != DESC_L) return fail(t, VEC_GP, error_of(code));
	return flags & DESC_P ? true : fail(t, VEC_NP, error_of(code));
}

static bool jump_gate(struct transfer *t, const struct descriptor *d)
{
	struct call_gate gate;
	struct descriptor code;
	if (!read_gate(t, d, &gate) || !gate_target(t, &gate, true, &code) ||
	    !transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &code.segment, gate.offset) ||
	    !descriptor_mark(t, &code))
		return false;
	enter(t, &code, gate.offset, cpl_of(t));
	return true;
}

/* Copy parameters from the caller's stack to the inner one, the last one first. */
static bool copy_parameters(struct transfer *t, const struct far_stack *from, struct far_stack *to,
			    const struct call_gate *gate)
{
	for (unsigned i = gate->parameters; i-- > 0;) {
		uint64_t value;
		if (!stack_peek(t, from, (uint64_t)i * gate->width, gate->width, &value, 1) ||
		    !stack_push(t, to, value, gate->width))
			return false;
	}
	return true;
}

/* The whole frame must fit before anything of it is written. */
static bool has_room(struct transfer *t, const struct far_stack *s, unsigned bytes)
{
	if (s->mask == UINT64_MAX) return true; /* the pushes check for canonical addresses */
	uint64_t at = (s->sp - bytes) & s->mask;
	return segment_holds(&s->ss, at, bytes) ||
	       transfer_fail(t, CPU_REFUSED_STACK_LIMIT, VEC_SS, s->error);
}

static bool call_inner(struct transfer *t, const struct call_gate *gate, struct descriptor *code,
		       uint64_t next)
{
	enum { FRAME_VALUES = 4 }; /* SS, SP, CS, IP */
	struct env *env = t->env;
	struct far_stack old = stack_now(t), s = { 0 };
	unsigned dpl = segment_dpl(&code->segment);
	if (!stack_of_ring(t, dpl, &s) ||
	    !has_room(t, &s, (FRAME_VALUES + gate->parameters) * gate->width) ||
	    !transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &code->segment, gate->offset) ||
	    !stack_push(t, &s, env->segs[CPU_SS].selector, gate->width) ||
	    !stack_push(t, &s, env->regs[CPU_RSP], gate->width) ||
	    !copy_parameters(t, &old, &s, gate) || !push_return(t, &s, gate->width, next) ||
	    !descriptor_mark(t, code))
		return false;
	env->segs[CPU_SS] = s.ss;
	stack_use(env, s.sp, s.mask);
	enter(t, code, gate->offset, dpl);
	return true;
}

static bool call_gate(struct transfer *t, const struct descriptor *d, uint64_t next)
{
	struct call_gate gate;
	struct descriptor code;
	if (!read_gate(t, d, &gate) || !gate_target(t, &gate, false, &code)) return false;
	bool inner = !(code.segment.flags & DESC_C) && segment_dpl(&code.segment) < cpl_of(t);
	if (inner) return call_inner(t, &gate, &code, next);
	return call_same_ring(t, &code, gate.offset, gate.width, next);
}

/* --- tasks */

static bool to_task(struct transfer *t, const struct descriptor *d, enum task_reason reason,
		    uint64_t next)
{
	unsigned dpl = segment_dpl(&d->segment);
	struct task_switch s = {
		.reason = reason, .selector = d->segment.selector, .rip = next, .rflags = t->rflags
	};
	if (dpl < cpl_of(t) || dpl < rpl_of(d)) return fail(t, VEC_GP, error_of(d));
	if (segment_type(&d->segment) == TYPE_TASK_GATE) {
		if (!(d->segment.flags & DESC_P)) return fail(t, VEC_NP, error_of(d));
		s.selector = (uint32_t)(d->raw >> 16) & 0xffff;
	}
	return task_switch(t, &s);
}

/* --- entry points */

static bool is_call_gate(const struct transfer *t, const struct descriptor *d)
{
	unsigned type = segment_type(&d->segment);
	return type == TYPE_CALL_GATE || (!t->lma && type == TYPE_CALL_GATE16);
}

static bool is_task(const struct transfer *t, const struct descriptor *d)
{
	unsigned type = segment_type(&d->segment) & ~(unsigned)TYPE_TSS_BUSY;
	return !t->lma && (type == TYPE_TSS || type == TYPE_TSS16 ||
			   segment_type(&d->segment) == TYPE_TASK_GATE);
}

bool far_jump(struct transfer *t, uint32_t selector, uint64_t offset, uint64_t next)
{
	struct descriptor d;
	if (selector_is_null(selector)) return fail(t, VEC_GP, 0);
	if (!descriptor_read(t, selector, VEC_GP, &d)) return false;
	if (segment_is_code(&d.segment)) return jump_direct(t, &d, offset);
	if (d.segment.flags & DESC_S) return fail(t, VEC_GP, error_of(&d));
	if (is_call_gate(t, &d)) return jump_gate(t, &d);
	if (is_task(t, &d)) return to_task(t, &d, TASK_JUMP, next);
	return fail(t, VEC_GP, error_of(&d));
}

bool far_call(struct transfer *t, uint32_t selector, uint64_t offset, unsigned width, uint64_t next)
{
	struct descriptor d;
	if (selector_is_null(selector)) return fail(t, VEC_GP, 0);
	if (!descriptor_read(t, selector, VEC_GP, &d)) return false;
	if (segment_is_code(&d.segment))
		return check_direct(t, &d) && call_same_ring(t, &d, offset, width, next);
	if (d.segment.flags & DESC_S) return fail(t, VEC_GP, error_of(&d));
	if (is_call_gate(t, &d)) return call_gate(t, &d, next);
	if (is_task(t, &d)) return to_task(t, &d, TASK_CALL, next);
	return fail(t, VEC_GP, error_of(&d));
}

bool far_call_real(struct transfer *t, uint32_t selector, uint64_t offset, unsigned width,
		   uint64_t next)
{
	struct env *env = t->env;
	struct far_stack s = stack_now(t);
	if (!push_return(t, &s, width, next) ||
	    !transfer_check_rip(t, CPU_REFUSED_CODE_LIMIT, &env->segs[CPU_CS], offset))
		return false;
	stack_use(env, s.sp, s.mask);
	env->segs[CPU_CS].selector = selector & 0xffff;
	env->segs[CPU_CS].base = (uint64_t)env->segs[CPU_CS].selector << 4;
	env->eip = offset;
	return true;
}
