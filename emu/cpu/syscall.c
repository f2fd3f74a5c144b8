/* SPDX-License-Identifier: MIT */
/* SYSCALL and SYSENTER: the engine only calls a hook and steps over the instruction, so the whole
 * transition is made here (AMD APM Vol. 3 "SYSCALL", SDM Vol. 2B "SYSENTER"). */
#include "emu/cpu/cpu_internal.h"

enum { INSN_BYTES = 2 }; /* both: the engine adds them to RIP after the hook */
enum { CSTAR_OFFSET = 24, LSTAR_OFFSET = 16, FMASK_OFFSET = 32 };
enum { SELECTOR_MASK = 0xfffc };
#define MSR_SYSENTER_CS UINT32_C(0x174)

static struct env_segment flat(uint32_t selector, uint32_t flags)
{
	return (struct env_segment){ selector, 0, UINT32_MAX, flags | DESC_G | DESC_P | DESC_S };
}

/* Ring 0 with flat segments, the new flags and target. */
static void enter_kernel(struct cpu *cpu, uint32_t cs, bool long_code, uint64_t target,
			 uint64_t rflags)
{
	struct env *env = cpu->env;
	env->segs[CPU_CS] = flat(cs, DESC_CODE | DESC_W | DESC_A | (long_code ? DESC_L : DESC_B));
	env->segs[CPU_SS] = flat(cs + 8, DESC_W | DESC_A | DESC_B);
	context_put_rflags(env, rflags);
	context_update_hflags(env, &cpu->layout, rflags);
	env->eip = target - INSN_BYTES;
	cpu_push(cpu);
}

void cpu_on_syscall(uc_engine *uc, void *data)
{
	struct cpu *cpu = data;
	(void)uc;
	if (!(cpu->s.msrs.efer & EFER_SCE)) {
		cpu_raise(cpu, VEC_UD, false, 0);
		return;
	}
	uint64_t rflags = cpu_rflags(cpu);
	cpu_pull(cpu);
	struct env *env = cpu->env;
	uint64_t star = context_get64(env, cpu->layout.star);
	uint32_t cs = (uint32_t)(star >> 32) & SELECTOR_MASK;
	env->regs[CPU_RCX] = env->eip + INSN_BYTES;
	if (!(env->hflags & HF_LMA)) {
		env->regs[CPU_RCX] = (uint32_t)env->regs[CPU_RCX];
		enter_kernel(cpu, cs, false, (uint32_t)star,
			     rflags & ~(uint64_t)(FL_IF | FL_VM | FL_RF));
		return;
	}
	size_t target = env->hflags & HF_CS64 ? LSTAR_OFFSET : CSTAR_OFFSET;
	uint64_t mask = context_get64(env, cpu->layout.star + FMASK_OFFSET);
	env->regs[CPU_R11] = rflags & ~(uint64_t)FL_RF;
	enter_kernel(cpu, cs, true, context_get64(env, cpu->layout.star + target),
		     rflags & ~(mask | FL_RF));
}

void cpu_on_sysenter(uc_engine *uc, void *data)
{
	struct cpu *cpu = data;
	(void)uc;
	uint64_t rflags = cpu_rflags(cpu);
	uint32_t cs = (uint32_t)cpu_read_engine_msr(cpu, MSR_SYSENTER_CS) & SELECTOR_MASK;
	cpu_pull(cpu);
	struct env *env = cpu->env;
	if (env->hflags & HF_LMA) { /* APM Vol. 3: not valid in long mode */
		cpu_raise(cpu, VEC_UD, false, 0);
		return;
	}
	if (!(env->cr[0] & CR0_PE) || !cs) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	env->regs[CPU_RSP] = (uint32_t)cpu_read_engine_msr(cpu, MSR_SYSENTER_CS + 1);
	uint64_t target = (uint32_t)cpu_read_engine_msr(cpu, MSR_SYSENTER_CS + 2);
	enter_kernel(cpu, cs, false, target, rflags & ~(uint64_t)(FL_IF | FL_VM | FL_RF));
}
