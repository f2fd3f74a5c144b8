/* SPDX-License-Identifier: MIT */
/* Far transfers of 32-bit protected mode: gates and their parameters, conforming code, limits, the
 * size of the stack, the flags that IRET may change (SDM Vol. 2A, CALL, IRET, JMP; Vol. 2B, RET).
 */
#include "far.h"

enum {
	SEL_GATE = SEL_FREE,
	SEL_TEST = SEL_FREE + 0x08, /* segments that tests change */
	SEL_STACK = SEL_FREE + 0x10,
	SEL_CONFORMING = SEL_FREE + 0x18,
	SEL_STACK16 = SEL_FREE + 0x20,
	SEL_BEYOND = GDT_ENTRIES * 8 + 8,
	ACCESSED = 1,
	SMALL = 0xff /* a limit */
};
#define frame (trap_last.frame)

FRAG(call_near_limit, "mov $0x58, %eax", "ljmp $0x58, $0x100", "");
FRAG(lret_16bit_stack,
     "mov %esp, %ebp; mov $0x70, %eax; mov %eax, %ss; mov $0xabcd2000, %esp; pushl $0x08;"
     "pushl $1f",
     "lretl", "1: mov %esp, %eax; mov $0x10, %ecx; mov %ecx, %ss; mov %ebp, %esp");
FRAG(iret16, "pushf; orl $0x200000, (%esp); popf; pushw $0x0a97; pushw $0x08; pushw $0x8200",
     "iretw", "");
FRAG(int_beyond, "", "int $0x90", "");
FRAG(load_ss, "mov %edi, %eax", "mov %eax, %ss", "");
FRAG(gate_return, "mov 8(%esp), %eax; mov 12(%esp), %ecx", "lretl $8", "");
FRAG(gate_return16, "movzwl 4(%esp), %eax; movzwl 6(%esp), %ecx", "lretw $4", "");
UFRAG(u_gate_parameters, "pushl $0x22222222; pushl $0x11111111", "lcall $0x53, $0", "int $0x80");
UFRAG(u_gate16_parameters, "pushw $0x2222; pushw $0x1111", "lcall $0x53, $0", "int $0x80");
UFRAG(u_conforming, "", "lcall $0x68, $0x8100", "int $0x80");
UFRAG(u_iret_same, "pushl %edi; pushl %cs; pushl $1f", "iretl", "1: pushf; pop %eax; int $0x80");
UFRAG(u_load_ss, "mov %edi, %eax", "mov %eax, %ss", "");

static void limits(void)
{
	const uintptr_t ip = (uintptr_t)arrive;

	gdt[SEL_TEST / 8] = segment(0, SMALL, 0x9a, SEG_D);
	expect("#GP JMP beyond CS's limit", call_near_limit, 0, FAULT(call_near_limit, GP, 0));
	go_to((uint32_t)ip, SEL_TEST);
	expect("#GP CALL beyond CS's limit", call_to, 0, FAULT(call_to, GP, 0));
	return_frame(ip, SEL_TEST, 0, 0);
	expect("#GP RETF beyond CS's limit", lret_to, 0, FAULT(lret_to, GP, 0));
	gate_set(0x90, ip, SEL_TEST, GATE_INTERRUPT, 0, 0);
	expect("#GP a handler beyond CS's limit", int_beyond, 0, FAULT(int_beyond, GP, 0));
	gate_default(0x90, 0, 0);
	expect("#GP IRET beyond CS's limit", iret_to, 0,
	       (struct want){ .vector = GP, .ip = (uintptr_t)iret_to_at });
}

/* In the same ring, SS and SP are not used. */
static void return_same(void)
{
	const uintptr_t ip = (uintptr_t)arrive;

	return_frame(ip, SEL_KCODE, 0, 0);
	expect("RETF in ring 0", lret_to, 0, ARRIVES);
	return_frame(ip, 0, 0, 0);
	expect("#GP RETF to null", lret_to, 0, FAULT(lret_to, GP, 0));
	expect("#GP IRET to null", iret_to, 0, FAULT(iret_to, GP, 0));
	return_frame(ip, SEL_BEYOND, 0, 0);
	expect("#GP RETF beyond the GDT", lret_to, 0, FAULT(lret_to, GP, SEL_BEYOND));
	return_frame(ip, SEL_TSS, 0, 0);
	expect("#GP IRET to a TSS", iret_to, 0, FAULT(iret_to, GP, SEL_TSS));
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x1a, SEG_G | SEG_D);
	return_frame(ip, SEL_TEST, 0, 0);
	expect("#NP RETF", lret_to, 0, FAULT(lret_to, NP, SEL_TEST));
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x9a, SEG_G | SEG_D);
	expect("IRET to another code segment", iret_to, 0, ARRIVES);
	check("marks it accessed", gdt[SEL_TEST / 8] >> 40 & ACCESSED, ACCESSED);
	gdt[SEL_STACK16 / 8] = segment(0, 0xffff, 0x92, 0);
	expect("RETF on a 16-bit stack", lret_16bit_stack, 0, RETURNS);
	check("keeps ESP's upper half", frag_ax, 0xabcd2000);
	memcpy((void *)0x8200, "\xcd\x82", 2); /* INT 0x82 */
	expect("IRET of 16 bits", iret16, 0, (struct want){ .vector = ARRIVED, .ip = 0x8202 });
	check("loads the lower flags", frame.flags & 0xffff, 0x0a97);
	check("keeps the upper", frame.flags & FLAG_ID, FLAG_ID);
}

