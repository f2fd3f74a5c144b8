/* SPDX-License-Identifier: MIT */
/* Delivery of exceptions and interrupts, through the IVT in real mode and the IDT elsewhere (SDM
 * Vol. 3A chapter 6; real mode: 20.1.4), with double and triple faults.
 *
 * Not modelled: task gates (reported), VME redirection, shadow stacks. */
#include <string.h>

#include "emu/cpu/cpu_internal.h"

enum gate_type { GATE_TASK = 5, GATE_INT16 = 6, GATE_TRAP16 = 7, GATE_INT = 14, GATE_TRAP = 15 };
enum { TSS32_AVAILABLE = 9, TSS_TYPE_32 = 8, ERROR_EXT = 1, ERROR_IDT = 2, SELECTOR_TI = 4 };
enum { TSS32_ESP0 = 4, TSS16_SP0 = 2, TSS64_RSP0 = 4, TSS64_IST1 = 36 };
enum { IVT_ENTRY = 4, GATE_BYTES = 8, GATE64_BYTES = 16 };

/* One attempt. `fault` is what went wrong, when it did. */
struct delivery {
	struct cpu *cpu;
	struct env *env;
	struct pending_event event;
	struct pending_event fault;
	uint64_t rflags;
	uint32_t ext;
	bool is64;
	struct cpu_failed_delivery report; /* what is known, should it fail */
};

struct gate {
	unsigned type, dpl, ist;
	uint32_t selector;
	uint64_t offset;
};

static bool fail(struct delivery *d, enum cpu_refusal why, uint8_t vector, uint32_t error)
{
	d->report.why = why;
	d->fault = (struct pending_event){
		.valid = true, .vector = vector, .has_error = true, .error = error
	};
	return false;
}

/* A memory access of the delivery itself failed. */
static bool fail_access(struct delivery *d, enum cpu_refusal why, const struct linear_fault *f)
{
	bool stack = why == CPU_REFUSED_STACK_UNWRITABLE;
	d->report.address = f->address;
	d->report.noncanonical = f->noncanonical;
	d->report.page_error = f->error;
	if (f->noncanonical) return fail(d, why, stack ? VEC_SS : VEC_GP, d->ext);
	fail(d, why, VEC_PF, f->error);
	d->fault.cr2 = f->address;
	return false;
}

static bool read_table(struct delivery *d, enum cpu_refusal why, uint64_t linear, void *buf,
		       size_t len)
{
	struct linear_fault f;
	return linear_read(d->cpu, linear, buf, len, &f) || fail_access(d, why, &f);
}

static uint64_t little_endian(const uint8_t *bytes, unsigned n)
{
	uint64_t v = 0;
	for (unsigned i = n; i-- > 0;) v = v << 8 | bytes[i];
	return v;
}

/* --- descriptors */

static struct env_segment segment_of(uint32_t selector, uint64_t desc)
{
	uint32_t high = (uint32_t)(desc >> 32);
	uint32_t limit = (uint32_t)(desc & 0xffff) | (high & 0xf0000);
	uint32_t base = (uint32_t)(desc >> 16 & 0xffffff) | (high & 0xff000000);
	if (high & DESC_G) limit = limit << 12 | 0xfff;
	return (struct env_segment){ selector, base, limit, high };
}

/* Read the descriptor of a non-null selector. Beyond its table: false, nothing set. */
static bool read_descriptor(struct delivery *d, enum cpu_refusal why, uint32_t selector,
			    uint64_t *desc, bool *in_table)
{
	const struct env_segment *table = selector & SELECTOR_TI ? &d->env->ldt : &d->env->gdt;
	uint32_t at = selector & ~7u;
	*in_table = (uint64_t)at + 7 <= table->limit;
	if (selector & SELECTOR_TI) *in_table &= (d->env->ldt.flags & DESC_P) != 0;
	if (!*in_table) return true;
	uint8_t bytes[8];
	if (!read_table(d, why, table->base + at, bytes, sizeof bytes)) return false;
	*desc = d->report.descriptor = little_endian(bytes, 8);
	d->report.descriptor_read = true;
	return true;
}

