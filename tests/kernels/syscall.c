/* SPDX-License-Identifier: MIT */
/* SYSCALL and SYSRET, SWAPGS and the bases of FS and GS, SYSENTER in long mode. */
#include "k.h"

enum { INSIDE = 0x83 };
#define frame (trap_last.frame)

UFRAG(u_syscall, "", "syscall", "");
UFRAG(u_sysret, "", "sysretq", "");
UFRAG(u_sysenter, "", "sysenter", "");
UFRAG(u_syscall_compat, ".code32", "syscall", ".code64");
FRAG(k_syscall, "", "syscall", "");
/* Where SYSCALL goes: INT (in ring 0, on the caller's stack) shows all registers. */
FRAG(entry, "", "int $0x83", "");
FRAG(compat_entry, "", "int $0x83", "");
UFRAG(u_back, "", "int $0x80", "");
FRAG(sysret64, "mov $u_back, %ecx; mov %rdi, %r11", "sysretq", "");
FRAG(sysret32, "mov $u_back, %ecx; mov %rdi, %r11", "sysretl", "");
FRAG(sysret_hole, "movabs $0x800000000000, %rcx; mov %rdi, %r11", "sysretq", "");
FRAG(sysexit64, "mov $u_back, %edx; mov $stack_user + 4096, %ecx", "rex.w sysexit", "");
FRAG(sysexit_hole, "movabs $0x800000000000, %rdx; mov $stack_user + 4096, %ecx", "rex.w sysexit",
     "");
FRAG(far_jump, "", ".byte 0x48, 0xff, 0x2f", ""); /* REX.W JMP far (RDI) */
FRAG(swap, "", "swapgs", "");
FRAG(gs_read, "", "mov %gs:8, %rax", "");
FRAG(fs_read, "", "mov %fs:8, %rax", "");
FRAG(fs_load, "mov %edi, %eax", "mov %eax, %fs", "");
UFRAG(u_gs_read, "", "mov %gs:8, %rax", "");

/* SYSRET adds 16 and 8 for its 64-bit code and its stack. */
#define STAR_VALUE ((uint64_t)SEL_UCODE32 << 48 | (uint64_t)SEL_KCODE << 32)

static void enable(void)
{
	wrmsr(MSR_STAR, STAR_VALUE);
	wrmsr(MSR_LSTAR, (uintptr_t)entry);
	wrmsr(MSR_CSTAR, (uintptr_t)compat_entry);
	wrmsr(MSR_FMASK, 0);
	expect_user("#UD SYSCALL without EFER.SCE", u_syscall, 0, FAULT(u_syscall, UD, 0));
	expect("#UD SYSRET without EFER.SCE", sysret64, FLAG_FIXED, FAULT(sysret64, UD, 0));
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
}

static void calls(void)
{
	const uintptr_t masked = FLAG_TF | FLAG_IF | FLAG_DF | FLAG_IOPL | FLAG_NT | FLAG_AC;
	const uintptr_t set = FLAG_FIXED | FLAG_CF | FLAG_ZF | FLAG_OF | FLAG_DF | FLAG_IF |
			      FLAG_AC | FLAG_IOPL | FLAG_NT;

	expect_user("SYSCALL", u_syscall, 0, TRAPS(entry, INSIDE));
	check("RCX is the return address", frame.cx, (uintptr_t)u_syscall_end);
	check("R11 is RFLAGS", frame.r11, FLAG_FIXED);
	check("CS of STAR", frame.cs, SEL_KCODE);
	check("SS of STAR", frame.ss, SEL_KDATA);
	check("RSP is the user's", frame.sp, top_of(stack_user) - 8);
	user_flags = set;
	expect_user("SYSCALL with flags, no mask", u_syscall, 0, TRAPS(entry, INSIDE));
	check("R11 is all of RFLAGS", frame.r11, set);
	check("no flag is cleared", frame.flags, set);
	wrmsr(MSR_FMASK, masked);
	expect_user("SYSCALL with flags and a mask", u_syscall, 0, TRAPS(entry, INSIDE));
	check("R11 is RFLAGS before the mask", frame.r11, set);
	check("the mask's flags are cleared", frame.flags, set & ~masked);
	user_flags = FLAG_FIXED;
	wrmsr(MSR_STAR, STAR_VALUE | 3ull << 32);
	expect_user("SYSCALL with RPL 3 in STAR", u_syscall, 0, TRAPS(entry, INSIDE));
	check("CS has RPL 0", frame.cs, SEL_KCODE);
	wrmsr(MSR_STAR, STAR_VALUE);
	expect("SYSCALL from ring 0", k_syscall, 0, TRAPS(entry, INSIDE));
	check("RCX is its return address", frame.cx, (uintptr_t)k_syscall_end);
}

