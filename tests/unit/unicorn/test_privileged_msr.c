/* SPDX-License-Identifier: MIT */
/* RDMSR and WRMSR of every MSR: reserved bits, addresses that are not canonical, read-only and
 * write-only registers, and registers of the other vendor's CPU. The local APIC's registers (1Bh,
 * 800h to 83Fh, 6E0h) belong to the machine and are tested in tests/devices/lapic. */
#include "tests/unit/unicorn/privileged.h"

TestSuite(privileged_msr, .timeout = 60);

enum { BOTH = 0 };
#define WR(who_, msr, value, vector)                                                        \
	ROW("WRMSR " #msr " " #value, "\x0f\x30", P32, vector, .who = (who_), .rcx = (msr), \
	    .rax = (uint32_t)(value), .rdx = (uint64_t)(value) >> 32)
#define RD(who_, msr, vector) \
	ROW("RDMSR " #msr, "\x0f\x32", P32, vector, .who = (who_), .rcx = (msr))
/* The value to write, and the value to read afterwards, for EAX and EDX. */
#define KEEPS(who_, msr, value, low, high)                                                    \
	ROW("RDMSR " #msr " behind " #value, "\x0f\x30\x0f\x32", P32, RAN_ON, .who = (who_),  \
	    .rcx = (msr), .rax = (uint32_t)(value), .rdx = (uint64_t)(value) >> 32,           \
	    .result = true, .want = (low)),                                                   \
		ROW("RDMSR " #msr " behind " #value, "\x0f\x30\x0f\x32\x89\xd0", P32, RAN_ON, \
		    .who = (who_), .rcx = (msr), .rax = (uint32_t)(value),                    \
		    .rdx = (uint64_t)(value) >> 32, .result = true, .want = (high))
#define BIT(n) (UINT64_C(1) << (n))
#define ALL    UINT64_MAX

/* --- architectural (SDM Vol. 3C table 35-2, AMD APM Vol. 2 appendix A) */
static const struct row architectural[] = {
	WR(BOTH, 0x10, ALL, RAN_ON),
	WR(BOTH, 0xfe, 0, GP),
	RD(BOTH, 0xfe, RAN_ON),
	WR(BOTH, 0x174, 0xfff8, RAN_ON),
	WR(INTEL, 0x175, NONCANONICAL, GP),
	WR(INTEL, 0x176, NONCANONICAL, GP),
	WR(BOTH, 0x175, UINT64_C(0xffff800000000000), RAN_ON),
	KEEPS(AMD, 0x175, NONCANONICAL, 0x100000, 0),
	KEEPS(AMD, 0x176, NONCANONICAL, 0x100000, 0),
	KEEPS(INTEL, 0x176, UINT64_C(0xffff800012345678), 0x12345678, 0xffff8000),
	WR(BOTH, 0x200, 6, RAN_ON),
	WR(BOTH, 0x200, 2, GP),
	WR(BOTH, 0x202, 3, GP),
	WR(BOTH, 0x204, 7, GP),
	WR(BOTH, 0x206, BIT(8), GP),
	WR(BOTH, 0x208, BIT(11), GP),
	WR(BOTH, 0x20a, BIT(39), RAN_ON),
	WR(BOTH, 0x20c, BIT(40), GP),
	WR(BOTH, 0x20e, BIT(63), GP),
	WR(BOTH, 0x201, BIT(11) | BIT(39), RAN_ON),
	WR(BOTH, 0x203, 1, GP),
	WR(BOTH, 0x205, BIT(10), GP),
	WR(BOTH, 0x20f, BIT(40), GP),
	RD(BOTH, 0x210, GP),
	WR(BOTH, 0x250, UINT64_C(0x0605040100060606), RAN_ON),
	WR(BOTH, 0x250, 2, GP),
	WR(BOTH, 0x258, UINT64_C(3) << 56, GP),
	WR(BOTH, 0x259, 0x700, GP),
	WR(BOTH, 0x268, 0x10, GP),
	WR(BOTH, 0x26f, BIT(63), GP),
	WR(BOTH, 0x277, UINT64_C(0x0706050401000007), RAN_ON),
	WR(BOTH, 0x277, 2, GP),
	WR(BOTH, 0x277, 0x300, GP),
	WR(BOTH, 0x277, UINT64_C(8) << 56, GP),
	WR(BOTH, 0x2ff, 0xc06, RAN_ON),
	WR(BOTH, 0x2ff, 2, GP),
	WR(BOTH, 0x2ff, BIT(8), GP),
	WR(BOTH, 0x2ff, BIT(12), GP),
	WR(BOTH, 0x2ff, BIT(32), GP),
	WR(BOTH, 0xc0000080, BIT(0) | BIT(8) | BIT(11), RAN_ON),
	WR(BOTH, 0xc0000080, BIT(1), GP),
	WR(BOTH, 0xc0000080, BIT(9), GP),
	WR(INTEL, 0xc0000080, BIT(12), GP),
	WR(AMD, 0xc0000080, BIT(12), RAN_ON),
	WR(BOTH, 0xc0000080, BIT(13), GP),
	WR(BOTH, 0xc0000080, BIT(14), GP),
	WR(BOTH, 0xc0000080, BIT(32), GP),
	WR(BOTH, 0xc0000080, BIT(63), GP),
	WR(BOTH, 0xc0000081, ALL, RAN_ON),
	WR(BOTH, 0xc0000082, NONCANONICAL, GP),
	WR(BOTH, 0xc0000082, UINT64_C(0xffff800000000000), RAN_ON),
	WR(BOTH, 0xc0000083, BIT(47), GP),
	WR(BOTH, 0xc0000084, UINT32_MAX, RAN_ON),
	WR(BOTH, 0xc0000084, BIT(32), GP),
	WR(BOTH, 0xc0000100, NONCANONICAL, GP),
	WR(BOTH, 0xc0000101, BIT(63), GP),
	WR(BOTH, 0xc0000102, BIT(47), GP),
	WR(BOTH, 0xc0000102, BIT(47) - 1, RAN_ON),
	WR(BOTH, 0xc0000103, UINT32_MAX, RAN_ON),
	WR(BOTH, 0xc0000103, BIT(32), GP),
	WR(BOTH, 0x17a, 7, RAN_ON),
	WR(BOTH, 0x17a, 8, GP),
	WR(BOTH, 0x179, 0, GP),
	RD(BOTH, 0x179, RAN_ON),
	KEEPS(BOTH, 0x1a0, BIT(34) | BIT(22) | BIT(5), 0x401800, 4),
	WR(BOTH, 0x8b, 0, RAN_ON),
	RD(BOTH, 0x12345, GP),
	RD(BOTH, 0x7f, GP),
	RD(BOTH, 0xc0000104, GP),
};

Test(privileged_msr, architectural) { CHECK(architectural); }

/* EFER.LME while paging is on. */
static const struct row efer[] = {
	ROW("EFER as it is", "\x0f\x32\x0f\x30", COMPAT | LONG, RAN_ON, .rcx = 0xc0000080),
	ROW("EFER.LME cleared", "\x0f\x30", COMPAT | LONG, GP, .rcx = 0xc0000080, .rax = 0),
	ROW("EFER.SCE", "\x0f\x30", COMPAT | LONG, RAN_ON, .rcx = 0xc0000080, .rax = 0x501),
};

Test(privileged_msr, lme_stays_while_paging_is_on) { CHECK(efer); }

/* --- of AMD: by the BKDG's names in emu/x86/msr_table.c */
static const struct row of_amd[] = {
	KEEPS(AMD, 0x17b, ALL, 0x1f, 0),
	WR(AMD, 0x400, ALL, RAN_ON),
	WR(AMD, 0x401, 0, RAN_ON),
	WR(AMD, 0x401, 1, GP),
	WR(AMD, 0x411, 1, GP),
	RD(AMD, 0x413, RAN_ON),
	RD(AMD, 0x414, GP),
	WR(AMD, 0x1d9, 0x3f, RAN_ON),
	WR(AMD, 0x1d9, 0x40, GP),
	WR(AMD, 0x1db, 0, GP),
	RD(AMD, 0x1db, RAN_ON),
	WR(AMD, 0x1de, 0, GP),
	RD(AMD, 0x1df, GP),
	WR(AMD, 0xc0010000, 0xffdfffff, RAN_ON),
	WR(AMD, 0xc0010000, BIT(21), GP),
	WR(AMD, 0xc0010003, BIT(32), GP),
	KEEPS(AMD, 0xc0010004, ALL, UINT32_MAX, 0xffff),
	WR(AMD, 0xc0010010, 0x007f07ff, RAN_ON),
	WR(AMD, 0xc0010010, BIT(11), GP),
	WR(AMD, 0xc0010010, BIT(23), GP),
	WR(AMD, 0xc0010015, ALL, RAN_ON),
	WR(AMD, 0xc0010016, ALL, RAN_ON),
	WR(AMD, 0xc0010019, ALL, RAN_ON),
	WR(AMD, 0xc001001a, BIT(39) | BIT(23), RAN_ON),
	WR(AMD, 0xc001001a, BIT(22), GP),
	WR(AMD, 0xc001001d, BIT(40), GP),
	WR(AMD, 0xc001001e, 0, GP),
	RD(AMD, 0xc001001e, RAN_ON),
	WR(AMD, 0xc001001f, ALL, RAN_ON),
	RD(AMD, 0xc0010020, GP),
	WR(AMD, 0xc0010020, 0x1000, RAN_ON),
	WR(AMD, 0xc0010030, ALL, RAN_ON),
	WR(AMD, 0xc0010035, ALL, RAN_ON),
	KEEPS(AMD, 0xc001003e, ALL, UINT32_MAX, 0),
	RD(AMD, 0xc0010041, RAN_ON),
	WR(AMD, 0xc0010042, 0, GP),
	RD(AMD, 0xc0010048, RAN_ON),
	RD(AMD, 0xc0010049, GP),
	WR(AMD, 0xc0010050, ALL, RAN_ON),
	KEEPS(AMD, 0xc0010054, ALL, UINT32_MAX, 0),
	WR(AMD, 0xc0010055, 0, RAN_ON),
	WR(AMD, 0xc0010055, 1, GP),
	WR(AMD, 0xc0010111, 0x20000, RAN_ON),
	WR(AMD, 0xc0010111, BIT(32), GP),
	WR(AMD, 0xc0010112, BIT(17), RAN_ON),
	WR(AMD, 0xc0010112, BIT(16), GP),
	WR(AMD, 0xc0010113, BIT(6), GP),
	KEEPS(AMD, 0xc0010114, ALL, 0x1f, 0),
	WR(AMD, 0xc0010115, 1, RAN_ON),
	RD(AMD, 0xc0010116, GP),
	WR(AMD, 0xc0010116, 1, RAN_ON),
	WR(AMD, 0xc0010117, 0x1000, RAN_ON),
	WR(AMD, 0xc0010117, 0x800, GP),
	WR(AMD, 0xc0010117, BIT(40), GP),
	/* With HWCR.SMMLOCK, and with HWCR.MCi_STATUS_WREN. */
	ROW("SMM_BASE, locked", "\x0f\x30\xb9\x11\x01\x01\xc0\x0f\x30", P32, GP, .who = AMD,
	    .rcx = 0xc0010015, .rax = 1, .at = 7),
	ROW("MC0_STATUS, enabled", "\x0f\x30\xb9\x01\x04\0\0\x0f\x30", P32, RAN_ON, .who = AMD,
	    .rcx = 0xc0010015, .rax = 1 << 18),
	/* Intel's. */
	RD(AMD, 0x17, GP),
	RD(AMD, 0x3a, GP),
	RD(AMD, 0xce, GP),
	RD(AMD, 0x198, GP),
	RD(AMD, 0x1a4, GP),
	RD(AMD, 0x1c9, GP),
	RD(AMD, 0x3f8, GP),
	RD(AMD, 0x680, GP),
	WR(AMD, 0x79, 0, GP),
};

Test(privileged_msr, of_amd) { CHECK(of_amd); }

/* --- of Intel: by table 35-13's names in emu/x86/msr_table.c */
static const struct row of_intel[] = {
	WR(INTEL, 0x0, 0, RAN_ON),
	WR(INTEL, 0x1, 1, GP),
	WR(INTEL, 0x17, 0, GP),
	RD(INTEL, 0x17, RAN_ON),
	WR(INTEL, 0x34, 0, GP),
	RD(INTEL, 0x34, RAN_ON),
	WR(INTEL, 0x3a, 1, GP),
	RD(INTEL, 0x3a, RAN_ON),
	RD(INTEL, 0x79, GP),
	WR(INTEL, 0x79, 0x1000, RAN_ON),
	WR(INTEL, 0xce, 0, GP),
	WR(INTEL, 0xe2, 0, GP),
	WR(INTEL, 0xe4, 0x7ffff, RAN_ON),
	WR(INTEL, 0xe4, BIT(19), GP),
	RD(INTEL, 0x17b, GP),
	WR(INTEL, 0x198, 0, GP),
	WR(INTEL, 0x199, 8, RAN_ON),
	WR(INTEL, 0x199, BIT(16), GP),
	WR(INTEL, 0x199, BIT(33), GP),
	WR(INTEL, 0x1a4, 0xf, RAN_ON),
	WR(INTEL, 0x1a4, BIT(4), GP),
	WR(INTEL, 0x1a6, 0xffff, RAN_ON),
	WR(INTEL, 0x1a7, BIT(16), GP),
	WR(INTEL, 0x1aa, BIT(2), GP),
	KEEPS(INTEL, 0x1ac, ALL, UINT32_MAX, 0),
	WR(INTEL, 0x1ad, 0, GP),
	WR(INTEL, 0x1c8, 0x1ff, RAN_ON),
	WR(INTEL, 0x1c8, BIT(9), GP),
	WR(INTEL, 0x1c9, 0, GP),
	WR(INTEL, 0x1d9, 0x5803, RAN_ON),
	WR(INTEL, 0x1d9, BIT(2), GP),
	WR(INTEL, 0x1d9, BIT(15), GP),
	WR(INTEL, 0x1dd, 0, GP),
	WR(INTEL, 0x1de, 0, GP),
	WR(INTEL, 0x1fc, ALL, RAN_ON),
	WR(INTEL, 0x3f8, 0, GP),
	WR(INTEL, 0x3fa, 0, GP),
	RD(INTEL, 0x3fb, GP),
	WR(INTEL, 0x3fd, 0, GP),
	WR(INTEL, 0x400, 0, RAN_ON),
	WR(INTEL, 0x400, ALL, RAN_ON),
	WR(INTEL, 0x400, 1, GP),
	WR(INTEL, 0x401, 0, RAN_ON),
	WR(INTEL, 0x401, 1, GP),
	WR(INTEL, 0x402, ALL, RAN_ON),
	WR(INTEL, 0x421, 1, GP),
	RD(INTEL, 0x424, GP),
	WR(INTEL, 0x680, ALL, RAN_ON),
	RD(INTEL, 0x68f, RAN_ON),
	RD(INTEL, 0x690, GP),
	RD(INTEL, 0x6cf, RAN_ON),
	/* Registers of missing features: counters, VMX, thermal monitoring. */
	RD(INTEL, 0xc1, GP),
	RD(INTEL, 0x186, GP),
	RD(INTEL, 0x19c, GP),
	RD(INTEL, 0x309, GP),
	RD(INTEL, 0x480, GP),
	/* AMD's. */
	RD(INTEL, 0xc0010000, GP),
	RD(INTEL, 0xc0010010, GP),
	RD(INTEL, 0xc0010015, GP),
	RD(INTEL, 0xc001001f, GP),
	RD(INTEL, 0xc0010114, GP),
	RD(INTEL, 0x1db, GP),
};

Test(privileged_msr, of_intel) { CHECK(of_intel); }

/* Registers of features that --cpu removes. */
Test(privileged_msr, without_their_feature_they_are_not_there)
{
	static const struct row rows[] = { WR(BOTH, 0xc0000103, 0, GP), RD(BOTH, 0xc0000103, GP) };
	static const struct row bits[] = { WR(BOTH, 0xc0000080, BIT(11), GP) };
	static const struct row svm[] = { WR(AMD, 0xc0000080, BIT(12), GP),
					  KEEPS(AMD, 0xc0010114, 0, 0x10, 0) };
	cpu_spec = "amd,-rdtscp";
	make_cpu(false);
	for (unsigned i = 0; i < 2; i++) check_row(&rows[i], P32, 0);
	free_cpu();
	cpu_spec = "intel,-nx";
	make_cpu(false);
	check_row(&bits[0], P32, 0);
	free_cpu();
	cpu_spec = "amd,-svm";
	make_cpu(false);
	for (unsigned i = 0; i < 3; i++) check_row(&svm[i], P32, 0);
	free_cpu();
}
