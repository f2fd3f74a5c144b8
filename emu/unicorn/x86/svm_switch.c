/* SPDX-License-Identifier: MIT */
/* From the host to the guest and back: VMRUN and #VMEXIT (unread: AMD APM Vol. 2, 15.5, 15.6). The
 * engine is stopped, and cpu->env is current. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/bytes.h"
#include "emu/observe.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/x86/lints.h"
#include "emu/x86/msr_numbers.h"

enum { DR6 = 6, DR7 = 7 };
enum { DR6_BS = 1 << 14, DR7_AFTER_EXIT = 0x400, DR7_ENABLES = 0xff };

/* --- segments */

enum { ATTRIBUTES_LOW = 0xff, ATTRIBUTES_HIGH = 0xf00, LOW_SHIFT = 8, HIGH_SHIFT = 12 };

void svm_put_segment(uint8_t *to, const struct env_segment *s)
{
	put_le16(to, s->selector);
	put_le16(to + VMCB_ATTRIBUTES, (s->flags >> LOW_SHIFT & ATTRIBUTES_LOW) |
					       (s->flags >> HIGH_SHIFT & ATTRIBUTES_HIGH));
	put_le32(to + VMCB_LIMIT, s->limit);
	put_le64(to + VMCB_BASE, s->base);
}

/* Bases are made canonical (unread: APM Vol. 2, 15.5.1). */
uint64_t svm_canonical(uint64_t address)
{
	enum { UNUSED = 64 - PAGING_LINEAR_BITS };
	return (uint64_t)((int64_t)(address << UNUSED) >> UNUSED);
}

struct env_segment svm_get_segment(const uint8_t *from)
{
	uint32_t attributes = get_le16(from + VMCB_ATTRIBUTES);
	return (struct env_segment){ .selector = get_le16(from),
				     .flags = (attributes & ATTRIBUTES_LOW) << LOW_SHIFT |
					      (attributes & ATTRIBUTES_HIGH) << HIGH_SHIFT,
				     .limit = get_le32(from + VMCB_LIMIT),
				     .base = svm_canonical(get_le64(from + VMCB_BASE)) };
}

/* --- registers */

static uint64_t get_dr(const struct cpu *cpu, unsigned reg)
{
	return context_get64(cpu->env, cpu->layout.dr + (size_t)reg * 8);
}

/* Existing translations depend on the old breakpoints. */
static void put_dr(struct cpu *cpu, unsigned reg, uint64_t value)
{
	uint64_t old = get_dr(cpu, reg);
	context_set64(cpu->env, cpu->layout.dr + (size_t)reg * 8, value);
	if (reg == DR7 && ((old | value) & DR7_ENABLES)) cpu->translate_anew = true;
}

static uint64_t efer_now(const struct cpu *cpu)
{
	uint64_t efer = cpu->s.msrs.efer;
	bool lma = (efer & EFER_LME) && (cpu->env->cr[0] & CR0_PG);
	return lma ? efer | EFER_LMA : efer;
}

/* The saved state may be newer than the engine's, after a task switch. */
static uint64_t rflags_now(struct cpu *cpu)
{
	const struct env *env = cpu->env;
	if (env->cc_op != CC_OP_EFLAGS) return cpu_rflags(cpu);
	return env->eflags | (env->cc_src & FL_ARITHMETIC) | (env->df < 0 ? FL_DF : 0);
}

/* What both the host and the guest save. */
static void save_common(struct cpu *cpu, uint8_t *save)
{
	const struct env *env = cpu->env;
	svm_put_segment(save + SAVE_ES, &env->segs[CPU_ES]);
	svm_put_segment(save + SAVE_CS, &env->segs[CPU_CS]);
	svm_put_segment(save + SAVE_SS, &env->segs[CPU_SS]);
	svm_put_segment(save + SAVE_DS, &env->segs[CPU_DS]);
	svm_put_segment(save + SAVE_GDTR, &env->gdt);
	svm_put_segment(save + SAVE_IDTR, &env->idt);
	put_le64(save + SAVE_EFER, efer_now(cpu));
	put_le64(save + SAVE_CR4, env->cr[4]);
	put_le64(save + SAVE_CR3, env->cr[3]);
	put_le64(save + SAVE_CR0, env->cr[0]);
	put_le64(save + SAVE_RFLAGS, rflags_now(cpu));
	put_le64(save + SAVE_RIP, env->eip);
	put_le64(save + SAVE_RSP, env->regs[CPU_RSP]);
	put_le64(save + SAVE_RAX, env->regs[CPU_RAX]);
}

