/* SPDX-License-Identifier: MIT */
/* SVM's instructions, what the guest and the host keep, and the intercepts of instructions. */
#include "svm.h"

/* --- without SVME, and bad operands */

FRAG(do_vmrun, "mov %rdi, %rax", "vmrun", "");
FRAG(do_vmload, "mov %rdi, %rax", "vmload", "");
FRAG(do_vmsave, "mov %rdi, %rax", "vmsave", "");
FRAG(do_clgi, "", "clgi", "stgi");
FRAG(do_stgi, "", "stgi", "");
FRAG(do_vmmcall, "", "vmmcall", "");
FRAG(do_skinit, "", "skinit", "");
UFRAG(user_vmrun, "mov %rdi, %rax", "vmrun", "");
UFRAG(user_stgi, "", "stgi", "");

static void disabled(void)
{
	expect("#UD VMRUN without SVME", do_vmrun, 0, FAULT(do_vmrun, UD, 0));
	expect("#UD VMLOAD without SVME", do_vmload, 0, FAULT(do_vmload, UD, 0));
	expect("#UD VMSAVE without SVME", do_vmsave, 0, FAULT(do_vmsave, UD, 0));
	expect("#UD CLGI without SVME", do_clgi, 0, FAULT(do_clgi, UD, 0));
	expect("#UD STGI without SVME", do_stgi, 0, FAULT(do_stgi, UD, 0));
	check("address spaces", cpuid(0x8000000au, 0).ebx > 1, true);
}

static void refused(void)
{
	expect("#GP VMRUN of half a page", do_vmrun, 0x800, FAULT(do_vmrun, GP, 0));
	expect("#GP VMLOAD of half a page", do_vmload, 0x800, FAULT(do_vmload, GP, 0));
	expect("#GP VMSAVE of half a page", do_vmsave, 0x800, FAULT(do_vmsave, GP, 0));
	expect("#GP VMRUN beyond physical memory", do_vmrun, (uintptr_t)1 << 52,
	       FAULT(do_vmrun, GP, 0));
	expect("#UD VMMCALL without a hypervisor", do_vmmcall, 0, FAULT(do_vmmcall, UD, 0));
	expect("#UD SKINIT, not in CPUID", do_skinit, 0, FAULT(do_skinit, UD, 0));
	expect_user("#GP VMRUN in ring 3", user_vmrun, 0, FAULT(user_vmrun, GP, 0));
	expect_user("#GP STGI in ring 3", user_stgi, 0, FAULT(user_stgi, GP, 0));
}

/* --- state */

GUEST(g_registers, "", "lea 16(%rax), %rax; push %rax; std; stc", "");

static void state(void)
{
	uint64_t sp;

	guest(g_registers);
	vmcb.rax = 0x1234;
	vmcb.dr7 = 0x700;
	sp = vmcb.rsp;
	vmcb.tlb_control = 1;
	__asm__ volatile("cld" : : : "cc");
	exits("VMMCALL", EXIT_VMMCALL, g_registers_end);
	check("RAX of the guest", vmcb.rax, 0x1244);
	check("RSP of the guest", vmcb.rsp, sp - 8);
	check("RFLAGS of the guest", vmcb.rflags, FLAG_FIXED | FLAG_DF | FLAG_CF);
	check("RFLAGS of the host", read_flags() & FLAG_DF, 0);
	check("CPL of the guest", vmcb.cpl, 0);
	check("DR7 of the guest", vmcb.dr7, 0x700);
	check("DR7 of the host", read_dr7(), 0x400);
	check("EFER of the guest", vmcb.efer, rdmsr(MSR_EFER));
	check("no EXITINTINFO", vmcb.exit_int_info & EVENT_VALID, 0);
}

static void load_and_save(void)
{
	static struct vmcb other ALIGNED(4096);
	uint64_t star = rdmsr(MSR_STAR), gs = rdmsr(MSR_KERNEL_GS_BASE);
	uint64_t fs = rdmsr(MSR_FS_BASE);
	uintptr_t at = (uintptr_t)&other;

	__asm__ volatile("vmsave" : : "a"(at) : "memory");
	check("VMSAVE: STAR", other.star, star);
	check("VMSAVE: TR", other.tr.selector, SEL_TSS);
	check("VMSAVE: its limit", other.tr.limit >= TSS_BYTES - 1, true);
	check("VMSAVE: its type", other.tr.attributes & 0x9f, 0x8b);
	other.star = 0x0013000800000000;
	other.kernel_gs_base = 0xffff800000001000;
	other.fs.base = 0x12345000;
	__asm__ volatile("vmload" : : "a"(at) : "memory");
	check("VMLOAD: STAR", rdmsr(MSR_STAR), other.star);
	check("VMLOAD: KernelGSBase", rdmsr(MSR_KERNEL_GS_BASE), other.kernel_gs_base);
	check("VMLOAD: FS.base", rdmsr(MSR_FS_BASE), 0x12345000);
	wrmsr(MSR_STAR, star);
	wrmsr(MSR_KERNEL_GS_BASE, gs);
	wrmsr(MSR_FS_BASE, fs);
}

