/* SPDX-License-Identifier: MIT */
/* Model-specific registers: which exist, and which values they store and refuse. */
#include "k.h"

#define MSR_UNKNOWN_LOW  0x00012345u
#define MSR_UNKNOWN_HIGH 0xc0012345u
#define HOLE             0x0000800000000000ull /* the first address that is not canonical */

struct write {
	uint32_t msr, low, high;
};
FRAG(read_one, "mov $-1, %rax; mov $-1, %rdx; mov %edi, %ecx; bts $40, %rcx", "rdmsr", "");
FRAG(write_one, "mov (%rdi), %ecx; mov 4(%rdi), %eax; mov 8(%rdi), %edx", "wrmsr", "");
FRAG(write_dirty,
     "mov (%rdi), %ecx; mov $-1, %rax; mov $-1, %rdx; mov 4(%rdi), %eax; mov 8(%rdi), %edx;"
     "bts $40, %rcx; bts $40, %rax",
     "wrmsr", "");

static void refuses(const char *name, uint32_t msr, uint64_t value)
{
	struct write w = { msr, (uint32_t)value, (uint32_t)(value >> 32) };
	expect(name, write_one, (uintptr_t)&w, FAULT(write_one, GP, 0));
}

static void keeps(const char *name, uint32_t msr, uint64_t value)
{
	struct write w = { msr, (uint32_t)value, (uint32_t)(value >> 32) };
	uint64_t before;

	if (try_call(read_one, msr)) {
		fail(name, "got #GP on reading want a value");
		return;
	}
	before = rdmsr(msr);
	if (try_call(write_one, (uintptr_t)&w)) {
		fail(name, "got #GP on writing %q want it kept", value);
		return;
	}
	check(name, rdmsr(msr), value);
	wrmsr(msr, before);
}

static void truncates(const char *name, uint32_t msr)
{
	struct write w = { msr, 0x1000, (uint32_t)(HOLE >> 32) };

	expect(name, write_one, (uintptr_t)&w, RETURNS);
	check(name, rdmsr(msr), 0x1000);
	wrmsr(msr, 0);
}

static void unknown(void)
{
	expect("#GP RDMSR of an unknown one", read_one, MSR_UNKNOWN_LOW, FAULT(read_one, GP, 0));
	expect("#GP RDMSR of an unknown high one", read_one, MSR_UNKNOWN_HIGH,
	       FAULT(read_one, GP, 0));
	refuses("#GP WRMSR of an unknown one", MSR_UNKNOWN_LOW, 0);
	refuses("#GP WRMSR of an unknown high one", MSR_UNKNOWN_HIGH, 0);
	expect("RDMSR of EFER", read_one, MSR_EFER, RETURNS);
	check("clears the upper half of RAX", frag_ax >> 32, 0);
}

static void system_calls(void)
{
	struct write w = { MSR_LSTAR, 0x12345678, 0xffff8000 };

	keeps("STAR", MSR_STAR, 0x0023001000000000);
	keeps("LSTAR", MSR_LSTAR, 0xffffffff81000000);
	keeps("CSTAR", MSR_CSTAR, 0xffff800000001234);
	keeps("FMASK", MSR_FMASK, 0x47700);
	refuses("#GP LSTAR not canonical", MSR_LSTAR, HOLE);
	refuses("#GP CSTAR not canonical", MSR_CSTAR, HOLE);
	refuses("#GP FMASK above 32 bits", MSR_FMASK, 1ull << 32);
	expect("WRMSR looks at the lower halves", write_dirty, (uintptr_t)&w, RETURNS);
	check("LSTAR has both", rdmsr(MSR_LSTAR), 0xffff800012345678);
	keeps("SYSENTER_CS", MSR_SYSENTER_CS, 0x10);
	keeps("SYSENTER_EIP", MSR_SYSENTER_EIP, 0x100000);
	if (cpu_is_amd()) {
		/* 32 bits, as AMD's SYSENTER does not work in long mode */
		truncates("SYSENTER_ESP has 32 bits", MSR_SYSENTER_ESP);
		truncates("SYSENTER_EIP has 32 bits", MSR_SYSENTER_EIP);
		return;
	}
	keeps("SYSENTER_ESP", MSR_SYSENTER_ESP, 0xffff800000001000);
	refuses("#GP SYSENTER_ESP not canonical", MSR_SYSENTER_ESP, HOLE);
	refuses("#GP SYSENTER_EIP not canonical", MSR_SYSENTER_EIP, HOLE);
}

