/* SPDX-License-Identifier: MIT */
/* The monitor's entry into long mode, the stubs of its vectors, and the switch to a program and back. */
#include "../layout.h"

#define CR4_PAE 0x020
#define EFER 0xc0000080
#define EFER_SCE_LME_NXE 0x901
#define CR0_PG_WP 0x80010000
#define PAGE_P_W 0x003
#define PAGE_P_W_PS 0x083
#define PAGES_2M 32

	.section .multiboot, "a"
	.balign 4
	.long 0x1badb002, 0x00000003, -(0x1badb002 + 0x00000003)

	.text
	.code32
	.globl start
start:
	cli
	cld
	movl $stack_top, %esp
	movl %ebx, multiboot_info
	pushl $0
	popfl
	/* Identity-map the first 64 MiB for now; tables.c makes the final tables. */
	movl $boot_pdpt + PAGE_P_W, boot_pml4
	movl $boot_pd + PAGE_P_W, boot_pdpt
	movl $PAGE_P_W_PS, %eax
	movl $boot_pd, %edi
	movl $PAGES_2M, %ecx
1:	movl %eax, (%edi)
	addl $8, %edi
	addl $0x200000, %eax
	loop 1b
	movl %cr4, %eax
	orl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $boot_pml4, %eax
	movl %eax, %cr3
	movl $EFER, %ecx
	rdmsr
	orl $EFER_SCE_LME_NXE, %eax
	wrmsr
	movl %cr0, %eax
	orl $CR0_PG_WP, %eax
	movl %eax, %cr0
	lgdt boot_gdtr
	ljmp $SEL_KCODE64, $long_mode

	.code64
long_mode:
	movl $SEL_KDATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movq $stack_top, %rsp
	call monitor_main
1:	hlt
	jmp 1b

	.altmacro
.macro stub n
stub_\n:
	pushq $\n
	jmp trap_common
.endm
	.set i, 0
	.rept 256
	stub %i
	.set i, i + 1
	.endr

/* Every end of a program comes here. Registers are saved at fixed addresses, as FS, GS and the stack are the program's. */
.macro keep_registers
	movq %rax, live_gprs
	movq %rcx, live_gprs + 8
	movq %rdx, live_gprs + 16
	movq %rbx, live_gprs + 24
	movq %rsp, live_gprs + 32
	movq %rbp, live_gprs + 40
	movq %rsi, live_gprs + 48
	movq %rdi, live_gprs + 56
	movq %r8, live_gprs + 64
	movq %r9, live_gprs + 72
	movq %r10, live_gprs + 80
	movq %r11, live_gprs + 88
	movq %r12, live_gprs + 96
	movq %r13, live_gprs + 104
	movq %r14, live_gprs + 112
	movq %r15, live_gprs + 120
.endm
trap_common:
	keep_registers
	popq %rax
	movq %rax, live_vector
leave_program:
	movq kept_rsp, %rsp
	cld
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret

	.globl syscall_entry, sysenter_entry, gate_entry
syscall_entry:
	keep_registers
	movq $VECTOR_SYSCALL, live_vector
	jmp 1f
sysenter_entry:
	keep_registers
	movq $VECTOR_SYSENTER, live_vector
	jmp 1f
gate_entry:
	keep_registers
	movq $VECTOR_GATE, live_vector
1:	movq kept_rsp, %rsp
	pushfq
	popq %rax
	movq %rax, live_flags
	pushq $2
	popfq
	jmp leave_program

/* void enter_program(const uint64_t frame[5], const uint64_t gprs[16]) */
	.globl enter_program
enter_program:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rsp, kept_rsp
	pushq 32(%rdi)
	pushq 24(%rdi)
	pushq 16(%rdi)
	pushq 8(%rdi)
	pushq (%rdi)
	movq %rsi, %rax
	movq 8(%rax), %rcx
	movq 16(%rax), %rdx
	movq 24(%rax), %rbx
	movq 40(%rax), %rbp
	movq 48(%rax), %rsi
	movq 56(%rax), %rdi
	movq 64(%rax), %r8
	movq 72(%rax), %r9
	movq 80(%rax), %r10
	movq 88(%rax), %r11
	movq 96(%rax), %r12
	movq 104(%rax), %r13
	movq 112(%rax), %r14
	movq 120(%rax), %r15
	movq (%rax), %rax
	.globl entering_iret
entering_iret:
	iretq

	.section .rodata
	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff
	.quad 0x00cf93000000ffff
boot_gdtr:
	.word . - boot_gdt - 1
	.quad boot_gdt
	.globl stubs
stubs:
.macro stub_address n
	.quad stub_\n
.endm
	.set i, 0
	.rept 256
	stub_address %i
	.set i, i + 1
	.endr

	.bss
	.balign 4096
boot_pml4: .skip 4096
boot_pdpt: .skip 4096
boot_pd: .skip 4096
	.skip 16384
stack_top:
	.globl live_gprs, live_vector, live_flags, multiboot_info
live_gprs: .skip 128
live_vector: .skip 8
live_flags: .skip 8
kept_rsp: .skip 8
multiboot_info: .skip 4
	.section .note.GNU-stack, "", @progbits
