/* SPDX-License-Identifier: MIT */
/* Far transfers of long mode: operand sizes and the stack, null stack segments, 64-bit call gates,
 * compatibility mode, what is not canonical (SDM Vol. 2A, CALL, IRET, JMP; Vol. 2B, RET). */
#include "far.h"

enum {
	SEL_GATE = SEL_FREE,        /* two slots */
	SEL_TEST = SEL_FREE + 0x10, /* a segment that tests spoil */
	SEL_LAST = (GDT_ENTRIES - 1) * 8,
	SEL_BEYOND = GDT_ENTRIES * 8 + 8,
	ACCESSED = 1,
	ERR_USER_PRESENT = 5
};
#define frame (trap_last.frame)
#define HIGH  0xffff800000000000ull /* the first 4 GiB once more */
#define HOLE  0x800000000000ull
extern uint64_t page_pml4[512];

/* 32-bit operands, with the stack in the higher half. */
#define GO_HIGH "mov $0xffff800000000000, %rax; mov $stack_ring0 + 4096, %esp; or %rax, %rsp;"
FRAG(lret32_high, GO_HIGH "sub $8, %rsp; movl $arrive, (%rsp); movl $0x8, 4(%rsp)", "lretl", "");
FRAG(iret32_high,
     GO_HIGH "sub $20, %rsp; movl $arrive, (%rsp);"
	     "movl $0x8, 4(%rsp); movl $2, 8(%rsp); movl $stack_ring0 + 256, 12(%rsp); movl $0x10, "
	     "16(%rsp)",
     "iretl", "");
FRAG(call32_high, GO_HIGH, "lcall *far_operand", "");
FRAG(lret_hole, "mov $0x800000000000, %rax; mov %rax, %rsp", "lretq", "");
FRAG(iret_hole, "mov $0x800000000000, %rax; mov %rax, %rsp", "iretq", "");
FRAG(call_hole, "mov $0x800000001000, %rax; mov %rax, %rsp", "lcall *far_operand", "");
FRAG(call_on_stack, "mov %rdi, %rsp", "lcall *far_operand", "");
FRAG(load_ss, "mov %edi, %eax", "mov %eax, %ss", "mov %ss, %eax");
FRAG(ret_immediate, PUSH_ "$0x1234;" PUSH_ "$0x8;" PUSH_ "$1f", "lretq $8", "1:");
UFRAG(u_iret_kernel_stack, "mov %rdi, %rsp", "iretq", "");
UFRAG(u_lret_kernel_stack, "mov %rdi, %rsp", "lretq", "");
UFRAG(u_call_kernel_stack, "mov %rdi, %rsp", "lcall *far_operand", "");
UFRAG(u_read_fs, "mov %fs, %eax; mov %gs, %ecx; mov %fs:0, %edx; mov %ds, %ebx", "int $0x80", "");
FRAG(enter_with_fs,
     "mov $0x10, %eax; mov %eax, %fs; mov $3, %eax; mov %eax, %gs; mov $0x10, %eax; mov %eax, %ds;"
     "mov $0xc0000100, %ecx; mov $fs_area, %eax; xor %edx, %edx; wrmsr;"
     "pushq $0x23; pushq $stack_user + 4096; pushq $2; pushq $0x2b; pushq $u_read_fs",
     "iretq", "");
USER_DATA uint32_t fs_area = 0x600d600d;

static void operand_sizes(void)
{
	page_pml4[256] = page_pml4[0];
	flush_tlb();
	expect("RETF of 32 bits pops by all of RSP", lret32_high, 0, ARRIVES);
	check("RSP keeps its upper half", frame.sp >> 32, HIGH >> 32);
	expect("IRETD pops by all of RSP", iret32_high, 0, ARRIVES);
	check("and loads a new RSP", frame.sp, (uintptr_t)stack_ring0 + 256);
	go_to((uint32_t)(uintptr_t)arrive, SEL_KCODE);
	expect("CALL m16:32 pushes by all of RSP", call32_high, 0, ARRIVES);
	check("RSP keeps its upper half too", frame.sp >> 32, HIGH >> 32);
	const volatile uint32_t *top = (const volatile uint32_t *)frame.sp;
	check("a return address of 32 bits", top[0], (uintptr_t)call32_high_end);
	check("CS behind it", top[1], SEL_KCODE);
	page_pml4[256] = 0;
	flush_tlb();
	expect("RETF releases its parameters", ret_immediate, 0, RETURNS);
}

