/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "emu/array.h"
#include "emu/x86/cpuid.h"
#include "tests/check.h"

static struct cpu_features f;
static char err[1024];
static const struct cpuid_now on = { .apic_enabled = true, .long_code = true };
static const struct cpuid_now off = { .long_code = true };

Test(cpuid, the_vendor_is_spelt_in_ebx_edx_ecx_order)
{
	require(cpuid_parse(NULL, &f, err, sizeof err));
	struct cpuid_regs r = cpuid_leaf(&f, 0, 0, &on);
	char vendor[13] = { 0 };
	memcpy(vendor, &r.ebx, 4);
	memcpy(vendor + 4, &r.edx, 4);
	memcpy(vendor + 8, &r.ecx, 4);
	check_eq(str, vendor, "AuthenticAMD");
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
		VME = 1 << 1
	};
	require(cpuid_parse(NULL, &f, err, sizeof err));
	check_eq(u32,
		 cpuid_leaf(&f, 1, 0, &on).ecx & (SSSE3 | SSE41 | XSAVE | AVX | RDRAND | X2APIC),
		 0);
	check_eq(u32, cpuid_leaf(&f, 1, 0, &on).edx & VME, 0);
	check_eq(u32, cpuid_leaf(&f, 7, 0, &on).ebx & SMAP, 0);
}

Test(cpuid, the_apic_bit_follows_its_enable)
{
	require(cpuid_parse(NULL, &f, err, sizeof err));
	check(cpuid_leaf(&f, 1, 0, &on).edx >> 9 & 1);
	check(!(cpuid_leaf(&f, 1, 0, &off).edx >> 9 & 1));
	check(!(cpuid_leaf(&f, 0x80000001, 0, &off).edx >> 9 & 1));
}

Test(cpuid, features_can_be_taken_away_and_given_back)
{
	require(cpuid_parse("-nx,-smep,+smep", &f, err, sizeof err));
	check(!cpuid_has(&f, FEATURE_NX));
	check(cpuid_has(&f, FEATURE_SMEP));
	check(!(cpuid_leaf(&f, 0x80000001, 0, &on).edx >> 20 & 1));
	check(cpuid_leaf(&f, 7, 0, &on).ebx >> 7 & 1);
}

Test(cpuid, an_unknown_feature_is_refused_with_the_list_of_known_ones)
{
	static const char *const bad[] = { "+avx", "nx", "+", "-nx,+bogus", "+NX", "-nx,,+lm" };
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		check(!cpuid_parse(bad[i], &f, err, sizeof err), "%s", bad[i]);
		check(strstr(err, " smep") != NULL);
	}
	cpuid_parse("+avx", &f, err, sizeof err);
	check(strstr(err, "'+avx'") != NULL);
}

Test(cpuid, leaves_beyond_the_last_are_zero)
{
	require(cpuid_parse(NULL, &f, err, sizeof err));
	struct cpuid_regs r = cpuid_leaf(&f, 0x80000009, 0, &on);
	check_eq(u32, r.eax | r.ebx | r.ecx | r.edx, 0);
	r = cpuid_leaf(&f, 7, 1, &on);
	check_eq(u32, r.eax | r.ebx | r.ecx | r.edx, 0);
}

Test(cpuid, svm_has_a_leaf_of_its_own_and_can_be_removed)
{
	enum { SVM = 1 << 2 };
	require(cpuid_parse("amd", &f, err, sizeof err));
	check_eq(u32, cpuid_leaf(&f, 0x80000000, 0, &on).eax, 0x8000000a);
	check_eq(u32, cpuid_leaf(&f, 0x80000001, 0, &on).ecx & SVM, SVM);
	struct cpuid_regs r = cpuid_leaf(&f, 0x8000000a, 0, &on);
	check_eq(u32, r.eax, 1, "revision");
	check_eq(u32, r.ebx, 64, "address spaces");
	check_eq(u32, r.edx, 0, "no nested paging");
	static const char *const without[] = { "amd,-svm", "intel" };
	for (unsigned i = 0; i < 2; i++) {
		require(cpuid_parse(without[i], &f, err, sizeof err));
		check_eq(u32, cpuid_leaf(&f, 0x80000000, 0, &on).eax, 0x80000008);
		check_eq(u32, cpuid_leaf(&f, 0x80000001, 0, &on).ecx & SVM, 0);
	}
}

Test(cpuid, x2apic_is_there_only_when_asked_for_and_brings_the_topology_leaf)
{
	enum { X2APIC = 1 << 21, TSC_DEADLINE = 1 << 24 };
	require(cpuid_parse(NULL, &f, err, sizeof err));
	check(!cpuid_has_name(&f, "x2apic"));
	check(cpuid_has_name(&f, "tsc-deadline"));
	check(!cpuid_has_name(&f, "no such feature"));
	check_eq(u32, cpuid_leaf(&f, 1, 0, &on).ecx & (X2APIC | TSC_DEADLINE), TSC_DEADLINE);
	check_eq(u32, cpuid_leaf(&f, 0, 0, &on).eax, 7);
	check_eq(u32, cpuid_leaf(&f, 0xb, 0, &on).ecx, 0);

	require(cpuid_parse("+x2apic,-tsc-deadline", &f, err, sizeof err));
	check_eq(u32, cpuid_leaf(&f, 1, 0, &on).ecx & (X2APIC | TSC_DEADLINE), X2APIC);
	check_eq(u32, cpuid_leaf(&f, 0, 0, &on).eax, 0xb);
	struct cpuid_regs thread = cpuid_leaf(&f, 0xb, 0, &on);
	struct cpuid_regs core = cpuid_leaf(&f, 0xb, 1, &on);
	struct cpuid_regs none = cpuid_leaf(&f, 0xb, 2, &on);
	check_eq(u32, thread.ecx, 0x100);
	check_eq(u32, thread.ebx, 1);
	check_eq(u32, thread.edx, 0);
	check_eq(u32, core.ecx, 0x201);
	check_eq(u32, core.ebx, 1);
	check_eq(u32, none.ecx, 2, "the level type 0 ends the list");
	check_eq(u32, none.ebx, 0);
}