static void bases(void)
{
	keeps("FS base", MSR_FS_BASE, 0xffff800000001000);
	keeps("GS base", MSR_GS_BASE, 0x00007ffffffff000);
	keeps("kernel GS base", MSR_KERNEL_GS_BASE, 0xffffffffffffffff);
	refuses("#GP FS base not canonical", MSR_FS_BASE, HOLE);
	refuses("#GP GS base not canonical", MSR_GS_BASE, 0xffff7fffffffffff);
	refuses("#GP kernel GS base not canonical", MSR_KERNEL_GS_BASE, HOLE);
}

static void extended_features(void)
{
	uint64_t efer = rdmsr(MSR_EFER);

	check("EFER has LME and LMA", efer & (EFER_LME | EFER_LMA), EFER_LME | EFER_LMA);
	wrmsr(MSR_EFER, efer | EFER_SCE);
	check("EFER.SCE set", rdmsr(MSR_EFER), efer | EFER_SCE);
	wrmsr(MSR_EFER, efer);
	if (cpu_has_nx()) {
		wrmsr(MSR_EFER, efer | EFER_NXE);
		check("EFER.NXE set", rdmsr(MSR_EFER), efer | EFER_NXE);
		wrmsr(MSR_EFER, efer);
	}
	refuses("#GP EFER.LME cleared with paging on", MSR_EFER, efer & ~(uint64_t)EFER_LME);
	refuses("#GP EFER reserved bit 1", MSR_EFER, efer | 1 << 1);
	refuses("#GP EFER reserved bit 63", MSR_EFER, efer | 1ull << 63);
}

enum { APIC_BASE_BSP = 1 << 8, APIC_BASE_ENABLE = 1 << 11 };

static void apic_base(void)
{
	uint64_t base;

	if (!(cpuid(1, 0).edx >> 9 & 1)) {
		skip("APIC_BASE", "no APIC in CPUID");
		return;
	}
	base = rdmsr(MSR_APIC_BASE);
	check("APIC_BASE", base, 0xfee00000 | APIC_BASE_ENABLE | APIC_BASE_BSP);
	wrmsr(MSR_APIC_BASE, base);
	check("APIC_BASE written back", rdmsr(MSR_APIC_BASE), base);
	refuses("#GP APIC_BASE reserved bit 0", MSR_APIC_BASE, base | 1);
	refuses("#GP APIC_BASE above the physical address", MSR_APIC_BASE, base | 1ull << 60);
}

#define PAT_AT_RESET 0x0007040600070406ull

static void memory_types(void)
{
	struct cpuid leaf = cpuid(1, 0);
	unsigned variable;

	if (leaf.edx >> 16 & 1) {
		check("PAT at reset", rdmsr(MSR_PAT), PAT_AT_RESET);
		keeps("PAT", MSR_PAT, 0x0007010600070106);
		refuses("#GP PAT type 2", MSR_PAT, 0x0007040600070402);
		refuses("#GP PAT reserved bit", MSR_PAT, PAT_AT_RESET | 0x08);
	} else {
		skip("PAT", "not in CPUID");
	}
	if (!(leaf.edx >> 12 & 1)) {
		skip("MTRR", "not in CPUID");
		return;
	}
	variable = rdmsr(MSR_MTRRCAP) & 0xff;
	check_range("variable MTRRs", variable, 1, 32);
	keeps("MTRR_PHYSBASE0", MSR_MTRR_PHYSBASE0, 0x0000000080000006);
	keeps("MTRR_PHYSMASK0", MSR_MTRR_PHYSMASK0, 0x0000000ff0000800);
	keeps("MTRR_DEF_TYPE", MSR_MTRR_DEF_TYPE, 0x806);
	refuses("#GP MTRRCAP is read-only", MSR_MTRRCAP, 0);
	refuses("#GP MTRR_PHYSBASE0 type 2", MSR_MTRR_PHYSBASE0, 2);
	refuses("#GP MTRR_PHYSBASE0 reserved bit", MSR_MTRR_PHYSBASE0, 0x100);
	refuses("#GP MTRR_DEF_TYPE type 3", MSR_MTRR_DEF_TYPE, 3);
	refuses("#GP MTRR_DEF_TYPE reserved bit", MSR_MTRR_DEF_TYPE, 0x1006);
	expect("MISC_ENABLE can be read", read_one, MSR_MISC_ENABLE, RETURNS);
	wrmsr(MSR_MISC_ENABLE, rdmsr(MSR_MISC_ENABLE));
	report(true, "MISC_ENABLE can be written back");
}

