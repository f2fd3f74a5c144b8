/* SPDX-License-Identifier: MIT */
/* SYSENTER and SYSEXIT in protected mode. */
#include "k.h"

enum { INSIDE = 0x83 };
#define frame (trap_last.frame)

UFRAG(u_sysenter, "", "sysenter", "");
UFRAG(u_sysexit, "", "sysexit", "");
UFRAG(u_back, "", "int $0x80", "");
FRAG(entry, "", "int $0x83", "");
FRAG(sysexit, "mov $u_back, %edx; mov $stack_user + 4096, %ecx", "sysexit", "");

void kernel_main(void)
{
	const uintptr_t flags = FLAG_FIXED | FLAG_CF | FLAG_IF | FLAG_DF | FLAG_IOPL;

	if (!(cpuid(1, 0).edx >> 11 & 1)) {
		skip("SYSENTER", "not in CPUID");
		report(true, "nothing to test");
		return;
	}
	wrmsr(MSR_SYSENTER_CS, 0);
	wrmsr(MSR_SYSENTER_ESP, top_of(stack_ring0));
	wrmsr(MSR_SYSENTER_EIP, (uintptr_t)entry);
	expect_user("#GP SYSENTER with a null CS", u_sysenter, 0, FAULT(u_sysenter, GP, 0));
	expect("#GP SYSEXIT with a null CS", sysexit, 0, FAULT(sysexit, GP, 0));
	wrmsr(MSR_SYSENTER_CS, SEL_KCODE);
	check("SYSENTER_CS reads back", rdmsr(MSR_SYSENTER_CS), SEL_KCODE);
	check("SYSENTER_ESP reads back", rdmsr(MSR_SYSENTER_ESP), top_of(stack_ring0));
	check("SYSENTER_EIP reads back", rdmsr(MSR_SYSENTER_EIP), (uintptr_t)entry);

	user_flags = flags;
	expect_user("SYSENTER", u_sysenter, 0, TRAPS(entry, INSIDE));
	check("CS", frame.cs & 0xffff, SEL_KCODE);
	check("SS", trap_last.ss, SEL_KDATA);
	check("ESP", trap_last.at + 12, top_of(stack_ring0));
	check("IF is cleared, no other flag", frame.flags, flags & ~(uintptr_t)FLAG_IF);
	user_flags = FLAG_FIXED;

	report(try_call(sysexit, 0), "SYSEXIT");
	check("EIP is EDX", frame.ip, (uintptr_t)u_back_end);
	check("ESP is ECX", frame.sp, (uintptr_t)stack_user + 4096);
	check("CS of ring 3", frame.cs & 0xffff, SEL_UCODE32 | 3);
	check("SS of ring 3", frame.ss & 0xffff, SEL_UDATA | 3);
	expect_user("#GP SYSEXIT in ring 3", u_sysexit, 0, FAULT(u_sysexit, GP, 0));
}
