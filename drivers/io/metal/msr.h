/* SPDX-License-Identifier: MIT */
/* Model-specific registers and CPUID, on real hardware. drivers/io/host/msr.h has the same names
 * for the harness's processor.
 *
 * Accessing a register that does not exist, or writing a value that it cannot hold, raises a
 * general protection fault: check CPUID first. Each access is one RDMSR or WRMSR with an access
 * record, as in io.h. These accesses are not ordered with accesses to memory: dma.h has the
 * barriers. */
#ifndef BIMETAL_MSR_H
#define BIMETAL_MSR_H

/* For example:
 *
 *	static bool has_x2apic(void)
 *	{
 *		return msr_cpuid(msrs_of_cpu(), 1, 0).ecx & 1 << 21;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

/* The MSRs of the processor that runs this code. Every processor has its own. */
struct msrs {
	bool present; /* as CPUID says */
};

/* One leaf of CPUID. */
struct msr_cpuid {
	uint32_t eax, ebx, ecx, edx;
};

IO_INLINE struct msr_cpuid msr_cpuid_leaf(uint32_t leaf, uint32_t subleaf)
{
	struct msr_cpuid told;
	__asm__ volatile("cpuid" /* volatile: the APIC flag can change */
			 : "=a"(told.eax), "=b"(told.ebx), "=c"(told.ecx), "=d"(told.edx)
			 : "a"(leaf), "c"(subleaf));
	return told;
}

/* Needs a processor with CPUID; only processors from before 1993 lack it. */
IO_INLINE struct msrs msrs_of_cpu(void)
{
	enum { FEATURES = 1, MSR = 1 << 5 };
	bool known = msr_cpuid_leaf(0, 0).eax >= FEATURES;
	return (struct msrs){ .present = known && (msr_cpuid_leaf(FEATURES, 0).edx & MSR) };
}

/* Read a leaf of CPUID. A leaf above the highest of its range reads as zeros. */
IO_INLINE struct msr_cpuid msr_cpuid(struct msrs msrs, uint32_t leaf, uint32_t subleaf)
{
	const uint32_t range = UINT32_C(1) << 31;
	(void)msrs;
	if (leaf > msr_cpuid_leaf(leaf & range, 0).eax) return (struct msr_cpuid){ 0 };
	return msr_cpuid_leaf(leaf, subleaf);
}

/* If the processor has no MSRs, nothing is accessed and reads return 0. */
IO_INLINE uint64_t msr_load(struct msrs msrs, uint32_t msr)
{
	uint32_t low, high;
	if (!msrs.present) return 0;
	__asm__ volatile(IO_RECORDED("rdmsr", "64", "0", "3") : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

IO_INLINE void msr_store(struct msrs msrs, uint32_t msr, uint64_t value)
{
	if (!msrs.present) return;
	__asm__ volatile(IO_RECORDED("wrmsr", "64", "1", "3")
			 :
			 : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

#include "bimetal/msr_registers.h"

#endif
