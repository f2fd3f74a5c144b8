/* SPDX-License-Identifier: MIT */
/* Hardware task switching, complete (SDM Vol. 3A chapter 7): by JMP, CALL, IRET, and by interrupts
 * through task gates.
 *
 * What can be checked beforehand is checked in the old task: the first conditions of table 7-1, and
 * that every byte can be accessed. Then the old task is saved and the registers of the new one are
 * loaded, whatever they hold. Then the segments of the new task are checked, and a fault there is
 * an exception of the new task. The manual calls the order of these checks model specific; here it
 * is that of the table. */
#include <string.h>

#include "emu/bytes.h"
#include "emu/unicorn/x86/transfer.h"

/* A TSS (SDM Vol. 3A figures 7-2 and 7-10): offsets, and what differs between its two sizes. */
enum { TSS_LINK = 0, TSS_BYTES = 104 };
struct tss_layout {
	unsigned width, minimum_limit;
	unsigned cr3; /* 0: no CR3 */
	unsigned ip, flags, registers, segments, segment_step, n_segments, ldt;
	unsigned trap; /* 0: no T flag */
};
static const struct tss_layout tss32 = { 4, 0x67, 0x1c, 0x20, 0x24, 0x28, 0x48, 4, 6, 0x60, 0x64 };
static const struct tss_layout tss16 = { 2, 0x2b, 0, 0x0e, 0x10, 0x12, 0x22, 2, 4, 0x2a, 0 };
enum { N_REGISTERS = 8, SAVED_BYTES = 64, BUSY_BYTE = 5 };
enum { DR6 = 6, DR7 = 7, DR6_BT = 1 << 15, DR7_LOCAL = 0x155 }; /* L0 to L3, LE */
#define UPPER_OF_16 UINT32_C(0xffff0000)

/* The two tasks. */
struct tasks {
	const struct task_switch *s;
	struct descriptor tss; /* descriptor of the new task's TSS */
	const struct tss_layout *from, *to;
	uint64_t from_descriptor; /* linear */
	uint8_t state[TSS_BYTES]; /* state of the new task, as in memory */
};

static bool fail(struct transfer *t, uint8_t vector, uint32_t selector)
{
	return transfer_fail(t, CPU_REFUSED_TASK, vector, selector & SELECTOR_ERROR);
}

static const struct tss_layout *layout_of(const struct env_segment *s)
{
	return segment_type(s) & TYPE_32 ? &tss32 : &tss16;
}

static bool is_tss(const struct env_segment *s)
{
	unsigned type = segment_type(s) & ~(unsigned)TYPE_TSS_BUSY;
	return !(s->flags & DESC_S) && (type == TYPE_TSS || type == TYPE_TSS16);
}

/* --- checks in the old task */

/* Table 7-1, the conditions on the new task's TSS descriptor. */
static bool find_new(struct transfer *t, struct tasks *k)
{
	uint32_t selector = k->s->selector;
	bool back = k->s->reason == TASK_RETURN;
	uint8_t wrong = back ? VEC_TS : VEC_GP;
	struct env_segment *tss = &k->tss.segment;
	if ((selector & SELECTOR_TI) || selector_is_null(selector)) return fail(t, wrong, selector);
	if (!descriptor_read(t, selector, wrong, &k->tss)) return false;
	bool busy = segment_type(tss) & TYPE_TSS_BUSY;
	if (!is_tss(tss) || busy != back) return fail(t, wrong, selector);
	if (!(tss->flags & DESC_P)) return fail(t, VEC_NP, selector);
	k->to = layout_of(tss);
	return tss->limit >= k->to->minimum_limit ? true : fail(t, VEC_TS, selector);
}

static bool leaves_busy(const struct task_switch *s)
{
	return s->reason == TASK_CALL || s->reason == TASK_EVENT;
}

/* The CR3 of the new task; false: CR3 stays. */
static bool brings_cr3(const struct transfer *t, const struct tasks *k, uint64_t *cr3)
{
	if (!k->to->cr3 || !(t->env->cr[0] & CR0_PG)) return false;
	uint64_t theirs = get_le(k->state + k->to->cr3, 4);
	if (theirs == t->env->cr[3]) return false;
	*cr3 = theirs;
	return true;
}

/* Reserved bits in PDPTEs: a fault while the state is loaded belongs to the old task (SDM Vol. 3A
 * 7.3, step 12). */
