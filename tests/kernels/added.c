/* SPDX-License-Identifier: MIT */
/* INVPCID and RDRAND, which a CPU has only if they are added: what they refuse, and what they
 * leave. The CPU has no PCIDs. */
#include "k.h"

extern uint64_t descriptor[2];
uint64_t descriptor[2];

FRAG(k_invpcid, "mov %rdi, %rcx; lea descriptor, %rsi", "invpcid (%rsi), %rcx", "");
FRAG(k_lock, "mov $2, %ecx; lea descriptor, %rsi", ".byte 0xf0; invpcid (%rsi), %rcx", "");
FRAG(k_register, "", ".byte 0x66, 0x0f, 0x38, 0x82, 0xc1", "");
FRAG(k_no_prefix, "lea descriptor, %rsi", ".byte 0x0f, 0x38, 0x82, 0x0e", "");
FRAG(k_absent, "mov $2, %ecx; mov $0x7f0000000ff8, %rsi", "invpcid (%rsi), %rcx", "");
FRAG(k_strange, "mov $2, %ecx; mov $0x800000000000, %rsi", "invpcid (%rsi), %rcx", "");
UFRAG(u_invpcid, "mov $2, %ecx; lea descriptor, %rsi", "invpcid (%rsi), %rcx", "");
FRAG(k_random_lock, "", ".byte 0xf0, 0x0f, 0xc7, 0xf0", "");
FRAG(k_random_rep, "", ".byte 0xf3, 0x0f, 0xc7, 0xf0", "");
UFRAG(u_random, "", "rdrand %rax", "");

enum { ADDRESS, ONE, ALL, LOCAL, BEYOND };

static void with(const char *name, uint64_t kind, uint64_t pcid, uint64_t address, bool faults)
{
	descriptor[0] = pcid;
	descriptor[1] = address;
	expect(name, k_invpcid, kind, faults ? FAULT(k_invpcid, GP, 0) : RETURNS);
}

static void invpcid(void)
{
	const uint64_t strange = UINT64_C(0x800000000000);

	with("an address", ADDRESS, 0, 0x1000, false);
	with("one that is not canonical", ADDRESS, 0, strange, true);
	with("which other kinds ignore", ALL, 0, strange, false);
	with("PCID 0", ONE, 0, 0, false);
	with("another PCID", ONE, 1, 0, true);
	with("another PCID with an address", ADDRESS, 1, 0, true);
	with("which other kinds ignore", LOCAL, 4095, 0, false);
	with("a PCID of 13 bits", ALL, 4096, 0, true);
	with("reserved bits", LOCAL, UINT64_C(1) << 63, 0, true);
	with("no such kind", BEYOND, 0, 0, true);
	with("no such kind, in 64 bits", UINT64_C(1) << 32, 0, 0, true);
	expect("LOCK", k_lock, 0, FAULT(k_lock, UD, 0));
	expect("a register", k_register, 0, FAULT(k_register, UD, 0));
	expect("without its prefix", k_no_prefix, 0, FAULT(k_no_prefix, UD, 0));
	expect("a descriptor that is not mapped", k_absent, 0,
	       FAULT_CR2(k_absent, 0, UINT64_C(0x7f0000000ff8)));
	expect("one at no canonical address", k_strange, 0, FAULT(k_strange, GP, 0));
	expect_user("ring 3", u_invpcid, 0, FAULT(u_invpcid, GP, 0));
}

/* AX alone is written, the upper half of RAX is cleared, or all is written; CF alone is set. */
static void rdrand(void)
{
	enum { ARITHMETIC = FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF };
	const uint64_t ones = UINT64_MAX;
	uint64_t small = ones, medium = ones, wide = 0;
	uintptr_t flags;

	__asm__ volatile("rdrand %w0" : "+r"(small) : : "cc");
	__asm__ volatile("rdrand %k0" : "+r"(medium) : : "cc");
	__asm__ volatile("cmp %0, %0\n\trdrand %0\n\tpushf\n\tpop %1"
			 : "+r"(wide), "=r"(flags)
			 :
			 : "cc");
	check("RDRAND of 16 bits", small >> 16, ones >> 16);
	report((small & 0xffff) != 0xffff, "writes these");
	check("RDRAND of 32 bits", medium >> 32, 0);
	report(wide >> 32 != 0 && (uint32_t)wide != (uint32_t)medium, "RDRAND of 64 bits");
	check("CF is set, the others are clear", flags & ARITHMETIC, FLAG_CF);
	expect("RDRAND with LOCK", k_random_lock, 0, FAULT(k_random_lock, UD, 0));
	expect("RDRAND with REP", k_random_rep, 0, FAULT(k_random_rep, UD, 0));
	expect_user("RDRAND in ring 3", u_random, 0, RETURNS);
}

void kernel_main(void)
{
	invpcid();
	rdrand();
}