/* Load them. False: page-directory-pointer-table entries of PAE paging are invalid. */
static bool load_common(struct cpu *cpu, const uint8_t *save)
{
	struct env *env = cpu->env;
	uint64_t efer = get_le64(save + SAVE_EFER) & ~(uint64_t)EFER_LMA;
	env->segs[CPU_ES] = svm_get_segment(save + SAVE_ES);
	env->segs[CPU_CS] = svm_get_segment(save + SAVE_CS);
	env->segs[CPU_SS] = svm_get_segment(save + SAVE_SS);
	env->segs[CPU_DS] = svm_get_segment(save + SAVE_DS);
	env->gdt = svm_get_segment(save + SAVE_GDTR);
	env->idt = svm_get_segment(save + SAVE_IDTR);
	env->cr[4] = get_le64(save + SAVE_CR4);
	env->cr[3] = get_le64(save + SAVE_CR3);
	env->cr[0] = get_le64(save + SAVE_CR0) | CR0_ET;
	env->eip = get_le64(save + SAVE_RIP);
	env->regs[CPU_RSP] = get_le64(save + SAVE_RSP);
	env->regs[CPU_RAX] = get_le64(save + SAVE_RAX);
	cpu->s.msrs.efer = efer;
	bool paging = env->cr[0] & CR0_PG;
	bool lma = paging && (efer & EFER_LME);
	context_set64(env, cpu->layout.efer, (efer & ~(uint64_t)EFER_SVME) | (lma ? EFER_LMA : 0));
	if (!paging || lma || !(env->cr[4] & CR4_PAE)) return true;
	return paging_load_pdptes(cpu->mem, env->cr[3], cpu->s.pdpte);
}

static void put_flags(struct cpu *cpu, uint64_t rflags, unsigned cpl)
{
	enum { DPL = 3 << DESC_DPL_SHIFT };
	struct env *env = cpu->env;
	struct env_segment *ss = &env->segs[CPU_SS];
	bool guest = cpu->s.svm.guest;
	ss->flags = (ss->flags & ~(uint32_t)DPL) | cpl << DESC_DPL_SHIFT;
	context_put_rflags(env, rflags);
	context_update_hflags(env, &cpu->layout, rflags);
	env->hflags = (env->hflags & ~(uint32_t)(HF_CPL | HF_GUEST)) | cpl | (guest ? HF_GUEST : 0);
	context_set32(env, cpu->layout.old_exception, UINT32_MAX);
}

/* The engine continues with the new state. Its one TLB serves the host and all guests. */
static void go_on(struct cpu *cpu)
{
	cpu_push(cpu);
	cpu_flush_tlb(cpu);
	cpu->s.continuation = cpu->s.shadow = false;
	cpu_want_attention(cpu);
}

/* --- back to the host */

static uint64_t hsave(const struct cpu *cpu)
{
	size_t slot;
	return msr_table_find(&cpu->features, MSR_VM_HSAVE_PA, &slot) ? cpu->s.msrs.kept[slot] : 0;
}

static void load_host(struct cpu *cpu)
{
	uint8_t save[VMCB_SAVE_BYTES];
	struct svm_state *svm = &cpu->s.svm;
	svm->guest = false;
	tlb_watch_world(cpu, NULL);
	svm->gif_clear = true;
	svm->injected = false;
	physical_read(cpu, hsave(cpu) + VMCB_SAVE, save, sizeof save);
	svm->after_exit = load_common(cpu, save) ? SVM_GOES_ON : SVM_SHUTDOWN;
	uint64_t rflags = get_le64(save + SAVE_RFLAGS) & ~(uint64_t)FL_VM;
	cpu->env->cr[0] |= CR0_PE;
	if (svm->after_exit == SVM_GOES_ON && (rflags & FL_TF)) {
		svm->after_exit = SVM_SINGLE_STEP;
		put_dr(cpu, DR6, get_dr(cpu, DR6) | DR6_BS);
	}
	put_dr(cpu, DR7, DR7_AFTER_EXIT);
	put_flags(cpu, rflags, 0);
	if (cpu->s.halted) cpu_pmc_arm(cpu);
	cpu->s.halted = false;
	go_on(cpu);
}

