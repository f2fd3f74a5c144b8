/* SPDX-License-Identifier: MIT */
/* Delivery of exceptions and interrupts, through the IVT in real mode and the IDT elsewhere (SDM
 * Vol. 3A chapter 6; real mode: 20.1.4), with double and triple faults.
 *
 * Not modelled: VME redirection, shadow stacks. */
#include <string.h>

#include "emu/bytes.h"
#include "emu/unicorn/x86/transfer.h"

enum { TSS64_IST1 = 36, IVT_ENTRY = 4, GATE_BYTES = 8, GATE64_BYTES = 16 };

/* One attempt to deliver. If it fails, t.fault says why. */
struct delivery {
	struct transfer t;
	struct env *env;
	struct pending_event event;
	struct cpu_failed_delivery report; /* details, in case it fails */
};

struct gate {
	unsigned type, dpl, ist;
	uint32_t selector;
	uint64_t offset;
};

static bool fail(struct delivery *d, enum cpu_refusal why, uint8_t vector, uint32_t error)
{
	return transfer_fail(&d->t, why, vector, error);
}

static bool read_gate(struct delivery *d, struct gate *gate)
{
	uint32_t at = d->event.vector * (uint32_t)(d->t.lma ? GATE64_BYTES : GATE_BYTES);
	uint32_t code = d->event.vector * 8u + ERROR_IDT;
	uint8_t b[GATE64_BYTES] = { 0 };
	size_t n = d->t.lma ? GATE64_BYTES : GATE_BYTES;
	d->report.gate_at = d->env->idt.base + at;
	d->report.gate_size = (unsigned)n;
	if ((uint64_t)at + n - 1 > d->env->idt.limit)
		return fail(d, CPU_REFUSED_IDT_LIMIT, VEC_GP, code);
	if (!transfer_read(&d->t, CPU_REFUSED_GATE_UNREADABLE, d->env->idt.base + at, b, n))
		return false;
	memcpy(d->report.gate, b, sizeof b);
	d->report.gate_read = true;
	*gate = (struct gate){ .type = b[5] & 0x1f,
			       .dpl = b[5] >> 5 & 3,
			       .ist = b[4] & 7,
			       .selector = (uint32_t)get_le(b + 2, 2),
			       .offset = get_le(b, 2) | get_le(b + 6, 2) << 16 };
	if (d->t.lma) gate->offset |= get_le(b + 8, 4) << 32;
	bool known = gate->type == TYPE_INT_GATE || gate->type == TYPE_TRAP_GATE;
	if (!d->t.lma)
		known |= gate->type == TYPE_INT_GATE16 || gate->type == TYPE_TRAP_GATE16 ||
			 gate->type == TYPE_TASK_GATE;
	if (!known) return fail(d, CPU_REFUSED_GATE_TYPE, VEC_GP, code);
	unsigned cpl = d->env->hflags & HF_CPL;
	if (d->event.software && gate->dpl < cpl)
		return fail(d, CPU_REFUSED_GATE_DPL, VEC_GP, code);
	if (!(b[5] & 0x80)) return fail(d, CPU_REFUSED_GATE_ABSENT, VEC_NP, code);
	if (gate->type <= TYPE_TRAP_GATE16) gate->offset &= 0xffff;
	return true;
}

/* Read the handler's code segment and check its first instruction. */
static bool read_code_segment(struct delivery *d, const struct gate *gate, struct descriptor *code)
{
	struct transfer *t = &d->t;
	uint32_t error = gate->selector & SELECTOR_ERROR;
	d->report.selector = (uint16_t)gate->selector;
	if (selector_is_null(gate->selector)) return fail(d, CPU_REFUSED_CODE_NULL, VEC_GP, 0);
	if (!descriptor_read(t, gate->selector, VEC_GP, code)) return false;
	const struct env_segment *cs = &code->segment;
	if (!segment_is_code(cs)) return fail(d, CPU_REFUSED_CODE_TYPE, VEC_GP, error);
	if (segment_dpl(cs) > (d->env->hflags & HF_CPL))
		return fail(d, CPU_REFUSED_CODE_DPL, VEC_GP, error);
	if (!(cs->flags & DESC_P)) return fail(d, CPU_REFUSED_CODE_ABSENT, VEC_NP, error);
	if (t->lma && (cs->flags & (DESC_L | DESC_B)) != DESC_L)
		return fail(d, CPU_REFUSED_CODE_NOT_64, VEC_GP, error);
	return true;
}

static bool push(struct delivery *d, struct far_stack *s, uint64_t value, unsigned bytes)
{
	return stack_push(&d->t, s, value, bytes);
}

/* --- the last step of all modes */