static unsigned desc_dpl(const struct env_segment *s) { return s->flags >> DESC_DPL_SHIFT & 3; }

static bool read_gate(struct delivery *d, struct gate *gate)
{
	uint32_t at = d->event.vector * (uint32_t)(d->is64 ? GATE64_BYTES : GATE_BYTES);
	uint32_t code = d->event.vector * 8u + ERROR_IDT + d->ext;
	uint8_t b[GATE64_BYTES] = { 0 };
	size_t n = d->is64 ? GATE64_BYTES : GATE_BYTES;
	d->report.gate_at = d->env->idt.base + at;
	d->report.gate_size = (unsigned)n;
	if ((uint64_t)at + n - 1 > d->env->idt.limit)
		return fail(d, CPU_REFUSED_IDT_LIMIT, VEC_GP, code);
	if (!read_table(d, CPU_REFUSED_GATE_UNREADABLE, d->env->idt.base + at, b, n)) return false;
	memcpy(d->report.gate, b, sizeof b);
	d->report.gate_read = true;
	*gate = (struct gate){ .type = b[5] & 0x1f,
			       .dpl = b[5] >> 5 & 3,
			       .ist = b[4] & 7,
			       .selector = (uint32_t)little_endian(b + 2, 2),
			       .offset = little_endian(b, 2) | little_endian(b + 6, 2) << 16 };
	if (d->is64) gate->offset |= little_endian(b + 8, 4) << 32;
	bool known = gate->type == GATE_INT || gate->type == GATE_TRAP;
	if (!d->is64)
		known |= gate->type == GATE_INT16 || gate->type == GATE_TRAP16 ||
			 gate->type == GATE_TASK;
	if (!known) return fail(d, CPU_REFUSED_GATE_TYPE, VEC_GP, code);
	unsigned cpl = d->env->hflags & HF_CPL;
	if (d->event.software && gate->dpl < cpl)
		return fail(d, CPU_REFUSED_GATE_DPL, VEC_GP, code);
	if (!(b[5] & 0x80)) return fail(d, CPU_REFUSED_GATE_ABSENT, VEC_NP, code);
	if (gate->type == GATE_INT16 || gate->type == GATE_TRAP16) gate->offset &= 0xffff;
	return true;
}

/* The handler's code segment. */
static bool read_code_segment(struct delivery *d, const struct gate *gate, struct env_segment *cs)
{
	uint32_t code = (gate->selector & 0xfffc) + d->ext;
	uint64_t desc = 0;
	bool in_table;
	d->report.selector = (uint16_t)gate->selector;
	if (!(gate->selector & 0xfffc)) return fail(d, CPU_REFUSED_CODE_NULL, VEC_GP, d->ext);
	if (!read_descriptor(d, CPU_REFUSED_CODE_UNREADABLE, gate->selector, &desc, &in_table))
		return false;
	if (!in_table) return fail(d, CPU_REFUSED_CODE_LIMIT, VEC_GP, code);
	*cs = segment_of(gate->selector, desc);
	bool is_code = (cs->flags & (DESC_S | DESC_CODE)) == (DESC_S | DESC_CODE);
	if (!is_code) return fail(d, CPU_REFUSED_CODE_TYPE, VEC_GP, code);
	if (desc_dpl(cs) > (d->env->hflags & HF_CPL))
		return fail(d, CPU_REFUSED_CODE_DPL, VEC_GP, code);
	if (!(cs->flags & DESC_P)) return fail(d, CPU_REFUSED_CODE_ABSENT, VEC_NP, code);
	if (d->is64 && (cs->flags & (DESC_L | DESC_B)) != DESC_L)
		return fail(d, CPU_REFUSED_CODE_NOT_64, VEC_GP, code);
	return true;
}

/* --- stacks */

struct stack {
	struct env_segment ss;
	uint64_t sp;
	uint64_t mask; /* of the stack pointer's size */
};

