/* SPDX-License-Identifier: MIT */
/* What the processor refuses with #GP or #UD (SDM Vol. 3A 2.5, 2.6, 4.1; the instructions' pages in
 * Vol. 2). Written apart from drivers/x86, so that one is a test of the other. */
#ifndef BIMETAL_X86_RULES_H
#define BIMETAL_X86_RULES_H

#include <stdbool.h>
#include <stdint.h>

struct bimetal_cpu;

/* What depends on CPUID. Without one (host_cpu.h) the processor has everything. */
enum host_x86_feature {
	HOST_X86_PCID,
	HOST_X86_INVPCID,
	HOST_X86_INVLPGB,
	HOST_X86_SMAP,
	HOST_X86_RDRAND,
	HOST_X86_CET,
	HOST_X86_N_FEATURES
};
bool host_x86_has(const struct bimetal_cpu *cpu, enum host_x86_feature feature);

/* The values of the other control registers. */
struct host_x86_control {
	uint64_t cr0, cr3, cr4, efer;
};

bool host_x86_cr0_valid(const struct host_x86_control *now, uint64_t value);
bool host_x86_cr3_valid(const struct host_x86_control *now, uint64_t value);
bool host_x86_cr4_valid(const struct bimetal_cpu *cpu, const struct host_x86_control *now,
			uint64_t value);
bool host_x86_xcr0_valid(uint64_t value);
/* Of an MSR that host_x86_msr() knows; EFER.LMA may be written with any value. */
bool host_x86_msr_valid(const struct bimetal_cpu *cpu, const struct host_x86_control *now,
			uint32_t msr, uint64_t value);
bool host_x86_invpcid_valid(const struct host_x86_control *now, uint64_t kind, uint64_t pcid,
			    uint64_t address);

#endif
