/* SPDX-License-Identifier: MIT */
#include "emu/cpu/cpuid.h"

#include <stdio.h>
#include <string.h>

#include "emu/cpu/paging.h"

/* Registers of a leaf, as AMD's Architecture Programmer's Manual Vol. 3 appendix E and the SDM
 * Vol. 2A "CPUID" name the bits. */
enum where { L1_EDX, L1_ECX, L6_EAX, L7_EBX, X1_EDX, X1_ECX, X7_EDX };

static const struct {
	const char *name;
	enum where where;
	uint8_t bit;
} feature_table[N_CPU_FEATURES] = {
	[FEATURE_FPU] = { "fpu", L1_EDX, 0 },
	[FEATURE_PSE] = { "pse", L1_EDX, 3 },
	[FEATURE_TSC] = { "tsc", L1_EDX, 4 },
	[FEATURE_MSR] = { "msr", L1_EDX, 5 },
	[FEATURE_PAE] = { "pae", L1_EDX, 6 },
	[FEATURE_CX8] = { "cx8", L1_EDX, 8 },
	[FEATURE_APIC] = { "apic", L1_EDX, 9 },
	[FEATURE_SEP] = { "sep", L1_EDX, 11 },
	[FEATURE_MTRR] = { "mtrr", L1_EDX, 12 },
	[FEATURE_PGE] = { "pge", L1_EDX, 13 },
	[FEATURE_CMOV] = { "cmov", L1_EDX, 15 },
	[FEATURE_PAT] = { "pat", L1_EDX, 16 },
	[FEATURE_PSE36] = { "pse36", L1_EDX, 17 },
	[FEATURE_CLFLUSH] = { "clflush", L1_EDX, 19 },
	[FEATURE_MMX] = { "mmx", L1_EDX, 23 },
	[FEATURE_FXSR] = { "fxsr", L1_EDX, 24 },
	[FEATURE_SSE] = { "sse", L1_EDX, 25 },
	[FEATURE_SSE2] = { "sse2", L1_EDX, 26 },
	[FEATURE_SSE3] = { "sse3", L1_ECX, 0 },
	[FEATURE_CX16] = { "cx16", L1_ECX, 13 },
	[FEATURE_X2APIC] = { "x2apic", L1_ECX, 21 },
	[FEATURE_TSC_DEADLINE] = { "tsc-deadline", L1_ECX, 24 },
	[FEATURE_HYPERVISOR] = { "hypervisor", L1_ECX, 31 },
	[FEATURE_ARAT] = { "arat", L6_EAX, 2 }, /* the APIC timer never stops */
	[FEATURE_SMEP] = { "smep", L7_EBX, 7 },
	[FEATURE_SYSCALL] = { "syscall", X1_EDX, 11 },
	[FEATURE_NX] = { "nx", X1_EDX, 20 },
	[FEATURE_PDPE1GB] = { "pdpe1gb", X1_EDX, 26 },
	[FEATURE_RDTSCP] = { "rdtscp", X1_EDX, 27 },
	[FEATURE_LM] = { "lm", X1_EDX, 29 },
	[FEATURE_LAHF_LM] = { "lahf_lm", X1_ECX, 0 },
	[FEATURE_INVTSC] = { "invtsc", X7_EDX, 8 },
};

enum {
	MAX_BASIC_LEAF = 7,
	TOPOLOGY_LEAF = 0xb, /* tells the x2APIC ID: the highest leaf where there is that mode */
	FAMILY_MODEL_STEPPING = 0x00060fb1, /* family 15, model 107, stepping 1 */
	CLFLUSH_QWORDS = 8
};
#define MAX_HYPERVISOR_LEAF UINT32_C(0x40000000)
#define MAX_EXTENDED_LEAF   UINT32_C(0x80000008)
/* Extended leaf 1 EDX repeats these bits of leaf 1 EDX on this vendor. */
#define REPEATED_EDX UINT32_C(0x0183f3ff)

static uint32_t word(const struct cpu_features *f, enum where where)
{
	uint32_t v = 0;
	for (unsigned i = 0; i < N_CPU_FEATURES; i++)
		if (feature_table[i].where == where && (f->bits >> i & 1))
			v |= UINT32_C(1) << feature_table[i].bit;
	return v;
}

static void list_known(char *err, size_t size)
{
	size_t at = strlen(err);
	for (unsigned i = 0; i < N_CPU_FEATURES && at < size; i++) {
		int n = snprintf(err + at, size - at, " %s", feature_table[i].name);
		at += n > 0 ? (size_t)n : 0;
	}
}