static void save_guest(struct cpu *cpu)
{
	const struct env *env = cpu->env;
	uint8_t save[VMCB_SAVE_BYTES];
	uint64_t at = cpu->s.svm.vmcb + VMCB_SAVE;
	physical_read(cpu, at, save, sizeof save);
	save_common(cpu, save);
	save[SAVE_CPL] = env->hflags & HF_CPL;
	put_le64(save + SAVE_CR2, env->cr[2]);
	put_le64(save + SAVE_DR6, get_dr(cpu, DR6));
	put_le64(save + SAVE_DR7, get_dr(cpu, DR7));
	physical_write(cpu, at, save, sizeof save);
}

static void put_control(struct cpu *cpu, enum vmcb_control at, uint64_t value)
{
	uint8_t b[sizeof value];
	put_le64(b, value);
	physical_write(cpu, cpu->s.svm.vmcb + (uint64_t)at, b, sizeof b);
}

static uint64_t get_control(struct cpu *cpu, enum vmcb_control at)
{
	uint8_t b[sizeof(uint64_t)];
	physical_read(cpu, cpu->s.svm.vmcb + (uint64_t)at, b, sizeof b);
	return get_le64(b);
}

/* #VMEXIT; cpu->svm has the reason. */
static void leave_guest(struct cpu *cpu)
{
	const struct svm_state *svm = &cpu->s.svm;
	bool shadow = cpu->env->hflags & HF_INHIBIT_IRQ;
	save_guest(cpu);
	put_control(cpu, VMCB_INTERRUPT_CONTROL, svm->interrupt);
	put_control(cpu, VMCB_INTERRUPT_SHADOW, shadow);
	put_control(cpu, VMCB_EXITCODE, cpu->svm.code);
	put_control(cpu, VMCB_EXITINFO1, cpu->svm.info1);
	put_control(cpu, VMCB_EXITINFO2, cpu->svm.info2);
	put_control(cpu, VMCB_EXITINTINFO, cpu->svm.int_info);
	put_control(cpu, VMCB_EVENTINJ, get_control(cpu, VMCB_EVENTINJ) & ~EVENT_VALID);
	load_host(cpu);
	cpu->svm.action = SVM_NOTHING;
}

void svm_leave(struct cpu *cpu, uint64_t code, uint64_t info1, uint64_t info2)
{
	cpu->svm = (struct svm_pending){
		.action = SVM_VMEXIT, .code = code, .info1 = info1, .info2 = info2
	};
	cpu_stop_engine(cpu, STOP_WORLD);
}

void svm_leave_now(struct cpu *cpu, struct svm_pending exit)
{
	cpu->svm = exit;
	leave_guest(cpu);
}

bool svm_exit_if(struct cpu *cpu, enum vmexit code)
{
	if (!cpu->s.svm.guest || !svm_intercepts(cpu, code)) return false;
	svm_leave_now(cpu, (struct svm_pending){ .code = code });
	return true;
}

/* --- to the guest */

/* Exit code VMEXIT_INVALID has no details: a lint gives the reason. */
static void refuse(struct cpu *cpu, enum svm_illegal why)
{
	const struct lint_desc *desc = &cpu_lints[CPU_LINT_VMRUN_INVALID];
	struct lint l = { .dev = "cpu",
			  .instance = "",
			  .desc = desc,
			  .bits = why,
			  .each = true,
			  .spec = desc->spec,
			  .detail = svm_why(why) };
	hub_lint(cpu->hub, &l);
	put_control(cpu, VMCB_EXITCODE, VMEXIT_INVALID);
	load_host(cpu);
}