static bool push(struct delivery *d, struct stack *s, uint64_t value, unsigned bytes)
{
	struct linear_fault f;
	uint8_t b[8];
	uint64_t sp = (s->sp - bytes) & s->mask;
	bool expand_down = s->ss.flags & DESC_C && !(s->ss.flags & DESC_CODE);
	if (!d->is64 && !expand_down && (d->env->cr[0] & CR0_PE) && sp + bytes - 1 > s->ss.limit)
		return fail(d, CPU_REFUSED_STACK_LIMIT, VEC_SS, (s->ss.selector & 0xfffc) + d->ext);
	for (unsigned i = 0; i < bytes; i++) b[i] = (uint8_t)(value >> (8 * i));
	uint64_t linear = d->is64 ? sp : (uint32_t)(s->ss.base + sp);
	if (!linear_write(d->cpu, linear, b, bytes, &f))
		return fail_access(d, CPU_REFUSED_STACK_UNWRITABLE, &f);
	s->sp = (s->sp & ~s->mask) | sp;
	return true;
}

/* SS:ESP of an inner ring from the 16- or 32-bit TSS. */
static bool inner_stack(struct delivery *d, unsigned dpl, struct stack *s)
{
	const struct env_segment *tr = &d->env->tr;
	bool tss32 = (tr->flags >> 8 & TSS_TYPE_32) != 0;
	uint32_t at = tss32 ? TSS32_ESP0 + dpl * 8 : TSS16_SP0 + dpl * 4;
	unsigned width = tss32 ? 4 : 2;
	uint8_t b[6];
	d->report.stack = CPU_STACK_RING;
	d->report.stack_n = dpl;
	d->report.stack_slot = tr->base + at;
	if ((uint64_t)at + width + 1 > tr->limit)
		return fail(d, CPU_REFUSED_TSS_LIMIT, VEC_TS, (tr->selector & 0xfffc) + d->ext);
	if (!read_table(d, CPU_REFUSED_TSS_UNREADABLE, tr->base + at, b, width + 2)) return false;
	uint32_t selector = (uint32_t)little_endian(b + width, 2);
	uint32_t code = (selector & 0xfffc) + d->ext;
	uint64_t desc = 0;
	bool in_table;
	d->report.stack_pointer = little_endian(b, width);
	d->report.selector = (uint16_t)selector;
	d->report.descriptor_read = false;
	if (!(selector & 0xfffc)) return fail(d, CPU_REFUSED_STACK_NULL, VEC_TS, d->ext);
	if (!read_descriptor(d, CPU_REFUSED_STACK_UNREADABLE, selector, &desc, &in_table))
		return false;
	s->ss = segment_of(selector, desc);
	bool writable_data = (s->ss.flags & (DESC_S | DESC_CODE | DESC_W)) == (DESC_S | DESC_W);
	if (!in_table || (selector & 3) != dpl || desc_dpl(&s->ss) != dpl || !writable_data)
		return fail(d, CPU_REFUSED_STACK_SEGMENT, VEC_TS, code);
	if (!(s->ss.flags & DESC_P)) return fail(d, CPU_REFUSED_STACK_ABSENT, VEC_SS, code);
	s->sp = little_endian(b, width);
	s->mask = s->ss.flags & DESC_B ? UINT32_MAX : 0xffff;
	return true;
}

static bool stack64(struct delivery *d, unsigned at, struct stack *s)
{
	uint8_t b[8];
	d->report.stack_slot = d->env->tr.base + at;
	if ((uint64_t)at + 7 > d->env->tr.limit)
		return fail(d, CPU_REFUSED_TSS_LIMIT, VEC_TS,
			    (d->env->tr.selector & 0xfffc) + d->ext);
	if (!read_table(d, CPU_REFUSED_TSS_UNREADABLE, d->env->tr.base + at, b, sizeof b))
		return false;
	s->sp = d->report.stack_pointer = little_endian(b, 8);
	return true;
}

/* --- the end of every path */

