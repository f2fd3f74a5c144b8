/* SPDX-License-Identifier: MIT */
#include "x86_rules.h"

#include "emu/x86/msr_numbers.h"

#include "host_cpu.h"

#define BIT(n) (UINT64_C(1) << (n))

enum cpuid_word { EAX, EBX, ECX, EDX };
enum leaf { LEAF_1 = 1, LEAF_7 = 7 };
#define LEAF_X1 UINT32_C(0x80000001)
#define LEAF_X8 UINT32_C(0x80000008)

/* A bit of CPUID. */
struct told {
	uint32_t leaf;
	enum cpuid_word word;
	uint8_t bit;
};

static bool tells(const struct bimetal_cpu *cpu, struct told t)
{
	if (!cpu->cpuid) return true;
	if (t.leaf > host_cpu_cpuid(cpu, t.leaf & UINT32_C(0x80000000), 0).eax) return false;
	struct host_cpuid leaf = host_cpu_cpuid(cpu, t.leaf, 0);
	uint32_t word[] = { leaf.eax, leaf.ebx, leaf.ecx, leaf.edx };
	return word[t.word] >> t.bit & 1;
}

bool host_x86_has(const struct bimetal_cpu *cpu, enum host_x86_feature feature)
{
	static const struct told at[HOST_X86_N_FEATURES] = {
		[HOST_X86_PCID] = { LEAF_1, ECX, 17 },    [HOST_X86_INVPCID] = { LEAF_7, EBX, 10 },
		[HOST_X86_INVLPGB] = { LEAF_X8, EBX, 3 }, [HOST_X86_SMAP] = { LEAF_7, EBX, 20 },
		[HOST_X86_RDRAND] = { LEAF_1, ECX, 30 },  [HOST_X86_CET] = { LEAF_7, ECX, 7 },
	};
	return tells(cpu, at[feature]);
}

/* ---- control registers ---- */

enum { PE = 0, WP = 16, NW = 29, CD = 30, PG = 31 };        /* CR0 */
enum { PAE = 5, PCE = 8, LA57 = 12, PCIDE = 17, CET = 23 }; /* CR4 */
enum { LME = 8, LMA = 10 };                                 /* EFER */
enum { KEEP = 63, PHYSICAL_BITS = 52, LOW_HALF = 32 };

static bool has(uint64_t value, unsigned bit) { return value >> bit & 1; }

bool host_x86_cr0_valid(const struct host_x86_control *now, uint64_t value)
{
	if (value >> LOW_HALF) return false;
	if (has(value, PG) && !has(value, PE)) return false;
	if (has(value, NW) && !has(value, CD)) return false;
	if (has(now->efer, LMA) && !has(value, PG)) return false; /* in 64-bit code */
	if (has(now->efer, LME) && has(value, PG) && !has(now->cr4, PAE)) return false;
	return has(value, WP) || !has(now->cr4, CET);
}

bool host_x86_cr3_valid(const struct host_x86_control *now, uint64_t value)
{
	if (has(now->cr4, PCIDE)) value &= ~BIT(KEEP);
	return value >> PHYSICAL_BITS == 0;
}

/* The bits that CPUID offers. */
static uint64_t cr4_offered(const struct bimetal_cpu *cpu)
{
	static const struct {
		uint8_t bit;
		struct told told;
	} bits[] = {
		{ 0, { LEAF_1, EDX, 1 } },   { 1, { LEAF_1, EDX, 1 } },
		{ 2, { LEAF_1, EDX, 4 } },   { 3, { LEAF_1, EDX, 2 } },
		{ 4, { LEAF_1, EDX, 3 } },   { 5, { LEAF_1, EDX, 6 } },
		{ 6, { LEAF_1, EDX, 7 } },   { 7, { LEAF_1, EDX, 13 } },
		{ 9, { LEAF_1, EDX, 24 } },  { 10, { LEAF_1, EDX, 25 } },
		{ 11, { LEAF_7, ECX, 2 } },  { 12, { LEAF_7, ECX, 16 } },
		{ 13, { LEAF_1, ECX, 5 } },  { 14, { LEAF_1, ECX, 6 } },
		{ 16, { LEAF_7, EBX, 0 } },  { 17, { LEAF_1, ECX, 17 } },
		{ 18, { LEAF_1, ECX, 26 } }, { 19, { LEAF_7, ECX, 23 } },
		{ 20, { LEAF_7, EBX, 7 } },  { 21, { LEAF_7, EBX, 20 } },
		{ 22, { LEAF_7, ECX, 3 } },  { 23, { LEAF_7, ECX, 7 } },
		{ 24, { LEAF_7, ECX, 31 } },
	};
	uint64_t offered = BIT(PCE);

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (tells(cpu, bits[i].told)) offered |= BIT(bits[i].bit);
	return offered;
}

