/* SPDX-License-Identifier: MIT */
/* Ring 3 and back: the stack switch, instructions that ring 3 may not use, I/O permissions, the
 * privilege of gates. */
#include "k.h"

enum {
	WORD = sizeof(uintptr_t),
	VECTOR_KERNEL = 0x81, /* a gate of DPL 0 */
	VECTOR_INSIDE = 0x82, /* raised by ring-0 code of the tests */
	SEL_CALL_GATE = SEL_FREE,
	SEL_RO_DATA = SEL_FREE + 0x10,
	SEL_NP_DATA = SEL_FREE + 0x18,
	SEL_BEYOND = GDT_ENTRIES * 8 + 8,
	CR4_TSD = 1 << 2,
	CR4_PCE = 1 << 8,
	TSS_SS0 = 8
};
#define frame (trap_last.frame)

UFRAG(u_nothing, "", "nop", "");
UFRAG(u_stack_pointer, "", "mov " RSP ", " RAX, "");
UFRAG(u_cli, "", "cli", "");
UFRAG(u_sti, "", "sti", "");
UFRAG(u_hlt, "", "hlt", "");
UFRAG(u_int_kernel, "", "int $0x81", "");
UFRAG(u_int3, "", "int3", "");
UFRAG(u_ud2, "", "ud2", "");
UFRAG(u_div, "xor %edx, %edx; xor %ecx, %ecx", "div %ecx", "");
UFRAG(u_icebp, "", ".byte 0xf1", "");
UFRAG(u_read_cr0, "", "mov %cr0, " RAX, "");
UFRAG(u_write_cr3, "", "mov " RAX ", %cr3", "");
UFRAG(u_read_dr7, "", "mov %dr7, " RAX, "");
UFRAG(u_clts, "", "clts", "");
UFRAG(u_lmsw, "", "lmsw %ax", "");
UFRAG(u_smsw, "", "smsw %ax", "");
UFRAG(u_invlpg, "", "invlpg (" RDI ")", "");
UFRAG(u_invd, "", "invd", "");
UFRAG(u_wbinvd, "", "wbinvd", "");
UFRAG(u_rdmsr, "mov $0x10, %ecx", "rdmsr", "");
UFRAG(u_wrmsr, "mov $0x10, %ecx", "wrmsr", "");
UFRAG(u_lgdt, "", "lgdt (" RDI ")", "");
UFRAG(u_lidt, "", "lidt (" RDI ")", "");
UFRAG(u_lldt, "xor %eax, %eax", "lldt %ax", "");
UFRAG(u_ltr, "mov $0x30, %eax", "ltr %ax", "");
UFRAG(u_str, "", "str %ax", "");
UFRAG(u_rdtsc, "", "rdtsc", "");
UFRAG(u_rdpmc, "xor %ecx, %ecx", "rdpmc", "");
UFRAG(u_load_ds, "mov %edi, %eax", "mov %eax, %ds", "");
UFRAG(u_load_ss, "mov %edi, %eax", "mov %eax, %ss", "");
UFRAG(u_far_kernel, "", "ljmp *far_to_kernel", "");
UFRAG(u_inb, "mov %edi, %edx", "inb %dx, %al", "");
UFRAG(u_inw, "mov %edi, %edx", "inw %dx, %ax", "");
UFRAG(u_outb, "mov %edi, %edx", "outb %al, %dx", "");
UFRAG(u_outb_imm, "", "outb %al, $0x80", "");
UFRAG(u_call_gate, "", "lcall *far_to_gate", "");
UFRAG(u_count_ticks, "1: cmpl $3, user_ticks", "jb 1b", "");
#ifdef __x86_64__
UFRAG(u_popf, "push %rdi", "popfq", "pushfq; pop %rax");
UFRAG(u_iret_kernel, "pushq $0x10; pushq %rsp; pushfq; pushq $0x08; pushq $0", "iretq", "");
UFRAG(u_swapgs, "", "swapgs", "");
UFRAG(u_compat, ".code32; mov $0x10, %eax; .byte 0x40", "nop", ".byte 0x40; ret; .code64");
#else
UFRAG(u_popf, "push %edi", "popfl", "pushfl; pop %eax");
UFRAG(u_iret_kernel, "pushfl; pushl $0x08; pushl $0", "iretl", "");
#endif

