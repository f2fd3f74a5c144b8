/* SPDX-License-Identifier: MIT */
/* AMD: unread: BIOS and Kernel Developer's Guide for AMD NPT Family 0Fh Processors (32559), chapter
 * 14. The fields of SYSCFG, HWCR, NB_CFG and the IORRs are as coreboot's util/msrtool/k8.c lists
 * them from its revision 3.08. A reserved bit of these keeps its value; whether writing it raises
 * #GP was not read.
 *
 * Intel: SDM Vol. 3C table 35-13 (Nehalem; read as far as IA32_PMC2), the rest unread: SDM Vol. 4
 * tables 2-2, 2-15 and 2-17. Registers of features that CPUID does not report here are left out:
 * performance counters, thermal monitoring, VMX, DS, SMRR, CMCI. */
#include "emu/x86/msr_table.h"

#include "emu/x86/msr_numbers.h"

enum { AMD = 1 << CPU_AMD, INTEL = 1 << CPU_INTEL, BOTH = AMD | INTEL };
#define ALL       UINT64_MAX
#define PHYSICAL  UINT64_C(0xfffffff000) /* 40 bits, a page */
#define LOW(bits) ((UINT64_C(1) << (bits)) - 1)

enum { AMD_BANKS = 5, INTEL_BANKS = 9, MCG_CTL_PRESENT = 1 << 8 };
#define RATIO UINT64_C(8) /* of the bus clock of 133 MHz: 1.07 GHz */

/* The four machine check registers of a bank: CTL, STATUS, ADDR, MISC. */
#define AMD_BANK(n)                                              \
	{ 0x400 + 4 * (n), 1, AMD, MSR_LOOSE, ALL, 0 },          \
		{ 0x401 + 4 * (n), 1, AMD, MSR_STATUS, ALL, 0 }, \
		{ 0x402 + 4 * (n), 1, AMD, MSR_LOOSE, ALL, 0 },  \
	{                                                        \
		0x403 + 4 * (n), 1, AMD, MSR_LOOSE, 0, 0         \
	}
#define INTEL_BANK(n)                                            \
	{ 0x400 + 4 * (n), 1, INTEL, MSR_ALL_OR_NONE, ALL, 0 },  \
		{ 0x401 + 4 * (n), 1, INTEL, MSR_ZERO, ALL, 0 }, \
	{                                                        \
		0x402 + 4 * (n), 2, INTEL, MSR_LOOSE, ALL, 0     \
	}

