/* SPDX-License-Identifier: MIT */
/* Entry from a multiboot loader into a 32-bit kernel: own stack, then C. */
#include "layout.h"

#ifdef MULTIBOOT2
#include "multiboot2_header.S"
#else
	.section .multiboot, "a"
	.balign 4
	.long 0x1badb002, 0x00000003, -(0x1badb002 + 0x00000003)
#endif

	.text
	.globl start
start:
	cli
	cld
	movl $stack_boot_top, %esp
	movl %eax, multiboot_magic
	movl %ebx, multiboot_info_addr
	pushl $0
	popfl
	call kernel_start

	.bss
	.balign 16
	.skip 16384
	.globl stack_boot_top
stack_boot_top:
	.globl multiboot_magic, multiboot_info_addr
multiboot_magic: .skip 4
multiboot_info_addr: .skip 4
	.section .note.GNU-stack, "", @progbits