USER_DATA struct {
	uint32_t offset;
	uint16_t selector;
} __attribute__((packed)) far_to_kernel = { 0, SEL_KCODE }, far_to_gate = { 0, SEL_CALL_GATE };
USER_DATA volatile uint32_t user_ticks;
USER_DATA static uint8_t pseudo_descriptor[10];

static void stack_switch(void)
{
	const uintptr_t code = SEL_UCODE | 3, data = SEL_UDATA | 3;

	user_flags = FLAG_FIXED | FLAG_CF | FLAG_DF;
	expect_user("ring 3 and back", u_nothing, 0, RETURNS);
	check("CS pushed", frame.cs & 0xffff, code);
	check("SS pushed", frame.ss & 0xffff, data);
	check("stack pointer pushed", frame.sp, top_of(stack_user));
	check("flags pushed", frame.flags, user_flags);
	check("the frame is on top of the TSS's stack", trap_last.at,
	      top_of(stack_ring0) - 5 * WORD);
#ifdef __x86_64__
	check("SS is null in the handler", trap_last.ss, 0);
#else
	check("SS comes from the TSS", trap_last.ss, SEL_KDATA);
#endif
	user_flags = FLAG_FIXED;
	expect_user("a fault in ring 3", u_ud2, 0, FAULT(u_ud2, UD, 0));
	check("its CS", frame.cs & 0xffff, code);
	expect_user("a division by zero in ring 3", u_div, 0, FAULT(u_div, DE, 0));
	expect_user("INT3 in ring 3", u_int3, 0, TRAPS(u_int3, BP));
	user_flags = FLAG_FIXED | FLAG_TF;
	expect_user("a single step in ring 3", u_nothing, 0, TRAPS(u_nothing, DB));
	user_flags = FLAG_FIXED;

	user_call(u_stack_pointer, 0);
	task_set_stack0(top_of(stack_ring0) - 0x100);
	expect_user("another ring-0 stack", u_nothing, 0, RETURNS);
	check("the frame is there", trap_last.at, top_of(stack_ring0) - 0x100 - 5 * WORD);
#ifdef __x86_64__
	task_set_stack0(top_of(stack_ring0) - 7);
	expect_user("a misaligned ring-0 stack", u_nothing, 0, RETURNS);
	check("is aligned to 16 bytes", trap_last.at, top_of(stack_ring0) - 16 - 5 * WORD);
#endif
	task_set_stack0(top_of(stack_ring0));
}

#define DENIED(name, frag) expect_user(name, frag, (uintptr_t)pseudo_descriptor, FAULT(frag, GP, 0))

static void privileged_instructions(void)
{
	DENIED("#GP CLI", u_cli);
	DENIED("#GP STI", u_sti);
	DENIED("#GP HLT", u_hlt);
	DENIED("#GP MOV from CR0", u_read_cr0);
	DENIED("#GP MOV to CR3", u_write_cr3);
	DENIED("#GP MOV from DR7", u_read_dr7);
	DENIED("#GP CLTS", u_clts);
	DENIED("#GP LMSW", u_lmsw);
	DENIED("#GP INVLPG", u_invlpg);
	DENIED("#GP INVD", u_invd);
	DENIED("#GP WBINVD", u_wbinvd);
	DENIED("#GP RDMSR", u_rdmsr);
	DENIED("#GP WRMSR", u_wrmsr);
	DENIED("#GP LGDT", u_lgdt);
	DENIED("#GP LIDT", u_lidt);
	DENIED("#GP LLDT", u_lldt);
	DENIED("#GP LTR", u_ltr);
	DENIED("#GP RDPMC without CR4.PCE", u_rdpmc);
	expect_user("SMSW is allowed", u_smsw, 0, RETURNS);
	expect_user("STR is allowed", u_str, 0, RETURNS);
	expect_user("RDTSC is allowed", u_rdtsc, 0, RETURNS);
	write_cr4(read_cr4() | CR4_TSD);
	DENIED("#GP RDTSC with CR4.TSD", u_rdtsc);
	write_cr4(read_cr4() & ~(uintptr_t)CR4_TSD);
	user_flags = FLAG_FIXED | FLAG_IOPL;
	expect_user("CLI with IOPL 3", u_cli, 0, RETURNS);
	expect_user("STI with IOPL 3", u_sti, 0, RETURNS);
	check("IF after it", frame.flags & FLAG_IF, FLAG_IF);
	DENIED("#GP HLT with IOPL 3", u_hlt);
	user_flags = FLAG_FIXED;
}

