/* SPDX-License-Identifier: MIT */
/* MOV, POP and the far loads of a data segment register, LLDT and LTR in protected mode (SDM Vol.
 * 2A, MOV, LLDT, LTR), LAR and LSL. */
#include "emu/unicorn/x86/transfer.h"

#include "emu/bytes.h"

enum { UPPER_TYPE = 0x1f << 8 };

static bool fail(struct transfer *t, uint8_t vector, uint32_t selector)
{
	return transfer_fail(t, CPU_REFUSED_CODE_TYPE, vector, selector & SELECTOR_ERROR);
}

/* 64-bit code in inner rings may have a null stack segment. */
static bool load_null(struct transfer *t, enum cpu_segment reg, uint32_t selector)
{
	struct env *env = t->env;
	unsigned cpl = env->hflags & HF_CPL;
	bool stack = reg == CPU_SS;
	if (stack && (!(env->hflags & HF_CS64) || cpl == 3 || (selector & SELECTOR_RPL) != cpl))
		return fail(t, VEC_GP, 0);
	struct env_segment null = { .selector = selector,
				    .flags = stack ? cpl << DESC_DPL_SHIFT : 0 };
	/* FS and GS keep their bases (unread: AMD APM Vol. 2, 4.8.1). The others are cleared:
	 * 64-bit code ignores them, but the engine would add them for a prefix. */
	bool based = reg == CPU_FS || reg == CPU_GS;
	if (based && !cpuid_is_intel(&t->cpu->features)) {
		null.base = env->segs[reg].base;
		null.limit = env->segs[reg].limit;
	}
	env->segs[reg] = null;
	return true;
}

static bool may_load(const struct transfer *t, enum cpu_segment reg, const struct env_segment *s)
{
	unsigned cpl = t->env->hflags & HF_CPL, rpl = s->selector & SELECTOR_RPL;
	unsigned dpl = segment_dpl(s);
	bool code = s->flags & DESC_CODE;
	if (!(s->flags & DESC_S)) return false;
	if (reg == CPU_SS) return segment_is_writable_data(s) && rpl == cpl && dpl == cpl;
	if (code && !(s->flags & DESC_W)) return false;
	return (code && (s->flags & DESC_C)) || (dpl >= cpl && dpl >= rpl);
}

bool segment_load(struct transfer *t, enum cpu_segment reg, uint32_t selector)
{
	struct env *env = t->env;
	struct descriptor d;
	if (selector_is_null(selector)) {
		if (!load_null(t, reg, selector)) return false;
	} else {
		if (!descriptor_read(t, selector, VEC_GP, &d)) return false;
		if (!may_load(t, reg, &d.segment)) return fail(t, VEC_GP, selector);
		if (!(d.segment.flags & DESC_P))
			return fail(t, reg == CPU_SS ? VEC_SS : VEC_NP, selector);
		if (!descriptor_mark(t, &d)) return false;
		env->segs[reg] = d.segment;
	}
	context_update_hflags(env, &t->cpu->layout, env->eflags);
	return true;
}

/* Check the base of LDTR and TR. "#GP(selector)": unread: AMD APM Vol. 3, LLDT and LTR. */
static bool check_base(struct transfer *t, uint32_t selector, const struct descriptor *d)
{
	return paging_canonical(&t->paging, d->segment.base) || fail(t, VEC_GP, selector);
}

/* Read a descriptor of the GDT for LDTR and TR; it has 16 bytes in long mode. */
static bool read_system(struct transfer *t, uint32_t selector, struct descriptor *d)
{
	uint8_t upper[DESCRIPTOR_BYTES];
	uint64_t at;
	unsigned size = t->lma ? DESCRIPTOR64_BYTES : DESCRIPTOR_BYTES;
	if ((selector & SELECTOR_TI) || !selector_find(t->env, selector, size, &at))
		return fail(t, VEC_GP, selector);
	if (!descriptor_read(t, selector, VEC_GP, d)) return false;
	if (!t->lma) return true;
	if (!transfer_read(t, CPU_REFUSED_CODE_UNREADABLE, at + DESCRIPTOR_BYTES, upper,
			   sizeof upper))
		return false;
	d->segment.base |= get_le(upper, 4) << 32;
	return get_le(upper + 4, 4) & UPPER_TYPE ? fail(t, VEC_GP, selector) : true;
}