/* --- intercepts of the second and third word */

GUEST(g_idtr_read, "", "sidt -16(%rsp)", "");
GUEST(g_gdtr_read, "", "sgdt -16(%rsp)", "");
GUEST(g_ldtr_read, "", "sldt %eax", "");
GUEST(g_tr_read, "", "str %eax", "");
GUEST(g_idtr_write, "sidt -16(%rsp)", "lidt -16(%rsp)", "");
GUEST(g_gdtr_write, "sgdt -16(%rsp)", "lgdt -16(%rsp)", "");
GUEST(g_ldtr_write, "xor %eax, %eax", "lldt %ax", "");
GUEST(g_tr_write, "mov $0x30, %eax", "ltr %ax", "");
GUEST(g_rdtsc, "", "rdtsc", "");
GUEST(g_rdpmc, "xor %ecx, %ecx", "rdpmc", "");
GUEST(g_pushf, "", "pushf", "");
GUEST(g_popf, "push $2", "popf", "");
GUEST(g_cpuid, "xor %eax, %eax", "cpuid", "");
GUEST(g_rsm, "", "rsm", "");
GUEST(g_iret, "", "iretq", "");
GUEST(g_swint, "", "int $0x81", "");
GUEST(g_invd, "", "invd", "");
GUEST(g_pause, "", "pause", "");
GUEST(g_hlt, "", "hlt", "");
GUEST(g_invlpg, "", "invlpg (%rsp)", "");
GUEST(g_invlpga, "xor %eax, %eax; xor %ecx, %ecx", "invlpga", "");
GUEST(g_vmrun, "", "vmrun", "");
GUEST(g_vmload, "", "vmload", "");
GUEST(g_vmsave, "", "vmsave", "");
GUEST(g_stgi, "", "stgi", "");
GUEST(g_clgi, "", "clgi", "");
GUEST(g_icebp, "", ".byte 0xf1", "");
GUEST(g_wbinvd, "", "wbinvd", "");
GUEST(g_rdtscp, "", "rdtscp", "");

static const struct {
	const char *name;
	unsigned code;
	const char *guest, *at, *end;
	bool returns; /* without the intercept it runs to the VMMCALL */
} instructions[] = {
#define CASE(name, code, returns)                                             \
	{                                                                     \
#name, code, g_##name, g_##name##_at, g_##name##_end, returns \
	}
	CASE(idtr_read, EXIT_IDTR_READ, true),
	CASE(gdtr_read, EXIT_GDTR_READ, true),
	CASE(ldtr_read, EXIT_LDTR_READ, true),
	CASE(tr_read, EXIT_TR_READ, true),
	CASE(idtr_write, EXIT_IDTR_WRITE, true),
	CASE(gdtr_write, EXIT_GDTR_WRITE, true),
	CASE(ldtr_write, EXIT_LDTR_WRITE, true),
	CASE(tr_write, EXIT_TR_WRITE, false),
	CASE(rdtsc, EXIT_RDTSC, true),
	CASE(rdpmc, EXIT_RDPMC, false),
	CASE(pushf, EXIT_PUSHF, true),
	CASE(popf, EXIT_POPF, true),
	CASE(cpuid, EXIT_CPUID, true),
	CASE(rsm, EXIT_RSM, false),
	CASE(iret, EXIT_IRET, false),
	CASE(swint, EXIT_SWINT, false),
	CASE(invd, EXIT_INVD, false),
	CASE(pause, EXIT_PAUSE, true),
	CASE(hlt, EXIT_HLT, false),
	CASE(invlpg, EXIT_INVLPG, true),
	CASE(invlpga, EXIT_INVLPGA, true),
	CASE(vmrun, EXIT_VMRUN, false),
	CASE(vmload, EXIT_VMLOAD, false),
	CASE(vmsave, EXIT_VMSAVE, false),
	CASE(stgi, EXIT_STGI, true),
	CASE(clgi, EXIT_CLGI, true),
	CASE(icebp, EXIT_ICEBP, false),
	CASE(wbinvd, EXIT_WBINVD, true),
};
enum { N_INSTRUCTIONS = sizeof instructions / sizeof instructions[0] };