static void flags(void)
{
	const uintptr_t all = FLAG_FIXED | FLAG_IF | FLAG_IOPL | FLAG_CF;

	expect_user("POPF with IOPL 0", u_popf, all, RETURNS);
	check("changes neither IF nor IOPL", frame.ax & all, FLAG_FIXED | FLAG_CF);
	user_flags = FLAG_FIXED | FLAG_IOPL;
	expect_user("POPF with IOPL 3", u_popf, FLAG_FIXED | FLAG_IF | FLAG_CF, RETURNS);
	check("changes IF, not IOPL", frame.ax & all, all);
	user_flags = FLAG_FIXED;
}

static void selectors(void)
{
	expect_user("#GP DS of ring 0", u_load_ds, SEL_KDATA, FAULT(u_load_ds, GP, SEL_KDATA));
	expect_user("#GP DS of ring 0, RPL 3", u_load_ds, SEL_KDATA | 3,
		    FAULT(u_load_ds, GP, SEL_KDATA));
	expect_user("DS with RPL 0", u_load_ds, SEL_UDATA, RETURNS);
	expect_user("#GP SS with RPL 0", u_load_ss, SEL_UDATA, FAULT(u_load_ss, GP, SEL_UDATA));
	expect_user("#GP SS null", u_load_ss, 3, FAULT(u_load_ss, GP, 0));
	expect_user("SS with RPL 3", u_load_ss, SEL_UDATA | 3, RETURNS);
	expect_user("#GP far jump to ring 0", u_far_kernel, 0, FAULT(u_far_kernel, GP, SEL_KCODE));
	expect_user("#GP IRET to ring 0", u_iret_kernel, 0, FAULT(u_iret_kernel, GP, SEL_KCODE));
	expect_user("#GP INT n, gate of DPL 0", u_int_kernel, 0,
		    FAULT(u_int_kernel, GP, VECTOR_KERNEL * 8 + 2));
	idt[VECTOR_KERNEL].word[1] &= ~0x8000u;
	expect_user("DPL is checked before presence", u_int_kernel, 0,
		    FAULT(u_int_kernel, GP, VECTOR_KERNEL * 8 + 2));
	gate_default(VECTOR_KERNEL, 3, 0);
	expect_user("INT n, gate of DPL 3", u_int_kernel, 0, TRAPS(u_int_kernel, VECTOR_KERNEL));
	gate_default(VECTOR_KERNEL, 0, 0);
}

enum { PORT_FREE = 0x80, PORT_HIGH = 0x9000 };

static void ports(void)
{
	expect_user("#GP IN of a denied port", u_inb, PORT_FREE, FAULT(u_inb, GP, 0));
	expect_user("#GP OUT of a denied port", u_outb, PORT_FREE, FAULT(u_outb, GP, 0));
	task_allow_port(PORT_FREE, true);
	expect_user("IN of an allowed port", u_inb, PORT_FREE, RETURNS);
	expect_user("OUT of an allowed port", u_outb, PORT_FREE, RETURNS);
	expect_user("OUT immediate of an allowed port", u_outb_imm, PORT_FREE, RETURNS);
	expect_user("#GP a word with one byte denied", u_inw, PORT_FREE, FAULT(u_inw, GP, 0));
	task_allow_port(PORT_FREE + 1, true);
	expect_user("a word with both allowed", u_inw, PORT_FREE, RETURNS);
	task_allow_port(PORT_FREE + 1, false);
	task_allow_port(PORT_HIGH, true);
	expect_user("IN of a high allowed port", u_inb, PORT_HIGH, RETURNS);
	expect_user("#GP its neighbour", u_inb, PORT_HIGH + 1, FAULT(u_inb, GP, 0));
	task_allow_port(PORT_HIGH, false);
	user_flags = FLAG_FIXED | FLAG_IOPL;
	expect_user("IOPL 3 allows every port", u_inb, PORT_HIGH, RETURNS);
	user_flags = FLAG_FIXED;
	*(uint16_t *)(void *)(task_state + TSS_BYTES - 2) = 0xffff;
	expect_user("#GP when the bitmap lies beyond the TSS", u_inb, PORT_FREE,
		    FAULT(u_inb, GP, 0));
	*(uint16_t *)(void *)(task_state + TSS_BYTES - 2) = TSS_BYTES;
	task_allow_port(PORT_FREE, false);
}

