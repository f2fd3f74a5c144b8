/* SPDX-License-Identifier: MIT */
/* CPUID is right: instructions of the features that it shows work, the others raise #UD, and the
 * leaves agree with each other. */
#include "k.h"

enum reg { EAX, EBX, ECX, EDX };

static uint8_t area[1024] ALIGNED(64);
#define TRY(name, bytes) FRAG(name, "xor %eax, %eax; xor %ecx, %ecx; xor %edx, %edx", bytes, "")
TRY(i_cmov, "cmovz %ecx, %eax");
TRY(i_cx8, "cmpxchg8b (%rdi)");
TRY(i_fxsave, "fxsave64 (%rdi)");
TRY(i_clflush, "clflush (%rdi)");
TRY(i_mmx, "movq %mm0, %mm1");
TRY(i_sse, "xorps %xmm0, %xmm0");
TRY(i_sse2, "xorpd %xmm0, %xmm0");
TRY(i_sse3, "haddps %xmm0, %xmm0");
TRY(i_pclmul, "pclmulqdq $0, %xmm0, %xmm1");
TRY(i_ssse3, "pabsb %xmm0, %xmm0");
TRY(i_cx16, "cmpxchg16b (%rdi)");
TRY(i_sse41, "pmulld %xmm0, %xmm1");
TRY(i_sse42, "pcmpgtq %xmm0, %xmm1");
TRY(i_crc32, "crc32l %eax, %ecx");
TRY(i_movbe, "movbe (%rdi), %eax");
TRY(i_popcnt, "popcnt %eax, %ecx");
TRY(i_aes, "aesenc %xmm0, %xmm1");
TRY(i_rdrand, "rdrand %eax");
TRY(i_rdrand16, "rdrand %ax");
TRY(i_rdrand64, "rdrand %r9");
FRAG(i_invpcid, "xor %eax, %eax; mov %rax, (%rdi); mov %rax, 8(%rdi)", "invpcid (%rdi), %rax", "");
TRY(i_rdseed, "rdseed %eax");
TRY(i_adx, "adcx %eax, %ecx");
TRY(i_lahf, "lahf");
TRY(i_sahf, "sahf");
TRY(i_rdtscp, "rdtscp");
TRY(i_rdpid, "rdpid %rax");
TRY(i_3dnow, "pfadd %mm0, %mm1");
TRY(i_3dnowext, "pswapd %mm0, %mm1");
TRY(i_blendps, "blendps $1, %xmm0, %xmm1");
TRY(i_pcmpistri, "pcmpistri $0, %xmm0, %xmm1");
TRY(i_palignr, "palignr $1, %xmm0, %xmm1");
TRY(i_aeskeygen, "aeskeygenassist $1, %xmm0, %xmm1");
TRY(i_sse4a, "extrq $0, $0, %xmm0");
TRY(i_clflushopt, "clflushopt (%rdi)");
TRY(i_clwb, "clwb (%rdi)");
TRY(i_sha, "sha256rnds2 %xmm0, %xmm1");
TRY(i_gfni, "gf2p8mulb %xmm0, %xmm1");
TRY(i_stac, "stac");
TRY(i_xgetbv, "xgetbv");
TRY(i_andn, "andn %eax, %eax, %ecx");
TRY(i_vzeroupper, "vzeroupper");
TRY(i_wrpkru, "wrpkru");
TRY(i_rdfsbase, "rdfsbase %rax");
TRY(i_nopl, "nopl (%rdi)");
TRY(i_swapgs, "swapgs; swapgs");
FRAG(i_monitor, "mov %rdi, %rax; xor %ecx, %ecx; xor %edx, %edx", "monitor", "");

