/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/tlb.h"

#include "bimetal/x86/control.h"
#include "bimetal/x86/msrs.h"

enum { LEAF_VENDOR = 0, NX_BIT = 20, PAGE_1G_BIT = 26, PHYS_BITS_MASK = 0xff };
#define LEAF_FEATURES   UINT32_C(0x80000001)
#define LEAF_WIDTHS     UINT32_C(0x80000008)
#define AMD_ECX         UINT32_C(0x444d4163) /* "cAMD" of "AuthenticAMD" */
#define HYGON_ECX       UINT32_C(0x656e6975) /* "uine" of "HygonGenuine" */
#define NO_WIDTHS_WIDTH 36

static void forget_page(void *ctx, struct virt address)
{
	const struct x86_cpu *cpu = ctx;

	x86_invlpg(*cpu, address.value);
}

static void forget_all(void *ctx)
{
	const struct x86_cpu *cpu = ctx;
	uint64_t cr4 = x86_cr4(*cpu);

	x86_set_cr4(*cpu, cr4 ^ X86_CR4_PGE);
	x86_set_cr4(*cpu, cr4);
}

struct tlb tlb_of_cpu(struct x86_cpu *cpu)
{
	return (struct tlb){ .page = forget_page, .all = forget_all, .ctx = cpu };
}

struct pte_rules pte_rules_of_cpu(struct x86_cpu cpu)
{
	uint32_t vendor = msr_cpuid(cpu.msrs, LEAF_VENDOR, 0).ecx;
	uint32_t features = msr_cpuid(cpu.msrs, LEAF_FEATURES, 0).edx;
	uint32_t width = msr_cpuid(cpu.msrs, LEAF_WIDTHS, 0).eax & PHYS_BITS_MASK;
	struct pte_rules rules = { .vendor = PTE_INTEL };

	if (vendor == AMD_ECX || vendor == HYGON_ECX) rules.vendor = PTE_AMD;
	if (!width) width = NO_WIDTHS_WIDTH; /* SDM Vol. 3A 4.1.4 */
	rules.phys_bits = (uint8_t)(width < PHYS_BITS ? width : PHYS_BITS);
	rules.no_execute = features >> NX_BIT & 1 && msr_read(cpu.msrs, X86_EFER) & X86_EFER_NXE;
	rules.pages_1g = features >> PAGE_1G_BIT & 1;
	return rules;
}