/* clang-format off: keep the columns of the table */
static const struct msr_row table[] = {
	/* Machine check: no bank ever has an error. */
	{ 0x179, 1, AMD, MSR_READ_ONLY, 0, AMD_BANKS | MCG_CTL_PRESENT }, /* MCG_CAP */
	{ 0x179, 1, INTEL, MSR_READ_ONLY, 0, INTEL_BANKS },
	{ 0x17a, 1, BOTH, MSR_STRICT, LOW(3), 0 },       /* MCG_STATUS */
	{ 0x17b, 1, AMD, MSR_LOOSE, LOW(AMD_BANKS), 0 }, /* MCG_CTL */
	AMD_BANK(0),
	AMD_BANK(1),
	AMD_BANK(2),
	AMD_BANK(3),
	AMD_BANK(4),
	INTEL_BANK(0),
	INTEL_BANK(1),
	INTEL_BANK(2),
	INTEL_BANK(3),
	INTEL_BANK(4),
	INTEL_BANK(5),
	INTEL_BANK(6),
	INTEL_BANK(7),
	INTEL_BANK(8),

	{ 0x08b, 1, BOTH, MSR_LOOSE, ALL, 0 }, /* PATCH_LEVEL, BIOS_SIGN_ID */
	/* IA32_MISC_ENABLE: no PEBS, no BTS. AMD's processors do not have it; it is provided
	 * because software reads it without a check, and virtual machines have it. */
	{ 0x1a0, 1, BOTH, MSR_LOOSE,
	  UINT64_C(1) << 38 | UINT64_C(1) << 34 | 1 << 23 | 1 << 22 | 1 << 18 | 1 << 16 | 1 << 3 |
		  1,
	  1 << 12 | 1 << 11 | 1 },

	/* --- AMD */
	{ 0x1d9, 1, AMD, MSR_STRICT, LOW(6), 0 },              /* DebugCtl */
	{ 0x1db, 4, AMD, MSR_READ_ONLY, 0, 0 },                /* LastBranch..., LastException... */
	{ 0xc0010000, 4, AMD, MSR_STRICT, 0xffdfffff, 0 },     /* PerfEvtSel0-3 */
	{ 0xc0010004, 4, AMD, MSR_LOOSE, LOW(48), 0 },         /* PerfCtr0-3 */
	{ 0xc0010010, 1, AMD, MSR_STRICT, 0x007f07ff, 0 },     /* SYSCFG */
	{ 0xc0010015, 1, AMD, MSR_LOOSE, 0x0006f1db, 0 },      /* HWCR */
	{ 0xc0010016, 1, AMD, MSR_LOOSE, PHYSICAL | 0x30, 0 }, /* IORRBase0 */
	{ 0xc0010017, 1, AMD, MSR_LOOSE, PHYSICAL | 0x800, 0 },   /* IORRMask0 */
	{ 0xc0010018, 1, AMD, MSR_LOOSE, PHYSICAL | 0x30, 0 },    /* IORRBase1 */
	{ 0xc0010019, 1, AMD, MSR_LOOSE, PHYSICAL | 0x800, 0 },   /* IORRMask1 */
	{ 0xc001001a, 1, AMD, MSR_STRICT, 0xffff800000, 0 },      /* TOP_MEM */
	{ 0xc001001d, 1, AMD, MSR_STRICT, 0xffff800000, 0 },      /* TOP_MEM2 */
	{ 0xc001001e, 1, AMD, MSR_READ_ONLY, 0, 0 },              /* MANID */
	{ 0xc001001f, 1, AMD, MSR_LOOSE, 0x0040281080000200, 0 }, /* NB_CFG */
	{ 0xc0010020, 1, AMD, MSR_WRITE_ONLY, ALL, 0 },           /* PATCH_LOADER */
	{ 0xc0010030, CPUID_NAME_QUADS, AMD, MSR_LOOSE, ALL, 0 }, /* the name string */
	{ 0xc001003e, 2, AMD, MSR_LOOSE, LOW(32), 0 },            /* HTC, STC */
	{ 0xc0010041, 1, AMD, MSR_LOOSE, 0x000fffff00001f3f, 0 }, /* FIDVID_CTL */
	{ 0xc0010042, 1, AMD, MSR_READ_ONLY, 0, 0 },              /* FIDVID_STATUS */
	{ 0xc0010044, AMD_BANKS, AMD, MSR_LOOSE, ALL, 0 },        /* MCi_CTL_MASK */
	{ 0xc0010050, 4, AMD, MSR_LOOSE, ALL, 0 },                /* SMI_ON_IO_TRAP_0-3 */
	{ 0xc0010054, 1, AMD, MSR_LOOSE, LOW(32), 0 },            /* SMI_ON_IO_TRAP_CTL_STS */
	{ 0xc0010055, 1, AMD, MSR_ZERO, 0, 0 },                   /* INT_PENDING_MSG: C1E is off */
	{ 0xc0010111, 1, AMD, MSR_SMM, LOW(32), 0x30000 },        /* SMM_BASE */
	{ 0xc0010112, 1, AMD, MSR_SMM, 0xfffffe0000, 0 },         /* SMM_ADDR */
	{ 0xc0010113, 1, AMD, MSR_SMM, 0xfffffe773f, 0 },         /* SMM_MASK */
	{ 0xc0010114, 1, AMD, MSR_LOOSE, LOW(5), 0 },             /* VM_CR */
	{ 0xc0010115, 1, AMD, MSR_LOOSE, LOW(1), 0 },             /* IGNNE */
	{ 0xc0010116, 1, AMD, MSR_WRITE_ONLY, LOW(5), 0 },        /* SMM_CTL */
	{ 0xc0010117, 1, AMD, MSR_STRICT, PHYSICAL, 0 },          /* VM_HSAVE_PA */

	/* --- Intel */
	{ 0x000, 2, INTEL, MSR_ZERO, 0, 0 },         /* IA32_P5_MC_ADDR, _TYPE */
	{ 0x017, 1, INTEL, MSR_READ_ONLY, 0, 0 },    /* IA32_PLATFORM_ID */
	{ 0x034, 1, INTEL, MSR_READ_ONLY, 0, 0 },    /* MSR_SMI_COUNT */
	{ 0x03a, 1, INTEL, MSR_READ_ONLY, 0, 1 },    /* IA32_FEATURE_CONTROL: locked, no VMX */
	{ 0x079, 1, INTEL, MSR_WRITE_ONLY, ALL, 0 }, /* IA32_BIOS_UPDT_TRIG */
	{ 0x0ce, 1, INTEL, MSR_READ_ONLY, 0, RATIO << 40 | RATIO << 8 }, /* MSR_PLATFORM_INFO */
	{ 0x0e2, 1, INTEL, MSR_READ_ONLY, 0, 1 << 15 }, /* MSR_PKG_CST_CONFIG_CONTROL: locked */
	{ 0x0e4, 1, INTEL, MSR_STRICT, LOW(19), 0 },    /* MSR_PMG_IO_CAPTURE_BASE */
	{ 0x198, 1, INTEL, MSR_READ_ONLY, 0, RATIO },   /* IA32_PERF_STATUS */
	{ 0x199, 1, INTEL, MSR_STRICT, LOW(16) | UINT64_C(1) << 32, RATIO }, /* IA32_PERF_CTL */
	{ 0x1a4, 1, INTEL, MSR_STRICT, LOW(4), 0 },   /* MSR_MISC_FEATURE_CONTROL */
	{ 0x1a6, 2, INTEL, MSR_STRICT, LOW(16), 0 },  /* MSR_OFFCORE_RSP_0, _1 */
	{ 0x1aa, 1, INTEL, MSR_STRICT, LOW(2), 0 },   /* MSR_MISC_PWR_MGMT */
	{ 0x1ac, 1, INTEL, MSR_LOOSE, LOW(32), 0 },   /* MSR_TURBO_POWER_CURRENT_LIMIT */
	{ 0x1ad, 1, INTEL, MSR_READ_ONLY, 0, RATIO }, /* MSR_TURBO_RATIO_LIMIT */
	{ 0x1c8, 1, INTEL, MSR_STRICT, LOW(9), 0 },   /* MSR_LBR_SELECT */
	{ 0x1c9, 1, INTEL, MSR_READ_ONLY, 0, 0 },     /* MSR_LASTBRANCH_TOS */
	{ 0x1d9, 1, INTEL, MSR_STRICT, 0x5803, 0 },   /* IA32_DEBUGCTL */
	{ 0x1dd, 2, INTEL, MSR_READ_ONLY, 0, 0 },     /* MSR_LER_FROM_LIP, _TO_LIP */
	{ 0x1fc, 1, INTEL, MSR_LOOSE, 1 << 1, 0 },    /* MSR_POWER_CTL */
	{ 0x3f8, 3, INTEL, MSR_READ_ONLY, 0, 0 },     /* MSR_PKG_C3/C6/C7_RESIDENCY */
	{ 0x3fc, 2, INTEL, MSR_READ_ONLY, 0, 0 },     /* MSR_CORE_C3/C6_RESIDENCY */
	{ 0x680, 16, INTEL, MSR_LOOSE, ALL, 0 },      /* MSR_LASTBRANCH_n_FROM_IP */
	{ 0x6c0, 16, INTEL, MSR_LOOSE, ALL, 0 },      /* MSR_LASTBRANCH_n_TO_IP */
};
/* clang-format on */

enum { N_ROWS = sizeof table / sizeof table[0] };

const struct msr_row *msr_table_find(const struct cpu_features *f, uint32_t msr, size_t *slot)
{
	size_t at = 0;
	for (size_t i = 0; i < N_ROWS; at += table[i++].count) {
		const struct msr_row *row = &table[i];
		if (msr - row->first >= row->count || !(row->who >> f->vendor & 1)) continue;
		*slot = at + (msr - row->first);
		return row;
	}
	return NULL;
}

void msr_table_reset(uint64_t slots[MSR_SLOTS])
{
	size_t at = 0;
	for (size_t i = 0; i < N_ROWS; i++) {
		for (uint32_t n = 0; n < table[i].count; n++) slots[at + n] = table[i].reset;
		if (table[i].first == MSR_NAME_STRING) cpuid_name(&slots[at]);
		at += table[i].count;
	}
}

size_t msr_table_slots(void)
{
	size_t n = 0;
	for (size_t i = 0; i < N_ROWS; i++) n += table[i].count;
	return n;
}
