/* SPDX-License-Identifier: MIT */
#include "emu/x86/cpuid.h"

#include <stdio.h>
#include <string.h>

#include "emu/x86/paging.h"

/* The identities that have the feature by default. */
enum who { NOBODY, AMD = 1 << CPU_AMD, INTEL = 1 << CPU_INTEL, BOTH = AMD | INTEL };

/* The bits are named in AMD's Architecture Programmer's Manual Vol. 3 appendix E and the SDM Vol.
 * 2A "CPUID". */
static const struct {
	const char *name;
	enum cpuid_word word;
	uint8_t bit, who;
} feature_table[N_CPU_FEATURES] = {
	[FEATURE_FPU] = { "fpu", CPUID_L1_EDX, 0, BOTH },
	[FEATURE_DE] = { "de", CPUID_L1_EDX, 2, BOTH },
	[FEATURE_PSE] = { "pse", CPUID_L1_EDX, 3, BOTH },
	[FEATURE_TSC] = { "tsc", CPUID_L1_EDX, 4, BOTH },
	[FEATURE_MSR] = { "msr", CPUID_L1_EDX, 5, BOTH },
	[FEATURE_PAE] = { "pae", CPUID_L1_EDX, 6, BOTH },
	[FEATURE_MCE] = { "mce", CPUID_L1_EDX, 7, BOTH },
	[FEATURE_CX8] = { "cx8", CPUID_L1_EDX, 8, BOTH },
	[FEATURE_APIC] = { "apic", CPUID_L1_EDX, 9, BOTH },
	[FEATURE_SEP] = { "sep", CPUID_L1_EDX, 11, BOTH },
	[FEATURE_MTRR] = { "mtrr", CPUID_L1_EDX, 12, BOTH },
	[FEATURE_PGE] = { "pge", CPUID_L1_EDX, 13, BOTH },
	[FEATURE_MCA] = { "mca", CPUID_L1_EDX, 14, BOTH },
	[FEATURE_CMOV] = { "cmov", CPUID_L1_EDX, 15, BOTH },
	[FEATURE_PAT] = { "pat", CPUID_L1_EDX, 16, BOTH },
	[FEATURE_PSE36] = { "pse36", CPUID_L1_EDX, 17, BOTH },
	[FEATURE_CLFLUSH] = { "clflush", CPUID_L1_EDX, 19, BOTH },
	[FEATURE_MMX] = { "mmx", CPUID_L1_EDX, 23, BOTH },
	[FEATURE_FXSR] = { "fxsr", CPUID_L1_EDX, 24, BOTH },
	[FEATURE_SSE] = { "sse", CPUID_L1_EDX, 25, BOTH },
	[FEATURE_SSE2] = { "sse2", CPUID_L1_EDX, 26, BOTH },
	[FEATURE_SSE3] = { "sse3", CPUID_L1_ECX, 0, BOTH },
	[FEATURE_PCLMULQDQ] = { "pclmulqdq", CPUID_L1_ECX, 1, INTEL },
	[FEATURE_SSSE3] = { "ssse3", CPUID_L1_ECX, 9, INTEL },
	[FEATURE_CX16] = { "cx16", CPUID_L1_ECX, 13, BOTH },
	[FEATURE_SSE41] = { "sse4.1", CPUID_L1_ECX, 19, INTEL },
	[FEATURE_SSE42] = { "sse4.2", CPUID_L1_ECX, 20, INTEL },
	[FEATURE_X2APIC] = { "x2apic", CPUID_L1_ECX, 21, INTEL },
	[FEATURE_MOVBE] = { "movbe", CPUID_L1_ECX, 22, NOBODY },
	[FEATURE_POPCNT] = { "popcnt", CPUID_L1_ECX, 23, INTEL },
	[FEATURE_TSC_DEADLINE] = { "tsc-deadline", CPUID_L1_ECX, 24, BOTH },
	[FEATURE_AES] = { "aes", CPUID_L1_ECX, 25, INTEL },
	[FEATURE_HYPERVISOR] = { "hypervisor", CPUID_L1_ECX, 31, BOTH },
	[FEATURE_ARAT] = { "arat", CPUID_L6_EAX, 2, BOTH }, /* the APIC timer never stops */
	[FEATURE_SMEP] = { "smep", CPUID_L7_EBX, 7, AMD },
	[FEATURE_ADX] = { "adx", CPUID_L7_EBX, 19, NOBODY },
	[FEATURE_SYSCALL] = { "syscall", CPUID_X1_EDX, 11, BOTH },
	[FEATURE_NX] = { "nx", CPUID_X1_EDX, 20, BOTH },
	[FEATURE_MMXEXT] = { "mmxext", CPUID_X1_EDX, 22, AMD },
	[FEATURE_PDPE1GB] = { "pdpe1gb", CPUID_X1_EDX, 26, BOTH },
	[FEATURE_RDTSCP] = { "rdtscp", CPUID_X1_EDX, 27, BOTH },
	[FEATURE_LM] = { "lm", CPUID_X1_EDX, 29, BOTH },
	[FEATURE_3DNOWEXT] = { "3dnowext", CPUID_X1_EDX, 30, AMD },
	[FEATURE_3DNOW] = { "3dnow", CPUID_X1_EDX, 31, AMD },
	[FEATURE_LAHF_LM] = { "lahf_lm", CPUID_X1_ECX, 0, BOTH },
	[FEATURE_SVM] = { "svm", CPUID_X1_ECX, 2, AMD },
	[FEATURE_ABM] = { "abm", CPUID_X1_ECX, 5, NOBODY }, /* LZCNT */
	[FEATURE_3DNOWPREFETCH] = { "3dnowprefetch", CPUID_X1_ECX, 8, NOBODY },
	[FEATURE_INVTSC] = { "invtsc", CPUID_X7_EDX, 8, BOTH },
	[FEATURE_RDRAND] = { "rdrand", CPUID_L1_ECX, 30, NOBODY },
	[FEATURE_INVPCID] = { "invpcid", CPUID_L7_EBX, 10, NOBODY },
};

