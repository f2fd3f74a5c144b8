/* SPDX-License-Identifier: MIT */
#include "msr.h"

#include "host_cpu.h"

/* An address inside the caller's CALL instruction, for its source line, as in io.c. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

struct msr_cpuid bimetal_msr_cpuid(const struct bimetal_cpu *cpu, uint32_t leaf, uint32_t subleaf)
{
	struct host_cpuid told = host_cpu_cpuid(cpu, leaf, subleaf);

	return (struct msr_cpuid){
		.eax = told.eax, .ebx = told.ebx, .ecx = told.ecx, .edx = told.edx
	};
}

uint64_t bimetal_msr_read(struct bimetal_cpu *cpu, uint32_t msr)
{
	return host_cpu_read_msr(cpu, msr, CALLED_FROM);
}

void bimetal_msr_write(struct bimetal_cpu *cpu, uint32_t msr, uint64_t value)
{
	host_cpu_write_msr(cpu, msr, value, CALLED_FROM);
}