static void returns(void)
{
	const uintptr_t keep = FLAG_FIXED | FLAG_CF | FLAG_DF | FLAG_IF | FLAG_ID;

	report(try_call(sysret64, keep | FLAG_RF), "SYSRET to 64 bits");
	check("it got there", frame.ip, (uintptr_t)u_back_end);
	check("its CS", frame.cs, SEL_UCODE64 | 3);
	check("its SS", frame.ss, SEL_UDATA | 3);
	check("RFLAGS come from R11, without RF", frame.flags, keep);
	report(try_call(sysret64, FLAG_CF), "SYSRET with bit 1 of R11 clear");
	check("bit 1 of RFLAGS is set all the same", frame.flags, FLAG_FIXED | FLAG_CF);
	report(try_call(sysret32, keep), "SYSRET to 32 bits");
	check("it got there, too", frame.ip, (uintptr_t)u_back_end);
	check("its 32-bit CS", frame.cs, SEL_UCODE32 | 3);
	check("its 32-bit SS", frame.ss, SEL_UDATA | 3);
	wrmsr(MSR_STAR, STAR_VALUE | 3ull << 48);
	report(try_call(sysret64, FLAG_FIXED), "SYSRET with RPL 3 in STAR");
	check("the same CS", frame.cs, SEL_UCODE64 | 3);
	check("the same SS", frame.ss, SEL_UDATA | 3);
	wrmsr(MSR_STAR, STAR_VALUE);
	expect_user("#GP SYSRET in ring 3", u_sysret, 0, FAULT(u_sysret, GP, 0));
}

#define HOLE 0x0000800000000000ull /* the first address that is not canonical */

/* AMD's CPU goes to the address and faults there; Intel's faults in ring 0. */
static void returns_nowhere(void)
{
	struct want at_target = { .vector = GP, .ip = HOLE };

	expect("#GP SYSRET to a non-canonical RIP", sysret_hole, FLAG_FIXED,
	       cpu_is_amd() ? at_target : FAULT(sysret_hole, GP, 0));
	check("of that ring", frame.cs & 3, cpu_is_amd() ? 3 : 0);
}

static void sysexits(void)
{
	if (cpu_is_amd()) {
		expect("SYSEXIT in long mode: #UD on AMD", sysexit64, 0, FAULT(sysexit64, UD, 0));
		return;
	}
	report(try_call(sysexit64, 0), "SYSEXIT to 64 bits");
	check("RIP is RDX", frame.ip, (uintptr_t)u_back_end);
	check("RSP is RCX", frame.sp, (uintptr_t)stack_user + 4096);
	check("its CS is SYSENTER_CS + 32", frame.cs, (SEL_KCODE + 32) | 3);
	check("its SS is SYSENTER_CS + 40", frame.ss, (SEL_KCODE + 40) | 3);
	expect("#GP SYSEXIT to a non-canonical RIP", sysexit_hole, 0, FAULT(sysexit_hole, GP, 0));
}

static void other_modes(void)
{
	struct want want =
		cpu_is_amd() ? TRAPS(compat_entry, INSIDE) : FAULT(u_syscall_compat, UD, 0);

	user_cs = SEL_UCODE32 | 3;
	expect_user("SYSCALL in compatibility mode: CSTAR on AMD, #UD on Intel", u_syscall_compat,
		    0, want);
	user_cs = SEL_UCODE | 3;
	wrmsr(MSR_SYSENTER_CS, SEL_KCODE);
	wrmsr(MSR_SYSENTER_ESP, top_of(stack_ist[0]));
	wrmsr(MSR_SYSENTER_EIP, (uintptr_t)entry);
	if (cpu_is_amd()) {
		expect_user("SYSENTER in long mode: #UD on AMD", u_sysenter, 0,
			    FAULT(u_sysenter, UD, 0));
		return;
	}
	expect_user("SYSENTER in long mode", u_sysenter, 0, TRAPS(entry, INSIDE));
	check("its CS in ring 0", frame.cs, SEL_KCODE);
	check("its SS in ring 0", frame.ss, SEL_KDATA);
	check("its RSP", frame.sp, top_of(stack_ist[0]));
}

