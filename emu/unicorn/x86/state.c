/* SPDX-License-Identifier: MIT */
/* The CPU's state as software sees it, reset, and copies. */
#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/x87.h"

/* SDM Vol. 3A table 10-1, "IA-32 and Intel 64 Processor States Following Power-up". */
enum { RESET_CR0 = 0x60000010, RESET_CS = 0xf000, RESET_IP = 0xfff0, REAL_LIMIT = 0xffff };
#define RESET_CS_BASE UINT32_C(0xffff0000)
enum { RESET_DR6 = 0xffff0ff0u, RESET_DR7 = 0x400 };
enum {
	FLAGS_DATA = DESC_P | DESC_S | DESC_W | DESC_A,
	FLAGS_LDT = DESC_P | 2 << 8,
	FLAGS_TSS = DESC_P | 11 << 8
};

static struct env_segment to_engine(const struct cpu_segment_state *s)
{
	return (struct env_segment){ s->selector, s->base, s->limit, s->flags };
}

static struct cpu_segment_state from_engine(const struct env_segment *s)
{
	enum { ATTRIBUTES = 0x00f0ff00 };
	return (struct cpu_segment_state){ .base = s->base,
					   .limit = s->limit,
					   .flags = s->flags & ATTRIBUTES,
					   .selector = (uint16_t)s->selector };
}

void cpu_get_regs(struct cpu *cpu, struct cpu_regs *regs)
{
	const struct env *env = cpu->env;
	uint64_t rflags = cpu_rflags(cpu);
	cpu_pull(cpu);
	*regs = (struct cpu_regs){ .rip = env->eip, .rflags = rflags };
	memcpy(regs->gpr, env->regs, sizeof regs->gpr);
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) regs->seg[i] = from_engine(&env->segs[i]);
	regs->ldt = from_engine(&env->ldt);
	regs->tr = from_engine(&env->tr);
	regs->gdt.base = env->gdt.base;
	regs->gdt.limit = env->gdt.limit;
	regs->idt.base = env->idt.base;
	regs->idt.limit = env->idt.limit;
	regs->cr0 = env->cr[0];
	regs->cr2 = env->cr[2];
	regs->cr3 = env->cr[3];
	regs->cr4 = env->cr[4];
	regs->efer = cpu_paging_mode(cpu).efer;
}

void cpu_set_regs(struct cpu *cpu, const struct cpu_regs *regs)
{
	struct env *env = cpu->env;
	cpu_pull(cpu);
	memcpy(env->regs, regs->gpr, sizeof regs->gpr);
	env->eip = regs->rip;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) env->segs[i] = to_engine(&regs->seg[i]);
	env->ldt = to_engine(&regs->ldt);
	env->tr = to_engine(&regs->tr);
	env->gdt.base = regs->gdt.base;
	env->gdt.limit = regs->gdt.limit;
	env->idt.base = regs->idt.base;
	env->idt.limit = regs->idt.limit;
	env->cr[0] = regs->cr0;
	env->cr[2] = regs->cr2;
	env->cr[3] = regs->cr3;
	env->cr[4] = regs->cr4;
	cpu->s.msrs.efer = regs->efer & ~(uint64_t)EFER_LMA;
	context_set64(env, cpu->layout.efer, regs->efer);
	paging_load_pdptes(cpu->mem, regs->cr3, cpu->s.pdpte);
	context_put_rflags(env, regs->rflags);
	context_update_hflags(env, &cpu->layout, regs->rflags);
	context_set32(env, cpu->layout.old_exception, UINT32_MAX);
	cpu_push(cpu);
	cpu_flush_tlb(cpu);
	if (cpu->tlb) tlb_invalidate_all(&cpu->tlb->model);
	cpu->s.halted = false;
}

/* x87 as after FNINIT, which every firmware executes; MXCSR as after reset (unread: SDM Vol. 3A
 * table 9-1). */
