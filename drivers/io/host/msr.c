/* SPDX-License-Identifier: MIT */
#include "msr.h"

/* In the call, as in io.c. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

uint64_t msr_load(struct msrs msrs, uint32_t msr)
{
	return host_cpu_read_msr(msrs.cpu, msr, CALLED_FROM);
}

void msr_store(struct msrs msrs, uint32_t msr, uint64_t value)
{
	host_cpu_write_msr(msrs.cpu, msr, value, CALLED_FROM);
}
