/* SPDX-License-Identifier: MIT */
/* The instructions of SVM (unread: AMD APM Vol. 3, 24594: VMRUN, VMLOAD, VMSAVE, VMMCALL, STGI,
 * CLGI, INVLPGA). */
#include "emu/unicorn/x86/svm.h"

#include "emu/bytes.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/sites.h"
#include "emu/x86/msr_numbers.h"

/* ModRM bytes of 0F 01. */
enum svm_opcode {
	VMRUN = 0xd8,
	VMMCALL = 0xd9,
	VMLOAD = 0xda,
	VMSAVE = 0xdb,
	STGI = 0xdc,
	CLGI = 0xdd,
	SKINIT = 0xde, /* CPUID does not report it: #UD */
	INVLPGA = 0xdf
};
enum vm_cr { VM_CR_LOCK = 1 << 3, VM_CR_SVMDIS = 1 << 4 };

/* --- VM_CR */

bool svm_vm_cr(const struct cpu *cpu, uint64_t old, uint64_t *value)
{
	uint64_t fixed = old & VM_CR_LOCK ? VM_CR_LOCK | VM_CR_SVMDIS : 0;
	if (!cpuid_has(&cpu->features, FEATURE_SVM)) fixed = VM_CR_LOCK | VM_CR_SVMDIS;
	uint64_t wanted = (*value & ~fixed) | (old & fixed);
	if ((wanted & ~old & VM_CR_SVMDIS) && (cpu->s.msrs.efer & EFER_SVME)) return false;
	*value = wanted;
	return true;
}

void svm_reset(struct cpu *cpu)
{
	size_t slot;
	cpu->s.svm = (struct svm_state){ .guest = false };
	cpu->svm.action = SVM_NOTHING;
	bool lacks = !cpuid_has(&cpu->features, FEATURE_SVM);
	if (lacks && msr_table_find(&cpu->features, MSR_VM_CR, &slot))
		cpu->s.msrs.kept[slot] = VM_CR_SVMDIS;
}

/* Without SVM, SVMDIS is set for ever. */
bool svm_allowed(const struct cpu *cpu)
{
	size_t slot;
	if (!msr_table_find(&cpu->features, MSR_VM_CR, &slot)) return false;
	return !(cpu->s.msrs.kept[slot] & VM_CR_SVMDIS);
}

/* --- VMLOAD and VMSAVE */

static const struct {
	uint16_t at;
	uint32_t msr;
} kept_msrs[] = {
	{ SAVE_STAR, MSR_STAR },
	{ SAVE_LSTAR, MSR_LSTAR },
	{ SAVE_CSTAR, MSR_CSTAR },
	{ SAVE_SFMASK, MSR_FMASK },
	{ SAVE_KERNEL_GS_BASE, MSR_KERNEL_GS_BASE },
	{ SAVE_SYSENTER_CS, MSR_SYSENTER_CS },
	{ SAVE_SYSENTER_ESP, MSR_SYSENTER_ESP },
	{ SAVE_SYSENTER_EIP, MSR_SYSENTER_EIP },
};
enum { N_KEPT = sizeof kept_msrs / sizeof kept_msrs[0] };

static void vmsave(struct cpu *cpu, uint64_t pa)
{
	const struct env *env = cpu->live;
	uint8_t save[VMCB_SAVE_BYTES];
	physical_read(cpu, pa + VMCB_SAVE, save, sizeof save);
	svm_put_segment(save + SAVE_FS, &env->segs[CPU_FS]);
	svm_put_segment(save + SAVE_GS, &env->segs[CPU_GS]);
	svm_put_segment(save + SAVE_TR, &env->tr);
	svm_put_segment(save + SAVE_LDTR, &env->ldt);
	for (unsigned i = 0; i < N_KEPT; i++)
		put_le64(save + kept_msrs[i].at, cpu_read_engine_msr(cpu, kept_msrs[i].msr));
	physical_write(cpu, pa + VMCB_SAVE, save, sizeof save);
}