static void time_stamp(void)
{
	const uint64_t value = 0x123400000000;

	wrmsr(MSR_TSC, value);
	check_range("TSC goes on from what was written", rdtsc(), value, value + 0x100000000);
	check_range("RDMSR reads the same", rdmsr(MSR_TSC), value, value + 0x100000000);
	if (!(cpuid_or_zero(0x80000001u, 0).edx >> 27 & 1)) {
		skip("TSC_AUX", "no RDTSCP in CPUID");
		return;
	}
	keeps("TSC_AUX", MSR_TSC_AUX, 0x87654321);
	refuses("#GP TSC_AUX above 32 bits", MSR_TSC_AUX, 1ull << 32);
}

/* --- what one vendor's CPUs have */

#define MSR_PERFEVTSEL0 0xc0010000u
#define MSR_PERFCTR0    0xc0010004u
#define MSR_HWCR        0xc0010015u
#define MSR_NB_CFG      0xc001001fu
#define MSR_NAME0       0xc0010030u
#define MSR_SMM_BASE    0xc0010111u
#define MSR_VM_CR       0xc0010114u
enum {
	MSR_PLATFORM_ID = 0x17,
	MSR_FEATURE_CONTROL = 0x3a,
	MSR_PMC0 = 0xc1,
	MSR_PLATFORM_INFO = 0xce,
	MSR_MCG_CAP = 0x179,
	MSR_MCG_STATUS = 0x17a,
	MSR_MC0_CTL = 0x400,
	MSR_MC0_STATUS = 0x401,
	HWCR_SMMLOCK = 1 << 0,
	HWCR_FFDIS = 1 << 6,
	HWCR_STATUS_WREN = 1 << 18
};
FRAG(rdpmc_one, "mov %edi, %ecx", "rdpmc", "");

static void lacks(const char *name, uint32_t msr)
{
	expect(name, read_one, msr, FAULT(read_one, GP, 0));
}

static void machine_check(unsigned banks)
{
	struct cpuid leaf = cpuid(1, 0);

	if ((leaf.edx & (1 << 7 | 1 << 14)) != (1 << 7 | 1 << 14)) {
		skip("machine check", "not in CPUID");
		return;
	}
	check("banks", rdmsr(MSR_MCG_CAP) & 0xff, banks);
	refuses("#GP MCG_CAP is read-only", MSR_MCG_CAP, 0);
	keeps("MCG_STATUS", MSR_MCG_STATUS, 4);
	keeps("MC0_CTL", MSR_MC0_CTL, ~0ull);
	check("no error is there", rdmsr(MSR_MC0_STATUS), 0);
	keeps("MC0_STATUS is cleared", MSR_MC0_STATUS, 0);
	refuses("#GP MC0_STATUS takes zero alone", MSR_MC0_STATUS, 1);
	lacks("#GP behind the last bank", MSR_MC0_CTL + 4 * banks);
}

static void amd_locks(void)
{
	wrmsr(MSR_HWCR, rdmsr(MSR_HWCR) | HWCR_STATUS_WREN);
	keeps("MC0_STATUS with HWCR.MCi_STATUS_WREN", MSR_MC0_STATUS, 0x123);
	wrmsr(MSR_HWCR, rdmsr(MSR_HWCR) & ~(uint64_t)HWCR_STATUS_WREN);
	check("SMM_BASE at reset", rdmsr(MSR_SMM_BASE), 0x30000);
	keeps("SMM_BASE", MSR_SMM_BASE, 0xa0000);
	wrmsr(MSR_HWCR, rdmsr(MSR_HWCR) | HWCR_SMMLOCK);
	refuses("#GP SMM_BASE with HWCR.SMMLOCK", MSR_SMM_BASE, 0xa0000);
	wrmsr(MSR_HWCR, rdmsr(MSR_HWCR) & ~(uint64_t)HWCR_SMMLOCK);
	check("SMMLOCK stays", rdmsr(MSR_HWCR) & HWCR_SMMLOCK, HWCR_SMMLOCK);
}