static void canonical(void)
{
	gate_default(SS, 0, 1);
	gate_default(GP, 0, 1);
	expect("#SS RETF, stack not canonical", lret_hole, 0, FAULT(lret_hole, SS, 0));
	expect("#SS IRET, stack not canonical", iret_hole, 0, FAULT(iret_hole, SS, 0));
	go_to((uint32_t)(uintptr_t)arrive, SEL_KCODE);
	expect("#SS CALL, stack not canonical", call_hole, 0, FAULT(call_hole, SS, 0));
	gate_default(SS, 0, 0);
	gate_default(GP, 0, 0);
	return_frame(HOLE, SEL_KCODE, top_of(stack_ring0), SEL_KDATA);
	expect("#GP IRET, RIP not canonical", iret_to, 0, FAULT(iret_to, GP, 0));
	expect("#GP RETF, RIP not canonical", lret_to, 0, FAULT(lret_to, GP, 0));
}

static void return_segments(void)
{
	const uintptr_t sp = top_of(stack_ring0), ip = (uintptr_t)arrive;

	return_frame(ip, SEL_KCODE, sp, SEL_KDATA);
	expect("IRET in ring 0", iret_to, 0, ARRIVES);
	check("takes RSP", frame.sp, sp);
	expect("RETF in ring 0", lret_to, 0, ARRIVES);
	return_frame(ip, SEL_KCODE, sp, 0);
	expect("IRET to a null SS in ring 0", iret_to, 0, ARRIVES);
	check("SS is null", frame.ss, 0);
	return_frame(ip, SEL_KCODE, sp, 3);
	expect("#GP IRET to a null SS with RPL 3 in ring 0", iret_to, 0, FAULT(iret_to, GP, 0));
	return_frame((uintptr_t)u_arrive, SEL_UCODE | 3, top_of(stack_user), 3);
	expect("#GP IRET to a null SS in ring 3", iret_to, 0, FAULT(iret_to, GP, 0));
	expect("#GP RETF to a null SS in ring 3", lret_to, 0, FAULT(lret_to, GP, 0));
	return_frame(ip, SEL_KCODE32, sp, 0);
	expect("#GP IRET to a null SS in compatibility mode", iret_to, 0, FAULT(iret_to, GP, 0));
	return_frame(ip, 0, sp, SEL_KDATA);
	expect("#GP IRET to a null CS", iret_to, 0, FAULT(iret_to, GP, 0));
	expect("#GP RETF to a null CS", lret_to, 0, FAULT(lret_to, GP, 0));
	return_frame(ip, SEL_KDATA, sp, SEL_KDATA);
	expect("#GP IRET to data", iret_to, 0, FAULT(iret_to, GP, SEL_KDATA));
	expect("#GP RETF to data", lret_to, 0, FAULT(lret_to, GP, SEL_KDATA));
	return_frame(ip, SEL_BEYOND, sp, SEL_KDATA);
	expect("#GP IRET beyond the GDT", iret_to, 0, FAULT(iret_to, GP, SEL_BEYOND));
	return_frame(ip, SEL_UCODE, sp, SEL_KDATA);
	expect("#GP IRET to code of DPL 3 with RPL 0", iret_to, 0, FAULT(iret_to, GP, SEL_UCODE));
	return_frame(ip, SEL_KCODE, sp, SEL_UDATA);
	expect("#GP IRET to ring 0 with SS of DPL 3", iret_to, 0, FAULT(iret_to, GP, SEL_UDATA));
	return_frame((uintptr_t)u_arrive, SEL_UCODE | 3, top_of(stack_user), SEL_UDATA);
	expect("#GP IRET to ring 3, SS's RPL 0", iret_to, 0, FAULT(iret_to, GP, SEL_UDATA));
	expect("#GP RETF to ring 3, SS's RPL 0", lret_to, 0, FAULT(lret_to, GP, SEL_UDATA));
	return_frame((uintptr_t)u_arrive, SEL_UCODE | 3, top_of(stack_user), SEL_UDATA | 3);
	expect_user("ring 3", u_arrive, 0, U_ARRIVES);
	report(try_call(lret_to, 0), "RETF to ring 3");
	check("its CS", frame.cs, SEL_UCODE | 3);
	check("its RSP", frame.sp, top_of(stack_user));
	check("its SS", frame.ss, SEL_UDATA | 3);

	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x12, SEG_G | SEG_D);
	return_frame(ip, SEL_KCODE, sp, SEL_TEST);
	expect("#SS IRET, SS not present", iret_to, 0, FAULT(iret_to, SS, SEL_TEST));
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x1a, SEG_G | SEG_L);
	return_frame(ip, SEL_TEST, sp, SEL_KDATA);
	expect("#NP IRET, CS not present", iret_to, 0, FAULT(iret_to, NP, SEL_TEST));
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x9a, SEG_G | SEG_L | SEG_D);
	expect("#GP IRET to code with L and D", iret_to, 0, FAULT(iret_to, GP, SEL_TEST));
	go_to((uint32_t)ip, SEL_TEST);
	expect("#GP JMP to code with L and D", jump_to, 0, FAULT(jump_to, GP, SEL_TEST));
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x9a, SEG_G | SEG_L);
	return_frame(ip, SEL_TEST, sp, SEL_KDATA);
	expect("IRET to another code segment", iret_to, 0, ARRIVES);
	check("marks it accessed", gdt[SEL_TEST / 8] >> 40 & ACCESSED, ACCESSED);
}

