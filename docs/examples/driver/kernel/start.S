/* SPDX-License-Identifier: MIT */
/* From a multiboot loader to C, in 32-bit protected mode. */
#define MAGIC 0x1badb002
#define FLAGS 0x00000002	/* requests the memory information; the command line comes with it */

	.section .multiboot, "a"
	.balign 4
	.long MAGIC, FLAGS, -(MAGIC + FLAGS)

	.text
	.globl start
start:
	movl $stack_top, %esp
	pushl $0
	pushl %ebx
	call kernel_main
1:	cli
	hlt
	jmp 1b

	.bss
	.balign 16
	.skip 16384
stack_top:
	.section .note.GNU-stack, "", @progbits