/* SVMDIS cannot be set while SVM is on, and not be cleared once LOCK is set. */
static void vm_cr(void)
{
	enum { LOCK = 1 << 3, SVMDIS = 1 << 4, EFER_SVME = 1 << 12 };
	uint64_t efer = rdmsr(MSR_EFER);

	check("VM_CR: SVM is enabled", rdmsr(MSR_VM_CR) & SVMDIS, 0);
	wrmsr(MSR_EFER, efer | EFER_SVME);
	check("EFER.SVME", rdmsr(MSR_EFER), efer | EFER_SVME);
	refuses("#GP VM_CR.SVMDIS with EFER.SVME", MSR_VM_CR, SVMDIS);
	wrmsr(MSR_EFER, efer);
	wrmsr(MSR_VM_CR, SVMDIS | LOCK);
	check("VM_CR.SVMDIS", rdmsr(MSR_VM_CR) & SVMDIS, SVMDIS);
	refuses("#GP EFER.SVME with VM_CR.SVMDIS", MSR_EFER, efer | EFER_SVME);
	wrmsr(MSR_VM_CR, 0);
	check("VM_CR.LOCK keeps it", rdmsr(MSR_VM_CR) & SVMDIS, SVMDIS);
}

static void amd(void)
{
	machine_check(5);
	keeps("PerfEvtSel0", MSR_PERFEVTSEL0, 0x00430076);
	refuses("#GP PerfEvtSel0 reserved bit 21", MSR_PERFEVTSEL0, 1 << 21);
	refuses("#GP PerfEvtSel0 above 32 bits", MSR_PERFEVTSEL0, 1ull << 32);
	keeps("PerfCtr3", MSR_PERFCTR0 + 3, 0x123456789abc);
	wrmsr(MSR_PERFCTR0 + 1, 0x567800001234);
	expect("RDPMC", rdpmc_one, 1, RETURNS);
	check("reads the counter", frag_ax, 0x1234);
	expect("#GP RDPMC of no counter", rdpmc_one, 4, FAULT(rdpmc_one, GP, 0));
	keeps("HWCR", MSR_HWCR, HWCR_FFDIS);
	keeps("NB_CFG", MSR_NB_CFG, 1ull << 54);
	vm_cr();
	wrmsr(MSR_NAME0, 0x2e2e2e656d614e41);
	check("CPUID tells the name string's MSRs", cpuid(0x80000002u, 0).eax, 0x6d614e41);
	amd_locks();
	lacks("#GP PLATFORM_ID is Intel's", MSR_PLATFORM_ID);
	lacks("#GP FEATURE_CONTROL is Intel's", MSR_FEATURE_CONTROL);
}

#define MISC_LIMIT_CPUID (1ull << 22)
#define MISC_XD_DISABLE  (1ull << 34)

static void intel(void)
{
	uint64_t misc = rdmsr(MSR_MISC_ENABLE);

	machine_check(9);
	expect("PLATFORM_ID", read_one, MSR_PLATFORM_ID, RETURNS);
	refuses("#GP PLATFORM_ID is read-only", MSR_PLATFORM_ID, 0);
	check("FEATURE_CONTROL is locked, without VMX", rdmsr(MSR_FEATURE_CONTROL) & 7, 1);
	refuses("#GP FEATURE_CONTROL when locked", MSR_FEATURE_CONTROL, 5);
	report(rdmsr(MSR_PLATFORM_INFO) >> 8 & 0xff, "PLATFORM_INFO has a ratio");
	wrmsr(MSR_MISC_ENABLE, misc | MISC_LIMIT_CPUID);
	check("Limit CPUID Maxval", cpuid(0, 0).eax, 3);
	wrmsr(MSR_MISC_ENABLE, misc);
	wrmsr(MSR_MISC_ENABLE, misc | MISC_XD_DISABLE);
	check("XD Bit Disable", cpu_has_nx(), false);
	refuses("#GP EFER.NXE with XD Bit Disable", MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
	wrmsr(MSR_MISC_ENABLE, misc);
	if (!(cpuid(0xa, 0).eax & 0xff)) {
		lacks("#GP no performance counter", MSR_PMC0);
		expect("#GP RDPMC", rdpmc_one, 0, FAULT(rdpmc_one, GP, 0));
	}
	lacks("#GP HWCR is AMD's", MSR_HWCR);
	lacks("#GP PerfEvtSel0 is AMD's", MSR_PERFEVTSEL0);
}

void kernel_main(void)
{
	unknown();
	system_calls();
	bases();
	extended_features();
	apic_base();
	memory_types();
	time_stamp();
	if (cpu_is_amd())
		amd();
	else
		intel();
}
