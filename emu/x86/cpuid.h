/* SPDX-License-Identifier: MIT */
/* The identity of the CPU, and what CPUID reports: exactly what works, and nothing else.
 *
 * There are two identities. `amd` is family 0Fh model 6Bh (Athlon 64 X2 "Brisbane"), with additions
 * that this processor does not have: TSC deadline, 1 GiB pages, SMEP, an APIC timer and a TSC that
 * never stop. `intel` is family 6 model 2Ch (Westmere), with x2APIC and TSC deadline, which not all
 * of them have. docs/differences.md lists what these processors have and this CPU lacks. */
#ifndef EMU_X86_CPUID_H
#define EMU_X86_CPUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decides more than CPUID: SYSCALL and SYSENTER, SYSRET, null segments, far pointers, MSRs. */
enum cpu_vendor { CPU_AMD, CPU_INTEL };

struct cpu_features {
	uint64_t bits; /* one bit per feature, in the order of the table in cpuid.c */
	enum cpu_vendor vendor;
};

enum cpu_feature {
	FEATURE_FPU,
	FEATURE_DE,
	FEATURE_PSE,
	FEATURE_TSC,
	FEATURE_MSR,
	FEATURE_PAE,
	FEATURE_MCE,
	FEATURE_CX8,
	FEATURE_APIC,
	FEATURE_SEP,
	FEATURE_MTRR,
	FEATURE_PGE,
	FEATURE_MCA,
	FEATURE_CMOV,
	FEATURE_PAT,
	FEATURE_PSE36,
	FEATURE_CLFLUSH,
	FEATURE_MMX,
	FEATURE_FXSR,
	FEATURE_SSE,
	FEATURE_SSE2,
	FEATURE_SSE3,
	FEATURE_PCLMULQDQ,
	FEATURE_SSSE3,
	FEATURE_CX16,
	FEATURE_SSE41,
	FEATURE_SSE42,
	FEATURE_X2APIC,
	FEATURE_MOVBE,
	FEATURE_POPCNT,
	FEATURE_TSC_DEADLINE,
	FEATURE_AES,
	FEATURE_HYPERVISOR,
	FEATURE_SYSCALL,
	FEATURE_NX,
	FEATURE_MMXEXT,
	FEATURE_PDPE1GB,
	FEATURE_RDTSCP,
	FEATURE_LM,
	FEATURE_3DNOWEXT,
	FEATURE_3DNOW,
	FEATURE_LAHF_LM,
	FEATURE_SVM,
	FEATURE_ABM,
	FEATURE_3DNOWPREFETCH,
	FEATURE_ARAT,
	FEATURE_SMEP,
	FEATURE_ADX,
	FEATURE_INVTSC,
	FEATURE_RDRAND,
	FEATURE_INVPCID,
	N_CPU_FEATURES
};

/* Parse "[amd|intel][,+x][,-y]...": an identity (amd by default), features to add and features to
 * remove. False: no such identity or feature, or the engine lacks the feature; err then holds a
 * sentence that lists the known ones. spec may be NULL. */
bool cpuid_parse(const char *spec, struct cpu_features *features, char *err, size_t err_size);
static inline bool cpuid_has(const struct cpu_features *f, enum cpu_feature feature)
{
	return f->bits >> feature & 1;
}
static inline bool cpuid_is_intel(const struct cpu_features *f) { return f->vendor == CPU_INTEL; }

/* The same by name; false if there is no feature of that name. */
bool cpuid_has_name(const struct cpu_features *f, const char *name);

struct cpuid_regs {
	uint32_t eax, ebx, ecx, edx;
};

enum { CPUID_NAME_QUADS = 6 };

/* The state of the CPU that CPUID depends on. */
struct cpuid_now {
	bool apic_enabled; /* IA32_APIC_BASE.EN */
	bool long_code;    /* CPUID is executed in 64-bit mode */
	bool limit_leaves; /* IA32_MISC_ENABLE: Limit CPUID Maxval */
	bool no_xd;        /* IA32_MISC_ENABLE: XD Bit Disable */
	/* The 48-byte name string, as MSRs C001_0030h to C001_0035h hold it; NULL: the one after
	 * reset. */
	const uint64_t *name;
};

/* Family, model and stepping: EAX of leaf 1, and EDX at reset. */
uint32_t cpuid_signature(const struct cpu_features *f);
/* The name string after reset. */
void cpuid_name(uint64_t name[CPUID_NAME_QUADS]);
/* The result of one leaf. */
struct cpuid_regs cpuid_leaf(const struct cpu_features *f, uint32_t leaf, uint32_t subleaf,
			     const struct cpuid_now *now);

/* The CPUID registers whose bits control what the engine's translator executes. */
enum cpuid_word {
	CPUID_L1_EDX,
	CPUID_L1_ECX,
	CPUID_L6_EAX,
	CPUID_L7_EBX,
	CPUID_X1_EDX,
	CPUID_X1_ECX,
	CPUID_X7_EDX,
	CPUID_N_WORDS
};
/* The features in such a register. */
uint32_t cpuid_word(const struct cpu_features *f, enum cpuid_word word);

#endif