static void reset_float(struct cpu *cpu)
{
	const uint16_t control = 0x37f, status = 0, tags = 0xffff;
	const uint32_t mxcsr = 0x1f80;
	uc_reg_write(cpu->uc, UC_X86_REG_FPCW, &control);
	uc_reg_write(cpu->uc, UC_X86_REG_FPSW, &status);
	uc_reg_write(cpu->uc, UC_X86_REG_FPTAG, &tags);
	uc_reg_write(cpu->uc, UC_X86_REG_MXCSR, &mxcsr);
	struct env_float *f = context_float(cpu->live, &cpu->layout);
	f->x87.flags = f->sse.flags = f->x87.flush_results = f->sse.flush_results = 0;
	cpu->s.fpu = (struct fpu_watch){ .armed = false };
}

void cpu_reset(struct cpu *cpu)
{
	struct cpu_regs r = { .rip = RESET_IP, .rflags = FL_ONE, .cr0 = RESET_CR0 };
	r.gpr[CPU_RDX] = cpuid_signature(&cpu->features);
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++)
		r.seg[i] = (struct cpu_segment_state){ .limit = REAL_LIMIT, .flags = FLAGS_DATA };
	r.seg[CPU_CS].selector = RESET_CS;
	r.seg[CPU_CS].base = RESET_CS_BASE;
	r.seg[CPU_CS].flags = FLAGS_DATA | DESC_CODE;
	r.ldt = (struct cpu_segment_state){ .limit = REAL_LIMIT, .flags = FLAGS_LDT };
	r.tr = (struct cpu_segment_state){ .limit = REAL_LIMIT, .flags = FLAGS_TSS };
	r.gdt.limit = REAL_LIMIT;
	r.idt.limit = REAL_LIMIT;

	struct cpu_state *s = &cpu->s;
	cpu_msrs_reset(&s->msrs);
	cpu_pmc_arm(cpu);
	s->msrs.tsc_offset = 0 - clock_now(cpu->clock);
	s->fault_ns = UINT64_MAX;
	s->random = 0;
	s->pending_cost = 0;
	s->pending_flags = 0;
	svm_reset(cpu);
	s->nmi = s->watch_if = s->shadow = s->continuation = false;
	s->a20 = true;
	cpu->event.valid = false;
	cpu->refused.kind = FAULT_NONE;
	s->watch_hit = s->watch_held = 0;
	s->hidden_at = 0;
	cpu->translate_anew = true;
	cpu->storing = false;
	cpu->step_resume = false;
	cpu_want_attention(cpu);
	reset_float(cpu);
	cpu_set_regs(cpu, &r);
	cpu_pull(cpu);
	cpu->env->hflags2 = 0;
	cpu->env->hflags &= ~(uint32_t)HF_GUEST;
	cpu_push(cpu);
	cpu_write_reg(cpu, UC_X86_REG_DR6, RESET_DR6);
	cpu_write_reg(cpu, UC_X86_REG_DR7, RESET_DR7);
}

void cpu_visit_state(struct cpu *cpu, void (*fn)(void *ctx, const void *data, size_t len),
		     void *ctx)
{
	static const int wide[] = {
		UC_X86_REG_DR0,   UC_X86_REG_DR1,   UC_X86_REG_DR2,     UC_X86_REG_DR3,
		UC_X86_REG_DR6,   UC_X86_REG_DR7,   UC_X86_REG_FPCW,    UC_X86_REG_FPSW,
		UC_X86_REG_FPTAG, UC_X86_REG_MXCSR, UC_X86_REG_FS_BASE, UC_X86_REG_GS_BASE,
	};
	enum { N_XMM = 16, N_FP = 8, XMM_BYTES = 16 };
	struct cpu_regs now;
	cpu_get_regs(cpu, &now);
	fn(ctx, now.gpr, sizeof now.gpr);
	if (!cpu->s.fpu.armed &&
	    !cpu->dead) { /* include the exceptions recorded by the arithmetic */
		x87_settle(context_float(cpu->live, &cpu->layout));
		sse_settle(context_float(cpu->live, &cpu->layout));
	}
	uint64_t control[] = { now.rip,       now.rflags,   now.cr0,      now.cr2,
			       now.cr3,       now.cr4,      now.efer,     now.gdt.base,
			       now.gdt.limit, now.idt.base, now.idt.limit };
	fn(ctx, control, sizeof control);
	for (unsigned i = 0; i < CPU_N_SEGMENTS + 2; i++) {
		const struct cpu_segment_state *s = i < CPU_N_SEGMENTS    ? &now.seg[i]
						    : i == CPU_N_SEGMENTS ? &now.ldt
									  : &now.tr;
		uint64_t segment[] = { s->selector, s->base, s->limit, s->flags };
		fn(ctx, segment, sizeof segment);
	}
	for (unsigned i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		uint64_t v = cpu_read_reg(cpu, wide[i]);
		fn(ctx, &v, sizeof v);
	}
	uint8_t vector[XMM_BYTES];
	for (int i = 0; i < N_XMM + N_FP; i++) {
		memset(vector, 0, sizeof vector);
		uc_reg_read(cpu->uc, i < N_XMM ? UC_X86_REG_XMM0 + i : UC_X86_REG_FP0 + i - N_XMM,
			    vector);
		fn(ctx, vector, sizeof vector);
	}
	fn(ctx, &cpu->s.msrs, sizeof cpu->s.msrs);
	if (cpuid_has(&cpu->features, FEATURE_RDRAND))
		fn(ctx, &cpu->s.random, sizeof cpu->s.random);
	if (cpu->s.msrs.efer & EFER_SVME) fn(ctx, &cpu->s.svm, sizeof cpu->s.svm);
}