static void enter(struct delivery *d, const struct env_segment *cs, uint64_t rip, uint64_t clear)
{
	uint64_t rflags = d->t.rflags & ~clear;
	d->env->segs[CPU_CS] = *cs;
	d->env->eip = rip;
	context_put_rflags(d->env, rflags);
	context_update_hflags(d->env, &d->t.cpu->layout, rflags);
}

static uint64_t flags_cleared(const struct gate *gate)
{
	uint64_t clear = FL_TF | FL_NT | FL_RF | FL_VM;
	if (gate->type == TYPE_INT_GATE || gate->type == TYPE_INT_GATE16) clear |= FL_IF;
	return clear;
}

/* Is it a trap after one iteration of an unfinished string instruction? */
static bool between_iterations(const struct delivery *d)
{
	struct cpu *cpu = d->t.cpu;
	struct insn insn;
	uint64_t linear = d->event.rip + (d->env->hflags & HF_CS64 ? 0 : d->env->segs[CPU_CS].base);
	if (d->event.vector != VEC_DB || linear != cpu->s.block_pc) return false;
	return cpu_decode(cpu, linear, &insn) && insn_is_string(&insn) &&
	       (insn.prefixes & (INSN_REP | INSN_REPNE));
}

/* RF is set in the image pushed for faults, so that the instruction restarts, and for traps between
 * iterations (SDM 17.3.1.1). */
static uint64_t pushed_flags(const struct delivery *d)
{
	if (between_iterations(d)) return d->t.rflags | FL_RF;
	bool trap = d->event.vector == VEC_DB || d->event.vector == VEC_BP ||
		    d->event.vector == VEC_OF || d->event.software || d->event.external ||
		    d->event.vector == VEC_NMI || d->event.vector == VEC_DF;
	return trap ? d->t.rflags : d->t.rflags | FL_RF;
}

/* --- long mode */

static bool deliver_long(struct delivery *d)
{
	struct gate gate;
	struct descriptor code;
	struct env *env = d->env;
	if (!read_gate(d, &gate) || !read_code_segment(d, &gate, &code)) return false;
	unsigned cpl = env->hflags & HF_CPL;
	unsigned dpl = code.segment.flags & DESC_C ? cpl : segment_dpl(&code.segment);
	struct far_stack s = stack_now(&d->t);
	s.mask = UINT64_MAX;
	s.user = dpl == 3;
	d->report.stack_pointer = s.sp;
	if (gate.ist) {
		d->report.stack = CPU_STACK_IST;
		d->report.stack_n = gate.ist;
		if (!stack_from_tss64(&d->t, TSS64_IST1 + (gate.ist - 1) * 8, &s)) return false;
	} else if (dpl < cpl && !stack_of_ring(&d->t, dpl, &s)) {
		return false;
	}
	if (dpl < cpl)
		s.ss = (struct env_segment){ .selector = dpl, .flags = dpl << DESC_DPL_SHIFT };
	s.sp &= ~UINT64_C(15);
	bool ok = push(d, &s, env->segs[CPU_SS].selector, 8) &&
		  push(d, &s, env->regs[CPU_RSP], 8) && push(d, &s, pushed_flags(d), 8) &&
		  push(d, &s, env->segs[CPU_CS].selector, 8) && push(d, &s, d->event.rip, 8) &&
		  (!d->event.has_error || push(d, &s, d->event.error, 8)) &&
		  transfer_check_rip(&d->t, CPU_REFUSED_CODE_OFFSET, &code.segment, gate.offset) &&
		  descriptor_mark(&d->t, &code);
	if (!ok) return false;
	env->segs[CPU_SS] = s.ss;
	env->regs[CPU_RSP] = s.sp;
	code.segment.selector = (gate.selector & ~(uint32_t)SELECTOR_RPL) | dpl;
	enter(d, &code.segment, gate.offset, flags_cleared(&gate));
	return true;
}

/* --- protected mode */

static bool push_v86_segments(struct delivery *d, struct far_stack *s, unsigned width)
{
	static const int order[] = { CPU_GS, CPU_FS, CPU_DS, CPU_ES };
	for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++)
		if (!push(d, s, d->env->segs[order[i]].selector, width)) return false;
	return true;
}