static void of_instructions(void)
{
	for (unsigned i = 0; i < N_INSTRUCTIONS; i++) {
		guest_with(instructions[i].guest, instructions[i].code);
		exits(instructions[i].name, instructions[i].code, instructions[i].at);
		if (!instructions[i].returns) continue;
		guest(instructions[i].guest);
		exits(instructions[i].name, EXIT_VMMCALL, instructions[i].end);
	}
	if (!(cpuid_or_zero(0x80000001u, 0).edx >> 27 & 1)) {
		skip("rdtscp", "not in CPUID");
		return;
	}
	guest_with(g_rdtscp, EXIT_RDTSCP);
	exits("rdtscp", EXIT_RDTSCP, g_rdtscp_at);
}

/* --- control and debug registers */

GUEST(g_read_cr0, "", "mov %cr0, %rax", "");
GUEST(g_read_cr3, "", "mov %cr3, %rax", "");
GUEST(g_read_cr8, "", "mov %cr8, %rax", "");
GUEST(g_smsw, "", "smsw %eax", "");
GUEST(g_write_cr0, "mov %cr0, %rax", "mov %rax, %cr0", "");
GUEST(g_write_cr0_ts, "mov %cr0, %rax; xor $8, %rax", "mov %rax, %cr0", "");
GUEST(g_write_cr0_am, "mov %cr0, %rax; xor $0x40000, %rax", "mov %rax, %cr0", "");
GUEST(g_write_cr4, "mov %cr4, %rax", "mov %rax, %cr4", "");
GUEST(g_write_cr8, "xor %eax, %eax", "mov %rax, %cr8", "");
GUEST(g_lmsw, "smsw %eax", "lmsw %ax", "");
GUEST(g_clts, "", "clts", "");
GUEST(g_read_dr0, "", "mov %dr0, %rax", "");
GUEST(g_read_dr7, "", "mov %dr7, %rax", "");
GUEST(g_write_dr3, "xor %eax, %eax", "mov %rax, %dr3", "");
GUEST(g_write_dr7, "mov $0x400, %eax", "mov %rax, %dr7", "");

static const struct {
	const char *name;
	unsigned code;
	const char *guest, *at;
	bool debug;
} registers[] = {
#define REGISTER(name, code, debug)                         \
	{                                                   \
#name, code, g_##name, g_##name##_at, debug \
	}
	REGISTER(read_cr0, EXIT_CR_READ + 0, false),
	REGISTER(read_cr3, EXIT_CR_READ + 3, false),
	REGISTER(read_cr8, EXIT_CR_READ + 8, false),
	REGISTER(smsw, EXIT_CR_READ + 0, false),
	REGISTER(write_cr0, EXIT_CR_WRITE + 0, false),
	REGISTER(write_cr4, EXIT_CR_WRITE + 4, false),
	REGISTER(write_cr8, EXIT_CR_WRITE + 8, false),
	REGISTER(lmsw, EXIT_CR_WRITE + 0, false),
	REGISTER(clts, EXIT_CR_WRITE + 0, false),
	REGISTER(read_dr0, EXIT_DR_READ + 0, true),
	REGISTER(read_dr7, EXIT_DR_READ + 7, true),
	REGISTER(write_dr3, EXIT_DR_WRITE + 3, true),
	REGISTER(write_dr7, EXIT_DR_WRITE + 7, true),
};
enum { N_REGISTERS = sizeof registers / sizeof registers[0] };

static void of_registers(void)
{
	for (unsigned i = 0; i < N_REGISTERS; i++) {
		guest(registers[i].guest);
		if (registers[i].debug)
			vmcb.dr = 1u << (registers[i].code - EXIT_DR_READ);
		else
			vmcb.cr = 1u << registers[i].code;
		exits(registers[i].name, registers[i].code, registers[i].at);
	}
	guest_with(g_write_cr0, EXIT_CR0_SEL_WRITE);
	exits("selective: nothing changes", EXIT_VMMCALL, g_write_cr0_end);
	guest_with(g_write_cr0_ts, EXIT_CR0_SEL_WRITE);
	exits("selective: TS changes", EXIT_VMMCALL, g_write_cr0_ts_end);
	check("CR0 of the guest", vmcb.cr0, read_cr0() ^ CR0_TS);
	guest_with(g_write_cr0_am, EXIT_CR0_SEL_WRITE);
	exits("selective: AM changes", EXIT_CR0_SEL_WRITE, g_write_cr0_am_at);
	guest_with(g_lmsw, EXIT_CR0_SEL_WRITE);
	exits("selective: LMSW", EXIT_CR0_SEL_WRITE, g_lmsw_at);
	guest_with(g_clts, EXIT_CR0_SEL_WRITE);
	exits("selective: CLTS", EXIT_VMMCALL, g_clts_end);
	guest_with(g_write_cr0_am, EXIT_CR0_SEL_WRITE);
	vmcb.cr = 1u << EXIT_CR_WRITE;
	exits("the general intercept comes first", EXIT_CR_WRITE, g_write_cr0_am_at);
}