static bool check_pdptes(struct transfer *t, const struct tasks *k)
{
	uint64_t cr3, pdpte[PAGING_PDPTES];
	if (!(t->env->cr[4] & CR4_PAE) || !brings_cr3(t, k, &cr3)) return true;
	return paging_load_pdptes(t->cpu->mem, cr3, pdpte) || fail(t, VEC_GP, 0);
}

/* Check that both TSSs and their descriptors can be accessed. After that no access faults. */
static bool reach_memory(struct transfer *t, struct tasks *k)
{
	const struct env *env = t->env;
	const struct env_segment *tr = &env->tr;
	uint64_t new = k->tss.segment.base;
	k->from = layout_of(tr);
	if (tr->limit < k->from->minimum_limit) return fail(t, VEC_TS, tr->selector);
	unsigned saved =
		k->from->segments + k->from->n_segments * k->from->segment_step - k->from->ip;
	if (!selector_find(env, tr->selector & SELECTOR_INDEX, DESCRIPTOR_BYTES,
			   &k->from_descriptor))
		k->from_descriptor = 0;
	if (!transfer_read(t, CPU_REFUSED_TSS_UNREADABLE, new, k->state, k->to->minimum_limit + 1))
		return false;
	if (!transfer_probe_write(t, tr->base + k->from->ip, saved)) return false;
	if (leaves_busy(k->s))
		return transfer_probe_write(t, new + TSS_LINK, 2) &&
		       transfer_probe_write(t, k->tss.at, DESCRIPTOR_BYTES);
	if (k->from_descriptor && !transfer_probe_write(t, k->from_descriptor, DESCRIPTOR_BYTES))
		return false;
	return k->s->reason != TASK_JUMP || transfer_probe_write(t, k->tss.at, DESCRIPTOR_BYTES);
}

/* --- saving and loading; all accesses were checked before */

static void put(uint8_t *to, uint64_t value, unsigned width)
{
	for (unsigned i = 0; i < width; i++) to[i] = (uint8_t)(value >> (8 * i));
}

static void save_old(struct transfer *t, const struct tasks *k)
{
	const struct env *env = t->env;
	const struct tss_layout *l = k->from;
	uint64_t rflags = k->s->rflags;
	uint8_t b[SAVED_BYTES];
	unsigned size = l->segments + l->n_segments * l->segment_step - l->ip;
	if (k->s->reason == TASK_RETURN) rflags &= ~(uint64_t)FL_NT;
	/* Memory between the selectors is not changed. */
	if (!transfer_read(t, CPU_REFUSED_TSS_UNREADABLE, env->tr.base + l->ip, b, size)) return;
	put(b, k->s->rip, l->width);
	put(b + (l->flags - l->ip), rflags, l->width);
	for (unsigned i = 0; i < N_REGISTERS; i++)
		put(b + (l->registers - l->ip) + (size_t)i * l->width, env->regs[i], l->width);
	for (unsigned i = 0; i < l->n_segments; i++)
		put(b + (l->segments - l->ip) + (size_t)i * l->segment_step, env->segs[i].selector,
		    2);
	transfer_write(t, CPU_REFUSED_TSS_UNREADABLE, env->tr.base + l->ip, b, size);
}

static void set_busy(struct transfer *t, uint64_t descriptor, bool busy)
{
	uint8_t b;
	if (!transfer_read(t, CPU_REFUSED_TSS_UNREADABLE, descriptor + BUSY_BYTE, &b, 1)) return;
	b = (uint8_t)(busy ? b | TYPE_TSS_BUSY : b & ~TYPE_TSS_BUSY);
	transfer_write(t, CPU_REFUSED_TSS_UNREADABLE, descriptor + BUSY_BYTE, &b, 1);
}

static void leave_old(struct transfer *t, struct tasks *k)
{
	uint64_t new = k->tss.segment.base;
	if (!leaves_busy(k->s) && k->from_descriptor) set_busy(t, k->from_descriptor, false);
	save_old(t, k);
	if (leaves_busy(k->s)) {
		uint8_t link[2];
		put(link, t->env->tr.selector, sizeof link);
		transfer_write(t, CPU_REFUSED_TSS_UNREADABLE, new + TSS_LINK, link, sizeof link);
	}
	if (k->s->reason != TASK_RETURN) set_busy(t, k->tss.at, true);
	/* Read again: it may be the task that was just saved. */
	transfer_read(t, CPU_REFUSED_TSS_UNREADABLE, new, k->state, k->to->minimum_limit + 1);
}