static void enter(struct delivery *d, const struct env_segment *cs, uint64_t rip, uint64_t clear)
{
	uint64_t rflags = d->rflags & ~clear;
	d->env->segs[CPU_CS] = *cs;
	d->env->eip = rip;
	context_put_rflags(d->env, rflags);
	context_update_hflags(d->env, &d->cpu->layout, rflags);
}

static uint64_t flags_cleared(const struct gate *gate)
{
	uint64_t clear = FL_TF | FL_NT | FL_RF | FL_VM;
	if (gate->type == GATE_INT || gate->type == GATE_INT16) clear |= FL_IF;
	return clear;
}

/* RF is set in the image pushed for faults, so that the instruction restarts (SDM 17.3.1.1). */
static uint64_t pushed_flags(const struct delivery *d)
{
	bool trap = d->event.vector == VEC_DB || d->event.vector == VEC_BP ||
		    d->event.vector == VEC_OF || d->event.software || d->event.external ||
		    d->event.vector == VEC_NMI || d->event.vector == VEC_DF;
	return trap ? d->rflags : d->rflags | FL_RF;
}

/* --- long mode */

static bool deliver_long(struct delivery *d)
{
	struct gate gate;
	struct env_segment cs;
	struct env *env = d->env;
	if (!read_gate(d, &gate) || !read_code_segment(d, &gate, &cs)) return false;
	unsigned cpl = env->hflags & HF_CPL;
	unsigned dpl = cs.flags & DESC_C ? cpl : desc_dpl(&cs);
	struct stack s = { .ss = env->segs[CPU_SS], .sp = env->regs[CPU_RSP], .mask = UINT64_MAX };
	d->report.stack_pointer = s.sp;
	if (gate.ist) {
		d->report.stack = CPU_STACK_IST;
		d->report.stack_n = gate.ist;
		if (!stack64(d, TSS64_IST1 + (gate.ist - 1) * 8, &s)) return false;
	} else if (dpl < cpl) {
		d->report.stack = CPU_STACK_RING;
		d->report.stack_n = dpl;
		if (!stack64(d, TSS64_RSP0 + dpl * 8, &s)) return false;
	}
	if (dpl < cpl)
		s.ss = (struct env_segment){ .selector = dpl, .flags = dpl << DESC_DPL_SHIFT };
	s.sp &= ~UINT64_C(15);
	bool ok = push(d, &s, env->segs[CPU_SS].selector, 8) &&
		  push(d, &s, env->regs[CPU_RSP], 8) && push(d, &s, pushed_flags(d), 8) &&
		  push(d, &s, env->segs[CPU_CS].selector, 8) && push(d, &s, d->event.rip, 8) &&
		  (!d->event.has_error || push(d, &s, d->event.error, 8));
	if (!ok) return false;
	env->segs[CPU_SS] = s.ss;
	env->regs[CPU_RSP] = s.sp;
	cs.selector = (gate.selector & ~3u) | dpl;
	enter(d, &cs, gate.offset, flags_cleared(&gate));
	return true;
}

/* --- protected mode */

static bool push_v86_segments(struct delivery *d, struct stack *s, unsigned width)
{
	static const int order[] = { CPU_GS, CPU_FS, CPU_DS, CPU_ES };
	for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++)
		if (!push(d, s, d->env->segs[order[i]].selector, width)) return false;
	return true;
}

static bool push_frame(struct delivery *d, struct stack *s, bool inner, unsigned width)
{
	const struct env *env = d->env;
	if ((d->rflags & FL_VM) && !push_v86_segments(d, s, width)) return false;
	if (inner && !(push(d, s, env->segs[CPU_SS].selector, width) &&
		       push(d, s, env->regs[CPU_RSP], width)))
		return false;
	return push(d, s, pushed_flags(d), width) &&
	       push(d, s, env->segs[CPU_CS].selector, width) && push(d, s, d->event.rip, width) &&
	       (!d->event.has_error || push(d, s, d->event.error, width));
}

static void clear_data_segments(struct env *env)
{
	static const int data[] = { CPU_GS, CPU_FS, CPU_DS, CPU_ES };
	for (unsigned i = 0; i < sizeof data / sizeof data[0]; i++)
		env->segs[data[i]] = (struct env_segment){ 0 };
}

