/* SPDX-License-Identifier: MIT */
#include "linear.h"

#include "host_cpu.h"

uint64_t bimetal_linear_load64(struct bimetal_cpu *cpu, uint64_t address)
{
	uint64_t value;

	return mem_read64(cpu->mem, address, &value) ? value : UINT64_MAX;
}

void bimetal_linear_store64(struct bimetal_cpu *cpu, uint64_t address, uint64_t value)
{
	(void)mem_write64(cpu->mem, address, value);
}