static void null_stack_segment(void)
{
	expect("SS takes null in ring 0", load_ss, 0, RETURNS);
	expect("#GP SS null with RPL 3 in ring 0", load_ss, 3, FAULT(load_ss, GP, 0));
}

static void segments_of_ring3(void)
{
	report(try_call(enter_with_fs, 0), "IRET to ring 3 with FS of ring 0");
	check("FS is null", frame.ax & 0xffff, 0);
	check("its base stays", frame.dx, fs_area);
	check("a null GS loses its RPL", frame.cx & 0xffff, 0);
	check("DS is null", frame.bx & 0xffff, 0);
	__asm__ volatile("mov %0, %%fs; mov %0, %%gs" : : "r"(0));
}

/* What ring 3 pops and pushes is reached with its rights. */
static void rights_of_stack(void)
{
	static uintptr_t kernel_stack[64];
	const uintptr_t sp = (uintptr_t)(kernel_stack + 32);
	struct want want = { .vector = PF, .error = ERR_USER_PRESENT, .with_cr2 = true, .cr2 = sp };

	want.ip = (uintptr_t)u_iret_kernel_stack_at;
	expect_user("#PF IRET of ring 3 from ring 0's page", u_iret_kernel_stack, sp, want);
	want.ip = (uintptr_t)u_lret_kernel_stack_at;
	expect_user("#PF RETF of ring 3 from ring 0's page", u_lret_kernel_stack, sp, want);
	go_to((uint32_t)(uintptr_t)u_arrive, SEL_UCODE | 3);
	want.ip = (uintptr_t)u_call_kernel_stack_at;
	want.error = 7;
	want.cr2 = sp - 4;
	expect_user("#PF CALL of ring 3 onto ring 0's page", u_call_kernel_stack, sp, want);
}

/* --- gates and system descriptors */

static void set_gate(uintptr_t target, uint16_t selector, uint8_t access)
{
	gdt[SEL_GATE / 8] = (uint64_t)(target >> 16 & 0xffff) << 48 | (uint64_t)access << 40 |
			    (uint64_t)selector << 16 | (target & 0xffff);
	gdt[SEL_GATE / 8 + 1] = target >> 32;
}

