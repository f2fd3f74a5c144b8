/* SPDX-License-Identifier: MIT */
/* The processor's own registers in the harness: the names of drivers/io/metal/msr.h, answered by
 * the processor that native drivers run on. A general protection fault is handled as interrupt 13;
 * when its handler is done, the access has had no effect and a read gives 0. */
#ifndef BIMETAL_MSR_H
#define BIMETAL_MSR_H

/* For example:
 *
 *	static bool has_x2apic(struct bimetal_cpu *cpu)
 *	{
 *		return msr_cpuid(msrs_of_host(cpu), 1, 0).ecx & 1 << 21;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

struct msrs {
	struct bimetal_cpu *cpu;
};

/* What one leaf of CPUID tells. */
struct msr_cpuid {
	uint32_t eax, ebx, ecx, edx;
};

IO_INLINE struct msrs msrs_of_host(struct bimetal_cpu *cpu) { return (struct msrs){ .cpu = cpu }; }

/* Out of line, as in io.h. */
struct msr_cpuid bimetal_msr_cpuid(const struct bimetal_cpu *cpu, uint32_t leaf, uint32_t subleaf);
uint64_t bimetal_msr_read(struct bimetal_cpu *cpu, uint32_t msr);
void bimetal_msr_write(struct bimetal_cpu *cpu, uint32_t msr, uint64_t value);

IO_INLINE struct msr_cpuid msr_cpuid(struct msrs msrs, uint32_t leaf, uint32_t subleaf)
{
	return bimetal_msr_cpuid(msrs.cpu, leaf, subleaf);
}

IO_INLINE uint64_t msr_load(struct msrs msrs, uint32_t msr)
{
	return bimetal_msr_read(msrs.cpu, msr);
}

IO_INLINE void msr_store(struct msrs msrs, uint32_t msr, uint64_t value)
{
	bimetal_msr_write(msrs.cpu, msr, value);
}

#include "bimetal/msr_registers.h"

#endif