static void vmload(struct cpu *cpu, uint64_t pa)
{
	struct env *env = cpu->live;
	uint8_t save[VMCB_SAVE_BYTES];
	physical_read(cpu, pa + VMCB_SAVE, save, sizeof save);
	env->segs[CPU_FS] = svm_get_segment(save + SAVE_FS);
	env->segs[CPU_GS] = svm_get_segment(save + SAVE_GS);
	env->tr = svm_get_segment(save + SAVE_TR);
	env->ldt = svm_get_segment(save + SAVE_LDTR);
	for (unsigned i = 0; i < N_KEPT; i++) {
		uint64_t value = get_le64(save + kept_msrs[i].at);
		if (kept_msrs[i].msr == MSR_KERNEL_GS_BASE) value = svm_canonical(value);
		cpu_write_engine_msr(cpu, kept_msrs[i].msr, value);
	}
	context_update_hflags(env, &cpu->layout, cpu_rflags(cpu));
}

/* --- execution */

/* rAX, of the address size. */
static uint64_t operand(struct cpu *cpu)
{
	struct insn insn;
	uint64_t rax = cpu->live->regs[CPU_RAX];
	if (!cpu_decode(cpu, cpu->site_linear, &insn) || insn.address_bytes == 8) return rax;
	return insn.address_bytes == 4 ? (uint32_t)rax : (uint16_t)rax;
}

static bool is_vmcb_address(uint64_t pa) { return !(pa % VMCB_BYTES) && !(pa >> PAGING_PHYS_BITS); }

/* The instruction ended its block, because the engine takes it for undefined. */
static void done(struct cpu *cpu, const struct site *site)
{
	cpu_skip(cpu, site);
	cpu->s.continuation = false;
}

static void run_with_vmcb(struct cpu *cpu, const struct site *site, enum svm_opcode opcode)
{
	uint64_t pa = operand(cpu);
	if (!is_vmcb_address(pa)) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	if (opcode == VMRUN) {
		cpu->svm = (struct svm_pending){ .action = SVM_VMRUN,
						 .vmcb = pa,
						 .length = site->length };
		cpu_stop_engine(cpu, STOP_WORLD);
		return;
	}
	if (opcode == VMLOAD)
		vmload(cpu, pa);
	else
		vmsave(cpu, pa);
	done(cpu, site);
}

static void set_gif(struct cpu *cpu, const struct site *site, bool set)
{
	cpu->s.svm.gif_clear = !set;
	if (set) cpu_want_attention(cpu);
	done(cpu, site);
}

static enum vmexit exit_code(enum svm_opcode opcode)
{
	if (opcode == INVLPGA) return VMEXIT_INVLPGA;
	return (enum vmexit)(VMEXIT_VMRUN + (opcode - VMRUN));
}

static void run(struct cpu *cpu, const struct site *site, enum svm_opcode opcode)
{
	switch (opcode) {
	case STGI:
	case CLGI: set_gif(cpu, site, opcode == STGI); break;
	case INVLPGA: /* the engine has one TLB for all address spaces */
		cpu_flush_tlb(cpu);
		tlb_watch_invlpga(cpu, (uint32_t)cpu->live->regs[CPU_RCX], operand(cpu));
		done(cpu, site);
		break;
	default: run_with_vmcb(cpu, site, opcode); break;
	}
}

/* The engine raises #UD where nothing is done here. */
void svm_run(struct cpu *cpu, const struct site *site)
{
	const struct env *env = cpu->live;
	enum svm_opcode opcode = (enum svm_opcode)(VMRUN + (site->rm & 7));
	bool intercepted = cpu->s.svm.guest && svm_intercepts(cpu, exit_code(opcode));
	bool protected = (env->hflags & HF_PE) && !(env->eflags & FL_VM);
	if (opcode == VMMCALL) {
		if (intercepted) svm_leave(cpu, exit_code(opcode), 0, 0);
		return;
	}
	if (!(cpu->s.msrs.efer & EFER_SVME) || !protected || opcode == SKINIT) return;
	if (env->hflags & HF_CPL)
		cpu_raise(cpu, VEC_GP, true, 0);
	else if (intercepted)
		svm_leave(cpu, exit_code(opcode), 0, 0);
	else
		run(cpu, site, opcode);
}