static void call_gates(void)
{
	const uintptr_t target = (uintptr_t)arrive;
	enum { GATE0 = 0x8c, GATE3 = 0xec };

	go_to(0x12345678, SEL_GATE | 3);
	set_gate(target, SEL_KCODE, GATE3);
	expect_user("a call gate from ring 3", u_call_to, 0, ARRIVES);
	check("its frame", frame.sp, top_of(stack_ring0) - 4 * sizeof(uintptr_t));
	check("its null SS", frame.ss, 0);
	go_to(0, SEL_GATE);
	expect("a call gate in ring 0", call_on_stack, (uintptr_t)(stack_ring0 + 1024), ARRIVES);
	const volatile uint64_t *top = (const volatile uint64_t *)frame.sp;
	check("pushes 64 bits of RIP", top[0], (uintptr_t)call_on_stack_end);
	check("and of CS", top[1], SEL_KCODE);
	expect("JMP by a call gate", jump_to, 0, ARRIVES);
	expect_user("#GP JMP by a call gate to ring 0", u_jump_to, 0,
		    FAULT(u_jump_to, GP, SEL_KCODE));
	gdt[SEL_GATE / 8 + 1] |= 1ull << 40;
	expect("#GP call gate with a type in its upper half", call_to, 0,
	       FAULT(call_to, GP, SEL_GATE));
	set_gate(target, SEL_KCODE32, GATE0);
	expect("#GP call gate to 32-bit code", call_to, 0, FAULT(call_to, GP, SEL_KCODE32));
	set_gate(target, 0, GATE0);
	expect("#GP call gate to null", call_to, 0, FAULT(call_to, GP, 0));
	set_gate(target, SEL_BEYOND, GATE0);
	expect("#GP call gate beyond the GDT", call_to, 0, FAULT(call_to, GP, SEL_BEYOND));
	set_gate(target, SEL_KCODE, GATE0 & 0x7f);
	expect("#NP call gate", call_to, 0, FAULT(call_to, NP, SEL_GATE));
	set_gate(HOLE, SEL_KCODE, GATE0);
	expect("#GP call gate to what is not canonical", call_to, 0, FAULT(call_to, GP, 0));
	set_gate(target, SEL_KCODE, 0x84);
	expect("#GP 16-bit call gate", call_to, 0, FAULT(call_to, GP, SEL_GATE));
	set_gate(0, SEL_TSS, 0x85);
	expect("#GP task gate", call_to, 0, FAULT(call_to, GP, SEL_GATE));
	go_to(0, SEL_TSS);
	expect("#GP CALL to a TSS", call_to, 0, FAULT(call_to, GP, SEL_TSS));
	expect("#GP JMP to a TSS", jump_to, 0, FAULT(jump_to, GP, SEL_TSS));
	set_gate(target, SEL_KCODE, GATE0);
	gdt[SEL_LAST / 8] = gdt[SEL_GATE / 8];
	go_to(0, SEL_LAST);
	expect("#GP call gate that the GDT cuts", call_to, 0, FAULT(call_to, GP, SEL_LAST));
	gdt[SEL_LAST / 8] = 0;
}

FRAG(int_hole, "", "int $0x90", "");
FRAG(ud_hole, "", "ud2", "");
UFRAG(u_int_kernel_stack, "mov %rdi, %rsp", "int $0x91", "");

/* What interrupts have in common with calls. */
static void handlers(void)
{
	enum { CONFORMING = 0x9e, VECTOR = 0x90, EXT = 1, ERR_USER_WRITE = 7 };
	static uintptr_t kernel_stack[64];
	const uintptr_t sp = (uintptr_t)(kernel_stack + 32) & ~(uintptr_t)15;

	gate_set(VECTOR, HOLE, SEL_KCODE, GATE_INTERRUPT, 0, 0);
	expect("#GP a handler that is not canonical", int_hole, 0, FAULT(int_hole, GP, 0));
	gate_set(UD, HOLE, SEL_KCODE, GATE_INTERRUPT, 0, 0);
	expect("#GP a handler of #UD that is not canonical", ud_hole, 0, FAULT(ud_hole, GP, EXT));
	gate_default(UD, 0, 0);
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x9a, SEG_G | SEG_L);
	gate_set(VECTOR, (uintptr_t)arrive, SEL_TEST, GATE_INTERRUPT, 0, 0);
	expect("a handler in another code segment", int_hole, 0, ARRIVES);
	check("marks it accessed", gdt[SEL_TEST / 8] >> 40 & ACCESSED, ACCESSED);
	gate_default(VECTOR, 0, 0);
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, CONFORMING, SEG_G | SEG_L);
	gate_set(VECTOR + 1, (uintptr_t)u_arrive, SEL_TEST, GATE_INTERRUPT, 3, 0);
	struct want want = FAULT_CR2(u_int_kernel_stack, ERR_USER_WRITE, sp - sizeof sp);
	expect_user("#PF a conforming handler's frame of ring 3 onto ring 0's page",
		    u_int_kernel_stack, sp, want);
	gate_default(VECTOR + 1, 0, 0);
}

void kernel_main(void)
{
	handlers();
	operand_sizes();
	canonical();
	return_segments();
	null_stack_segment();
	segments_of_ring3();
	rights_of_stack();
	call_gates();
}