/* Constants of the two identities. Cache and TLB sizes are those of the real processors; here
 * nothing depends on them (unread: AMD CPUID Specification 25481; SDM Vol. 2A "CPUID", leaves 2,
 * 4). */
static const struct identity {
	const char *name, vendor[13];
	uint32_t signature;
} identities[] = {
	[CPU_AMD] = { "amd", "AuthenticAMD", 0x00060fb1 },    /* family 0Fh, model 6Bh */
	[CPU_INTEL] = { "intel", "GenuineIntel", 0x000206c2 } /* family 6, model 2Ch */
};
enum { N_IDENTITIES = sizeof identities / sizeof identities[0] };

enum {
	CLFLUSH_QWORDS = 8,
	MAX_LEAF_AMD = 7,     /* 6 and 7 report added features */
	TOPOLOGY_LEAF = 0xb,  /* reports the x2APIC ID */
	LIMITED_MAX_LEAF = 3, /* SDM Vol. 4, IA32_MISC_ENABLE bit 22 */
	ONE_SUBLEAF_READ = 1  /* leaf 2: AL */
};
#define MAX_HYPERVISOR_LEAF UINT32_C(0x40000000)
#define MAX_EXTENDED_LEAF   UINT32_C(0x80000008)
#define SVM_LEAF            UINT32_C(0x8000000a)
/* AMD's extended leaf 1 EDX repeats these bits of leaf 1 EDX. */
#define REPEATED_EDX UINT32_C(0x0183f3ff)

uint32_t cpuid_word(const struct cpu_features *f, enum cpuid_word word)
{
	uint32_t v = 0;
	for (unsigned i = 0; i < N_CPU_FEATURES; i++)
		if (feature_table[i].word == word && (f->bits >> i & 1))
			v |= UINT32_C(1) << feature_table[i].bit;
	return v;
}