static const struct {
	const char *name;
	uint32_t leaf;
	enum reg reg;
	uint8_t bit;
	const char *fn, *at;
} feature[] = {
#define FEATURE(name, leaf, reg, bit, frag)           \
	{                                             \
		name, leaf, reg, bit, frag, frag##_at \
	}
	FEATURE("CX8", 1, EDX, 8, i_cx8),
	FEATURE("CMOV", 1, EDX, 15, i_cmov),
	FEATURE("CLFLUSH", 1, EDX, 19, i_clflush),
	FEATURE("MMX", 1, EDX, 23, i_mmx),
	FEATURE("FXSR", 1, EDX, 24, i_fxsave),
	FEATURE("SSE", 1, EDX, 25, i_sse),
	FEATURE("SSE2", 1, EDX, 26, i_sse2),
	FEATURE("SSE3", 1, ECX, 0, i_sse3),
	FEATURE("PCLMULQDQ", 1, ECX, 1, i_pclmul),
	FEATURE("MONITOR", 1, ECX, 3, i_monitor),
	FEATURE("SSSE3", 1, ECX, 9, i_ssse3),
	FEATURE("CX16", 1, ECX, 13, i_cx16),
	FEATURE("SSE4.1", 1, ECX, 19, i_sse41),
	FEATURE("SSE4.2", 1, ECX, 20, i_sse42),
	FEATURE("SSE4.2 CRC32", 1, ECX, 20, i_crc32),
	FEATURE("MOVBE", 1, ECX, 22, i_movbe),
	FEATURE("POPCNT", 1, ECX, 23, i_popcnt),
	FEATURE("AES", 1, ECX, 25, i_aes),
	FEATURE("OSXSAVE", 1, ECX, 27, i_xgetbv),
	FEATURE("RDRAND", 1, ECX, 30, i_rdrand),
	FEATURE("RDRAND, 16 bits", 1, ECX, 30, i_rdrand16),
	FEATURE("RDRAND, 64 bits", 1, ECX, 30, i_rdrand64),
	FEATURE("INVPCID", 7, EBX, 10, i_invpcid),
	FEATURE("RDSEED", 7, EBX, 18, i_rdseed),
	FEATURE("ADX", 7, EBX, 19, i_adx),
	FEATURE("SMAP", 7, EBX, 20, i_stac),
	FEATURE("CLFLUSHOPT", 7, EBX, 23, i_clflushopt),
	FEATURE("CLWB", 7, EBX, 24, i_clwb),
	FEATURE("SHA", 7, EBX, 29, i_sha),
	FEATURE("GFNI", 7, ECX, 8, i_gfni),
	FEATURE("RDPID", 7, ECX, 22, i_rdpid),
	FEATURE("LAHF", 0x80000001u, ECX, 0, i_lahf),
	FEATURE("SAHF", 0x80000001u, ECX, 0, i_sahf),
	FEATURE("SSE4A", 0x80000001u, ECX, 6, i_sse4a),
	FEATURE("RDTSCP", 0x80000001u, EDX, 27, i_rdtscp),
	FEATURE("3DNOW", 0x80000001u, EDX, 31, i_3dnow),
	FEATURE("3DNOWEXT", 0x80000001u, EDX, 30, i_3dnowext),
	FEATURE("SSSE3 PALIGNR", 1, ECX, 9, i_palignr),
	FEATURE("SSE4.1 BLENDPS", 1, ECX, 19, i_blendps),
	FEATURE("SSE4.2 PCMPISTRI", 1, ECX, 20, i_pcmpistri),
	FEATURE("AES AESKEYGENASSIST", 1, ECX, 25, i_aeskeygen),
};

static uint32_t reg_of(struct cpuid r, enum reg reg)
{
	return reg == EAX ? r.eax : reg == EBX ? r.ebx : reg == ECX ? r.ecx : r.edx;
}

static void features(void)
{
	char name[64];

	for (unsigned i = 0; i < sizeof feature / sizeof *feature; i++) {
		struct cpuid r = cpuid_or_zero(feature[i].leaf, 0);
		bool has = reg_of(r, feature[i].reg) >> feature[i].bit & 1;
		size_t n = strlen(feature[i].name);
		struct want want = { .vector = UD, .ip = (uintptr_t)feature[i].at };

		memcpy(name, feature[i].name, n);
		memcpy(name + n, has ? " is there" : " is not there", has ? 10 : 14);
		expect(name, feature[i].fn, (uintptr_t)area, has ? RETURNS : want);
	}
	expect("VEX without OSXSAVE", i_vzeroupper, 0, FAULT(i_vzeroupper, UD, 0));
	expect("BMI without OSXSAVE", i_andn, 0, FAULT(i_andn, UD, 0));
	expect("RDFSBASE without CR4.FSGSBASE", i_rdfsbase, 0, FAULT(i_rdfsbase, UD, 0));
	expect("WRPKRU without CR4.PKE", i_wrpkru, 0, FAULT(i_wrpkru, UD, 0));
	expect("the long NOP", i_nopl, (uintptr_t)area, RETURNS);
	expect("SWAPGS", i_swapgs, 0, RETURNS);
}

static void leaves(void)
{
	struct cpuid leaf0 = cpuid(0, 0), leaf1 = cpuid(1, 0), ext0 = cpuid(0x80000000u, 0);
	struct cpuid ext1 = cpuid_or_zero(0x80000001u, 0), sizes = cpuid_or_zero(0x80000008u, 0);

	check_range("highest leaf", leaf0.eax, 1, 0x20);
	check_range("highest extended leaf", ext0.eax, 0x80000008u, 0x80000028u);
	report(leaf0.ebx && leaf0.ecx && leaf0.edx, "a vendor");
	check("FPU", leaf1.edx & 1, 1);
	check("TSC", leaf1.edx >> 4 & 1, 1);
	check("MSR", leaf1.edx >> 5 & 1, 1);
	check("PAE", leaf1.edx >> 6 & 1, 1);
	check("long mode", ext1.edx >> 29 & 1, 1);
	check("SYSCALL", ext1.edx >> 11 & 1, 1);
	check("initial APIC ID", leaf1.ebx >> 24, 0);
	check_range("physical address bits", sizes.eax & 0xff, 36, 52);
	check_range("linear address bits", sizes.eax >> 8 & 0xff, 48, 57);
	check("OSXSAVE is CR4's bit", leaf1.ecx >> 27 & 1, read_cr4() >> 18 & 1);
	if (leaf1.edx >> 19 & 1)
		check_range("CLFLUSH line in quadwords", leaf1.ebx >> 8 & 0xff, 1, 32);
}

static void id_flag(void)
{
	uintptr_t before = read_flags(), flipped = before ^ FLAG_ID;

	__asm__ volatile("push %0; popfq" : : "r"(flipped) : "cc");
	check("EFLAGS.ID can be flipped", (read_flags() ^ before) & FLAG_ID, FLAG_ID);
	__asm__ volatile("push %0; popfq" : : "r"(before) : "cc");
}

void kernel_main(void)
{
	write_cr4(read_cr4() | CR4_OSFXSR);
	leaves();
	id_flag();
	features();
}