void cpu_copy_state(struct cpu *to, struct cpu *from)
{
	cpu_pull(from);
	memcpy(to->env, from->env, from->layout.size);
	cpu_push(to);
	to->s = from->s;
	cpu_want_attention(to);
	to->stop_requested = from->stop_requested;
	to->event = from->event;
	to->svm = from->svm;
	to->refused = from->refused;
	to->event_from_engine = from->event_from_engine;
	to->step_resume = false;
	to->storing = false;
	to->n_invalidations = 0;
	tlb_watch_copy(to, from);
	if (!to->dead) {
		uc_ctl_flush_tb(to->uc);
		engine_code_clear(&to->engine_code);
		cpu_flush_tlb(to);
	}
	/* Both continue with an empty TLB, so that both fill it in the same way. */
	cpu_flush_tlb(from);
	cpu_want_attention(from);
}

size_t cpu_last_events(const struct cpu *cpu, struct irq_event *events, size_t max)
{
	uint64_t n = cpu->s.n_log < CPU_EVENT_LOG ? cpu->s.n_log : CPU_EVENT_LOG;
	if (n > max) n = max;
	for (uint64_t i = 0; i < n; i++)
		events[i] = cpu->s.log[(cpu->s.n_log - n + i) % CPU_EVENT_LOG];
	return (size_t)n;
}

size_t cpu_failed_deliveries(const struct cpu *cpu, struct cpu_failed_delivery *failed, size_t max)
{
	size_t n = cpu->s.n_failed < max ? cpu->s.n_failed : max;
	memcpy(failed, cpu->s.failed, n * sizeof *failed);
	return n;
}

struct page_explanation cpu_explain(struct cpu *cpu, uint64_t linear, enum page_access access,
				    bool user)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	return paging_explain(&mode, cpu->mem, linear, access, user);
}

struct cpu_interrupt_state cpu_interrupt_state(struct cpu *cpu)
{
	cpu_pull(cpu);
	return (struct cpu_interrupt_state){ .halted = cpu->s.halted,
					     .intr = cpu->s.intr,
					     .nmi = cpu->s.nmi,
					     .nmi_blocked = cpu->env->hflags2 & HF2_NMI_MASK };
}

void cpu_get_debug_regs(struct cpu *cpu, uint64_t dr[CPU_N_DEBUG_REGS])
{
	static const int reg[CPU_N_DEBUG_REGS] = {
		UC_X86_REG_DR0, UC_X86_REG_DR1, UC_X86_REG_DR2, UC_X86_REG_DR3,
		UC_X86_REG_DR4, UC_X86_REG_DR5, UC_X86_REG_DR6, UC_X86_REG_DR7,
	};
	for (unsigned i = 0; i < CPU_N_DEBUG_REGS; i++) dr[i] = cpu_read_reg(cpu, reg[i]);
}