uint32_t cpuid_signature(const struct cpu_features *f) { return identities[f->vendor].signature; }

/* --- parsing */

static void list_known(char *err, size_t size)
{
	size_t at = strlen(err);
	for (unsigned i = 0; i < N_CPU_FEATURES && at < size; i++) {
		int n = snprintf(err + at, size - at, " %s", feature_table[i].name);
		at += n > 0 ? (size_t)n : 0;
	}
}

static bool same(const char *name, const char *item, size_t len)
{
	return strlen(name) == len && memcmp(name, item, len) == 0;
}

static bool parse_one(const char *item, size_t len, struct cpu_features *f, char *err,
		      size_t err_size)
{
	for (unsigned i = 0; len > 1 && (*item == '+' || *item == '-') && i < N_CPU_FEATURES; i++) {
		if (!same(feature_table[i].name, item + 1, len - 1)) continue;
		if (*item == '+')
			f->bits |= UINT64_C(1) << i;
		else
			f->bits &= ~(UINT64_C(1) << i);
		return true;
	}
	(void)snprintf(err, err_size,
		       "CPU feature '%.*s' is not one the CPU can have; write amd or intel, then "
		       "+NAME or -NAME with:",
		       (int)len, item);
	list_known(err, err_size);
	return false;
}

static void begin(struct cpu_features *f, enum cpu_vendor vendor)
{
	*f = (struct cpu_features){ .vendor = vendor };
	for (unsigned i = 0; i < N_CPU_FEATURES; i++)
		if (feature_table[i].who >> vendor & 1) f->bits |= UINT64_C(1) << i;
}

bool cpuid_parse(const char *spec, struct cpu_features *features, char *err, size_t err_size)
{
	size_t first = spec ? strcspn(spec, ",") : 0;
	begin(features, CPU_AMD);
	for (unsigned i = 0; spec && i < N_IDENTITIES; i++) {
		if (!same(identities[i].name, spec, first)) continue;
		begin(features, (enum cpu_vendor)i);
		spec += first + (spec[first] == ',');
		break;
	}
	while (spec && *spec) {
		size_t len = strcspn(spec, ",");
		if (!parse_one(spec, len, features, err, err_size)) return false;
		spec += len + (spec[len] == ',');
	}
	return true;
}

bool cpuid_has_name(const struct cpu_features *f, const char *name)
{
	for (unsigned i = 0; i < N_CPU_FEATURES; i++)
		if (strcmp(feature_table[i].name, name) == 0)
			return cpuid_has(f, (enum cpu_feature)i);
	return false;
}

/* --- leaves */

static uint32_t text(const char *s, unsigned at)
{
	uint32_t v = 0;
	memcpy(&v, s + at, sizeof v);
	return v;
}

static struct cpuid_regs leaf_0(const struct cpu_features *f, uint32_t max)
{
	const char *vendor = identities[f->vendor].vendor;
	return (struct cpuid_regs){ max, text(vendor, 0), text(vendor, 8), text(vendor, 4) };
}

static uint32_t max_leaf(const struct cpu_features *f, const struct cpuid_now *now)
{
	if (now->limit_leaves) return LIMITED_MAX_LEAF;
	return cpuid_is_intel(f) || cpuid_has(f, FEATURE_X2APIC) ? TOPOLOGY_LEAF : MAX_LEAF_AMD;
}

static struct cpuid_regs leaf_1(const struct cpu_features *f, const struct cpuid_now *now)
{
	struct cpuid_regs r = { cpuid_signature(f), CLFLUSH_QWORDS << 8,
				cpuid_word(f, CPUID_L1_ECX), cpuid_word(f, CPUID_L1_EDX) };
	if (!now->apic_enabled) r.edx &= ~(UINT32_C(1) << feature_table[FEATURE_APIC].bit);
	return r;
}