static void return_outer(void)
{
	const uintptr_t ip = (uintptr_t)u_arrive, sp = top_of(stack_user);

	return_frame(ip, SEL_UCODE | 3, sp, SEL_UDATA | 3);
	report(try_call(lret_to, 0), "RETF to ring 3");
	check("its CS", frame.cs & 0xffff, SEL_UCODE | 3);
	check("its ESP", frame.sp, sp);
	check("its SS", frame.ss & 0xffff, SEL_UDATA | 3);
	check("DS of ring 0 is null there", frame.ds & 0xffff, 0);
	return_frame(ip, SEL_UCODE | 3, sp, 0);
	expect("#GP RETF to ring 3, SS null", lret_to, 0, FAULT(lret_to, GP, 0));
	expect("#GP IRET to ring 3, SS null", iret_to, 0, FAULT(iret_to, GP, 0));
	return_frame(ip, SEL_UCODE | 3, sp, SEL_UDATA);
	expect("#GP RETF to ring 3, SS's RPL 0", lret_to, 0, FAULT(lret_to, GP, SEL_UDATA));
	return_frame(ip, SEL_UCODE | 3, sp, SEL_KDATA | 3);
	expect("#GP IRET to ring 3, SS's DPL 0", iret_to, 0, FAULT(iret_to, GP, SEL_KDATA));
	gdt[SEL_STACK / 8] = segment(0, 0xfffff, 0x72, SEG_G | SEG_D);
	return_frame(ip, SEL_UCODE | 3, sp, SEL_STACK | 3);
	expect("#SS RETF to ring 3, SS not present", lret_to, 0, FAULT(lret_to, SS, SEL_STACK));
	expect("#SS IRET to ring 3, SS not present", iret_to, 0, FAULT(iret_to, SS, SEL_STACK));
	gdt[SEL_STACK / 8] = segment(0, 0xfffff, 0xfa, SEG_G | SEG_D);
	expect("#GP IRET to ring 3, SS of code", iret_to, 0, FAULT(iret_to, GP, SEL_STACK));
}

static void set_gate(uintptr_t target, uint16_t selector, uint8_t access, unsigned parameters)
{
	gdt[SEL_GATE / 8] = (uint64_t)(target >> 16 & 0xffff) << 48 | (uint64_t)access << 40 |
			    (uint64_t)parameters << 32 | (uint64_t)selector << 16 |
			    (target & 0xffff);
}