/* The target of the call gate in ring 0: its INT shows the registers and the stack pointer. */
FRAG(gate_target, "", "int $0x82", "");

static void call_gate(void)
{
	const uintptr_t target = (uintptr_t)gate_target;
	const uintptr_t *stack;
	struct want want = TRAPS(gate_target, VECTOR_INSIDE);

	gdt[SEL_CALL_GATE / 8] = (uint64_t)(target >> 16 & 0xffff) << 48 | 0xec0000000000ull |
				 SEL_KCODE << 16 | (target & 0xffff);
	gdt[SEL_CALL_GATE / 8 + 1] = 0;
	expect_user("a call gate to ring 0", u_call_gate, 0, want);
#ifdef __x86_64__
	stack = (const uintptr_t *)frame.sp;
	check("its CS", frame.cs, SEL_KCODE);
	check("its SS", frame.ss, 0);
#else
	stack = (const uintptr_t *)(trap_last.at + 3 * WORD);
	check("its CS", frame.cs & 0xffff, SEL_KCODE);
	check("its SS", trap_last.ss, SEL_KDATA);
#endif
	check("its stack", (uintptr_t)stack, top_of(stack_ring0) - 4 * WORD);
	check("the return address", stack[0], (uintptr_t)u_call_gate_end);
	check("the caller's CS", stack[1] & 0xffff, SEL_UCODE | 3);
	check("the caller's stack pointer", stack[2], top_of(stack_user) - WORD);
	check("the caller's SS", stack[3] & 0xffff, SEL_UDATA | 3);
	gdt[SEL_CALL_GATE / 8] &= ~(3ull << 45);
	expect_user("#GP call gate of DPL 0", u_call_gate, 0,
		    FAULT(u_call_gate, GP, SEL_CALL_GATE));
	gdt[SEL_CALL_GATE / 8] |= 3ull << 45;
	gdt[SEL_CALL_GATE / 8] &= ~(1ull << 47);
	expect_user("#NP call gate", u_call_gate, 0, FAULT(u_call_gate, NP, SEL_CALL_GATE));
}

static void count_tick(struct trap_frame *f)
{
	if ((f->cs & 3) == 3) user_ticks++;
	pic_eoi(0);
}

static void interrupts(void)
{
	trap_hook[IRQ_BASE] = count_tick;
	pic_mask(0xfffe);
	pit_rate(PIT_HZ / 1000);
	user_flags = FLAG_FIXED | FLAG_IF;
	expect_user("timer interrupts in ring 3", u_count_ticks, 0, RETURNS);
	check("three of them", user_ticks, 3);
	user_flags = FLAG_FIXED;
	pit_stop();
	pic_mask(0xffff);
	trap_hook[IRQ_BASE] = NULL;
}

/* IRET to an outer ring clears the segment registers that the ring may not use. */
UFRAG(u_read_segments, "mov %ds, %eax; mov %es, %ecx; mov %fs, %edx; mov %gs, %ebx", "int $0x80",
      "");
#ifdef __x86_64__
#define PUSH_USER(sel) "pushq $" sel ";"
FRAG(enter_with_segments,
     "mov $0x10, %eax; mov %eax, %ds; mov %eax, %fs; mov $0x23, %eax; mov %eax, %es; mov %eax, %gs;"
     "pushq $0x23; pushq $stack_user + 4096; pushq $2; pushq $0x2b; pushq $u_read_segments",
     "iretq", "");