bool host_x86_cr4_valid(const struct bimetal_cpu *cpu, const struct host_x86_control *now,
			uint64_t value)
{
	const uint64_t pcid = 0xfff;
	bool long_mode = has(now->efer, LMA), starts = has(value & ~now->cr4, PCIDE);

	if (value & ~cr4_offered(cpu)) return false;
	if (long_mode && !has(value, PAE)) return false;
	if (long_mode && has(value ^ now->cr4, LA57)) return false;
	if (starts && (!long_mode || (now->cr3 & pcid))) return false;
	return !has(value, CET) || has(now->cr0, WP);
}

bool host_x86_xcr0_valid(uint64_t value)
{
	const uint64_t known = UINT64_C(0x40000000000602ff);
	static const uint64_t groups[] = { 3 << 3, 7 << 5, 3 << 17 }; /* MPX, AVX-512, AMX */

	if (value & ~known || !has(value, 0)) return false;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if ((value & groups[i]) && (value & groups[i]) != groups[i]) return false;
	if (has(value, 5) && !has(value, 2)) return false; /* AVX-512 needs AVX, AVX needs SSE */
	return !has(value, 2) || has(value, 1);
}

/* ---- MSRs ---- */

static bool is_canonical(uint64_t address)
{
	enum { TOP = 47, ABOVE = 17 };
	uint64_t top = address >> TOP;
	return top == 0 || top == BIT(ABOVE) - 1;
}

static bool efer_valid(const struct bimetal_cpu *cpu, const struct host_x86_control *now,
		       uint64_t value)
{
	static const struct {
		uint8_t bit;
		struct told told;
	} bits[] = { { 0, { LEAF_X1, EDX, 11 } },
		     { LME, { LEAF_X1, EDX, 29 } },
		     { 11, { LEAF_X1, EDX, 20 } },
		     { 12, { LEAF_X1, ECX, 2 } } };
	uint64_t offered = BIT(LMA);

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (tells(cpu, bits[i].told)) offered |= BIT(bits[i].bit);
	if (value & ~offered) return false;
	return !has(now->cr0, PG) || !has(value ^ now->efer, LME);
}

bool host_x86_msr_valid(const struct bimetal_cpu *cpu, const struct host_x86_control *now,
			uint32_t msr, uint64_t value)
{
	const uint64_t cet_reserved = 0x3c0;

	switch (msr) {
	case MSR_EFER: return efer_valid(cpu, now, value);
	case MSR_STAR: return true;
	case MSR_FMASK: return value >> LOW_HALF == 0;
	case MSR_U_CET:
	case MSR_S_CET: return host_x86_has(cpu, HOST_X86_CET) && !(value & cet_reserved);
	default: return is_canonical(value);
	}
}

/* SDM Vol. 2A, INVPCID. */
bool host_x86_invpcid_valid(const struct host_x86_control *now, uint64_t kind, uint64_t pcid,
			    uint64_t address)
{
	const uint64_t pcid_max = 0xfff;
	enum { ADDRESS, ONE, LAST = 3 };

	if (kind > LAST || pcid > pcid_max) return false;
	if (kind <= ONE && pcid && !has(now->cr4, PCIDE)) return false;
	return kind != ADDRESS || is_canonical(address);
}
