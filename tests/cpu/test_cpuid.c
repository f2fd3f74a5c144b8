/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "emu/cpu/cpuid.h"

static struct cpu_features f;
static char err[512];

Test(cpuid, the_vendor_is_spelt_in_ebx_edx_ecx_order)
{
	cr_assert(cpuid_parse(NULL, &f, err, sizeof err));
	struct cpuid_regs r = cpuid_leaf(&f, 0, 0, true);
	char vendor[13] = { 0 };
	memcpy(vendor, &r.ebx, 4);
	memcpy(vendor + 4, &r.edx, 4);
	memcpy(vendor + 8, &r.ecx, 4);
	cr_expect(eq(str, vendor, "AuthenticAMD"));
}

Test(cpuid, nothing_the_engine_lacks_is_advertised)
{
	enum {
		SSSE3 = 1 << 9,
		SSE41 = 1 << 19,
		XSAVE = 1 << 26,
		AVX = 1 << 28,
		RDRAND = 1 << 30,
		X2APIC = 1 << 21,
		SMAP = 1 << 20,
		MCE = 1 << 7,
		VME = 1 << 1
	};
	cr_assert(cpuid_parse(NULL, &f, err, sizeof err));
	cr_expect(
		eq(u32,
		   cpuid_leaf(&f, 1, 0, true).ecx & (SSSE3 | SSE41 | XSAVE | AVX | RDRAND | X2APIC),
		   0));
	cr_expect(eq(u32, cpuid_leaf(&f, 1, 0, true).edx & (MCE | VME), 0));
	cr_expect(eq(u32, cpuid_leaf(&f, 7, 0, true).ebx & SMAP, 0));
}

Test(cpuid, the_apic_bit_follows_its_enable)
{
	cr_assert(cpuid_parse(NULL, &f, err, sizeof err));
	cr_expect(cpuid_leaf(&f, 1, 0, true).edx >> 9 & 1);
	cr_expect(not(cpuid_leaf(&f, 1, 0, false).edx >> 9 & 1));
	cr_expect(not(cpuid_leaf(&f, 0x80000001, 0, false).edx >> 9 & 1));
}

Test(cpuid, features_can_be_taken_away_and_given_back)
{
	cr_assert(cpuid_parse("-nx,-smep,+smep", &f, err, sizeof err));
	cr_expect(not(cpuid_has(&f, FEATURE_NX)));
	cr_expect(cpuid_has(&f, FEATURE_SMEP));
	cr_expect(not(cpuid_leaf(&f, 0x80000001, 0, true).edx >> 20 & 1));
	cr_expect(cpuid_leaf(&f, 7, 0, true).ebx >> 7 & 1);
}

Test(cpuid, an_unknown_feature_is_refused_with_the_list_of_known_ones)
{
	static const char *const bad[] = { "+avx", "nx", "+", "-nx,+bogus", "+NX", "-nx,,+lm" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect(not(cpuid_parse(bad[i], &f, err, sizeof err)), "%s", bad[i]);
		cr_expect(strstr(err, " smep") != NULL);
	}
	cpuid_parse("+avx", &f, err, sizeof err);
	cr_expect(strstr(err, "'+avx'") != NULL);
}

Test(cpuid, leaves_beyond_the_last_are_zero)
{
	cr_assert(cpuid_parse(NULL, &f, err, sizeof err));
	struct cpuid_regs r = cpuid_leaf(&f, 0x80000009, 0, true);
	cr_expect(eq(u32, r.eax | r.ebx | r.ecx | r.edx, 0));
	r = cpuid_leaf(&f, 7, 1, true);
	cr_expect(eq(u32, r.eax | r.ebx | r.ecx | r.edx, 0));
}

Test(cpuid, x2apic_is_there_only_when_asked_for_and_brings_the_topology_leaf)
{
	enum { X2APIC = 1 << 21, TSC_DEADLINE = 1 << 24 };
	cr_assert(cpuid_parse(NULL, &f, err, sizeof err));
	cr_expect(not(cpuid_has_name(&f, "x2apic")));
	cr_expect(cpuid_has_name(&f, "tsc-deadline"));
	cr_expect(not(cpuid_has_name(&f, "no such feature")));
	cr_expect(eq(u32, cpuid_leaf(&f, 1, 0, true).ecx & (X2APIC | TSC_DEADLINE), TSC_DEADLINE));
	cr_expect(eq(u32, cpuid_leaf(&f, 0, 0, true).eax, 7));
	cr_expect(eq(u32, cpuid_leaf(&f, 0xb, 0, true).ecx, 0));

	cr_assert(cpuid_parse("+x2apic,-tsc-deadline", &f, err, sizeof err));
	cr_expect(eq(u32, cpuid_leaf(&f, 1, 0, true).ecx & (X2APIC | TSC_DEADLINE), X2APIC));
	cr_expect(eq(u32, cpuid_leaf(&f, 0, 0, true).eax, 0xb));
	struct cpuid_regs thread = cpuid_leaf(&f, 0xb, 0, true);
	struct cpuid_regs core = cpuid_leaf(&f, 0xb, 1, true);
	struct cpuid_regs none = cpuid_leaf(&f, 0xb, 2, true);
	cr_expect(eq(u32, thread.ecx, 0x100));
	cr_expect(eq(u32, thread.ebx, 1));
	cr_expect(eq(u32, thread.edx, 0));
	cr_expect(eq(u32, core.ecx, 0x201));
	cr_expect(eq(u32, core.ebx, 1));
	cr_expect(eq(u32, none.ecx, 2), "the level type 0 ends the list");
	cr_expect(eq(u32, none.ebx, 0));
}
