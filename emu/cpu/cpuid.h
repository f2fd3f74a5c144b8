/* SPDX-License-Identifier: MIT */
/* What CPUID tells: exactly what works, and nothing else. */
#ifndef EMU_CPU_CPUID_H
#define EMU_CPU_CPUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One bit each, in the order of the table in cpuid.c. */
struct cpu_features {
	uint64_t bits;
};

enum cpu_feature {
	FEATURE_FPU,
	FEATURE_PSE,
	FEATURE_TSC,
	FEATURE_MSR,
	FEATURE_PAE,
	FEATURE_CX8,
	FEATURE_APIC,
	FEATURE_SEP,
	FEATURE_MTRR,
	FEATURE_PGE,
	FEATURE_CMOV,
	FEATURE_PAT,
	FEATURE_PSE36,
	FEATURE_CLFLUSH,
	FEATURE_MMX,
	FEATURE_FXSR,
	FEATURE_SSE,
	FEATURE_SSE2,
	FEATURE_SSE3,
	FEATURE_CX16,
	FEATURE_X2APIC,
	FEATURE_TSC_DEADLINE,
	FEATURE_HYPERVISOR,
	FEATURE_SYSCALL,
	FEATURE_NX,
	FEATURE_PDPE1GB,
	FEATURE_RDTSCP,
	FEATURE_LM,
	FEATURE_LAHF_LM,
	FEATURE_ARAT,
	FEATURE_SMEP,
	FEATURE_INVTSC,
	N_CPU_FEATURES
};

/* Parse "+x,-y" on top of the default (all that works, but for x2APIC mode, which changes what
 * kernels do with interrupts). False: unknown, or the engine lacks it;
 * the sentence in err says which are known. spec may be NULL. */
bool cpuid_parse(const char *spec, struct cpu_features *features, char *err, size_t err_size);
static inline bool cpuid_has(const struct cpu_features *f, enum cpu_feature feature)
{
	return f->bits >> feature & 1;
}

/* The same by name; false for a name that is no feature's. */
bool cpuid_has_name(const struct cpu_features *f, const char *name);

struct cpuid_regs {
	uint32_t eax, ebx, ecx, edx;
};

/* One leaf. apic_id and osxsave-like dynamic bits come from the caller: `apic_enabled` is
 * IA32_APIC_BASE.EN. */
struct cpuid_regs cpuid_leaf(const struct cpu_features *f, uint32_t leaf, uint32_t subleaf,
			     bool apic_enabled);

#endif