static void read_control(struct svm_state *svm, const uint8_t *vmcb)
{
	svm->cr_intercepts = get_le32(vmcb + VMCB_CR_INTERCEPTS);
	svm->dr_intercepts = get_le32(vmcb + VMCB_DR_INTERCEPTS);
	svm->exception_intercepts = get_le32(vmcb + VMCB_EXCEPTION_INTERCEPTS);
	svm->intercepts = get_le64(vmcb + VMCB_INTERCEPTS);
	svm->iopm = get_le64(vmcb + VMCB_IOPM_BASE) & ~(uint64_t)(MEM_PAGE - 1);
	svm->msrpm = get_le64(vmcb + VMCB_MSRPM_BASE) & ~(uint64_t)(MEM_PAGE - 1);
	svm->tsc_offset = get_le64(vmcb + VMCB_TSC_OFFSET);
	svm->interrupt = get_le64(vmcb + VMCB_INTERRUPT_CONTROL);
}

static bool load_guest(struct cpu *cpu, const uint8_t *vmcb)
{
	const uint8_t *save = vmcb + VMCB_SAVE;
	uint64_t rflags = get_le64(save + SAVE_RFLAGS);
	bool protected = get_le64(save + SAVE_CR0) & CR0_PE;
	unsigned cpl = !protected ? 0 : rflags & FL_VM ? HF_CPL : save[SAVE_CPL] & HF_CPL;
	if (!load_common(cpu, save)) return false;
	cpu->env->cr[2] = get_le64(save + SAVE_CR2);
	put_dr(cpu, DR6, get_le64(save + SAVE_DR6));
	put_dr(cpu, DR7, get_le64(save + SAVE_DR7));
	put_flags(cpu, rflags, cpl);
	if (vmcb[VMCB_INTERRUPT_SHADOW] & 1) cpu->env->hflags |= HF_INHIBIT_IRQ;
	go_on(cpu);
	return true;
}

/* Event injection (unread: APM Vol. 2, 15.20). */
static bool inject(struct cpu *cpu, uint64_t event)
{
	unsigned type = event >> EVENT_TYPE_SHIFT & EVENT_TYPE_MASK;
	struct pending_event e = { .vector = (uint8_t)event,
				   .software = type == EVENT_SOFTWARE,
				   .external = type == EVENT_INTR,
				   .has_error = event & EVENT_ERROR_VALID,
				   .error = (uint32_t)(event >> EVENT_ERROR_SHIFT),
				   .rip = cpu->env->eip,
				   .insn_rip = cpu->env->eip,
				   .cr2 = cpu->env->cr[2] };
	if (!(event & EVENT_VALID)) return true;
	if (type == EVENT_NMI) e.vector = VEC_NMI;
	cpu->s.svm.injected = true;
	return cpu_take(cpu, e);
}

static bool run_guest(struct cpu *cpu)
{
	struct svm_state *svm = &cpu->s.svm;
	uint8_t vmcb[VMCB_USED], host[VMCB_SAVE_BYTES] = { 0 };
	physical_read(cpu, cpu->svm.vmcb, vmcb, sizeof vmcb);
	cpu->env->eip += cpu->svm.length;
	save_common(cpu, host);
	physical_write(cpu, hsave(cpu) + VMCB_SAVE, host, sizeof host);
	svm->vmcb = cpu->svm.vmcb;
	svm->host_if = rflags_now(cpu) & FL_IF;
	read_control(svm, vmcb);
	enum svm_illegal why = svm_judge(cpu, vmcb);
	svm->guest = !why;
	if (!why) tlb_watch_world(cpu, vmcb);
	svm->gif_clear = false;
	if (!why && !load_guest(cpu, vmcb)) why = SVM_PDPTE_RESERVED;
	if (!why) return inject(cpu, get_le64(vmcb + VMCB_EVENTINJ));
	refuse(cpu, why);
	return true;
}

bool svm_switch(struct cpu *cpu)
{
	if (cpu->svm.action == SVM_VMRUN) return run_guest(cpu);
	leave_guest(cpu);
	return true;
}
