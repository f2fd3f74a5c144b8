/* SPDX-License-Identifier: MIT */
/* 32-bit code runs on from FFFFFFFFh to 0: EIP has 32 bits. The last pages of both ends are one frame, so that an
 * instruction can straddle them. */
	.section .multiboot, "a"
	.balign 4
	.long 0x1badb002, 0, -0x1badb002

	.set DIRECTORY, 0x300000
	.set LARGE, 0x83	/* PS, W, P */
	.set LAST, 1023 * 4

	.text
	.globl start
start:
	movl $0x200000, %esp
	movl $DIRECTORY, %edi
	movl $LARGE, (%edi)			/* 0 to 4 MiB */
	movl $(0x400000 | LARGE), LAST(%edi)	/* the last 4 MiB: frames of 4 to 8 MiB */
	movl %edi, %cr3
	movl %cr4, %eax
	orl $0x10, %eax				/* PSE */
	movl %eax, %cr4

	movl $0x7fffff, %edi
	movb $0x90, (%edi)			/* at FFFFFFFFh: nop */
	movb $0xe9, 0				/* at 0: jmp straight */
	movl $(straight - 5), 1
	movl %cr0, %eax
	orl $0x80000000, %eax
	movl %eax, %cr0
	movb $'A', %bl
	movl $0xffffffff, %eax
	jmp *%eax

straight:
	call put
	/* mov $imm32, %ebx; its last two bytes, and a jump, are at 0 */
	movb $0xbb, 0xfffffffd
	movw $0x0042, 0xfffffffe		/* 'B', 0 */
	movw $0, 0
	movb $0xe9, 2
	movl $(straddling - 7), 3
	movl $0xfffffffd, %eax
	jmp *%eax

straddling:
	call put
	/* a call there pushes the wrapped return address */
	movb $0xe8, 0xfffffffb
	movl $(called - 0), 0xfffffffc
	movb $0xe9, 0
	movl $(returned - 5), 1
	movl $0xfffffffb, %eax
	jmp *%eax
called:
	popl %ecx
	movb $'C', %bl
	testl %ecx, %ecx
	jz 1f
	movb $'c', %bl
1:	call put
	jmp *%ecx
returned:
	movb $0x10, %al
	outb %al, $0xf4
	hlt

/* BL to COM1, which the firmware has set up. */
put:
	movw $0x3f8, %dx
	movb %bl, %al
	outb %al, %dx
	movb $0xfd, %dl
1:	inb %dx, %al
	testb $0x40, %al
	jz 1b
	ret
	.section .note.GNU-stack, "", @progbits