static uint64_t field(const struct tasks *k, unsigned at, unsigned width)
{
	return get_le(k->state + at, width);
}

static uint32_t selector_field(const struct tasks *k, enum cpu_segment i)
{
	if ((unsigned)i >= k->to->n_segments) return 0;
	return (uint32_t)field(k, k->to->segments + i * k->to->segment_step, 2);
}

static void load_cr3(struct transfer *t, const struct tasks *k)
{
	struct env *env = t->env;
	if (!brings_cr3(t, k, &env->cr[3])) return;
	if (env->cr[4] & CR4_PAE) paging_load_pdptes(t->cpu->mem, env->cr[3], t->cpu->s.pdpte);
	cpu_flush_tlb(t->cpu);
	if (t->cpu->tlb) tlb_invalidate_space(&t->cpu->tlb->model);
	transfer_read_paging(t);
}

static void load_flags(struct transfer *t, const struct tasks *k)
{
	uint64_t rflags = field(k, k->to->flags, k->to->width);
	const uint64_t known = FL_ARITHMETIC | FL_DF | FL_TF | FL_IF | FL_IOPL | FL_NT | FL_RF |
			       FL_VM | FL_AC | FL_VIF | FL_VIP | FL_ID;
	rflags &= known;
	if (leaves_busy(k->s)) rflags |= FL_NT;
	t->rflags = rflags | FL_ONE;
	context_put_rflags(t->env, t->rflags);
}

/* Load selectors without their descriptors: no segment can be used yet. */
static void load_selectors(struct transfer *t, const struct tasks *k)
{
	struct env *env = t->env;
	unsigned cpl = selector_field(k, CPU_CS) & SELECTOR_RPL;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) {
		uint32_t selector = selector_field(k, (enum cpu_segment)i);
		env->segs[i] = t->rflags & FL_VM ? segment_v86(selector)
						 : (struct env_segment){ .selector = selector };
	}
	/* The engine takes CPL from SS. */
	if (!(t->rflags & FL_VM)) env->segs[CPU_SS].flags = cpl << DESC_DPL_SHIFT;
	env->ldt = (struct env_segment){ .selector = (uint32_t)field(k, k->to->ldt, 2) };
}

/* Every task switch clears the local breakpoints (SDM Vol. 3B 17.2.4). Existing translations depend
 * on instruction breakpoints. */
static void drop_local_breakpoints(struct transfer *t)
{
	size_t at = t->cpu->layout.dr + 8 * (size_t)DR7;
	uint64_t dr7 = context_get64(t->env, at);
	if (!(dr7 & DR7_LOCAL)) return;
	context_set64(t->env, at, dr7 & ~(uint64_t)DR7_LOCAL);
	t->cpu->translate_anew = true;
}

/* The registers of the new task. */
static void load_new(struct transfer *t, const struct tasks *k)
{
	struct env *env = t->env;
	const struct context_layout *l = &t->cpu->layout;
	uint32_t upper = k->to->width == 2 ? UPPER_OF_16 : 0;
	env->tr = k->tss.segment;
	env->tr.flags |= TYPE_TSS_BUSY << DESC_TYPE_SHIFT;
	env->cr[0] |= CR0_TS;
	drop_local_breakpoints(t);
	load_cr3(t, k);
	env->eip = field(k, k->to->ip, k->to->width);
	for (unsigned i = 0; i < N_REGISTERS; i++)
		env->regs[i] = upper | field(k, k->to->registers + i * k->to->width, k->to->width);
	load_flags(t, k);
	load_selectors(t, k);
	context_update_hflags(env, l, t->rflags);
	t->changed = true;
}

/* --- checks in the new task (table 7-1) */

static bool load_ldt(struct transfer *t)
{
	uint32_t selector = t->env->ldt.selector;
	struct descriptor d;
	if (selector_is_null(selector)) return true;
	if (selector & SELECTOR_TI) return fail(t, VEC_TS, selector);
	if (!descriptor_read(t, selector, VEC_TS, &d)) return false;
	if ((d.segment.flags & DESC_S) || segment_type(&d.segment) != TYPE_LDT ||
	    !(d.segment.flags & DESC_P))
		return fail(t, VEC_TS, selector);
	t->env->ldt = d.segment;
	return true;
}

