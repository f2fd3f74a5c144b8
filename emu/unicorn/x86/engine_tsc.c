/* SPDX-License-Identifier: MIT */
/* The build redirects RDTSC in translated code to this file (docs/decisions/0002). */
#include "emu/unicorn/x86/engine_tsc.h"

#include "emu/unicorn/x86/cpu_internal.h"

void bimetal_unicorn_real_rdtsc(struct env *env);
void bimetal_unicorn_rdtsc(struct env *env);

/* Per thread, because engines of several threads may run at once. */
static _Thread_local struct cpu *cpu;

void engine_tsc_use(struct cpu *used) { cpu = used; }

/* The engine's own function ends in the hook of cpu_install_hooks(), and can fault. */
void bimetal_unicorn_rdtsc(struct env *env)
{
	if (cpu && env == cpu->live && cpu_tsc_allowed(cpu))
		cpu_read_tsc(cpu);
	else
		bimetal_unicorn_real_rdtsc(env);
}
