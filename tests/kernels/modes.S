/* SPDX-License-Identifier: MIT */
/* A tour of the modes, run at MODES_CODE: protected 32, protected 16, real, unreal, protected 32,
 * paging, PAE, compatibility, long, compatibility 16, real, protected 32. */
#include "layout.h"
#include "modes.h"

#define HERE(label) ((label) - modes_begin + MODES_CODE)
#define R(slot) (MODES_RESULTS + 4 * (slot))
#define CR0_PE 1
#define CR4_PSE 0x10
#define CR4_PAE 0x20
#define EFER 0xc0000080
#define EFER_LME 0x100
/* In 16-bit code MOV AX,0x1234 and two NOPs, else MOV EAX,0x90901234. */
#define WHICH_SIZE xorl %eax, %eax; .byte 0xb8, 0x34, 0x12, 0x90, 0x90

	.text
	.balign 16
	.globl modes_begin, modes_end
modes_begin:
	.code32
	pushal
	movl %esp, HERE(saved_esp)
	ljmp $MODES_SEL_CODE16, $HERE(protected16)

	.code16
protected16:
	WHICH_SIZE
	movl %eax, R(R_CODE16)
	movw $MODES_SEL_DATA16, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movl $MODES_STACK, %esp
	lidtl HERE(real_idtr)
	movl %cr0, %eax
	andl $~CR0_PE, %eax
	movl %eax, %cr0
	ljmp $0, $HERE(real)

real:
	movw %cs, %ax
	movzwl %ax, %ebx
	movl %ebx, R(R_REAL_CS)
	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movl %cr0, %eax
	movl %eax, R(R_REAL_CR0)

	/* segment arithmetic */
	movw $MODES_RESULTS / 16, %ax
	movw %ax, %ds
	movl $0xfeedface, 4 * R_REAL_DS
	xorw %ax, %ax
	movw %ax, %ds
	movw $0xffff, %ax
	movw %ax, %es
	movl %es:0x10, %eax
	movl %eax, R(R_HIGH)
	xorw %ax, %ax
	movw %ax, %es
	/* an operand size prefix */
	movl $0x89abcdef, %eax
	movl %eax, R(R_OPERAND32)

	/* the interrupt vector table */
	movw $HERE(on_int), 0x60 * 4
	movw $0, 0x60 * 4 + 2
	movw $HERE(on_count), 0x62 * 4
	movw $0, 0x62 * 4 + 2
	movw $HERE(on_div), 0 * 4
	movw $0, 0 * 4 + 2
	movw $HERE(on_ud), 6 * 4
	movw $0, 6 * 4 + 2
	movl $0, R(R_INT_COUNT)
	movl $HERE(after_int), R(R_EXPECTED_INT_IP)
	movl $HERE(at_div), R(R_EXPECTED_DIV_IP)
	movl $HERE(at_ud), R(R_EXPECTED_UD_IP)
	movw %sp, %bp
	pushw $0x0a93
	popfw
	int $0x60
after_int:
	cli
	cld
	xorw %cx, %cx
	movw $1, %ax
	xorw %dx, %dx
at_div:
	divw %cx
at_ud:
	ud2

	/* a table elsewhere */
	lidtl HERE(moved_idtr)
	movw $HERE(on_moved), 0x5000 + 0x61 * 4
	movw $0, 0x5000 + 0x61 * 4 + 2
	int $0x61
	lidtl HERE(real_idtr)

	/* the stack pointer wraps at 64 KiB */
	movw $0x2000, %ax
	movw %ax, %ss
	movw $0, %sp
	pushw %ax
	movzwl %sp, %eax
	xorw %bx, %bx
	movw %bx, %ss
	movl $MODES_STACK, %esp
	movl %eax, R(R_WRAP_SP)

	/* unreal: DS keeps 4 GiB and base 0 until it is loaded again, which changes only the base */
	lgdtl HERE(tour_gdtr)
	movl %cr0, %eax
	orl $CR0_PE, %eax
	movl %eax, %cr0
	jmp 1f
1:	movw $SEL_KDATA, %bx
	movw %bx, %ds
	andl $~CR0_PE, %eax
	movl %eax, %cr0
	ljmp $0, $HERE(unreal)
unreal:
	movl $0x100000, %ebx
	movl (%ebx), %eax
	movl %eax, R(R_UNREAL)
	xorw %ax, %ax
	movw %ax, %ds
	movl (%ebx), %eax
	movl %eax, R(R_UNREAL_AFTER)

	movl %cr0, %eax
	orl $CR0_PE, %eax
	movl %eax, %cr0
	ljmpl $SEL_KCODE, $HERE(protected32)