static bool check_code(struct transfer *t, uint32_t selector, struct descriptor *cs)
{
	unsigned rpl = selector & SELECTOR_RPL;
	if (selector_is_null(selector)) return fail(t, VEC_TS, selector);
	if (!descriptor_read(t, selector, VEC_TS, cs)) return false;
	unsigned dpl = segment_dpl(&cs->segment);
	bool allowed = cs->segment.flags & DESC_C ? dpl <= rpl : dpl == rpl;
	return segment_is_code(&cs->segment) && allowed ? true : fail(t, VEC_TS, selector);
}

static bool check_stack(struct transfer *t, uint32_t selector, unsigned cpl, struct descriptor *ss)
{
	if (selector_is_null(selector)) return fail(t, VEC_TS, selector);
	if (!descriptor_read(t, selector, VEC_TS, ss)) return false;
	if (!segment_is_writable_data(&ss->segment)) return fail(t, VEC_TS, selector);
	if (!(ss->segment.flags & DESC_P)) return fail(t, VEC_SS, selector);
	return segment_dpl(&ss->segment) == cpl ? true : fail(t, VEC_TS, selector);
}

static bool load_data(struct transfer *t, enum cpu_segment reg, unsigned cpl)
{
	struct descriptor d;
	uint32_t selector = t->env->segs[reg].selector;
	if (selector_is_null(selector)) return true;
	if (!descriptor_read(t, selector, VEC_TS, &d)) return false;
	uint32_t flags = d.segment.flags;
	bool code = flags & DESC_CODE;
	bool readable = (flags & DESC_S) && (!code || (flags & DESC_W));
	unsigned rpl = selector & SELECTOR_RPL, dpl = segment_dpl(&d.segment);
	bool conforming = code && (flags & DESC_C);
	if (!readable || (!conforming && (dpl < cpl || dpl < rpl)))
		return fail(t, VEC_TS, selector);
	if (!(flags & DESC_P)) return fail(t, VEC_NP, selector);
	if (!descriptor_mark(t, &d)) return false;
	t->env->segs[reg] = d.segment;
	return true;
}

static bool load_segments(struct transfer *t)
{
	static const enum cpu_segment data[] = { CPU_ES, CPU_DS, CPU_FS, CPU_GS };
	struct env *env = t->env;
	uint32_t cs_selector = env->segs[CPU_CS].selector, ss_selector = env->segs[CPU_SS].selector;
	unsigned cpl = cs_selector & SELECTOR_RPL;
	struct descriptor cs, ss;
	if (!check_code(t, cs_selector, &cs) || !check_stack(t, ss_selector, cpl, &ss))
		return false;
	if (!(cs.segment.flags & DESC_P)) return fail(t, VEC_NP, cs_selector);
	if ((ss_selector & SELECTOR_RPL) != cpl) return fail(t, VEC_TS, ss_selector);
	if (!descriptor_mark(t, &cs) || !descriptor_mark(t, &ss)) return false;
	env->segs[CPU_CS] = cs.segment;
	env->segs[CPU_SS] = ss.segment;
	for (unsigned i = 0; i < sizeof data / sizeof data[0]; i++)
		if (!load_data(t, data[i], cpl)) return false;
	return true;
}

static bool push_error(struct transfer *t, const struct tasks *k)
{
	if (!k->s->has_error) return true;
	struct far_stack s = stack_now(t);
	if (!stack_push(t, &s, k->s->error, k->to->width)) return false;
	stack_use(t->env, s.sp, s.mask);
	return true;
}

static bool settle(struct transfer *t, const struct tasks *k)
{
	struct env *env = t->env;
	bool ok = load_ldt(t) && ((t->rflags & FL_VM) || load_segments(t));
	context_update_hflags(env, &t->cpu->layout, t->rflags);
	return ok && push_error(t, k) &&
	       transfer_check_rip(t, CPU_REFUSED_TASK, &env->segs[CPU_CS], env->eip);
}

bool task_switch(struct transfer *t, const struct task_switch *s)
{
	struct tasks k = { .s = s };
	t->exits = svm_task_switch(t->cpu, s);
	if (t->exits) return false;
	if (!find_new(t, &k) || !reach_memory(t, &k) || !check_pdptes(t, &k)) return false;
	leave_old(t, &k);
	load_new(t, &k);
	if (!settle(t, &k)) return false;
	if (k.to->trap && (k.state[k.to->trap] & 1)) {
		size_t dr6 = t->cpu->layout.dr + 8 * (size_t)DR6;
		context_set64(t->env, dr6, context_get64(t->env, dr6) | DR6_BT);
		t->debug_trap = true;
	}
	return true;
}
