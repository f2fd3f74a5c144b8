/* SPDX-License-Identifier: MIT */
/* Instructions that our CPU has and the engine's model lacks: they arrive as #UD and are carried
 * out here. */
#include <string.h>

#include "emu/cpu/cpu_internal.h"

bool cpu_tsc_allowed(struct cpu *cpu)
{
	bool user = (cpu_read_reg(cpu, UC_X86_REG_CR0) & CR0_PE) &&
		    (cpu_read_reg(cpu, UC_X86_REG_CS) & HF_CPL);
	return !user || !(cpu_read_reg(cpu, UC_X86_REG_CR4) & CR4_TSD);
}

void cpu_load_tsc(struct cpu *cpu)
{
	cpu_charge(cpu, CPU_CHARGE_RDTSC);
	uint64_t tsc = clock_now(cpu->clock) + cpu->s.msrs.tsc_offset;
	cpu_write_reg(cpu, UC_X86_REG_RAX, (uint32_t)tsc);
	cpu_write_reg(cpu, UC_X86_REG_RDX, tsc >> 32);
}

bool cpu_run_undefined(struct cpu *cpu)
{
	static const uint8_t rdtscp[] = { 0x0f, 0x01, 0xf9 };
	uint8_t code[sizeof rdtscp];
	struct pending_event *e = &cpu->event;
	if (e->vector != VEC_UD || e->software || !cpuid_has(&cpu->features, FEATURE_RDTSCP))
		return false;
	if (cpu_peek(cpu, cpu_linear_rip(cpu), code, sizeof code) != sizeof code) return false;
	if (memcmp(code, rdtscp, sizeof code) != 0) return false;
	if (!cpu_tsc_allowed(cpu)) {
		e->vector = VEC_GP;
		e->has_error = true;
		return false;
	}
	cpu_load_tsc(cpu);
	cpu_write_reg(cpu, UC_X86_REG_RCX, cpu->s.msrs.tsc_aux);
	cpu_write_reg(cpu, UC_X86_REG_RIP, e->rip + sizeof rdtscp);
	clock_advance(cpu->clock, 1); /* the instruction itself */
	e->valid = false;
	return true;
}
