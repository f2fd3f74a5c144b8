/* SPDX-License-Identifier: MIT */
/* A relocatable multiboot2 image of a few instructions, linked at 0xc0000000 where there is no
 * memory: it finds the load base (tag 21) and compares it with its actual address. */
#define DEBUG_EXIT 0xf4
#define COM1 0x3f8
#define TAG_LOAD_BASE 21

	.section .multiboot, "ax"
	.balign 8
	.globl start
header:
	.long 0xe85250d6, 0, header_end - header
	.long -(0xe85250d6 + (header_end - header))
	.short 10, 0 /* relocatable, required */
	.long 24
	.long 0x200000, 0x3efffff, 0x10000, PREFERENCE
	.short 0, 0
	.long 8
header_end:

start:
	leal 8(%ebx), %esi
next:
	movl (%esi), %eax
	cmpl $TAG_LOAD_BASE, %eax
	je found
	testl %eax, %eax
	jz bad
	movl 4(%esi), %eax
	addl $7, %eax
	andl $-8, %eax
	addl %eax, %esi
	jmp next
found:
	movl 8(%esi), %edi
	leal stack - header(%edi), %esp
	call 1f
1:	popl %eax
	subl $1b - header, %eax
	cmpl %edi, %eax
	jne bad
	cmpl $EXPECTED, %edi
	jne bad
	movb $'M', %al
	movw $COM1, %dx
	outb %al, %dx
	movl $0x10, %eax
	jmp leave
bad:
	movl $0x11, %eax
leave:
	movw $DEBUG_EXIT, %dx
	outb %al, %dx
	hlt
	.skip 64
stack:
	.section .note.GNU-stack, "", @progbits