static bool deliver_protected(struct delivery *d)
{
	struct gate gate;
	struct env_segment cs;
	struct env *env = d->env;
	if (!read_gate(d, &gate)) return false;
	if (gate.type == GATE_TASK) {
		struct lint l = { .dev = "cpu",
				  .instance = "",
				  .rule = "task-gate",
				  .bits = d->event.vector,
				  .spec = "unread: SDM Vol. 3A 7.3",
				  .severity = LINT_NOT_MODELLED,
				  .detail = "an interrupt through a task gate is not modelled" };
		hub_lint(d->cpu->hub, &l);
		return fail(d, CPU_REFUSED_TASK_GATE, VEC_GP,
			    d->event.vector * 8u + ERROR_IDT + d->ext);
	}
	if (!read_code_segment(d, &gate, &cs)) return false;
	unsigned cpl = env->hflags & HF_CPL;
	bool conforming = cs.flags & DESC_C;
	bool v86 = d->rflags & FL_VM;
	if (v86 && (conforming || desc_dpl(&cs)))
		return fail(d, CPU_REFUSED_CODE_V86, VEC_GP, (gate.selector & 0xfffc) + d->ext);
	unsigned dpl = conforming ? cpl : desc_dpl(&cs);
	bool inner = dpl < cpl;
	struct stack s = { .ss = env->segs[CPU_SS], .sp = env->regs[CPU_RSP] };
	s.mask = s.ss.flags & DESC_B ? UINT32_MAX : 0xffff;
	d->report.stack_pointer = s.sp;
	if (inner && !inner_stack(d, dpl, &s)) return false;
	unsigned width = gate.type == GATE_INT || gate.type == GATE_TRAP ? 4 : 2;
	if (!push_frame(d, &s, inner, width)) return false;
	if (v86) clear_data_segments(env);
	env->segs[CPU_SS] = s.ss;
	env->regs[CPU_RSP] = s.sp;
	cs.selector = (gate.selector & ~3u) | dpl;
	enter(d, &cs, gate.offset, flags_cleared(&gate));
	/* CPL follows SS, and a conforming segment keeps it. */
	env->hflags = (env->hflags & ~(uint32_t)HF_CPL) | dpl;
	return true;
}

/* --- real mode */

static bool deliver_real(struct delivery *d)
{
	struct env *env = d->env;
	uint8_t b[IVT_ENTRY];
	uint32_t at = d->event.vector * (uint32_t)IVT_ENTRY;
	d->report.gate_at = env->idt.base + at;
	d->report.gate_size = IVT_ENTRY;
	if (at + IVT_ENTRY - 1 > env->idt.limit) return fail(d, CPU_REFUSED_IDT_LIMIT, VEC_GP, 0);
	if (!read_table(d, CPU_REFUSED_GATE_UNREADABLE, env->idt.base + at, b, sizeof b))
		return false;
	memcpy(d->report.gate, b, sizeof b);
	d->report.gate_read = true;
	d->report.stack_pointer = env->regs[CPU_RSP];
	struct stack s = { .ss = env->segs[CPU_SS], .sp = env->regs[CPU_RSP], .mask = 0xffff };
	if (!push(d, &s, d->rflags, 2) || !push(d, &s, env->segs[CPU_CS].selector, 2) ||
	    !push(d, &s, d->event.rip, 2))
		return false;
	env->regs[CPU_RSP] = s.sp;
	struct env_segment cs = env->segs[CPU_CS];
	cs.selector = (uint32_t)little_endian(b + 2, 2);
	cs.base = (uint64_t)cs.selector << 4;
	enter(d, &cs, little_endian(b, 2), FL_IF | FL_TF | FL_AC | FL_RF);
	return true;
}

static bool deliver_once(struct delivery *d)
{
	struct env *env = d->env;
	if (!(env->cr[0] & CR0_PE)) return deliver_real(d);
	d->ext = d->event.software ? 0 : ERROR_EXT;
	return d->is64 ? deliver_long(d) : deliver_protected(d);
}