static bool push_frame(struct delivery *d, struct far_stack *s, bool inner, unsigned width)
{
	const struct env *env = d->env;
	if ((d->t.rflags & FL_VM) && !push_v86_segments(d, s, width)) return false;
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

/* Deliver through a task gate: the handler is a task. */
static bool deliver_task(struct delivery *d, const struct gate *gate)
{
	struct task_switch s = { .reason = TASK_EVENT,
				 .selector = gate->selector,
				 .rip = d->event.rip,
				 .rflags = pushed_flags(d),
				 .has_error = d->event.has_error,
				 .error = d->event.error };
	if (task_switch(&d->t, &s)) return true;
	if (d->t.fault.vector == VEC_PF) return false;
	d->t.why = CPU_REFUSED_TASK;
	d->report.selector = (uint16_t)(d->t.fault.error & SELECTOR_ERROR);
	return false;
}

static bool deliver_protected(struct delivery *d)
{
	struct gate gate;
	struct descriptor code;
	struct env *env = d->env;
	if (!read_gate(d, &gate)) return false;
	if (gate.type == TYPE_TASK_GATE) return deliver_task(d, &gate);
	if (!read_code_segment(d, &gate, &code)) return false;
	unsigned cpl = env->hflags & HF_CPL;
	bool conforming = code.segment.flags & DESC_C;
	bool v86 = d->t.rflags & FL_VM;
	if (v86 && (conforming || segment_dpl(&code.segment)))
		return fail(d, CPU_REFUSED_CODE_V86, VEC_GP, gate.selector & SELECTOR_ERROR);
	unsigned dpl = conforming ? cpl : segment_dpl(&code.segment);
	bool inner = dpl < cpl;
	struct far_stack s = stack_now(&d->t);
	d->report.stack_pointer = s.sp;
	if (inner && !stack_of_ring(&d->t, dpl, &s)) return false;
	unsigned width = gate.type & TYPE_32 ? 4 : 2;
	if (!push_frame(d, &s, inner, width) ||
	    !transfer_check_rip(&d->t, CPU_REFUSED_CODE_OFFSET, &code.segment, gate.offset) ||
	    !descriptor_mark(&d->t, &code))
		return false;
	if (v86) clear_data_segments(env);
	env->segs[CPU_SS] = s.ss;
	stack_use(env, s.sp, s.mask);
	code.segment.selector = (gate.selector & ~(uint32_t)SELECTOR_RPL) | dpl;
	enter(d, &code.segment, gate.offset, flags_cleared(&gate));
	/* The engine takes CPL from SS. A conforming code segment keeps the CPL. */
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
	if (!transfer_read(&d->t, CPU_REFUSED_GATE_UNREADABLE, env->idt.base + at, b, sizeof b))
		return false;
	memcpy(d->report.gate, b, sizeof b);
	d->report.gate_read = true;
	d->report.stack_pointer = env->regs[CPU_RSP];
	struct far_stack s = stack_now(&d->t);
	if (!push(d, &s, d->t.rflags, 2) || !push(d, &s, env->segs[CPU_CS].selector, 2) ||
	    !push(d, &s, d->event.rip, 2))
		return false;
	stack_use(env, s.sp, s.mask);
	struct env_segment cs = env->segs[CPU_CS];
	cs.selector = (uint32_t)get_le(b + 2, 2);
	cs.base = (uint64_t)cs.selector << 4;
	enter(d, &cs, get_le(b, 2), FL_IF | FL_TF | FL_AC | FL_RF);
	return true;
}

static bool deliver_once(struct delivery *d)
{
	struct env *env = d->env;
	if (!(env->cr[0] & CR0_PE)) return deliver_real(d);
	d->t.ext = d->event.software ? 0 : ERROR_EXT;
	return d->t.lma ? deliver_long(d) : deliver_protected(d);
}

/* --- nesting (SDM Vol. 3A table 6-5) */

static bool contributory(uint8_t v) { return v == VEC_DE || (v >= VEC_TS && v <= VEC_GP); }

static bool makes_double_fault(const struct pending_event *first, uint8_t second)
{
	if (first->software || first->external) return false;
	if (contributory(first->vector)) return contributory(second);
	return first->vector == VEC_PF && (second == VEC_PF || contributory(second));
}

static bool same_event(const struct irq_event *a, const struct irq_event *b)
{
	return a->kind == b->kind && a->vector == b->vector && a->pc == b->pc &&
	       a->real == b->real && a->error_code == b->error_code &&
	       a->fault_addr == b->fault_addr;
}

/* Keep the event for reports. A storm of one fault, or of two in turn, as when a handler faults,
 * must not push out what led to it: it is counted. */
static void keep(struct cpu_state *s, const struct irq_event *e)
{
	enum { IN_TURN = 2 };
	for (unsigned back = 1; back <= IN_TURN && back <= s->n_log; back++) {
		struct irq_event *before = &s->log[(s->n_log - back) % CPU_EVENT_LOG];
		if (!same_event(before, e)) continue;
		before->again++;
		return;
	}
	s->log[s->n_log++ % CPU_EVENT_LOG] = *e;
}

static struct irq_event note(struct cpu *cpu, const struct pending_event *e)
{
	struct irq_event log = { .time_ns = clock_now(cpu->clock),
				 .pc = e->rip,
				 .error_code = e->has_error ? e->error : 0,
				 .vector = e->vector,
				 .kind = IRQ_EVENT_EXCEPTION,
				 .real = !(cpu->env->cr[0] & CR0_PE) ||
					 (cpu->env->eflags & FL_VM) };
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
	keep(&cpu->s, &log);
	hub_irq(cpu->hub, &log);
	return log;
}

/* Record the failure for a report; `i` is its place in the chain. */
static void keep_failed(struct delivery *d, unsigned i, uint8_t became)
{
	struct cpu_state *s = &d->t.cpu->s;
	struct cpu_failed_delivery *report = &d->report;
	report->why = d->t.why;
	report->address = d->t.access.address;
	report->noncanonical = d->t.access.noncanonical;
	report->page_error = d->t.access.error;
	report->cpl = d->env->hflags & HF_CPL;
	report->became = became;
	s->failed[i] = *report;
	s->n_failed = i + 1;
}

static bool is_double_fault(const struct pending_event *e)
{
	return e->vector == VEC_DF && !e->software && !e->external;
}

/* The address of a fault in this delivery. */
static uint64_t fault_rip(const struct delivery *d)
{
	if (d->t.changed) return d->env->eip; /* the new task's first instruction */
	return d->event.software ? d->event.insn_rip : d->event.rip;
}

/* A hypervisor intercepts what came of this delivery: a task switch, or another exception. */
static bool left_guest(struct delivery *d)
{
	struct cpu *cpu = d->t.cpu;
	if (!d->t.exits) return svm_exception(cpu, &d->t.fault, &d->event);
	struct svm_pending exit = cpu->svm;
	exit.int_info = svm_event_info(cpu, &d->event);
	svm_leave_now(cpu, exit);
	return true;
}

/* Set d->event to the event that a failed delivery leads to. False: none, a triple fault. */
static bool next_event(struct delivery *d)
{
	struct pending_event fault = d->t.fault;
	if (is_double_fault(&d->event)) return false;
	if (makes_double_fault(&d->event, fault.vector)) {
		if (fault.vector == VEC_PF) d->env->cr[2] = fault.cr2;
		fault.vector = VEC_DF;
		fault.error = 0;
	}
	d->event = fault;
	return true;
}

/* Try to deliver d->event in the present state. */
static bool attempt(struct delivery *d)
{
	uint64_t rflags = d->t.rflags;
	bool page_fault = d->event.vector == VEC_PF && !d->event.software && !d->event.external;
	if (page_fault) d->env->cr[2] = d->event.cr2;
	d->report = (struct cpu_failed_delivery){ .event = note(d->t.cpu, &d->event) };
	transfer_begin(&d->t, d->t.cpu, d->env);
	d->t.rflags = rflags;
	d->t.report = &d->report;
	d->t.access = (struct linear_fault){ 0 };
	return deliver_once(d);
}

static void delivered(struct delivery *d)
{
	context_set32(d->env, d->t.cpu->layout.old_exception, UINT32_MAX);
	if (d->event.vector == VEC_NMI && !d->event.software) d->env->hflags2 |= HF2_NMI_MASK;
	cpu_push(d->t.cpu);
}

enum deliver_result cpu_deliver(struct cpu *cpu, struct pending_event event)
{
	enum { TRIPLE_FAULT = 255 };
	struct delivery d = { .t.cpu = cpu, .env = cpu->env, .event = event };
	struct pending_event first = event;
	bool more = true;
	d.t.rflags = cpu_rflags(cpu);
	cpu->s.continuation = false;
	for (unsigned i = 0; i < CPU_MAX_NESTING && more; i++) {
		if (svm_exception(cpu, &d.event, i ? &first : NULL)) return DELIVER_OK;
		if (attempt(&d)) {
			delivered(&d);
			if (!d.t.debug_trap) return DELIVER_OK;
			/* The T flag of the handler's task raises a separate event. */
			d.event = (struct pending_event){ .vector = VEC_DB, .rip = d.env->eip };
			return cpu_deliver(cpu, d.event);
		}
		d.t.fault.rip = fault_rip(&d);
		if (left_guest(&d)) return DELIVER_OK;
		d.report.raised = d.t.fault.vector;
		first = d.event;
		more = next_event(&d);
		keep_failed(&d, i, more ? d.event.vector : TRIPLE_FAULT);
	}
	d.env->eip = d.event.rip; /* the instruction itself, even for INT n */
	cpu_push(cpu);            /* with CR2 of the last page fault */
	return DELIVER_TRIPLE_FAULT;
}