/* --- ports and MSRs */

GUEST(g_in, "mov $0x61, %edx", "in %dx, %al", "");
GUEST(g_in_imm, "", "in $0x61, %al", "");
GUEST(g_out_word, "mov $0x80, %edx; xor %eax, %eax", "out %ax, %dx", "");
GUEST(g_outs, "mov $0x80, %edx; mov $1, %ecx; mov %rsp, %rsi", "rep outsb", "");
GUEST(g_rdmsr, "mov $0x10, %ecx", "rdmsr", "");
GUEST(g_wrmsr, "mov $0xc0000081, %ecx; rdmsr", "wrmsr", "");
GUEST(g_rdmsr_far, "mov $0x20000, %ecx", "rdmsr", "");

static void of_ports(void)
{
	enum { IN = 1, STRING = 4, REPEATED = 8, BYTE = 0x10, WORD = 0x20, ADDRESS64 = 0x200 };

	guest_with(g_in, EXIT_IOIO);
	exits("IN: the port is not in the map", EXIT_VMMCALL, g_in_end);
	guest_with(g_in, EXIT_IOIO);
	iopm[0x61 / 8] |= 1 << 0x61 % 8;
	exits("IN", EXIT_IOIO, g_in_at);
	check("IN: EXITINFO1", vmcb.info1, 0x61u << 16 | ADDRESS64 | BYTE | IN);
	check("IN: EXITINFO2", vmcb.info2, (uintptr_t)g_in_end);
	guest_with(g_in_imm, EXIT_IOIO);
	iopm[0x61 / 8] |= 1 << 0x61 % 8;
	exits("IN, immediate", EXIT_IOIO, g_in_imm_at);
	guest_with(g_out_word, EXIT_IOIO);
	iopm[0x81 / 8] |= 1 << 0x81 % 8;
	exits("OUT of a word: its second port", EXIT_IOIO, g_out_word_at);
	check("OUT: EXITINFO1", vmcb.info1, 0x80u << 16 | ADDRESS64 | WORD);
	guest_with(g_outs, EXIT_IOIO);
	iopm[0x80 / 8] |= 1;
	exits("OUTS", EXIT_IOIO, g_outs_at);
	check("OUTS: EXITINFO1", vmcb.info1 & ~0xfc00ull,
	      0x80u << 16 | ADDRESS64 | BYTE | REPEATED | STRING);
}

static void of_msrs(void)
{
	guest_with(g_rdmsr, EXIT_MSR);
	exits("RDMSR: not in the map", EXIT_VMMCALL, g_rdmsr_end);
	guest_with(g_rdmsr, EXIT_MSR);
	msrpm[0x10 / 4] |= 2; /* writes only */
	exits("RDMSR: only writes are in the map", EXIT_VMMCALL, g_rdmsr_end);
	guest_with(g_rdmsr, EXIT_MSR);
	msrpm[0x10 / 4] |= 1;
	exits("RDMSR", EXIT_MSR, g_rdmsr_at);
	check("RDMSR: EXITINFO1", vmcb.info1, 0);
	guest_with(g_wrmsr, EXIT_MSR);
	msrpm[0x800 + 0x81 / 4] |= 2 << 0x81 % 4 * 2;
	exits("WRMSR", EXIT_MSR, g_wrmsr_at);
	check("WRMSR: EXITINFO1", vmcb.info1, 1);
	guest_with(g_rdmsr_far, EXIT_MSR);
	exits("an MSR outside the map", EXIT_MSR, g_rdmsr_far_at);
}

static void tsc(void)
{
	uint64_t before;

	guest(g_rdtsc);
	vmcb.tsc_offset = 1ull << 40;
	before = rdtsc();
	run();
	check_range("TSC_OFFSET", (vmcb.rax & 0xffffffff) - (uint32_t)before, 0, 1000000);
	guest(g_rdmsr);
	vmcb.tsc_offset = 0x40000000;
	before = rdtsc();
	run();
	check_range("TSC_OFFSET by RDMSR", (uint32_t)vmcb.rax - (uint32_t)before, 0x40000000,
		    0x40100000);
}

void kernel_main(void)
{
	if (cpuid_or_zero(0x80000001u, 0).ecx >> 2 & 1) disabled();
	if (!svm_start()) return;
	refused();
	state();
	load_and_save();
	of_instructions();
	of_registers();
	of_ports();
	of_msrs();
	tsc();
}
