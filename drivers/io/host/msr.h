/* SPDX-License-Identifier: MIT */
/* The processor's own registers in the harness: the names of drivers/io/metal/msr.h, answered by
 * the processor that native drivers run on. A general protection fault is handled as interrupt 13;
 * when its handler is done, the access has had no effect and a read gives 0. */
#ifndef MSR_H
#define MSR_H

#include <stdbool.h>
#include <stdint.h>

#include "host_cpu.h"
#include "io.h"

struct msrs {
	struct host_cpu *cpu;
};

IO_INLINE struct msrs msrs_of_host(struct host_cpu *cpu) { return (struct msrs){ .cpu = cpu }; }

IO_INLINE struct cpuid msr_cpuid(struct msrs msrs, uint32_t leaf, uint32_t subleaf)
{
	return host_cpu_cpuid(msrs.cpu, leaf, subleaf);
}

/* Out of line, as in io.h. */
uint64_t msr_load(struct msrs msrs, uint32_t msr);
void msr_store(struct msrs msrs, uint32_t msr, uint64_t value);

#include "bimetal/msr_registers.h"

#endif
