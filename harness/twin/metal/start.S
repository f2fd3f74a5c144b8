/* SPDX-License-Identifier: MIT */
/* From a multiboot loader to C in long mode. Memory is mapped twice:
 *
 *	64 KiB to 4 GiB	as it is. Below 64 KiB nothing is mapped, as in a process of the host, so that
 *			an access through a null pointer is a page fault
 *	4 to 8 GiB	the window (TWIN_WINDOW in runtime.c): all 4 GiB again, the lowest too
 *
 * Every interrupt and exception leads to twin_interrupt(). The image is an ELF32 file around 64-bit
 * code. */
#define MAGIC 0x1badb002
#define FLAGS 0x00000003
#define PRESENT_WRITABLE 0x003
#define PAGE_LARGE 0x080
#define PAGE_SIZE 4096
#define ENTRIES 512
#define N_DIRECTORIES 4
#define FIRST_MAPPED 16	/* page 16 is at 64 KiB */
#define CR4_PAE 0x020
#define MSR_EFER 0xc0000080
#define EFER_LME 0x100
#define CR0_PG_WP 0x80010000
#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10
#define GATE_INTERRUPT 0x8e00
#define N_VECTORS 256
#define STUB_SIZE 32
#define NO_ERROR_CODE -1

	.section .multiboot, "a"
	.balign 4
	.long MAGIC, FLAGS, -(MAGIC + FLAGS)

	.text
	.code32
	.globl twin_start
twin_start:
	cli
	cld
	movl $stack_top, %esp
	movl %ebx, twin_multiboot_info
	movl $pdpt + PRESENT_WRITABLE, pml4
	movl $page_directories + PRESENT_WRITABLE, %eax
	movl $pdpt, %edi
	movl $N_DIRECTORIES, %ecx
1:	movl %eax, (%edi)
	movl %eax, N_DIRECTORIES * 8(%edi)
	addl $8, %edi
	addl $PAGE_SIZE, %eax
	loop 1b
	movl $window_directory + PRESENT_WRITABLE, pdpt + N_DIRECTORIES * 8
	movl $PRESENT_WRITABLE + PAGE_LARGE, %eax
	movl $page_directories, %edi
	movl $N_DIRECTORIES * ENTRIES, %ecx
2:	movl %eax, (%edi)
	addl $8, %edi
	addl $0x200000, %eax
	loop 2b
	movl $page_directories, %esi
	movl $window_directory, %edi
	movl $PAGE_SIZE / 4, %ecx
	rep movsl
	movl $low_table + PRESENT_WRITABLE, page_directories
	movl $FIRST_MAPPED * PAGE_SIZE + PRESENT_WRITABLE, %eax
	movl $low_table + FIRST_MAPPED * 8, %edi
	movl $ENTRIES - FIRST_MAPPED, %ecx
3:	movl %eax, (%edi)
	addl $8, %edi
	addl $PAGE_SIZE, %eax
	loop 3b

	movl %cr4, %eax
	orl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $pml4, %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	rdmsr
	orl $EFER_LME, %eax
	wrmsr
	movl %cr0, %eax
	orl $CR0_PG_WP, %eax
	movl %eax, %cr0
	lgdt gdt_register
	ljmp $SELECTOR_CODE, $long_mode

	.code64
long_mode:
	movl $SELECTOR_DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movq $stack_top, %rsp

	/* Gate n leads to stub n. */
	movq $idt, %rdi
	movq $stubs, %rax
	movl $N_VECTORS, %ecx
4:	movw %ax, (%rdi)
	movw $SELECTOR_CODE, 2(%rdi)
	movw $GATE_INTERRUPT, 4(%rdi)
	movq %rax, %rdx
	shrq $16, %rdx
	movw %dx, 6(%rdi)
	addq $16, %rdi
	addq $STUB_SIZE, %rax
	loop 4b
	lidt idt_register
	call twin_main
5:	cli
	hlt
	jmp 5b

	.balign STUB_SIZE
stubs:
	.set vector, 0
	.rept N_VECTORS
	.balign STUB_SIZE
	/* Exceptions with an error code. An interrupt may have their vectors too: those of the 8259A are
	 * 8 to 15 until somebody sets others. It has RFLAGS, whose bit 1 is set, where they have CS. */
	.if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21
	cmpq $SELECTOR_CODE, 16(%rsp)
	je 6f
	pushq $NO_ERROR_CODE
6:
	.else
	pushq $NO_ERROR_CODE
	.endif
	pushq $vector
	jmp common
	.set vector, vector + 1
	.endr

common:
	pushq %rax
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	pushq %r8
	pushq %r9
	pushq %r10
	pushq %r11
	pushq %rbp
	movq %rsp, %rbp
	movq 80(%rsp), %rdi	/* vector */
	leaq 88(%rsp), %rsi	/* struct twin_frame */
	andq $-16, %rsp
	cld
	call twin_interrupt
	movq %rbp, %rsp
	popq %rbp
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rdx
	popq %rcx
	popq %rax
	addq $16, %rsp
	iretq

	.section .rodata
	.balign 8
gdt:
	.quad 0
	.quad 0x00af9b000000ffff
	.quad 0x00cf93000000ffff
gdt_register:
	.word . - gdt - 1
	.quad gdt
idt_register:
	.word N_VECTORS * 16 - 1
	.quad idt

	.bss
	.balign 4096
pml4:	.skip 4096
pdpt:	.skip 4096
page_directories:
	.skip N_DIRECTORIES * PAGE_SIZE
window_directory:
	.skip PAGE_SIZE
low_table:
	.skip PAGE_SIZE
idt:	.skip N_VECTORS * 16
	.skip 65536
stack_top:
	.globl twin_multiboot_info
twin_multiboot_info:
	.skip 4
	.section .note.GNU-stack, "", @progbits