bool segment_load_ldt(struct transfer *t, uint32_t selector)
{
	struct descriptor d;
	if (selector_is_null(selector)) {
		t->env->ldt = (struct env_segment){ .selector = selector };
		return true;
	}
	if (!read_system(t, selector, &d)) return false;
	if ((d.segment.flags & DESC_S) || segment_type(&d.segment) != TYPE_LDT)
		return fail(t, VEC_GP, selector);
	if (!(d.segment.flags & DESC_P)) return fail(t, VEC_NP, selector);
	if (!check_base(t, selector, &d)) return false;
	t->env->ldt = d.segment;
	return true;
}

bool segment_load_task(struct transfer *t, uint32_t selector)
{
	struct descriptor d;
	if (selector_is_null(selector)) return fail(t, VEC_GP, 0);
	if (!read_system(t, selector, &d)) return false;
	unsigned type = segment_type(&d.segment);
	bool available = type == TYPE_TSS || (!t->lma && type == TYPE_TSS16);
	if ((d.segment.flags & DESC_S) || !available) return fail(t, VEC_GP, selector);
	if (!(d.segment.flags & DESC_P)) return fail(t, VEC_NP, selector);
	if (!check_base(t, selector, &d)) return false;
	if (!descriptor_set(t, &d, TYPE_TSS_BUSY << DESC_TYPE_SHIFT)) return false;
	t->env->tr = d.segment;
	return true;
}

/* --- LAR and LSL (SDM Vol. 2A, tables "Segment and Gate Types") */

/* Visible types of system descriptors, as a set. */
static unsigned visible_types(const struct transfer *t, enum segment_question question)
{
	enum {
		LONG_MODE = 1 << TYPE_LDT | 1 << TYPE_TSS | 1 << (TYPE_TSS | TYPE_TSS_BUSY),
		LEGACY = LONG_MODE | 1 << TYPE_TSS16 | 1 << (TYPE_TSS16 | TYPE_TSS_BUSY),
		GATES_LONG = 1 << TYPE_CALL_GATE,
		GATES = GATES_LONG | 1 << TYPE_CALL_GATE16 | 1 << TYPE_TASK_GATE
	};
	if (question == SEGMENT_LIMIT) return t->lma ? LONG_MODE : LEGACY;
	return t->lma ? LONG_MODE | GATES_LONG : LEGACY | GATES;
}

static bool visible(const struct transfer *t, enum segment_question question,
		    const struct env_segment *s)
{
	unsigned cpl = t->env->hflags & HF_CPL, rpl = s->selector & SELECTOR_RPL;
	enum { CONFORMING_CODE = DESC_S | DESC_CODE | DESC_C };
	if ((s->flags & CONFORMING_CODE) == CONFORMING_CODE) return true;
	if (!(s->flags & DESC_S) && !(visible_types(t, question) >> segment_type(s) & 1))
		return false;
	return segment_dpl(s) >= cpl && segment_dpl(s) >= rpl;
}

bool segment_ask(struct transfer *t, enum segment_question question, uint32_t selector,
		 bool *answered, uint32_t *answer)
{
	enum { ACCESS_RIGHTS = 0x00f0ff00 };
	struct descriptor d;
	uint64_t at;
	*answered = false;
	if (selector_is_null(selector) || !selector_find(t->env, selector, DESCRIPTOR_BYTES, &at))
		return true;
	if (!descriptor_read(t, selector, VEC_GP, &d)) return false;
	*answered = visible(t, question, &d.segment);
	*answer = question == SEGMENT_LIMIT ? d.segment.limit : d.segment.flags & ACCESS_RIGHTS;
	return true;
}