#else
FRAG(enter_with_segments,
     "mov $0x10, %eax; mov %eax, %fs; mov $0x23, %eax; mov %eax, %es; mov %eax, %gs;"
     "pushl $0x23; pushl $stack_user + 4096; pushl $2; pushl $0x1b; pushl $u_read_segments;"
     "mov $0x10, %eax; mov %eax, %ds",
     "iretl", "");
#endif

static void segments_on_return(void)
{
	report(try_call(enter_with_segments, 0), "IRET to ring 3 with ring 0's segments");
	check("DS of ring 0 becomes null", frame.ax & 0xffff, 0);
	check("ES of ring 3 stays", frame.cx & 0xffff, SEL_UDATA | 3);
	check("FS of ring 0 becomes null", frame.dx & 0xffff, 0);
	check("GS of ring 3 stays", frame.bx & 0xffff, SEL_UDATA | 3);
	__asm__ volatile("mov %0, %%fs; mov %0, %%gs" : : "r"(0));
}

#ifdef __x86_64__
static void only_here(void)
{
	user_cs = SEL_UCODE32 | 3;
	user_call(u_compat, 0);
	check("compatibility mode comes back", frame.vector, USER_EXIT);
	check("40 is INC EAX there", frame.ax, 0x12);
	user_cs = SEL_UCODE | 3;
	DENIED("#GP SWAPGS", u_swapgs);
	gate_default(SS, 0, 1);
	task_set_stack0(0x900000000000);
	expect_user("a ring-0 stack that is not canonical", u_int3, 0,
		    (struct want){ .vector = SS, .ip = (uintptr_t)u_int3 });
	task_set_stack0(top_of(stack_ring0));
	gate_default(SS, 0, 0);
}
#else
/* The handlers of #TS and #SS in ring 3: they restore the TSS (paging is off) and return the error
 * code in EAX. */
UFRAG(u_ts_handler, "pop %eax; movw $0x10, task_state + 8; mov $10, %ebx", "int $0x80", "");
UFRAG(u_ss_handler, "pop %eax; movw $0x10, task_state + 8; mov $12, %ebx", "int $0x80", "");

static void bad_ss0(const char *name, uint16_t ss0, unsigned vector, uintptr_t error)
{
	*(uint16_t *)(void *)(task_state + TSS_SS0) = ss0;
	gate_set(TS, (uintptr_t)u_ts_handler, SEL_UCODE | 3, GATE_INTERRUPT, 0, 0);
	gate_set(SS, (uintptr_t)u_ss_handler, SEL_UCODE | 3, GATE_INTERRUPT, 0, 0);
	user_call(u_int3, 0);
	gate_default(TS, 0, 0);
	gate_default(SS, 0, 0);
	if (frame.bx == vector && frame.ax == error)
		report(true, name);
	else
		fail(name, "got vector %u error %p want vector %u error %p", (uint32_t)frame.bx,
		     frame.ax, vector, error);
}

static void only_here(void)
{
	gdt[SEL_RO_DATA / 8] = segment(0, 0xfffff, 0x91, SEG_G | SEG_D);
	gdt[SEL_NP_DATA / 8] = segment(0, 0xfffff, 0x13, SEG_G | SEG_D);
	bad_ss0("#TS SS0 null", 0, TS, 0);
	bad_ss0("#TS SS0 of ring 3", SEL_UDATA | 3, TS, SEL_UDATA);
	bad_ss0("#TS SS0 beyond the GDT", SEL_BEYOND, TS, SEL_BEYOND);
	bad_ss0("#TS SS0 read-only", SEL_RO_DATA, TS, SEL_RO_DATA);
	bad_ss0("#TS SS0 code", SEL_KCODE, TS, SEL_KCODE);
	bad_ss0("#SS SS0 not present", SEL_NP_DATA, SS, SEL_NP_DATA);
}
#endif

void kernel_main(void)
{
	stack_switch();
	privileged_instructions();
	flags();
	selectors();
	ports();
	call_gate();
	interrupts();
	segments_on_return();
	only_here();
}