static bool parse_one(const char *item, size_t len, struct cpu_features *f, char *err,
		      size_t err_size)
{
	for (unsigned i = 0; len > 1 && (*item == '+' || *item == '-') && i < N_CPU_FEATURES; i++) {
		const char *name = feature_table[i].name;
		if (strlen(name) != len - 1 || memcmp(name, item + 1, len - 1) != 0) continue;
		if (*item == '+')
			f->bits |= UINT64_C(1) << i;
		else
			f->bits &= ~(UINT64_C(1) << i);
		return true;
	}
	(void)snprintf(err, err_size,
		       "CPU feature '%.*s' is not one the CPU can have; write +NAME or -NAME with:",
		       (int)len, item);
	list_known(err, err_size);
	return false;
}

bool cpuid_parse(const char *spec, struct cpu_features *features, char *err, size_t err_size)
{
	features->bits = ((UINT64_C(1) << N_CPU_FEATURES) - 1) & ~(UINT64_C(1) << FEATURE_X2APIC);
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

static uint32_t text(const char *s, unsigned at)
{
	uint32_t v = 0;
	memcpy(&v, s + at, sizeof v);
	return v;
}

static struct cpuid_regs leaf_1(const struct cpu_features *f, bool apic_enabled)
{
	struct cpuid_regs r = { FAMILY_MODEL_STEPPING, CLFLUSH_QWORDS << 8, word(f, L1_ECX),
				word(f, L1_EDX) };
	if (!apic_enabled) r.edx &= ~(UINT32_C(1) << feature_table[FEATURE_APIC].bit);
	return r;
}

static struct cpuid_regs extended(const struct cpu_features *f, uint32_t leaf, bool apic_enabled)
{
	static const char brand[48] = "bimetal virtual x86-64 CPU";
	static const char vendor[] = "AuthenticAMD";
	switch (leaf) {
	case 0x80000000:
		return (struct cpuid_regs){ MAX_EXTENDED_LEAF, text(vendor, 0), text(vendor, 8),
					    text(vendor, 4) };
	case 0x80000001:
		return (struct cpuid_regs){ FAMILY_MODEL_STEPPING, 0, word(f, X1_ECX),
					    word(f, X1_EDX) |
						    (leaf_1(f, apic_enabled).edx & REPEATED_EDX) };
	case 0x80000002:
	case 0x80000003:
	case 0x80000004: {
		unsigned at = (leaf - 0x80000002) * 16;
		return (struct cpuid_regs){ text(brand, at), text(brand, at + 4),
					    text(brand, at + 8), text(brand, at + 12) };
	}
	case 0x80000007: return (struct cpuid_regs){ 0, 0, 0, word(f, X7_EDX) };
	case 0x80000008:
		return (struct cpuid_regs){ PAGING_LINEAR_BITS << 8 | PAGING_PHYS_BITS, 0, 0, 0 };
	default: return (struct cpuid_regs){ 0 };
	}
}

/* One thread of one core, with ID 0 (SDM Vol. 2A "CPUID", leaf 0BH). */
static struct cpuid_regs topology(uint32_t subleaf)
{
	enum { LEVELS = 2, TYPE_SHIFT = 8 };
	uint32_t level = subleaf < LEVELS ? (subleaf + 1) << TYPE_SHIFT : 0;
	return (struct cpuid_regs){ 0, subleaf < LEVELS, (subleaf & 0xff) | level, 0 };
}

struct cpuid_regs cpuid_leaf(const struct cpu_features *f, uint32_t leaf, uint32_t subleaf,
			     bool apic_enabled)
{
	static const char vendor[] = "AuthenticAMD";
	static const char hypervisor[] = "BimetalBimet";
	bool x2apic = cpuid_has(f, FEATURE_X2APIC);
	bool virtual_machine = cpuid_has(f, FEATURE_HYPERVISOR);

	if (leaf >= UINT32_C(0x80000000)) return extended(f, leaf, apic_enabled);
	if (leaf == UINT32_C(0x40000000) && virtual_machine)
		return (struct cpuid_regs){ MAX_HYPERVISOR_LEAF, text(hypervisor, 0),
					    text(hypervisor, 4), text(hypervisor, 8) };
	switch (leaf) {
	case 0:
		return (struct cpuid_regs){ x2apic ? TOPOLOGY_LEAF : MAX_BASIC_LEAF,
					    text(vendor, 0), text(vendor, 8), text(vendor, 4) };
	case 1: return leaf_1(f, apic_enabled);
	case TOPOLOGY_LEAF: return x2apic ? topology(subleaf) : (struct cpuid_regs){ 0 };
	case 6: return (struct cpuid_regs){ word(f, L6_EAX), 0, 0, 0 };
	case 7: return (struct cpuid_regs){ 0, subleaf ? 0 : word(f, L7_EBX), 0, 0 };
	default: return (struct cpuid_regs){ 0 };
	}
}
