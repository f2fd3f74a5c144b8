/* SPDX-License-Identifier: MIT */
/* The registers that the engine keeps. */
#include "emu/unicorn/x86/cpu_internal.h"

/* During an access the engine's pc and flags may still be those of an earlier instruction. */
static void sync_access(struct cpu *cpu) { engine_access_sync(cpu->engine_blocks.engine_cpu); }

/* Here and below the engine's answers are not looked at: it was made and proven to have this
 * context and these registers (context.c), and refuses only those it has not. */
void cpu_pull(struct cpu *cpu)
{
	if (cpu->dead) return;
	sync_access(cpu);
	uc_context_save(cpu->uc, cpu->ctx);
}

/* The engine takes all flags from `eflags` when it starts. */
void cpu_push(struct cpu *cpu)
{
	struct env *env = cpu->env;
	if (cpu->dead) return;
	if (env->cc_op == CC_OP_EFLAGS) env->eflags |= env->cc_src & FL_ARITHMETIC;
	if (env->df < 0) env->eflags |= FL_DF;
	uc_context_restore(cpu->uc, cpu->ctx);
}

uint64_t cpu_read_reg(const struct cpu *cpu, int reg)
{
	uint64_t v = 0;
	uc_reg_read(cpu->uc, reg, &v);
	return v;
}

void cpu_write_reg(struct cpu *cpu, int reg, uint64_t value)
{
	if (!cpu->dead) uc_reg_write(cpu->uc, reg, &value);
}

uint64_t cpu_rflags(struct cpu *cpu)
{
	sync_access(cpu);
	return cpu_read_reg(cpu, UC_X86_REG_RFLAGS);
}

uint64_t cpu_read_engine_msr(const struct cpu *cpu, uint32_t msr)
{
	uc_x86_msr m = { msr, 0 };
	uc_reg_read(cpu->uc, UC_X86_REG_MSR, &m);
	return m.value;
}

void cpu_write_engine_msr(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	uc_x86_msr m = { msr, value };
	if (!cpu->dead) uc_reg_write(cpu->uc, UC_X86_REG_MSR, &m);
}

struct paging_mode cpu_paging_mode(const struct cpu *cpu)
{
	const uint64_t *cr = cpu->live->cr;
	struct paging_mode mode = {
		.cr0 = cr[0],
		.cr3 = cr[3],
		.cr4 = cr[4],
		.efer = cpu->s.msrs.efer,
		.pdpte = cpu->s.pdpte,
		.no_1g = !cpuid_has(&cpu->features, FEATURE_PDPE1GB),
	};
	if ((mode.cr0 & CR0_PG) && (mode.efer & EFER_LME)) mode.efer |= EFER_LMA;
	return mode;
}

void cpu_put_arithmetic_flags(struct cpu *cpu, uint64_t flags)
{
	struct env *env = cpu->live;
	env->cc_src = flags & FL_ARITHMETIC;
	env->cc_dst = 0;
	env->cc_op = CC_OP_EFLAGS;
}

uint64_t cpu_pc(struct cpu *cpu)
{
	sync_access(cpu);
	uint64_t rip = cpu_read_reg(cpu, UC_X86_REG_RIP);
	uint64_t cr0 = cpu_read_reg(cpu, UC_X86_REG_CR0);
	if ((cr0 & CR0_PG) && (cpu->s.msrs.efer & EFER_LME)) return rip;
	uint64_t selector = cpu_read_reg(cpu, UC_X86_REG_CS);
	return (uint32_t)(cr0 & CR0_PE ? rip : rip + (selector << 4));
}