static uint64_t block_a[2] = { 0, 0xaaaa };
static uint64_t block_b[2] = { 0, 0xbbbb };
USER_DATA static uint64_t block_user[2] = { 0, 0xcccc };

static void bases(void)
{
	wrmsr(MSR_FS_BASE, (uintptr_t)block_a);
	expect("FS by its MSR", fs_read, 0, RETURNS);
	check("what it points to", frag_ax, 0xaaaa);
	wrmsr(MSR_GS_BASE, (uintptr_t)block_a);
	wrmsr(MSR_KERNEL_GS_BASE, (uintptr_t)block_b);
	expect("GS by its MSR", gs_read, 0, RETURNS);
	check("what it points to, before SWAPGS", frag_ax, 0xaaaa);
	expect("SWAPGS", swap, 0, RETURNS);
	check("GS base after SWAPGS", rdmsr(MSR_GS_BASE), (uintptr_t)block_b);
	check("kernel GS base after SWAPGS", rdmsr(MSR_KERNEL_GS_BASE), (uintptr_t)block_a);
	expect("GS after SWAPGS", gs_read, 0, RETURNS);
	check("what it points to, after SWAPGS", frag_ax, 0xbbbb);
	wrmsr(MSR_GS_BASE, (uintptr_t)block_user);
	user_call(u_gs_read, 0);
	check("the user sees the GS base", frame.ax, 0xcccc);
	expect("FS loaded with a selector", fs_load, SEL_KDATA, RETURNS);
	check("takes the descriptor's base", rdmsr(MSR_FS_BASE), 0);
	wrmsr(MSR_FS_BASE, (uintptr_t)block_a);
	expect("FS loaded with null", fs_load, 0, RETURNS);
	check("a null segment's base", rdmsr(MSR_FS_BASE), cpu_is_amd() ? (uintptr_t)block_a : 0);
	wrmsr(MSR_FS_BASE, 0xffff800000000000);
	check("FS base keeps 64 bits", rdmsr(MSR_FS_BASE), 0xffff800000000000);
}

FRAG(far_load, "", ".byte 0x48, 0x0f, 0xb4, 0x07", "");    /* REX.W LFS RAX, (RDI) */
FRAG(far_load_gs, "", ".byte 0x4c, 0x0f, 0xb5, 0x1f", ""); /* REX.WR LGS R11, (RDI) */

static void far_loads(void)
{
	static struct __attribute__((packed)) {
		uint32_t offset;
		uint16_t selector, more, selector64;
	} pointer = { 0x89abcdef, SEL_KDATA, 0x1234, SEL_UDATA };
	uint16_t fs;

	expect("LFS with REX.W", far_load, (uintptr_t)&pointer, RETURNS);
	__asm__ volatile("mov %%fs, %0" : "=r"(fs));
	check("the far pointer's selector", fs, cpu_is_amd() ? SEL_KDATA : SEL_UDATA);
	check("the far pointer's offset", frag_ax,
	      cpu_is_amd() ? 0x89abcdef : 0x1234000089abcdef | (uint64_t)SEL_KDATA << 32);
	pointer.selector = pointer.selector64 = 0x7ff8;
	expect("#GP LGS of no descriptor", far_load_gs, (uintptr_t)&pointer,
	       FAULT(far_load_gs, GP, 0x7ff8));
	expect("#GP LFS of no address", far_load, HOLE, FAULT(far_load, GP, 0));
}

/* A far pointer has an offset of 64 bits to Intel, of 32 to AMD, which finds a null selector. */
static void far_pointers(void)
{
	static struct __attribute__((packed)) {
		uint64_t offset;
		uint16_t selector;
	} pointer = { 0, SEL_KCODE };

	pointer.offset = (uintptr_t)far_jump_end;
	expect("far JMP with REX.W", far_jump, (uintptr_t)&pointer,
	       cpu_is_amd() ? FAULT(far_jump, GP, 0) : RETURNS);
}

void kernel_main(void)
{
	far_loads();
	far_pointers();
	enable();
	calls();
	returns();
	returns_nowhere();
	other_modes();
	sysexits();
	bases();
}
