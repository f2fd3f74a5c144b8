/* SPDX-License-Identifier: MIT */
#include "wait.h"

#include "host_cpu.h"

/* In the call, as in io.c. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

uint64_t bimetal_wait_now(struct bimetal_cpu *cpu)
{
	cpu->s.pc = CALLED_FROM;
	host_cpu_pass(cpu, CPU_CHARGE_RDTSC);
	return clock_now(cpu->clock);
}

void bimetal_wait_relax(struct bimetal_cpu *cpu)
{
	cpu->s.pc = CALLED_FROM;
	host_cpu_pass(cpu, CPU_CHARGE_PAUSE);
}

void bimetal_wait_ns(struct bimetal_cpu *cpu, uint64_t ns)
{
	cpu->s.pc = CALLED_FROM;
	host_cpu_pass(cpu, ns);
}

bool bimetal_wait_set_irq(struct bimetal_cpu *cpu, bool on)
{
	cpu->s.pc = CALLED_FROM;
	return host_cpu_set_interrupts(cpu, on);
}

void bimetal_wait_for_irq(struct bimetal_cpu *cpu)
{
	cpu->s.pc = CALLED_FROM;
	if (host_cpu_sleep(cpu) || cpu->clock->s.next_ns != CLOCK_NEVER || !cpu->stuck) return;
	cpu->s.interrupts_on = true; /* it still sleeps */
	cpu->stuck(cpu->stuck_ctx, "wait_for_irq() with nothing left that could interrupt");
	cpu->s.interrupts_on = false;
}