/* --- nesting (SDM Vol. 3A table 6-5) */

static bool contributory(uint8_t v) { return v == VEC_DE || (v >= VEC_TS && v <= VEC_GP); }

static bool makes_double_fault(const struct pending_event *first, uint8_t second)
{
	if (first->software || first->external) return false;
	if (contributory(first->vector)) return contributory(second);
	return first->vector == VEC_PF && (second == VEC_PF || contributory(second));
}

static struct irq_event note(struct cpu *cpu, const struct pending_event *e)
{
	struct irq_event log = { .time_ns = clock_now(cpu->clock),
				 .pc = e->rip,
				 .error_code = e->has_error ? e->error : 0,
				 .vector = e->vector,
				 .kind = IRQ_EVENT_EXCEPTION };
	if (e->vector == VEC_PF && !e->software && !e->external) log.fault_addr = e->cr2;
	if (e->external)
		log.kind = IRQ_EVENT_TAKEN;
	else if (e->software)
		log.kind = IRQ_EVENT_SOFTWARE;
	else if (e->vector == VEC_NMI)
		log.kind = IRQ_EVENT_NMI;
	struct cpu_stats *stats = &cpu->s.stats;
	if (e->external)
		stats->interrupts[e->vector]++;
	else if (e->software)
		stats->software_interrupts++;
	else
		stats->exceptions[e->vector % VEC_EXCEPTIONS]++;
	cpu->s.log[cpu->s.n_log++ % CPU_EVENT_LOG] = log;
	hub_irq(cpu->hub, &log);
	return log;
}

/* Keep what failed, for a report; `i` is its place in the chain. */
static void keep_failed(const struct delivery *d, unsigned i, uint8_t became)
{
	struct cpu_state *s = &d->cpu->s;
	s->failed[i] = d->report;
	s->failed[i].cpl = d->env->hflags & HF_CPL;
	s->failed[i].became = became;
	s->n_failed = i + 1;
}

static bool is_double_fault(const struct pending_event *e)
{
	return e->vector == VEC_DF && !e->software && !e->external;
}

/* What a delivery that failed leads to, next in d->event. False: nothing more, a triple fault. */
static bool next_event(struct delivery *d)
{
	if (is_double_fault(&d->event)) return false;
	d->fault.rip = d->event.software ? d->event.insn_rip : d->event.rip;
	if (makes_double_fault(&d->event, d->fault.vector)) {
		if (d->fault.vector == VEC_PF) d->env->cr[2] = d->fault.cr2;
		d->fault.vector = VEC_DF;
		d->fault.error = 0;
	}
	d->event = d->fault;
	return true;
}

enum deliver_result cpu_deliver(struct cpu *cpu, struct pending_event event)
{
	enum { TRIPLE_FAULT = 255 };
	struct delivery d = { .cpu = cpu, .env = cpu->env, .event = event };
	bool more = true;
	d.rflags = cpu_rflags(cpu);
	d.is64 = d.env->hflags & HF_LMA;
	cpu->s.continuation = false;
	for (unsigned i = 0; i < CPU_MAX_NESTING && more; i++) {
		bool page_fault =
			d.event.vector == VEC_PF && !d.event.software && !d.event.external;
		if (page_fault) d.env->cr[2] = d.event.cr2;
		d.report = (struct cpu_failed_delivery){ .event = note(cpu, &d.event) };
		if (deliver_once(&d)) {
			context_set32(d.env, cpu->layout.old_exception, UINT32_MAX);
			if (d.event.vector == VEC_NMI && !d.event.software)
				d.env->hflags2 |= HF2_NMI_MASK;
			cpu_push(cpu);
			return DELIVER_OK;
		}
		d.report.raised = d.fault.vector;
		more = next_event(&d);
		keep_failed(&d, i, more ? d.event.vector : TRIPLE_FAULT);
	}
	d.env->eip = d.event.rip; /* the instruction, also where it was INT n */
	cpu_push(cpu);            /* CR2 as the last page fault left it */
	return DELIVER_TRIPLE_FAULT;
}