/* One thread of one core, with ID 0 (SDM Vol. 2A "CPUID", leaf 0BH). */
static struct cpuid_regs topology(uint32_t subleaf)
{
	enum { LEVELS = 2, TYPE_SHIFT = 8 };
	uint32_t level = subleaf < LEVELS ? (subleaf + 1) << TYPE_SHIFT : 0;
	return (struct cpuid_regs){ 0, subleaf < LEVELS, (subleaf & 0xff) | level, 0 };
}

/* Cache descriptors of a Westmere: 4 KiB and 4 MiB TLBs, and one that refers to leaf 4 for caches.
 */
static struct cpuid_regs intel_descriptors(void)
{
	return (struct cpuid_regs){ 0x55035a00 | ONE_SUBLEAF_READ, 0x00f0b2ff, 0, 0x00ca0000 };
}

/* Deterministic cache parameters, each cache of one core of one thread: L1 data and instructions,
 * L2 of 256 KiB, L3 of 12 MiB. */
static struct cpuid_regs intel_cache(uint32_t subleaf)
{
	static const struct cpuid_regs cache[] = {
		{ 0x00000121, 0x01c0003f, 0x0000003f, 0 },
		{ 0x00000122, 0x00c0003f, 0x0000007f, 0 },
		{ 0x00000143, 0x01c0003f, 0x000001ff, 0 },
		{ 0x00000163, 0x03c0003f, 0x00002fff, 2 },
	};
	return subleaf < sizeof cache / sizeof cache[0] ? cache[subleaf] : (struct cpuid_regs){ 0 };
}

static struct cpuid_regs intel_basic(uint32_t leaf, uint32_t subleaf)
{
	switch (leaf) {
	case 2: return intel_descriptors();
	case 4: return intel_cache(subleaf);
	/* 3: no serial number; 5: no MONITOR; 0AH: no architectural performance monitoring. */
	default: return (struct cpuid_regs){ 0 };
	}
}

void cpuid_name(uint64_t name[CPUID_NAME_QUADS])
{
	static const char brand[CPUID_NAME_QUADS * sizeof(uint64_t)] = "bimetal virtual x86-64 CPU";
	memcpy(name, brand, sizeof brand);
}

static struct cpuid_regs brand(uint32_t leaf, const struct cpuid_now *now)
{
	enum { QUADS_PER_LEAF = 2, HALF = 32 };
	uint64_t reset[CPUID_NAME_QUADS];
	const uint64_t *name = now->name;
	if (!name) {
		cpuid_name(reset);
		name = reset;
	}
	name += (size_t)(leaf - UINT32_C(0x80000002)) * QUADS_PER_LEAF;
	return (struct cpuid_regs){ (uint32_t)name[0], (uint32_t)(name[0] >> HALF),
				    (uint32_t)name[1], (uint32_t)(name[1] >> HALF) };
}

/* SYSCALL is reported only in 64-bit mode, and no bit of leaf 1 is repeated (SDM Vol. 2A). */
static struct cpuid_regs intel_extended_1(const struct cpu_features *f, const struct cpuid_now *now)
{
	struct cpuid_regs r = { 0, 0, cpuid_word(f, CPUID_X1_ECX), cpuid_word(f, CPUID_X1_EDX) };
	if (!now->long_code) r.edx &= ~(UINT32_C(1) << feature_table[FEATURE_SYSCALL].bit);
	return r;
}

static struct cpuid_regs extended_1(const struct cpu_features *f, const struct cpuid_now *now)
{
	struct cpuid_regs r;
	if (cpuid_is_intel(f)) {
		r = intel_extended_1(f, now);
	} else {
		r = (struct cpuid_regs){ cpuid_signature(f), 0, cpuid_word(f, CPUID_X1_ECX),
					 cpuid_word(f, CPUID_X1_EDX) |
						 (leaf_1(f, now).edx & REPEATED_EDX) };
	}
	if (now->no_xd) r.edx &= ~(UINT32_C(1) << feature_table[FEATURE_NX].bit);
	return r;
}

