/* SPDX-License-Identifier: MIT */
/* Entry from a multiboot loader: identity-map 4 GiB with 2 MiB pages, enter long mode, call C.
 * Ring 3 can access 4..8 MiB (linker script); only ring 0 can access the rest. */
#include "layout.h"

#define PAGE_P 0x001
#define PAGE_W 0x002
#define PAGE_U 0x004
#define PAGE_PS 0x080
#define CR4_PAE 0x020
#define EFER 0xc0000080
#define EFER_LME 0x100
#define CR0_PG_WP 0x80010000

#ifdef MULTIBOOT2
#include "multiboot2_header.S"
#else
	.section .multiboot, "a"
	.balign 4
	.long 0x1badb002, 0x00000003, -(0x1badb002 + 0x00000003)
#endif

	.text
	.code32
	.globl start
start:
	cli
	cld
	movl $stack_boot_top, %esp
	movl %eax, multiboot_magic
	movl %ebx, multiboot_info_addr
	pushl $0
	popfl

	movl $page_pdpt + PAGE_P + PAGE_W + PAGE_U, page_pml4
	movl $page_pd + PAGE_P + PAGE_W + PAGE_U, %eax
	movl $page_pdpt, %edi
	movl $4, %ecx
1:	movl %eax, (%edi)
	addl $8, %edi
	addl $4096, %eax
	loop 1b

	movl $PAGE_P + PAGE_W + PAGE_PS, %eax
	movl $page_pd, %edi
	movl $2048, %ecx
2:	movl %eax, (%edi)
	addl $8, %edi
	addl $0x200000, %eax
	loop 2b
	orl $PAGE_U, page_pd + 2 * 8
	orl $PAGE_U, page_pd + 3 * 8

	movl %cr4, %eax
	orl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $page_pml4, %eax
	movl %eax, %cr3
	movl $EFER, %ecx
	rdmsr
	orl $EFER_LME, %eax
	wrmsr
	movl %cr0, %eax
	orl $CR0_PG_WP, %eax
	movl %eax, %cr0
	lgdt boot_gdtr
	ljmp $SEL_KCODE, $long_mode

	.code64
long_mode:
	movl $SEL_KDATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
	movq $stack_boot_top, %rsp
	call kernel_start

	.section .rodata
	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff
	.quad 0x00cf93000000ffff
boot_gdtr:
	.word . - boot_gdt - 1
	.quad boot_gdt

	.bss
	.balign 4096
	.globl page_pml4, page_pdpt, page_pd
page_pml4: .skip 4096
page_pdpt: .skip 4096
page_pd: .skip 4 * 4096
	.skip 16384
	.globl stack_boot_top
stack_boot_top:
	.globl multiboot_magic, multiboot_info_addr
multiboot_magic: .skip 4
multiboot_info_addr: .skip 4
	.section .note.GNU-stack, "", @progbits
