/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/tlb.h"

#include "bimetal/x86/control.h"
#include "bimetal/x86/msrs.h"
#include "tests/unit/drivers/host_fixture.h"

enum { LONG_MODE = 1 << 29, INTEL_ECX = 0x6c65746e, AMD_ECX = 0x444d4163, HYGON_ECX = 0x656e6975 };

/* What CPUID tells. */
static struct {
	uint32_t vendor, features, width;
} told;

static struct host_cpuid tell(void *ctx, uint32_t leaf, uint32_t subleaf)
{
	(void)ctx;
	if (subleaf) return (struct host_cpuid){ 0 };
	switch (leaf) {
	case 0: return (struct host_cpuid){ .eax = 1, .ecx = told.vendor };
	case 0x80000000: return (struct host_cpuid){ .eax = 0x80000008 };
	case 1: return (struct host_cpuid){ .edx = UINT32_MAX }; /* PGE and all else */
	case 0x80000001: return (struct host_cpuid){ .edx = told.features };
	case 0x80000008: return (struct host_cpuid){ .eax = told.width };
	default: return (struct host_cpuid){ 0 };
	}
}

static void set_up(void)
{
	host_power_on();
	cpu.cpuid = tell;
}

TestSuite(x86_tlb, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(x86_tlb, a_page_is_forgotten_by_invlpg)
{
	struct x86_cpu x86 = x86_of_host(&cpu);
	struct tlb tlb = tlb_of_cpu(&x86);
	struct page_flush token = { MAPPER_OK, VIRT(0xffff900000001000), &tlb };

	check_eq(int, flush_page(token), MAPPER_OK);
	struct host_x86_done done = host_x86_last(&cpu.s.x86, 0);
	check_eq(int, done.what, HOST_X86_DO);
	check_eq(uint, done.which, BIMETAL_X86_INVLPG);
	check_eq(u64, done.a, 0xffff900000001000);
	check_eq(u64, cpu.s.x86.n_done, 1);
}

/* A write of CR3 would leave global pages. */
Test(x86_tlb, all_is_forgotten_by_a_change_of_pge_and_back)
{
	struct x86_cpu x86 = x86_of_host(&cpu);
	struct tlb tlb = tlb_of_cpu(&x86);

	for (unsigned i = 0; i < 2; i++) {
		uint64_t cr4 = x86_cr4(x86) | (i ? X86_CR4_PGE : 0);

		x86_set_cr4(x86, cr4);
		check_eq(int, flush_tables((struct tables_flush){ MAPPER_OK, &tlb }), MAPPER_OK);
		check_eq(u64, x86_cr4(x86), cr4);
		struct host_x86_done back = host_x86_last(&cpu.s.x86, 0);
		struct host_x86_done there = host_x86_last(&cpu.s.x86, 1);
		check(back.what == HOST_X86_WRITE && back.which == BIMETAL_X86_CR4);
		check(there.what == HOST_X86_WRITE && there.which == BIMETAL_X86_CR4);
		check_eq(u64, there.a ^ back.a, X86_CR4_PGE);
	}
}

Test(x86_tlb, the_rules_are_those_of_the_processor)
{
	struct x86_cpu x86 = x86_of_host(&cpu);
	struct pte_rules rules;

	told.vendor = INTEL_ECX;
	told.features = LONG_MODE | 1 << 20 | 1 << 26;
	told.width = 0x3027; /* 48 linear bits, 39 physical ones */
	rules = pte_rules_of_cpu(x86);
	check_eq(int, rules.vendor, PTE_INTEL);
	check_eq(uint, rules.phys_bits, 39);
	check(rules.pages_1g);
	check(!rules.no_execute, "EFER.NXE is clear");
	msr_write(x86.msrs, X86_EFER, msr_read(x86.msrs, X86_EFER) | X86_EFER_NXE);
	check(pte_rules_of_cpu(x86).no_execute);

	told.features = 0;
	told.width = 0;
	rules = pte_rules_of_cpu(x86);
	check(!rules.no_execute && !rules.pages_1g);
	check_eq(uint, rules.phys_bits, 36, "as SDM Vol. 3A 4.1.4 has it without the leaf");
	told.width = 0xff;
	check_eq(uint, pte_rules_of_cpu(x86).phys_bits, 52);
	told.vendor = AMD_ECX;
	check_eq(int, pte_rules_of_cpu(x86).vendor, PTE_AMD);
	told.vendor = HYGON_ECX;
	check_eq(int, pte_rules_of_cpu(x86).vendor, PTE_AMD);
}