static void call_gates(void)
{
	enum { GATE32 = 0x8c, GATE16 = 0x84, USER = 0x60 };
	const uintptr_t target = (uintptr_t)arrive;

	set_gate((uintptr_t)gate_return, SEL_KCODE, GATE32 | USER, 2);
	expect_user("a call gate with parameters", u_gate_parameters, 0, RETURNS);
	check("the first of them", frame.ax, 0x11111111);
	check("the second", frame.cx, 0x22222222);
	check("both stacks are relieved of them", frame.sp, top_of(stack_user) - sizeof(uint32_t));

	/* 16 bits of the target's offset: code below 64 KiB. */
	memcpy((void *)0x8300, gate_return16, 32);
	set_gate(0x8300, SEL_KCODE, GATE16 | USER, 2);
	*(uint32_t *)(void *)(task_state + 4) = top_of(stack_ring0);
	user_call(u_gate16_parameters, 0);
	/* A 16-bit return truncates EIP of ring 3, so that it ends somewhere below 64 KiB. */
	check("a 16-bit gate: the first parameter", frame.ax & 0xffff, 0x1111);
	check("and the second", frame.cx & 0xffff, 0x2222);

	set_gate(target, SEL_KCODE, GATE32, 0);
	go_to(0, SEL_GATE);
	expect("a call gate in ring 0", call_to, 0, ARRIVES);
	expect("JMP by a call gate", jump_to, 0, ARRIVES);
	go_to(0, SEL_GATE | 3);
	expect("#GP call gate, RPL beyond its DPL", call_to, 0, FAULT(call_to, GP, SEL_GATE));
	go_to(0, SEL_GATE);
	set_gate(target, SEL_KCODE, GATE32 & 0x7f, 0);
	expect("#NP call gate", call_to, 0, FAULT(call_to, NP, SEL_GATE));
	set_gate(target, 0, GATE32, 0);
	expect("#GP call gate to null", call_to, 0, FAULT(call_to, GP, 0));
	set_gate(target, SEL_KDATA, GATE32, 0);
	expect("#GP call gate to data", call_to, 0, FAULT(call_to, GP, SEL_KDATA));
	set_gate(target, SEL_UCODE, GATE32, 0);
	expect("#GP call gate to code of an outer ring", call_to, 0, FAULT(call_to, GP, SEL_UCODE));
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x1a, SEG_G | SEG_D);
	set_gate(target, SEL_TEST, GATE32, 0);
	expect("#NP call gate to absent code", call_to, 0, FAULT(call_to, NP, SEL_TEST));
	gdt[SEL_TEST / 8] = segment(0, SMALL, 0x9a, SEG_D);
	expect("#GP call gate beyond CS's limit", call_to, 0, FAULT(call_to, GP, 0));
	set_gate(target, SEL_KCODE, GATE32 | USER, 0);
	expect_user("#GP JMP by a call gate to ring 0", u_jump_to, 0,
		    FAULT(u_jump_to, GP, SEL_KCODE));
	expect_user("CALL by it", u_call_to, 0, ARRIVES);
	go_to(0, SEL_TSS + 0x100);
	expect("#GP CALL beyond the GDT", call_to, 0, FAULT(call_to, GP, SEL_TSS + 0x100));
	go_to(0, 3);
	expect("#GP CALL to null", call_to, 0, FAULT(call_to, GP, 0));
}

/* Conforming code runs in the caller's ring. */
static void conforming(void)
{
	static const uint8_t code[] = { 0x8c, 0xc8, 0xcb }; /* MOV EAX, CS; RETF */

	memcpy((void *)0x8100, code, sizeof code);
	gdt[SEL_CONFORMING / 8] = segment(0, 0xfffff, 0x9e, SEG_G | SEG_D);
	expect_user("CALL to conforming code from ring 3", u_conforming, 0, RETURNS);
	check("RPL is the caller's ring", frame.ax & 0xffff, SEL_CONFORMING | 3);
	gdt[SEL_CONFORMING / 8] = segment(0, 0xfffff, 0xfe, SEG_G | SEG_D);
	go_to(0x8100, SEL_CONFORMING);
	expect("#GP CALL to conforming code of an outer ring", call_to, 0,
	       FAULT(call_to, GP, SEL_CONFORMING));
}

static void flags(void)
{
	const uintptr_t all = FLAG_FIXED | FLAG_IF | FLAG_IOPL | FLAG_CF;

	expect_user("IRET in ring 3 with IOPL 0", u_iret_same, all, RETURNS);
	check("changes neither IF nor IOPL", frame.ax & all, FLAG_FIXED | FLAG_CF);
	user_flags = FLAG_FIXED | FLAG_IOPL;
	expect_user("IRET in ring 3 with IOPL 3", u_iret_same, FLAG_FIXED | FLAG_IF, RETURNS);
	check("changes IF, not IOPL", frame.ax & all, FLAG_FIXED | FLAG_IF | FLAG_IOPL);
	user_flags = FLAG_FIXED;

	const uintptr_t virtual = 1 << 19 | 1 << 20; /* VIF, VIP */
	return_frame((uintptr_t)arrive, SEL_KCODE, 0, 0);
	ret_flags = all | virtual | FLAG_AC | FLAG_ID | FLAG_NT;
	expect("IRET in ring 0", iret_to, 0, ARRIVES);
	check("takes IF, IOPL, NT, AC and ID", frame.flags & ~virtual, ret_flags & ~virtual);
	check("and VIF and VIP", frame.flags & virtual, virtual);
	return_frame((uintptr_t)u_arrive, SEL_UCODE | 3, top_of(stack_user), SEL_UDATA | 3);
	ret_flags = all;
	report(try_call(iret_to, 0), "IRET to ring 3");
	check("by the flags' rules of ring 0", frame.flags, all);
}

static void stack_segment(void)
{
	expect("#GP SS null", load_ss, 0, FAULT(load_ss, GP, 0));
	expect("#GP SS null with RPL 3", load_ss, 3, FAULT(load_ss, GP, 0));
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x12, SEG_G | SEG_D);
	expect("#SS SS not present", load_ss, SEL_TEST, FAULT(load_ss, SS, SEL_TEST));
	expect_user("#GP SS null in ring 3", u_load_ss, 3, FAULT(u_load_ss, GP, 0));
}

void kernel_main(void)
{
	limits();
	return_same();
	return_outer();
	call_gates();
	conforming();
	flags();
	stack_segment();
}