on_int:
	cli
	incl R(R_INT_COUNT)
	subw %sp, %bp
	movzwl %bp, %eax
	movl %eax, R(R_INT_BYTES)
	movw %sp, %bp
	movzwl (%bp), %eax
	movl %eax, R(R_INT_IP)
	movzwl 2(%bp), %eax
	movl %eax, R(R_INT_CS)
	movzwl 4(%bp), %eax
	movl %eax, R(R_INT_FLAGS)
	iretw
on_count:
	incl R(R_INT_COUNT)
	iretw
on_div:
	movw %sp, %bp
	movzwl (%bp), %eax
	movl %eax, R(R_DIV_IP)
	addw $2, (%bp)
	iretw
on_ud:
	movw %sp, %bp
	movzwl (%bp), %eax
	movl %eax, R(R_UD_IP)
	addw $2, (%bp)
	iretw
on_moved:
	movl $1, R(R_RELOCATED)
	iretw

	.code32
protected32:
	movl $SEL_KDATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	WHICH_SIZE
	movl %eax, R(R_CODE32)

	/* paging; physical 0 is mapped at 1 GiB too */
	movl %cr4, %eax
	orl $CR4_PSE, %eax
	movl %eax, %cr4
	movl $modes_directory, %eax
	movl %eax, %cr3
	movl %cr0, %eax
	orl $0x80000000, %eax
	movl %eax, %cr0
	movl 0x40000000 + R(R_OPERAND32), %eax
	movl %eax, R(R_PAGED32)

	/* PAE */
	movl %cr0, %eax
	andl $0x7fffffff, %eax
	movl %eax, %cr0
	movl %cr4, %eax
	orl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $modes_pae, %eax
	movl %eax, %cr3
	movl %cr0, %eax
	orl $0x80000000, %eax
	movl %eax, %cr0
	movl 0x40000000 + R(R_OPERAND32), %eax
	movl %eax, R(R_PAE)

	/* long mode, compatibility code first */
	movl %cr0, %eax
	andl $0x7fffffff, %eax
	movl %eax, %cr0
	movl $modes_pml4, %eax
	movl %eax, %cr3
	movl $EFER, %ecx
	rdmsr
	orl $EFER_LME, %eax
	wrmsr
	movl %cr0, %eax
	orl $0x80000000, %eax
	movl %eax, %cr0
	rdmsr
	movl %eax, R(R_EFER_ON)
	WHICH_SIZE
	movl %eax, R(R_COMPAT32)
	ljmp $MODES_SEL_CODE64, $HERE(long64)

	.code64
long64:
	movq $-2, %rax
	movl %eax, R(R_LONG_LOW)
	shrq $32, %rax
	movl %eax, R(R_LONG_HIGH)
	movl $0x15151515, %r15d
	movl %r15d, R(R_R15)
	movl 0x40000000 + R(R_OPERAND32), %eax
	movl %eax, R(R_LONG_ALIAS)
	pushq $MODES_SEL_CODE16
	pushq $HERE(compat16)
	lretq

	.code16
compat16:
	WHICH_SIZE
	movl %eax, R(R_COMPAT16)
	ljmpl $SEL_KCODE, $HERE(compat32)

	.code32
compat32:
	/* leave long mode: paging off, then LME, then PAE */
	movl %cr0, %eax
	andl $0x7fffffff, %eax
	movl %eax, %cr0
	movl $EFER, %ecx
	rdmsr
	andl $~EFER_LME, %eax
	wrmsr
	rdmsr
	movl %eax, R(R_EFER_OFF)
	movl %cr4, %eax
	andl $~(CR4_PAE | CR4_PSE), %eax
	movl %eax, %cr4
	ljmp $MODES_SEL_CODE16, $HERE(protected16_again)

	.code16
protected16_again:
	movw $MODES_SEL_DATA16, %ax
	movw %ax, %ds
	movw %ax, %ss
	movl $MODES_STACK, %esp
	movl %cr0, %eax
	andl $~CR0_PE, %eax
	movl %eax, %cr0
	ljmp $0, $HERE(real_again)
real_again:
	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %ss
	int $0x62
	movl R(R_INT_COUNT), %eax
	movl %eax, R(R_REAL_AGAIN)
	movl %cr0, %eax
	orl $CR0_PE, %eax
	movl %eax, %cr0
	ljmpl $SEL_KCODE, $HERE(home)

	.code32
home:
	movl $SEL_KDATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl HERE(saved_esp), %esp
	movl $0x600d, R(R_END)
	popal
	ret

	.balign 4
saved_esp: .long 0
real_idtr:
	.word 0x3ff
	.long 0
moved_idtr:
	.word 0x3ff
	.long 0x5000
tour_gdtr:
	.word GDT_ENTRIES * 8 - 1
	.long gdt
modes_end:
	.section .note.GNU-stack, "", @progbits