/* Revision 1 with 64 address spaces, and none of the additions in EDX (unread: AMD BKDG 32559). */
static struct cpuid_regs svm_leaf(const struct cpu_features *f)
{
	enum { REVISION = 1, ADDRESS_SPACES = 64 };
	if (!cpuid_has(f, FEATURE_SVM)) return (struct cpuid_regs){ 0 };
	return (struct cpuid_regs){ REVISION, ADDRESS_SPACES, 0, 0 };
}

static uint32_t max_extended(const struct cpu_features *f)
{
	return cpuid_has(f, FEATURE_SVM) ? SVM_LEAF : MAX_EXTENDED_LEAF;
}

static struct cpuid_regs extended(const struct cpu_features *f, uint32_t leaf,
				  const struct cpuid_now *now)
{
	/* L1: TLBs of 2 MiB and 4 KiB pages, 64 KiB of data and of instructions. */
	static const struct cpuid_regs amd_l1 = { 0xff08ff08, 0xff20ff20, 0x40020140, 0x40020140 };
	/* L2: TLBs of 4 KiB pages, 512 KiB. */
	static const struct cpuid_regs amd_l2 = { 0, 0x42004200, 0x02008140, 0 };
	static const struct cpuid_regs intel_l2 = { 0, 0, 0x01006040, 0 };
	static const struct cpuid_regs nothing;
	bool intel = cpuid_is_intel(f);
	switch (leaf) {
	case 0x80000000:
		if (intel) return (struct cpuid_regs){ .eax = max_extended(f) };
		return leaf_0(f, max_extended(f));
	case SVM_LEAF: return svm_leaf(f);
	case 0x80000001: return extended_1(f, now);
	case 0x80000002:
	case 0x80000003:
	case 0x80000004: return brand(leaf, now);
	case 0x80000005: return intel ? nothing : amd_l1;
	case 0x80000006: return intel ? intel_l2 : amd_l2;
	case 0x80000007: return (struct cpuid_regs){ 0, 0, 0, cpuid_word(f, CPUID_X7_EDX) };
	case 0x80000008:
		return (struct cpuid_regs){ PAGING_LINEAR_BITS << 8 | PAGING_PHYS_BITS, 0, 0, 0 };
	default: return (struct cpuid_regs){ 0 };
	}
}

/* Beyond the highest leaf AMD's CPUs return zeroes, Intel's the highest leaf (SDM Vol. 2A). */
static struct cpuid_regs basic(const struct cpu_features *f, uint32_t leaf, uint32_t subleaf,
			       const struct cpuid_now *now)
{
	uint32_t max = max_leaf(f, now);
	bool intel = cpuid_is_intel(f);
	if (leaf > max) {
		if (!intel) return (struct cpuid_regs){ 0 };
		leaf = max;
	}
	switch (leaf) {
	case 0: return leaf_0(f, max);
	case 1: return leaf_1(f, now);
	case 6: return (struct cpuid_regs){ cpuid_word(f, CPUID_L6_EAX), 0, 0, 0 };
	case 7: return (struct cpuid_regs){ 0, subleaf ? 0 : cpuid_word(f, CPUID_L7_EBX), 0, 0 };
	case TOPOLOGY_LEAF: return topology(subleaf);
	default: return intel ? intel_basic(leaf, subleaf) : (struct cpuid_regs){ 0 };
	}
}

struct cpuid_regs cpuid_leaf(const struct cpu_features *f, uint32_t leaf, uint32_t subleaf,
			     const struct cpuid_now *now)
{
	static const char hypervisor[] = "BimetalBimet";
	bool virtual_machine = cpuid_has(f, FEATURE_HYPERVISOR);

	if (leaf == UINT32_C(0x40000000) && virtual_machine)
		return (struct cpuid_regs){ MAX_HYPERVISOR_LEAF, text(hypervisor, 0),
					    text(hypervisor, 4), text(hypervisor, 8) };
	if (leaf >= UINT32_C(0x80000000) && leaf <= max_extended(f)) return extended(f, leaf, now);
	return basic(f, leaf, subleaf, now);
}
