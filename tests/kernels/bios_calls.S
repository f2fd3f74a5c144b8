/* SPDX-License-Identifier: MIT */
/* A multiboot kernel that switches to real mode can use the BIOS: the timer ticks, through the 8259A as
 * the BIOS programmed it, and services work (Multiboot 0.6.96, 3.2). */
#define CODE     0x8000
#define STACK    0x7c00
#define TICKS    0x46c /* BIOS data area: INT 08h counts here */
#define BASE_KIB 0x413
#define COM1     0x3f8
#define CODE16   8
#define DATA16   16
#define HERE(label) ((label) - begin + CODE)

	.section .multiboot, "a"
	.balign 4
	.long 0x1badb002, 0, -0x1badb002

	.text
	.globl start
start:
	cld
	movl $begin, %esi
	movl $CODE, %edi
	movl $end - begin, %ecx
	rep movsb
	lgdtl gdtr
	ljmp $CODE16, $HERE(protected16)

	.balign 8
gdt:
	.quad 0, 0x00009b000000ffff, 0x000093000000ffff
gdtr:
	.word . - gdt - 1
	.long gdt

	.code16
begin:
real_idtr:
	.word 0x3ff
	.long 0
protected16:
	movw $DATA16, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	lidtl HERE(real_idtr)
	movl %cr0, %eax
	andl $~1, %eax
	movl %eax, %cr0
	ljmp $0, $HERE(real)
real:
	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movw $STACK, %sp

	movl TICKS, %ebx
	sti
1:	hlt
	cmpl TICKS, %ebx
	je 1b
	movb $'T', %al
	call print

	int $0x12
	cmpw BASE_KIB, %ax
	jne failed
	xorb %ah, %ah /* INT 1Ah: CX:DX is the count of ticks */
	int $0x1a
	shll $16, %ecx
	movw %dx, %cx
	subl %ebx, %ecx
	jz failed
	cmpl $18, %ecx /* a second */
	ja failed
	movb $'B', %al
	call print
	movb $0x10, %al
	outb %al, $0xf4
	hlt
failed:
	movb $0x11, %al
	outb %al, $0xf4
	hlt

print:
	movw $COM1, %dx
	outb %al, %dx
	addw $5, %dx
1:	inb %dx, %al
	testb $0x40, %al /* the character has left */
	jz 1b
	ret
end:
	.section .note.GNU-stack, "", @progbits