static const char *vendor_of(uint32_t leaf)
{
	static char vendor[13];
	struct cpuid_regs r = cpuid_leaf(&f, leaf, 0, &on);
	memcpy(vendor, &r.ebx, 4);
	memcpy(vendor + 4, &r.edx, 4);
	memcpy(vendor + 8, &r.ecx, 4);
	return vendor;
}

Test(cpuid, an_identity_comes_first_and_changes_behind_it)
{
	require(cpuid_parse("amd", &f, err, sizeof err));
	struct cpu_features amd = f;
	require(cpuid_parse("", &f, err, sizeof err));
	check_eq(u64, f.bits, amd.bits);
	check_eq(int, (int)f.vendor, CPU_AMD);
	require(cpuid_parse("amd,+x2apic", &f, err, sizeof err));
	check_eq(u64, f.bits, amd.bits | UINT64_C(1) << FEATURE_X2APIC);

	require(cpuid_parse("intel,-x2apic,+smep", &f, err, sizeof err));
	check_eq(int, (int)f.vendor, CPU_INTEL);
	check(!cpuid_has(&f, FEATURE_X2APIC));
	check(cpuid_has(&f, FEATURE_SMEP));
	check(cpuid_has(&f, FEATURE_SSE42));
	static const char *const bad[] = { "via",       "intel+x2apic", "+x2apic,intel",
					   "amd,intel", "Intel",        "intel,," };
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		check(!cpuid_parse(bad[i], &f, err, sizeof err), "%s", bad[i]);
	check(strstr(err, "amd or intel") != NULL);
}

Test(cpuid, amd_is_a_family_0fh)
{
	require(cpuid_parse("amd", &f, err, sizeof err));
	check_eq(str, vendor_of(0x80000000), "AuthenticAMD");
	check_eq(u32, cpuid_signature(&f), 0x60fb1);
	check_eq(u32, cpuid_leaf(&f, 1, 0, &on).eax, 0x60fb1);
	check_eq(u32, cpuid_leaf(&f, 0x80000001, 0, &on).eax, 0x60fb1);
	check_eq(u32, cpuid_leaf(&f, 0x80000005, 0, &on).ecx >> 24, 64, "KiB of L1 data");
	check_eq(u32, cpuid_leaf(&f, 0x80000006, 0, &on).ecx >> 16, 512, "KiB of L2");
	check_eq(u32, cpuid_leaf(&f, 2, 0, &on).eax, 0);
	check_eq(u32, cpuid_leaf(&f, 0x20, 0, &on).eax, 0, "no leaf: zeroes");
	uint32_t basic = cpuid_leaf(&f, 1, 0, &on).edx,
		 more = cpuid_leaf(&f, 0x80000001, 0, &on).edx;
	check_eq(u32, (basic ^ more) & 0x0183f3ff, 0, "repeated");
}

Test(cpuid, intel_is_a_family_6)
{
	enum { SYSCALL = 1 << 11, NX = 1 << 20 };
	struct cpuid_now now = on;
	require(cpuid_parse("intel", &f, err, sizeof err));
	check_eq(str, vendor_of(0), "GenuineIntel");
	check_eq(u32, cpuid_leaf(&f, 0, 0, &on).eax, 0xb);
	check_eq(u32, cpuid_leaf(&f, 1, 0, &on).eax, 0x206c2);
	check_eq(u32, cpuid_leaf(&f, 2, 0, &on).eax & 0xff, 1, "one call tells all");
	check_eq(u32, cpuid_leaf(&f, 4, 3, &on).eax & 0x1f, 3, "L3 is unified");
	check_eq(u32, cpuid_leaf(&f, 4, 4, &on).eax, 0, "the list ends");
	check_eq(u32, cpuid_leaf(&f, 0xa, 0, &on).eax, 0, "no performance monitoring");
	check_eq(u32, cpuid_leaf(&f, 0x20, 1, &on).ecx, 0x201, "no leaf: the highest");
	check_eq(u32, cpuid_leaf(&f, 0x80000000, 0, &on).ebx, 0, "no name there");
	check_eq(u32, cpuid_leaf(&f, 0x80000001, 0, &on).edx & SYSCALL, SYSCALL);
	now.long_code = false;
	check_eq(u32, cpuid_leaf(&f, 0x80000001, 0, &now).edx & SYSCALL, 0);
	now.no_xd = true;
	check_eq(u32, cpuid_leaf(&f, 0x80000001, 0, &now).edx & NX, 0);
	now.limit_leaves = true;
	check_eq(u32, cpuid_leaf(&f, 0, 0, &now).eax, 3);
}

Test(cpuid, the_name_string_is_what_the_msrs_hold)
{
	uint64_t name[CPUID_NAME_QUADS];
	struct cpuid_now now = on;
	require(cpuid_parse("amd", &f, err, sizeof err));
	cpuid_name(name);
	check_eq(u32, cpuid_leaf(&f, 0x80000002, 0, &on).ebx, (uint32_t)(name[0] >> 32));
	name[3] = UINT64_C(0x1122334455667788);
	now.name = name;
	check_eq(u32, cpuid_leaf(&f, 0x80000003, 0, &now).ecx, 0x55667788);
	check_eq(u32, cpuid_leaf(&f, 0x80000003, 0, &now).edx, 0x11223344);
}
