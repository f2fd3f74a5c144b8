/* SPDX-License-Identifier: MIT */
/* What privileged instructions do, done from outside between two runs. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/x87.h"

void cpu_set_debug_reg(struct cpu *cpu, unsigned n, uint64_t value) { debug_set(cpu, n, value); }

/* The arithmetic records its exceptions elsewhere until they are asked for. */
uint32_t cpu_mxcsr(struct cpu *cpu)
{
	if (!cpu->s.fpu.armed && !cpu->dead) sse_settle(context_float(cpu->live, &cpu->layout));
	return (uint32_t)cpu_read_reg(cpu, UC_X86_REG_MXCSR);
}

void cpu_set_mxcsr(struct cpu *cpu, uint32_t value)
{
	(void)cpu_mxcsr(cpu);
	cpu_write_reg(cpu, UC_X86_REG_MXCSR, value);
	cpu_pull(cpu);
	context_update_unmasked(cpu->env, &cpu->layout);
	cpu_push(cpu);
}

/* The engine has no call for one page. Forgetting more than asked for is allowed (SDM Vol. 3A
 * 4.10.4.1). */
void cpu_invalidate(struct cpu *cpu, uint64_t linear)
{
	cpu_flush_tlb(cpu);
	tlb_watch_invlpg(cpu, linear);
}

void cpu_invalidate_all(struct cpu *cpu)
{
	cpu_flush_tlb(cpu);
	if (cpu->tlb) tlb_invalidate_all(&cpu->tlb->model);
}
